package naru.metadata;

import java.util.LinkedHashSet;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.PartitionRecord;

/** The first record of a partition. */
final class NewPartitions {

    private NewPartitions() {}

    static PartitionRecord record(Uuid topic, int number, List<Integer> replicas, Cluster cluster) {
        var alive = replicas.stream().filter(id -> cluster.brokers().get(id).isActive()).toList();
        var inSync = alive.isEmpty() ? List.of(replicas.getFirst()) : alive;
        return PartitionRecord.builder()
                .topicId(topic).partitionId(number).replicas(replicas).isr(inSync)
                .leader(alive.isEmpty() ? -1 : inSync.getFirst()).leaderEpoch(0).partitionEpoch(0)
                .directories(replicas.stream().map(id -> Directories.ofNewReplica(cluster.brokers().get(id))).toList())
                .build();
    }

    /** Replicas that a person has typed for a new partition: one of them must be able to lead. */
    static void checkAlive(int number, List<Integer> replicas, Cluster cluster) throws Refused {
        if (replicas.stream().noneMatch(id -> cluster.brokers().get(id).isActive())) {
            throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "All brokers specified in the manual partition assignment for partition " + number
                            + " are fenced or in controlled shutdown.");
        }
    }

    /** A list of replicas as a person may have typed it. */
    static void checkManual(List<Integer> replicas, Cluster cluster) throws Refused {
        if (replicas.isEmpty()) {
            throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "The manual partition assignment includes an empty replica list.");
        }
        var seen = new LinkedHashSet<Integer>();
        for (int id : replicas) {
            if (!cluster.brokers().containsKey(id)) {
                throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes broker " + id + ", but no such broker is registered.");
            }
            if (!seen.add(id)) {
                throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes the broker " + id + " more than once.");
            }
        }
    }
}
