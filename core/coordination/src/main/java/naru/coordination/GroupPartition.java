package naru.coordination;

/** Which partition of {@code __consumer_offsets} a group belongs to. */
public final class GroupPartition {

    private GroupPartition() {}

    /** Clears nothing but the smallest hash: its absolute value does not exist, and Kafka takes zero for it. */
    public static int of(String groupId, int partitions) {
        int hash = groupId.hashCode();
        return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % partitions;
    }
}
