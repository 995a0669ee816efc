package naru.replication;

import java.util.SortedMap;
import naru.base.OffsetRange;

/** Everything a partition leader may ask for, to be carried out in the order given. */
public sealed interface LeaderEffect {

    /** The append is as safe as its producer asked for. */
    record Acknowledge(long ticket, OffsetRange at) implements LeaderEffect {}

    /** The append will not be acknowledged. */
    record Refuse(long ticket, Reason why) implements LeaderEffect {}

    /** Why an append that was staged is not acknowledged. */
    enum Reason {
        /** The turn's write failed: nothing of it is in the log. */
        TAKEN_BACK,
        /** Another leads now, NOT_LEADER_OR_FOLLOWER: it may have the records or not. */
        NOT_LEADER
    }

    /** Consumers may now read up to {@code offset}; waiting fetches should look again. */
    record RaiseHighWatermark(long offset) implements LeaderEffect {}

    /**
     * What was written must reach the medium, though nobody saw to it when it was written: acknowledgements wait for it from now
     * on.
     */
    record SyncLog() implements LeaderEffect {}

    /**
     * Asks the controller for another in-sync set. One proposal is under way at a time. It ends with a
     * {@link LeaderInput.InSyncSetConfirmed} of a newer partition epoch, or {@link LeaderInput.ProposalRefused}.
     *
     * @param number names the proposal in what is heard of it
     * @param members the proposed set: broker ids, each with the broker epoch with which it fetched last; -1 when it has not fetched
     *     yet, and for the leader itself
     * @param partitionEpoch the proposal is void where the controller's is another. A set that equals the committed one asks for
     *     nothing but a newer partition epoch, which makes every older proposal void
     */
    record ProposeInSyncSet(long number, SortedMap<Integer, Long> members, int partitionEpoch) implements LeaderEffect {}
}
