package naru.histories;

/** One record that somebody sent, and what became of it. */
final class Write {

    final String value;
    final String partition;
    final String process;
    final Transaction transaction;
    final Cause cause;
    Stage outcome = Stage.INVOKE;
    long acknowledgedAt = -1;
    String seenPartition;
    long seenOffset = -1;
    boolean contested;

    Write(String process, Operation.Send send, Transaction transaction) {
        this.value = send.value();
        this.partition = send.partition();
        this.process = process;
        this.transaction = transaction;
        this.cause = send.cause();
    }

    boolean isSeen() {
        return seenPartition != null;
    }

    /** Where it stands, by whatever source; -1 when nobody knows. */
    long offset() {
        return seenOffset >= 0 ? seenOffset : acknowledgedAt;
    }

    /** It never happened: to see it is an aborted read. */
    boolean isImpossible() {
        return transaction == null ? outcome == Stage.FAIL : transaction.isAborted();
    }

    /** It is in the log for good, as far as its own client was told. */
    boolean isCertain() {
        return outcome == Stage.OK && (transaction == null || transaction.isCommitted());
    }

    /** It counts as there: certain, or shown to be by what others saw of its transaction. */
    boolean isThere() {
        return isSeen() && !isImpossible() || (transaction == null ? isCertain() : transaction.isThere());
    }

    @Override
    public String toString() {
        return "'" + value + "'" + (transaction == null ? "" : " of transaction " + transaction.name);
    }
}
