package naru.broker;

import java.util.Map;
import naru.metadata.Cluster;

/**
 * How fast replicas that are named in a throttle may catch up from this broker, and on it (KIP-73). Replicas in sync are never held
 * back. Of one lane.
 */
final class Throttles {

    private final Throttle sending;
    private final Throttle fetching;
    private Map<?, ?> seen;

    Throttles(LaneBroker lane) {
        sending = new Throttle(lane, "leader.replication.throttled.rate", "leader.replication.throttled.replicas");
        fetching = new Throttle(lane, "follower.replication.throttled.rate", "follower.replication.throttled.replicas");
    }

    /** The cluster has changed, perhaps in what is configured. */
    void onCluster(Cluster cluster) {
        if (cluster.configs() != seen) {
            seen = cluster.configs();
            sending.onConfigs(cluster);
            fetching.onConfigs(cluster);
        }
    }

    /** Whether a replica that is not in sync may be sent this partition's records now; if not, it is looked at again when it may. */
    boolean maySend(Partition partition) {
        return sending.isOpen(partition.name(), () -> partition.followersWatching().raised());
    }

    void onSent(Partition partition, int bytes) {
        sending.spend(partition.name(), bytes);
    }

    /** Whether a replica here that is not in sync may fetch now; if not, it is told when it may. */
    boolean mayFetch(Partition partition, Runnable whenItMay) {
        return fetching.isOpen(partition.name(), whenItMay);
    }

    void onFetched(Partition partition, int bytes) {
        fetching.spend(partition.name(), bytes);
    }
}
