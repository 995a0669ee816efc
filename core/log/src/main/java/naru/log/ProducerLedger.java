package naru.log;

import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import naru.base.OffsetRange;
import naru.protocol.batch.BatchHeader;

/**
 * What each idempotent producer wrote last to one log, so that a batch sent again is recognised and a missing one is
 * noticed; and which of them have a transaction open. The rules are Kafka's: five batches, sequences within an epoch,
 * epochs that only rise, a transaction from its first batch to its marker.
 */
final class ProducerLedger {

    /** Most logs never see an idempotent producer, and there are thousands of logs. */
    private static final int SMALL = 1;

    /** How many producers that cannot be forgotten are passed over in search of one that can. */
    private static final int PASSED_OVER_MAX = 8;

    private final Long2ObjectLinkedOpenHashMap<Producer> producers = new Long2ObjectLinkedOpenHashMap<>(SMALL);
    // How the producers touched in this turn were before it; null for one that was not there.
    private final Long2ObjectLinkedOpenHashMap<Producer> before = new Long2ObjectLinkedOpenHashMap<>(SMALL);
    private final Undecided undecided = new Undecided();
    private final Verifications verifications;
    private final int producersMax;

    /** @param producersMax beyond it the one that wrote longest ago is forgotten, unless its transaction is open */
    ProducerLedger(int producersMax) {
        this.producersMax = producersMax;
        this.verifications = new Verifications(producersMax);
    }

    int size() {
        return producers.size();
    }

    /** True when this producer's transaction of this epoch is open. */
    boolean isInTransaction(long producerId, short epoch) {
        var producer = producers.get(producerId);
        return producer != null && producer.isInTransaction() && producer.epoch() == epoch;
    }

    Verifications verifications() {
        return verifications;
    }

    /**
     * Null when the batch may be appended; else what to answer. Batches without a producer may always.
     *
     * @param shown what its sender was given before the coordinator was asked; null for nothing
     */
    Appended judge(ByteBuffer in, int at, Origin origin, Verification shown) {
        long id = BatchHeader.producerId(in, at);
        if (id == BatchHeader.NO_PRODUCER_ID || origin == Origin.REPLICATION) {
            return null;
        }
        var producer = producers.get(id);
        var again = producer == null || !origin.isClient() ? null : duplicate(producer, in, at);
        if (again != null) {
            return again;
        }
        var refusal = refusal(producer, in, at, origin, shown);
        return refusal == null ? null : new Appended.Refused(refusal);
    }

    private static Appended duplicate(Producer producer, ByteBuffer in, int at) {
        int first = BatchHeader.baseSequence(in, at);
        int last = Sequence.plus(first, BatchHeader.lastOffsetDelta(in, at));
        int slot = producer.find(BatchHeader.producerEpoch(in, at), first, last);
        return slot < 0
                ? null
                : new Appended.Duplicate(new OffsetRange(producer.firstOffset(slot), producer.lastOffset(slot) + 1), -1);
    }

    private Refusal refusal(Producer producer, ByteBuffer in, int at, Origin origin, Verification shown) {
        long id = BatchHeader.producerId(in, at);
        short epoch = BatchHeader.producerEpoch(in, at);
        boolean transactional = BatchHeader.isTransactional(in, at);
        // A coordinator of this broker looked itself, in this turn.
        if (transactional && origin.isClient() && !isInTransaction(id, epoch) && !verifications.admits(shown, id)) {
            return new Refusal.NotInTransaction(id, epoch);
        }
        if (producer != null && epoch < producer.epoch()) {
            return new Refusal.ProducerFenced(id, epoch, producer.epoch());
        }
        if (origin.isClient()) {
            int first = BatchHeader.baseSequence(in, at);
            int expected = expected(producer, id, epoch, first, transactional || origin == Origin.OLD_CLIENT);
            if (expected >= 0 && expected != first) {
                return new Refusal.OutOfSequence(id, expected, first);
            }
        }
        return producer != null && producer.isInTransaction() && !transactional ? new Refusal.TransactionOpen(id) : null;
    }

