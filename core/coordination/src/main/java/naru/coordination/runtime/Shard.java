package naru.coordination.runtime;

import java.util.SortedSet;

/**
 * A state machine over one partition of an internal topic. Its life: every record of the partition's log through
 * {@link #replay}, then {@link #onLoaded}, then the requests of its kind until {@link #onUnloaded}. Requests that come
 * before it is loaded are answered COORDINATOR_LOAD_IN_PROGRESS. All of it happens on one lane.
 */
public interface Shard {

    /** The producer of a record that was not written inside a transaction. */
    long NO_PRODUCER = -1;

    /**
     * A record of the partition, in the order of the log.
     *
     * @param producerId whose transaction it was written in and which decides whether it counts; {@link #NO_PRODUCER}
     *     when it counts at once
     */
    void replay(CoordinatorRecord record, long producerId);

    /**
     * A transaction that may have written here was ended by a marker in this partition, while the log is replayed or
     * later, when that marker is committed.
     */
    void onTransactionEnded(long producerId, short producerEpoch, boolean committed);

    /** The log was read to its end, and all that was read is committed; the shard may decide. */
    void onLoaded();

    /** The partition is led elsewhere or cannot be read. Whoever waits is answered NOT_COORDINATOR. */
    void onUnloaded();

    /** Whatever was due by now happens. */
    void onTime();

    /** When {@link #onTime} wants to be called, in milliseconds of {@link naru.base.Clock#nowNs}; {@link Long#MAX_VALUE} for never. */
    long nextDeadlineMs();

    /** Topics are gone, by name. */
    void onTopicsDeleted(SortedSet<String> topics);
}
