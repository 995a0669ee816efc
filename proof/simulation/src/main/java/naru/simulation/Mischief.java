package naru.simulation;

/** What somebody gets wrong about transactions, for the exam of the checkers. A story has none. */
enum Mischief {
    NONE,
    /** The last stable offset passes open transactions, and readers hear of no aborted ones. */
    READS_PASS_OPEN_TRANSACTIONS,
    /** Readers are not told which transactions were aborted. */
    ABORTED_ARE_FORGOTTEN,
    /** Offsets are committed beside the transaction that they belong to. */
    OFFSETS_STAND_ASIDE,
    /** The end of one transaction arrives once more, when the next is open. */
    AN_OLD_END_ENDS_THE_NEXT;

    byte isolation() {
        return this == READS_PASS_OPEN_TRANSACTIONS ? 0 : CommittedReader.READ_COMMITTED;
    }

    boolean dropsAborted() {
        return this == ABORTED_ARE_FORGOTTEN;
    }
}
