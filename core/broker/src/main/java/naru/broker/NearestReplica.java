package naru.broker;

/** Sends consumers to a replica in their own rack, where {@code replica.selector.class} says so (KIP-392). */
final class NearestReplica {

    static final int THIS_ONE = -1;

    private static final String RACK_AWARE = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

    private NearestReplica() {}

    /** Only a replica that is in sync, and has the offset: a consumer must not wait there for what it could have here. */
    static int of(LaneBroker lane, Partition partition, FetchPosition at, String rack) {
        if (partition.leading() == null || !RACK_AWARE.equals(lane.broker().settings().text("replica.selector.class"))
                || isIn(lane, lane.broker().nodeId(), rack)) {
            return THIS_ONE;
        }
        for (int id : partition.state().inSync()) {
            if (id != lane.broker().nodeId() && isIn(lane, id, rack) && partition.leading().holds(id, at.offset())) {
                return id;
            }
        }
        return THIS_ONE;
    }

    private static boolean isIn(LaneBroker lane, int brokerId, String rack) {
        var broker = lane.cluster().brokers().get(brokerId);
        return broker != null && !broker.fenced() && rack.equals(broker.rack());
    }
}
