package naru.histories;

import java.util.List;
import java.util.Map;

/** What a client does. Partitions are named {@code topic-number}; all readers read with {@code read_committed}. */
public sealed interface Operation {

    /**
     * A record is sent.
     *
     * @param transaction the transaction it belongs to; null for none
     * @param offset where it stands, once acknowledged; -1 while unknown
     * @param value a text that no other send of the history has
     * @param cause the record it answers; null for none
     */
    record Send(String transaction, String partition, long offset, String value, Cause cause) implements Operation {}

    /** Records arrive, in this order. */
    record Poll(List<Seen> seen) implements Operation {}

    /**
     * From now on the process reads these partitions, each from this offset on; -1 when it is not known. Seeks and the
     * outcome of a rebalance are written down as an assignment, too.
     */
    record Assign(Map<String, Long> positions) implements Operation {}

    /** From now on a group decides what the process reads; where it stood before means nothing any more. */
    record Subscribe(List<String> topics) implements Operation {}

    /** @param transaction a name that no other transaction of the history has */
    record Begin(String transaction) implements Operation {}

    record Commit(String transaction) implements Operation {}

    record Abort(String transaction) implements Operation {}

    /**
     * Offsets of a group are committed; they only ever go forward.
     *
     * @param transaction the transaction with which they become true; null when they do so by themselves
     */
    record CommitOffsets(String transaction, String group, Map<String, Long> offsets) implements Operation {}

    /** The group's offsets are asked for, stable ones only; -1 for a partition without one. */
    record FindOffsets(String group, Map<String, Long> offsets) implements Operation {}
}
