package naru.log;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What a log knows of transactions, for those who coordinate them and those who read only what was committed. */
public final class LogTransactions {

    private final Segments segments;
    private final Supplier<ProducerLedger> ledger;
    private final LongSupplier end;

    LogTransactions(Segments segments, Supplier<ProducerLedger> ledger, LongSupplier end) {
        this.segments = segments;
        this.ledger = ledger;
        this.end = end;
    }

    /** True when a transaction of this producer and epoch is open here: its next batches need no verification. */
    public boolean isOpen(long producerId, short epoch) {
        return ledger.get().isInTransaction(producerId, epoch);
    }

    /**
     * Before the coordinator is asked whether this partition belongs to a transaction that has no batch here yet.
     *
     * @param firstSequence of the batch that waits
     * @param bumpsEpochs true when the producer's every transaction has an epoch of its own (generation two, KIP-890)
     * @return what {@link Log#append(java.nio.ByteBuffer, int, Origin, Verification, long)} wants to see with that batch
     */
    public Verification verify(long producerId, short epoch, int firstSequence, boolean bumpsEpochs, long nowMs) {
        return ledger.get().verifications().begin(producerId, epoch, firstSequence, bumpsEpochs, nowMs);
    }

    /**
     * True when a batch of this transaction may be appended in this turn: it is open, or {@code verified} is not void yet. For
     * coordinators, whose appends the log does not ask for it.
     */
    public boolean admits(Verification verified, long producerId, short epoch) {
        return isOpen(producerId, epoch) || ledger.get().verifications().admits(verified, producerId);
    }

    /** The aborted ones that a reader of committed records must know, who asked for {@code offset} and was given {@code slice}. */
    public List<AbortedTransaction> abortedIn(LogSlice slice, long offset) {
        return slice.records().sizeInBytes() == 0 ? List.of() : AbortedSearch.in(segments, slice, offset, end.getAsLong());
    }
}
