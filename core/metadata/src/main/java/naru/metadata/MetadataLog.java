package naru.metadata;

import java.util.List;
import java.util.function.Consumer;
import naru.protocol.Message;

/** A totally ordered, durable log of cluster metadata with at most one writer at a time. All calls on one lane. */
public interface MetadataLog {

    /**
     * Answers once a majority has the batch, or refuses when {@code epoch} is no longer ours. Never inside the call.
     *
     * <p>Several may be under way; they are decided in the order of the calls. Each was decided on those before it: when
     * one is refused or fails, so do all that were appended until that is told.
     */
    void append(int epoch, List<Message> batch, Consumer<Outcome> whenDecided);

    /**
     * Tells the follower everything committed so far and from now on. A batch reaches the follower before its
     * {@code whenDecided} is called.
     */
    void follow(Follower follower);

    /** False where no other node will ever decide, read or write: then nobody waits for heartbeats either. */
    default boolean isShared() {
        return true;
    }

    /** Where the controller with this number is asked, on the first of its listeners; null when that is not known here. */
    default Address addressOf(int controllerId) {
        return null;
    }

    /** {@code kraft.version}: 0 where configurations name the voters, 1 where this log does. From any lane. */
    default short quorumVersion() {
        return 0;
    }

    /**
     * Raises {@link #quorumVersion}, so that this log names the voters from then on (KIP-853). What is appended once it is granted is
     * committed after it.
     *
     * @param rehearsed to hear only whether it could be
     * @param whenAnswered never called inside the call
     */
    void raiseQuorumVersion(int epoch, short version, boolean rehearsed, Consumer<RaiseAnswer> whenAnswered);

    sealed interface RaiseAnswer {

        /** It is on its way, or could be. */
        record Granted() implements RaiseAnswer {}

        /** @param why for the operator: a voter does not know that version, say, or has not told yet that it does */
        record Refused(String why) implements RaiseAnswer {}

        /** Somebody else leads, or nobody. */
        record NotLeader() implements RaiseAnswer {}
    }

    /** Where a node listens. */
    record Address(String host, int port) {}

    /** Called from time to time, so that what is due by the clock (a snapshot, say) is begun. */
    default void onTime() {}

    sealed interface Outcome {

        /** @param endOffset the offset after the batch */
        record Committed(long endOffset) implements Outcome {}

        /** Somebody else leads, or nobody: the batch may or may not come back as committed. */
        record NotLeader() implements Outcome {}

        record Failed(Throwable why) implements Outcome {}
    }

    interface Follower {

        /** Everything before {@code endOffset} in one value; comes first, and again whenever a snapshot is loaded. */
        void onSnapshot(Cluster cluster, long endOffset);

        /** One committed batch, in order. */
        void onCommitted(List<Message> batch, long endOffset);

        /** From now on this node decides, under {@code epoch}; everything committed was told before. */
        void onLeadership(int epoch);

        void onLeadershipLost();

        /**
         * Who decides, as far as this node knows: where commands of a node that does not decide itself have to go.
         *
         * @param leaderId -1 while nobody is known to lead
         */
        default void onLeader(int leaderId, int epoch) {}
    }
}
