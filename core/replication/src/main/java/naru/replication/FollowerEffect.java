package naru.replication;

import naru.base.OffsetRange;

/** Everything a partition follower may ask for, to be carried out in the order given. */
public sealed interface FollowerEffect {

    /** Asks the leader at once. There is one question open at a time; a new one makes the one before void. */
    record FetchFrom(FetchPoint at) implements FollowerEffect {}

    /** The leader could not answer, or the answer was of no use, or the disk failed: {@link FollowerInput.TimePassed} after a while. */
    record Pause() implements FollowerEffect {}

    /** Asks the leader where its log begins and ends (ListOffsets as a replica, in the leader epoch of the question). */
    record AskRange(FetchPoint at) implements FollowerEffect {}

    /** Takes the batches that came with the answer into the turn's staging: {@link naru.log.Log#appendAsFollower}. */
    record TakeFetched() implements FollowerEffect {}

    /** Records at and behind {@code offset} go: {@link naru.log.LogCuts#truncateTo}. */
    record TruncateTo(long offset) implements FollowerEffect {}

    /** Everything goes, and the log begins at {@code offset}: {@link naru.log.LogCuts#startAnewAt}. */
    record StartAnewAt(long offset) implements FollowerEffect {}

    /**
     * These records lay below the high watermark and are about to go: an election that was not clean chose a leader without them.
     * For the operator.
     */
    record CommittedLost(OffsetRange lost) implements FollowerEffect {}

    /** Consumers who read here may read up to {@code offset}. */
    record RaiseHighWatermark(long offset) implements FollowerEffect {}

    /** The leader has deleted what lies before {@code offset}. */
    record MoveLogStart(long offset) implements FollowerEffect {}
}
