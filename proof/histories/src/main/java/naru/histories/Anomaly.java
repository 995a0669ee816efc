package naru.histories;

/**
 * What can be wrong with a log, by the names of Jepsen's reports. A write is certain when it was acknowledged and its
 * transaction, if it has one, was committed. <i>Internal</i> means within one poll or one transaction of one process,
 * the plain names mean between two of them.
 */
public enum Anomaly {
    /** A certain write was passed by readers that did not see it; or a record counts as consumed and was never answered. */
    LOST_WRITE("lost write"),
    /** One write stands at two places; or one record was answered twice. */
    DUPLICATE("duplicate"),
    /** G1a: what never happened was read, a failed write or one of an aborted transaction. */
    ABORTED_READ("aborted read (G1a)"),
    /** A record of a transaction was read before anybody began to commit it. */
    PRECOMMITTED_READ("precommitted read"),
    /** A record or offset was read that nobody wrote. */
    INVENTED("invented"),
    /** Two records stand at one offset, or a write is elsewhere than its acknowledgement says. */
    INCONSISTENT_OFFSETS("inconsistent offsets"),
    /** Between one poll and the next a process missed records that others see. */
    POLL_SKIP("poll skip"),
    INTERNAL_POLL_SKIP("internal poll skip"),
    /** Between one poll and the next a process went back. */
    NONMONOTONIC_POLL("nonmonotonic poll"),
    INTERNAL_NONMONOTONIC_POLL("internal nonmonotonic poll"),
    /** What a process sent later to a partition stands before what it sent earlier. */
    NONMONOTONIC_SEND("nonmonotonic send"),
    INTERNAL_NONMONOTONIC_SEND("internal nonmonotonic send"),
    /** A certain write lies behind everything that was read, to the end of the history. */
    UNSEEN("unseen"),
    /** Some of a committed transaction's records and offsets are there, and others are not. */
    TORN_TRANSACTION("torn transaction");

    private final String words;

    Anomaly(String words) {
        this.words = words;
    }

    /** The name as reports say it. */
    public String words() {
        return words;
    }
}
