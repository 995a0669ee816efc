package naru.coordination.transactions;

import java.util.Arrays;
import java.util.List;

/** Where a transactional id stands. Numbers and labels are Kafka's: in records, in answers and in tools. */
enum TransactionState {
    EMPTY("Empty"),
    ONGOING("Ongoing"),
    PREPARE_COMMIT("PrepareCommit"),
    PREPARE_ABORT("PrepareAbort"),
    COMPLETE_COMMIT("CompleteCommit"),
    COMPLETE_ABORT("CompleteAbort"),
    /** Expired. Never in a record: a tombstone says the same. */
    DEAD("Dead"),
    /** Between a fence and its abort. Never in a record: here both are one step. */
    PREPARE_EPOCH_FENCE("PrepareEpochFence");

    private static final List<TransactionState> BY_NUMBER = List.of(values());

    final String label;

    TransactionState(String label) {
        this.label = label;
    }

    byte number() {
        return (byte) ordinal();
    }

    /** Null when no state has this number. */
    static TransactionState of(int number) {
        return number >= 0 && number < BY_NUMBER.size() ? BY_NUMBER.get(number) : null;
    }

    /** Null when no state is called that. */
    static TransactionState of(String label) {
        return Arrays.stream(values()).filter(one -> one.label.equals(label)).findFirst().orElse(null);
    }

    /** The verdict is final, and markers are on their way. */
    boolean isClosing() {
        return this == PREPARE_COMMIT || this == PREPARE_ABORT;
    }
}
