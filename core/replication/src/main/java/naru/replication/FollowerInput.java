package naru.replication;

import naru.log.EpochEnd;

/**
 * Everything that can happen to a partition follower. An answer carries the question that it answers; one to another question than
 * the one that is open came too late and is not for this log any more.
 */
public sealed interface FollowerInput {

    /**
     * A committed record names the leader.
     *
     * @param leaderId -1 while there is none
     */
    record LeaderNamed(int leaderId, int leaderEpoch) implements FollowerInput {

        public static final int NOBODY = -1;
    }

    /**
     * The leader found that the logs agree up to the point asked for, and gave what comes after.
     *
     * @param hasRecords at least one whole batch came with it
     * @param highWatermark the leader's
     * @param logStart the leader's
     */
    record Fetched(FetchPoint asked, boolean hasRecords, long highWatermark, long logStart) implements FollowerInput {}

    /**
     * The leader found that the logs do not agree at the point asked for.
     *
     * @param epoch the largest epoch of the leader's log that is not larger than the one asked about
     * @param endOffset where it ends there
     * @param ours what this log says of the end of {@code epoch}
     */
    record Diverged(FetchPoint asked, int epoch, long endOffset, EpochEnd ours) implements FollowerInput {}

    /** The leader's log does not reach to the point asked for: OFFSET_OUT_OF_RANGE. */
    record OutOfRange(FetchPoint asked) implements FollowerInput {}

    /** Where the leader's log begins and ends, asked for after {@link OutOfRange}. */
    record LeaderHolds(FetchPoint asked, long logStart, long logEnd) implements FollowerInput {}

    /** The epoch asked in is not the leader's any more: FENCED_LEADER_EPOCH. The record about the newer one is on its way. */
    record Fenced(FetchPoint asked) implements FollowerInput {}

    /** No answer, or one that may be another soon: NOT_LEADER_OR_FOLLOWER, UNKNOWN_LEADER_EPOCH, and every other error. */
    record NotAnswered(FetchPoint asked) implements FollowerInput {}

    /** A {@link FollowerEffect.Pause} is over. */
    record TimePassed() implements FollowerInput {}

    /**
     * What was fetched took its place at the end of the log and waits in this turn's staging.
     *
     * @param lastEpoch of the last batch
     */
    record Staged(long end, int lastEpoch) implements FollowerInput {}

    /** The log did not take what was fetched: it is damaged, or does not follow what is there. */
    record NotTaken() implements FollowerInput {}

    /** Everything before {@code end} is in the page cache. */
    record Written(long end) implements FollowerInput {}

    /** Everything before {@code end} survives a power cut. */
    record Durable(long end) implements FollowerInput {}

    /** The turn's write failed: the log ends at {@code end} again, as before the turn. */
    record TakenBack(long end, int lastEpoch) implements FollowerInput {}

    /** What {@link FollowerEffect.TruncateTo} or {@link FollowerEffect.StartAnewAt} asked for is done, and a power cut changes nothing. */
    record Cut(long logStart, long logEnd, int lastEpoch) implements FollowerInput {}

    /** The disk could not do what was asked for, for want of room: the log is as it was. */
    record NotCut() implements FollowerInput {}

    /** The policy changed, by a topic's or the broker's configuration. */
    record DurabilityChanged(Durability durability) implements FollowerInput {}
}
