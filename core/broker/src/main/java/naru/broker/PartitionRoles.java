package naru.broker;

import java.util.TreeSet;
import naru.protocol.ErrorCode;
import naru.replication.Holding;
import naru.replication.PartitionFollower;
import naru.replication.PartitionLeader;
import naru.replication.ReplicaSets;

/** Gives each partition of a lane the role that the controller committed for this broker, and takes the old one away. */
final class PartitionRoles {

    private final LaneBroker lane;

    PartitionRoles(LaneBroker lane) {
        this.lane = lane;
    }

    void give(Partition partition, naru.metadata.Partition state, TopicSettings settings) {
        if (partition.offline() != ErrorCode.NONE) {
            partition.told(state);
            return;
        }
        boolean leads = state.leader() == lane.broker().nodeId();
        if (partition.log().cuts().isUnderWay() && (leads || partition.following() == null)) {
            // For some milliseconds: a role begins with a log that stays as it is.
            partition.endRole(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            partition.told(state);
            return;
        }
        // What this turn has appended so far was appended in the old role, and is written in it.
        lane.write(partition);
        if (leads) {
            lead(partition, state, settings.leader());
        } else {
            follow(partition, state, settings.leader());
        }
    }

    /** A new epoch is a new leadership, also where the leader is the same: what the old one decided last may not have been heard. */
    private void lead(Partition partition, naru.metadata.Partition state, PartitionLeader.Rules rules) {
        var sets = new ReplicaSets(new TreeSet<>(state.replicas()), new TreeSet<>(state.inSync()), state.partitionEpoch());
        if (partition.leading() != null && partition.leaderEpoch() == state.leaderEpoch()) {
            partition.told(state);
            partition.leading().onState(sets);
            return;
        }
        end(partition);
        partition.endRole(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        partition.told(state);
        var leader = new PartitionLeader(rules, sets, lane.replication().live(), holding(partition), lane.replication().steadyMs());
        partition.lead(new Leading(lane, partition, leader));
        lane.coordinators().onLed(partition);
    }

    private void follow(Partition partition, naru.metadata.Partition state, PartitionLeader.Rules rules) {
        if (partition.following() == null) {
            end(partition);
            partition.endRole(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            partition.follow(new Following(lane, partition, new PartitionFollower(
                    rules.durability(), holding(partition), partition.log().lastEpoch())));
        }
        partition.told(state);
        partition.following().onLeader(state.leader(), state.leaderEpoch());
    }

    private static Holding holding(Partition partition) {
        var log = partition.log();
        long highWatermark = Math.clamp(partition.highWatermark(), log.logStart(), log.logEnd());
        return new Holding(log.logStart(), log.logEnd(), partition.durableEnd(), highWatermark);
    }

    /** Whoever relied on the role hears that it is over. */
    void end(Partition partition) {
        if (partition.leading() != null) {
            lane.coordinators().onLost(partition);
            lane.shares().onLost(partition);
        }
    }
}
