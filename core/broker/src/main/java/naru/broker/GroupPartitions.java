package naru.broker;

/** Which partition of the groups' topic keeps a group: Kafka's rule, since the topic may have been Kafka's. */
final class GroupPartitions {

    private GroupPartitions() {}

    static int of(String groupId, int partitions) {
        return (groupId.hashCode() & Integer.MAX_VALUE) % partitions;
    }
}
