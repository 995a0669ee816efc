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
 * noticed. The rules are Kafka's: five batches, sequences within an epoch, epochs that only rise.
 */
final class ProducerLedger {

    /** Most logs never see an idempotent producer, and there are thousands of logs. */
    private static final int SMALL = 1;

    private final Long2ObjectLinkedOpenHashMap<Producer> producers = new Long2ObjectLinkedOpenHashMap<>(SMALL);
    // How the producers touched in this turn were before it; null for one that was not there.
    private final Long2ObjectLinkedOpenHashMap<Producer> before = new Long2ObjectLinkedOpenHashMap<>(SMALL);

    // So that a log without transactions, the common case, need not look through its producers.
    private boolean mayHoldTransactions;

    int size() {
        return producers.size();
    }

    /** Null when the batch may be appended; else what to answer. Batches without a producer may always. */
    Appended judge(ByteBuffer in, int at, Origin origin) {
        long id = BatchHeader.producerId(in, at);
        if (id == BatchHeader.NO_PRODUCER_ID || origin != Origin.CLIENT) {
            return null;
        }
        var producer = producers.get(id);
        if (producer == null) {
            // Its records may have been deleted by retention, so any sequence may come first.
            return null;
        }
        short epoch = BatchHeader.producerEpoch(in, at);
        int first = BatchHeader.baseSequence(in, at);
        int slot = producer.find(epoch, first, Sequence.plus(first, BatchHeader.lastOffsetDelta(in, at)));
        if (slot >= 0) {
            var where = new OffsetRange(producer.firstOffset(slot), producer.lastOffset(slot) + 1);
            return new Appended.Duplicate(where, -1);
        }
        if (epoch < producer.epoch()) {
            return new Appended.Refused(new Refusal.ProducerFenced(id, epoch, producer.epoch()));
        }
        int expected = expected(producer, epoch);
        return expected < 0 || expected == first
                ? null
                : new Appended.Refused(new Refusal.OutOfSequence(id, expected, first));
    }

    /** The sequence that must come next; -1 when any may. */
    private static int expected(Producer producer, short epoch) {
        if (producer.epoch() == Producer.NO_EPOCH) {
            return -1;
        }
        if (epoch != producer.epoch()) {
            return 0;
        }
        // After nothing but a transaction marker of this epoch the last sequence is -1, so that 0 follows.
        return producer.lastSequence() == Producer.NO_SEQUENCE ? 0 : Sequence.plus(producer.lastSequence(), 1);
    }

    /** The batch, whose base offset is stamped, takes its place in the log. */
    void add(ByteBuffer in, int at) {
        long id = BatchHeader.producerId(in, at);
        if (id == BatchHeader.NO_PRODUCER_ID) {
            return;
        }
        var producer = producers.get(id);
        if (!before.containsKey(id)) {
            before.put(id, producer == null ? null : producer.copy());
        }
        if (producer == null) {
            producer = new Producer(id);
            producers.put(id, producer);
        }
        short epoch = BatchHeader.producerEpoch(in, at);
        long lastOffset = BatchHeader.nextOffset(in, at) - 1;
        if (BatchHeader.isControl(in, at)) {
            producer.endTransaction(epoch, ControlRecord.coordinatorEpoch(in, at), BatchHeader.maxTimestamp(in, at));
            return;
        }
        int delta = BatchHeader.lastOffsetDelta(in, at);
        int lastSequence = Sequence.plus(BatchHeader.baseSequence(in, at), delta);
        producer.add(epoch, lastSequence, lastOffset, delta, BatchHeader.maxTimestamp(in, at));
        if (BatchHeader.isTransactional(in, at) && !producer.isInTransaction()) {
            producer.startTransaction(BatchHeader.baseOffset(in, at));
            mayHoldTransactions = true;
        }
    }

    /** What was added since the last call is in the log for good. */
    void keep() {
        if (!before.isEmpty()) {
            before.clear();
        }
    }

    /** What was added since the last {@link #keep} never happened. */
    void takeBack() {
        for (var touched : before.long2ObjectEntrySet()) {
            if (touched.getValue() == null) {
                producers.remove(touched.getLongKey());
            } else {
                producers.put(touched.getLongKey(), touched.getValue());
            }
        }
        before.clear();
        mayHoldTransactions = true;
    }

    void clear() {
        producers.clear();
        before.clear();
    }

    /** Forgets producers that wrote nothing for {@code producer.id.expiration.ms} and have no transaction open. */
    void expire(long nowMs, int expirationMs) {
        producers.values().removeIf(p -> !p.isInTransaction() && nowMs - p.lastTimestampMs() >= expirationMs);
    }

    /** The first offset of the oldest open transaction; -1 when none is open. */
    long firstUnstable() {
        long first = Producer.NO_OFFSET;
        if (!mayHoldTransactions) {
            return first;
        }
        for (var producer : producers.values()) {
            if (producer.isInTransaction() && (first == Producer.NO_OFFSET || producer.txnStartOffset() < first)) {
                first = producer.txnStartOffset();
            }
        }
        mayHoldTransactions = first != Producer.NO_OFFSET;
        return first;
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
        mayHoldTransactions |= producer.isInTransaction();
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
