package naru.replication;

import naru.base.OffsetRange;

/** Everything that can happen to a partition leader. */
public sealed interface LeaderInput {

    /**
     * Records took their place at the end of the log and wait in this turn's staging; nobody may read them yet.
     *
     * @param ticket names the append in {@link LeaderEffect.Acknowledge}; at most one append holds it
     */
    record Staged(long ticket, OffsetRange at, Acks acks) implements LeaderInput {}

    /** A producer sent again what the log already holds; it is answered as soon as the first sending would be. */
    record SentAgain(long ticket, OffsetRange at, Acks acks) implements LeaderInput {}

    /** Everything before {@code end} is in the page cache. */
    record Written(long end) implements LeaderInput {}

    /** Everything before {@code end} survives a power cut on this replica. */
    record Durable(long end) implements LeaderInput {}

    /** The turn's write failed: the log ends at {@code end} again, as before the turn. */
    record TakenBack(long end) implements LeaderInput {}

    /**
     * A follower asked for what comes after {@code logEnd}, so it holds everything before it. Told only once its last epoch
     * was found to agree with this log, in the leader epoch of this leader: else it may hold other records there.
     *
     * @param brokerEpoch of the follower's registration; -1 when it does not say
     * @param logStart the first offset it has
     */
    record FollowerFetched(int followerId, long brokerEpoch, long logStart, long logEnd) implements LeaderInput {}

    /** A record about this partition was committed; those that are not newer than the last one change nothing. */
    record InSyncSetConfirmed(ReplicaSets sets) implements LeaderInput {}

    /**
     * The controller turned a proposal down and will not commit it (INELIGIBLE_REPLICA, OPERATION_NOT_ATTEMPTED). Where it says
     * that the partition has changed meanwhile, nothing is told: the record about it is on its way.
     */
    record ProposalRefused(long number) implements LeaderInput {}

    /** No answer came, or one that leaves open what became of the proposal. */
    record ProposalLost(long number) implements LeaderInput {}

    /** The rules changed, by a topic's or the broker's configuration. */
    record RulesChanged(PartitionLeader.Rules rules) implements LeaderInput {}

    /** From time to time, some times within {@code replica.lag.time.max.ms}; and once right after leadership began. */
    record TimePassed() implements LeaderInput {}

    /** Another leads, or nobody. The last input. */
    record LeadershipEnded() implements LeaderInput {}

    /** How many replicas a producer waits for. */
    enum Acks {
        NONE,
        LEADER,
        ALL_IN_SYNC
    }
}
