package naru.coordination.runtime;

import java.util.List;
import java.util.function.Consumer;
import naru.protocol.ErrorCode;

/** The partition of the internal topic under a shard. */
public interface ShardLog {

    /**
     * The transaction in which records are written.
     *
     * @param producerId whose transaction it is
     * @param epoch the producer's epoch
     */
    record Transaction(long producerId, short epoch) {}

    /**
     * Appends the records as one batch. Outcomes come on the shard's lane, those of committed batches in the order of the
     * appends; a refusal may come behind the outcome of a later append, never inside the call.
     *
     * @param transaction whose marker will decide whether the records count; null when they count once committed
     */
    void append(List<CoordinatorRecord> records, Transaction transaction, Consumer<Outcome> whenCommitted);

    /** The offset of the record that is replayed now; once everything is replayed, that of the record appended next. */
    default long at() {
        return 0;
    }

    /** What was written before this offset is of no use to the shard any more. */
    default void deleteBefore(long offset) {}

    /** What became of an append. */
    sealed interface Outcome {

        record Committed() implements Outcome {}

        record Failed(ErrorCode why) implements Outcome {}
    }
}
