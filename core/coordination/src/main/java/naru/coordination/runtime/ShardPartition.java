package naru.coordination.runtime;

/** Which partition of an internal topic coordinates a key: a group's id, or a transactional id. */
public final class ShardPartition {

    private ShardPartition() {}

    /** Clears nothing but the smallest hash: its absolute value does not exist, and Kafka takes zero for it. */
    public static int of(String key, int partitions) {
        int hash = key.hashCode();
        return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % partitions;
    }
}
