package naru.log;

/** One line of the {@link ProducerLedger}: the last batches of a producer, as many as a client may have under way. */
final class Producer {

    static final int BATCHES_KEPT = 5;
    static final short NO_EPOCH = -1;
    static final int NO_SEQUENCE = -1;
    static final long NO_OFFSET = -1;

    private final long id;
    private short epoch = NO_EPOCH;
    private int coordinatorEpoch = -1;
    private long txnStartOffset = NO_OFFSET;
    private long lastTimestampMs = -1;
    private int count;
    // Slot of the newest batch; older ones lie before it, around the end.
    private int newest = BATCHES_KEPT - 1;
    private int[] lastSequences = new int[BATCHES_KEPT];
    private long[] lastOffsets = new long[BATCHES_KEPT];
    private int[] offsetDeltas = new int[BATCHES_KEPT];
    private long[] timestamps = new long[BATCHES_KEPT];

    Producer(long id) {
        this.id = id;
    }

    Producer copy() {
        var copy = new Producer(id);
        copy.epoch = epoch;
        copy.coordinatorEpoch = coordinatorEpoch;
        copy.txnStartOffset = txnStartOffset;
        copy.lastTimestampMs = lastTimestampMs;
        copy.count = count;
        copy.newest = newest;
        copy.lastSequences = lastSequences.clone();
        copy.lastOffsets = lastOffsets.clone();
        copy.offsetDeltas = offsetDeltas.clone();
        copy.timestamps = timestamps.clone();
        return copy;
    }

    /** A batch of this epoch was written; an epoch that is new forgets the batches of the one before. */
    void add(short batchEpoch, int lastSequence, long lastOffset, int offsetDelta, long timestampMs) {
        setEpoch(batchEpoch);
        newest = (newest + 1) % BATCHES_KEPT;
        count = Math.min(count + 1, BATCHES_KEPT);
        lastSequences[newest] = lastSequence;
        lastOffsets[newest] = lastOffset;
        offsetDeltas[newest] = offsetDelta;
        timestamps[newest] = timestampMs;
        lastTimestampMs = timestampMs;
    }

    /** A transaction of this producer was committed or aborted. */
    void endTransaction(short markerEpoch, int markerCoordinatorEpoch, long timestampMs) {
        setEpoch(markerEpoch);
        coordinatorEpoch = markerCoordinatorEpoch;
        txnStartOffset = NO_OFFSET;
        lastTimestampMs = timestampMs;
    }

    void startTransaction(long offset) {
        txnStartOffset = offset;
    }

    /** What a snapshot says, which keeps the newest batch alone. */
    void restore(short savedEpoch, int savedCoordinatorEpoch, long savedTxnStart, long timestampMs) {
        epoch = savedEpoch;
        coordinatorEpoch = savedCoordinatorEpoch;
        txnStartOffset = savedTxnStart;
        lastTimestampMs = timestampMs;
    }

    /** Takes over the batches before the newest one, when {@code written} ends with the same batch. */
    void recall(Producer written) {
        if (written.epoch == epoch && written.lastOffset() == lastOffset() && written.lastSequence() == lastSequence()) {
            count = written.count;
            newest = written.newest;
            lastSequences = written.lastSequences;
            lastOffsets = written.lastOffsets;
            offsetDeltas = written.offsetDeltas;
            timestamps = written.timestamps;
        }
    }

    /**
     * True when the batches known are all that may be sent again: five of them, or from the epoch's first one on. A
     * coordinator's have no sequence and are never sent again.
     */
    boolean isWindowWhole() {
        if (lastSequence() == NO_SEQUENCE) {
            return true;
        }
        int oldest = (newest - count + 1 + BATCHES_KEPT) % BATCHES_KEPT;
        return count == BATCHES_KEPT || firstSequence(oldest) == 0;
    }

    private void setEpoch(short to) {
        if (to != epoch) {
            epoch = to;
            count = 0;
        }
    }

    /** The slot of the batch with exactly these sequences; -1 when it is not one of the last. */
    int find(short batchEpoch, int firstSequence, int lastSequence) {
        if (batchEpoch != epoch) {
            return -1;
        }
        for (int i = 0; i < count; i++) {
            int slot = (newest - i + BATCHES_KEPT) % BATCHES_KEPT;
            if (lastSequences[slot] == lastSequence && firstSequence(slot) == firstSequence) {
                return slot;
            }
        }
        return -1;
    }

    private int firstSequence(int slot) {
        return Sequence.minus(lastSequences[slot], offsetDeltas[slot]);
    }

    long firstOffset(int slot) {
        return lastOffsets[slot] - offsetDeltas[slot];
    }

    long lastOffset(int slot) {
        return lastOffsets[slot];
    }

    long timestampMs(int slot) {
        return timestamps[slot];
    }

    long id() {
        return id;
    }

    short epoch() {
        return epoch;
    }

    int lastSequence() {
        return count == 0 ? NO_SEQUENCE : lastSequences[newest];
    }

    long lastOffset() {
        return count == 0 ? NO_OFFSET : lastOffsets[newest];
    }

    int lastOffsetDelta() {
        return count == 0 ? 0 : offsetDeltas[newest];
    }

    long lastTimestampMs() {
        return lastTimestampMs;
    }

    int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    long txnStartOffset() {
        return txnStartOffset;
    }

    boolean isInTransaction() {
        return txnStartOffset != NO_OFFSET;
    }
}