    /**
     * The sequence that must come next; -1 when any may.
     *
     * @param mayBeginAnywhere what is known of the producer may have been forgotten, and it could not go on if it had to begin with 0
     */
    private int expected(Producer producer, long id, short epoch, int first, boolean mayBeginAnywhere) {
        var verification = verifications.of(id);
        if (verification != null) {
            int before = verification.sequenceBefore(first, producer == null || producer.lastSequence() == Producer.NO_SEQUENCE);
            if (before >= 0) {
                return before;
            }
        }
        if (producer == null || producer.epoch() == Producer.NO_EPOCH) {
            // Either it was forgotten, or what it sent first is still on its way to a leader that is none any more. Were the second batch taken
            // for the first, the first could never follow. Whoever was forgotten raises its epoch and begins with 0.
            return mayBeginAnywhere ? -1 : 0;
        }
        if (epoch != producer.epoch()) {
            return 0;
        }
        // After nothing but a transaction marker of this epoch the last sequence is -1, so that 0 follows.
        return producer.lastSequence() == Producer.NO_SEQUENCE ? 0 : Sequence.plus(producer.lastSequence(), 1);
    }

    /** Null when the marker may be appended. One that was written already may be written again: its answer was lost. */
    Refusal judge(TransactionMarker marker) {
        var producer = producers.get(marker.producerId());
        if (producer == null) {
            return null;
        }
        short epoch = marker.producerEpoch();
        boolean again = marker.bumpsEpoch() && epoch == producer.epoch()
                && (!producer.isInTransaction() || epoch == Short.MAX_VALUE);
        boolean old = marker.bumpsEpoch() ? epoch <= producer.epoch() : epoch < producer.epoch();
        if (old && !again) {
            return new Refusal.ProducerFenced(marker.producerId(), epoch, producer.epoch());
        }
        return marker.coordinatorEpoch() < producer.coordinatorEpoch()
                ? new Refusal.CoordinatorFenced(marker.producerId(), marker.coordinatorEpoch(), producer.coordinatorEpoch())
                : null;
    }

    /** As {@link #add(ByteBuffer, int)}, for a batch of which a walk may have only the header at hand. */
    AbortedTransaction add(BatchWalk walk) {
        if (BatchHeader.isControl(walk.bytes(), walk.at())) {
            walk.bringWhole();
        }
        return add(walk.bytes(), walk.at());
    }

    /**
     * The batch, whose base offset is stamped, takes its place in the log.
     *
     * @return the transaction that it aborts; null when it aborts none
     */
    AbortedTransaction add(ByteBuffer in, int at) {
        long id = BatchHeader.producerId(in, at);
        if (id == BatchHeader.NO_PRODUCER_ID) {
            return null;
        }
        boolean control = BatchHeader.isControl(in, at);
        var marker = control ? ControlRecord.markerIn(in, at) : null;
        if (control && marker == null) {
            return null; // compaction left it empty, because nothing of its transaction is left
        }
        var producer = touched(id);
        if (control) {
            return end(producer, marker, in, at);
        }
        short epoch = BatchHeader.producerEpoch(in, at);
        int delta = BatchHeader.lastOffsetDelta(in, at);
        int first = BatchHeader.baseSequence(in, at);
        int lastSequence = first < 0 ? Producer.NO_SEQUENCE : Sequence.plus(first, delta);
        producer.add(epoch, lastSequence, BatchHeader.nextOffset(in, at) - 1, delta, BatchHeader.maxTimestamp(in, at));
        if (BatchHeader.isTransactional(in, at)) {
            verifications.end(id);
            if (!producer.isInTransaction()) {
                producer.startTransaction(BatchHeader.baseOffset(in, at));
                undecided.begin(producer.txnStartOffset());
            }
        }
        return null;
    }

