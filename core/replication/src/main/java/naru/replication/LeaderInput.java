package naru.replication;

import java.util.SortedSet;
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

    /** A follower asked for what comes after {@code logEnd}, so it holds everything before it. */
    record FollowerFetched(int followerId, long logEnd) implements LeaderInput {}

    /** The controller committed this in-sync set. */
    record InSyncSetConfirmed(SortedSet<Integer> brokerIds) implements LeaderInput {}

    /** The rules changed, by a topic's or the broker's configuration. */
    record RulesChanged(PartitionLeader.Rules rules) implements LeaderInput {}

    record TimePassed() implements LeaderInput {}

    /** How many replicas a producer waits for. */
    enum Acks {
        NONE,
        LEADER,
        ALL_IN_SYNC
    }
}
