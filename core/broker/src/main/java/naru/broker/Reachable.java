package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import naru.metadata.Cluster;
import naru.metadata.Partition;
import naru.protocol.ErrorCode;

/** Which brokers a client of some listener can reach, and so what it is told of a partition. Made once for each answer. */
final class Reachable {

    private static final int NOBODY = -1;

    private final Cluster cluster;
    private final TreeSet<Integer> brokers = new TreeSet<>();

    Reachable(Cluster cluster, String listener) {
        this.cluster = cluster;
        Endpoints.of(cluster, listener).forEach(node -> brokers.add(node.id()));
    }

    /** @param knowsListeners false for a client that is too old to hear that the leader has no such listener */
    ErrorCode error(Partition partition, boolean knowsListeners) {
        if (brokers.contains(partition.leader())) {
            return ErrorCode.NONE;
        }
        return knowsListeners && cluster.brokers().containsKey(partition.leader())
                ? ErrorCode.LISTENER_NOT_FOUND : ErrorCode.LEADER_NOT_AVAILABLE;
    }

    /** -1 when there is none, or none that the client could reach. */
    int leader(Partition partition) {
        return brokers.contains(partition.leader()) ? partition.leader() : NOBODY;
    }

    /** Replicas at brokers that are not alive. */
    List<Integer> offline(Partition partition) {
        List<Integer> offline = List.of();
        for (int replica : partition.replicas()) {
            if (!brokers.contains(replica)) {
                offline = offline.isEmpty() ? new ArrayList<>() : offline;
                offline.add(replica);
            }
        }
        return offline;
    }
}
