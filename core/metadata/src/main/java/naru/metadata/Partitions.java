package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.PartitionChangeRecord;
import naru.protocol.message.PartitionRecord;

/** Between a partition and the records that tell of it. */
final class Partitions {

    private static final int SAME_LEADER = -2;

    private Partitions() {}

    static Partition of(PartitionRecord record) {
        return new Partition(
                record.replicas(), directories(record.directories(), record.replicas().size()), record.isr(),
                record.removingReplicas(), record.addingReplicas(), orEmpty(record.eligibleLeaderReplicas()),
                orEmpty(record.lastKnownElr()), record.leader(), record.leaderRecoveryState(), record.leaderEpoch(),
                record.partitionEpoch());
    }

    static PartitionRecord toRecord(Partition partition, Uuid topicId, int number) {
        return new PartitionRecord(
                number, topicId, partition.replicas(), partition.inSync(), partition.removing(), partition.adding(),
                partition.leader(), partition.recoveryState(), partition.leaderEpoch(), partition.partitionEpoch(),
                partition.directories(), orNull(partition.eligible()), orNull(partition.lastKnownEligible()));
    }

    /**
     * A new leader always begins a new epoch; so does a replica set that has lost a member, because the one that left
     * may not know it yet.
     */
    static Partition changed(Partition was, PartitionChangeRecord change) {
        boolean sameLeader = change.leader() == SAME_LEADER;
        var replicas = change.replicas() == null ? was.replicas() : change.replicas();
        return new Partition(
                replicas,
                change.directories() == null
                        ? directories(was.directories(), replicas.size()) : change.directories(),
                change.isr() == null ? was.inSync() : change.isr(),
                change.removingReplicas() == null ? was.removing() : change.removingReplicas(),
                change.addingReplicas() == null ? was.adding() : change.addingReplicas(),
                change.eligibleLeaderReplicas() == null ? was.eligible() : change.eligibleLeaderReplicas(),
                change.lastKnownElr() == null ? was.lastKnownEligible() : change.lastKnownElr(),
                sameLeader ? was.leader() : change.leader(),
                change.leaderRecoveryState() < 0 ? was.recoveryState() : change.leaderRecoveryState(),
                sameLeader ? was.leaderEpoch() : was.leaderEpoch() + 1,
                was.partitionEpoch() + 1);
    }

    private static List<Uuid> directories(List<Uuid> known, int replicas) {
        if (known.size() == replicas) {
            return known;
        }
        var padded = new ArrayList<Uuid>();
        for (int i = 0; i < replicas; i++) {
            padded.add(i < known.size() ? known.get(i) : Directories.UNKNOWN);
        }
        return padded;
    }

    private static List<Integer> orEmpty(List<Integer> list) {
        return list == null ? List.of() : list;
    }

    private static List<Integer> orNull(List<Integer> list) {
        return list.isEmpty() ? null : list;
    }
}