    private AbortedTransaction end(Producer producer, ControlRecord marker, ByteBuffer in, int at) {
        verifications.end(producer.id());
        long first = producer.txnStartOffset();
        producer.endTransaction(
                BatchHeader.producerEpoch(in, at), marker.coordinatorEpoch(), BatchHeader.maxTimestamp(in, at));
        if (first == Producer.NO_OFFSET) {
            return null;
        }
        long last = BatchHeader.nextOffset(in, at) - 1;
        long stable = undecided.end(first, last);
        return marker.committed() ? null : new AbortedTransaction(producer.id(), first, last, stable);
    }

    /** The producer, about to change: how it was is kept, and it is the one that wrote last. */
    private Producer touched(long id) {
        var producer = producers.getAndMoveToLast(id);
        if (!before.containsKey(id)) {
            before.put(id, producer == null ? null : producer.copy());
        }
        if (producer == null) {
            producer = new Producer(id);
            producers.put(id, producer);
            forgetOldest();
        }
        return producer;
    }

    /** Whoever invents a producer id for each batch must not fill the memory. */
    private void forgetOldest() {
        for (int tries = 0; producers.size() > producersMax && tries < PASSED_OVER_MAX; tries++) {
            long oldest = producers.firstLongKey();
            if (producers.get(oldest).isInTransaction() || before.containsKey(oldest)) {
                producers.getAndMoveToLast(oldest);
            } else {
                producers.removeFirst();
            }
        }
    }

    /** What was added since the last call is in the log for good. */
    void keep() {
        if (!before.isEmpty()) {
            before.clear();
        }
    }

    /**
     * What was added since the last {@link #keep} never happened.
     *
     * @param end the log's end before it
     */
    void takeBack(long end) {
        for (var touched : before.long2ObjectEntrySet()) {
            if (touched.getValue() == null) {
                producers.remove(touched.getLongKey());
            } else {
                producers.put(touched.getLongKey(), touched.getValue());
            }
        }
        before.clear();
        undecided.takeBackTo(end);
        for (var producer : producers.values()) {
            if (producer.isInTransaction()) {
                undecided.begin(producer.txnStartOffset());
            }
        }
    }

    void clear() {
        producers.clear();
        before.clear();
        undecided.clear();
        verifications.clear();
    }

    /** Forgets producers that wrote nothing for {@code producer.id.expiration.ms} and have no transaction open. */
    void expire(long nowMs, int expirationMs) {
        producers.values().removeIf(p -> !p.isInTransaction() && nowMs - p.lastTimestampMs() >= expirationMs);
        verifications.expire(nowMs, expirationMs);
    }

    /** The first offset of the oldest transaction that is not decided below {@code highWatermark}; else the largest long. */
    long firstUndecided(long highWatermark) {
        return undecided.first(highWatermark);
    }

    /**
     * Takes over older batches of the producers in this ledger from one that was made by reading the log.
     *
     * @return true when nothing more would be found by reading from further back
     */
    boolean recall(ProducerLedger read) {
        boolean complete = true;
        for (var producer : producers.values()) {
            var written = read.producers.get(producer.id());
            if (written != null) {
                producer.recall(written);
            }
            complete &= producer.isWindowWhole();
        }
        return complete;
    }

    void put(Producer producer) {
        producers.put(producer.id(), producer);
        if (producer.isInTransaction()) {
            undecided.begin(producer.txnStartOffset());
        }
    }

    /** By producer id. */
    List<Producer> sorted() {
        var all = new ArrayList<>(producers.values());
        all.sort(Comparator.comparingLong(Producer::id));
        return all;
    }

    List<ProducerState> describe() {
        var states = new ArrayList<ProducerState>();
        for (var p : sorted()) {
            states.add(new ProducerState(
                    p.id(), p.epoch(), p.lastSequence(), p.lastTimestampMs(), p.coordinatorEpoch(), p.txnStartOffset()));
        }
        return states;
    }
}
