package naru.histories;

import java.util.ArrayList;
import java.util.List;

/** One transaction: its writes, its offsets, and how it ended as far as its own client knows. */
final class Transaction {

    /** Offsets that become true together, or without a transaction by themselves. */
    record Offsets(Transaction transaction, String process, Operation.CommitOffsets what, int invokedAt) {}

    final String name;
    final String process;
    final List<Write> writes = new ArrayList<>();
    final List<Offsets> offsets = new ArrayList<>();
    /** Index of the event with which its commit began; the largest number when nobody began to commit it. */
    int commitInvokedAt = Integer.MAX_VALUE;
    /** Index of the event that told its client that it is committed. */
    int committedAt = Integer.MAX_VALUE;
    /** Index of the first event that shows it to be committed, whatever its client was told. */
    int shownAt = Integer.MAX_VALUE;
    boolean commitFailed;

    Transaction(String name, String process) {
        this.name = name;
        this.process = process;
    }

    boolean isCommitted() {
        return committedAt != Integer.MAX_VALUE;
    }

    /** Nobody began to commit it, or its commit was refused for good. */
    boolean isAborted() {
        return commitFailed || commitInvokedAt == Integer.MAX_VALUE;
    }

    boolean isThere() {
        return isCommitted() || shownAt != Integer.MAX_VALUE && !isAborted();
    }

    /** Index of the first event after which it must be there for everybody; the largest number for never. */
    int thereAt() {
        return isAborted() ? Integer.MAX_VALUE : Math.min(committedAt, shownAt);
    }

    void shown(int at) {
        shownAt = Math.min(shownAt, at);
    }
}
