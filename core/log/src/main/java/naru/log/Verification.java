package naru.log;

/**
 * A producer's pass into a log, for the first batch of a transaction. It is given before the coordinator is asked whether
 * the partition belongs to the transaction, and is void once a batch of the producer or a marker that may end this transaction came
 * meanwhile: so none slips in between the coordinator's word and the batch. One producer has one at a time, however many of
 * its batches wait.
 */
public final class Verification {

    /** Where the operator switched verification off: whoever asks is believed. */
    public static final Verification UNNEEDED = new Verification(0, (short) 0, 0, false, 0);

    private final long producerId;
    private final boolean bumpsEpochs;
    private final long sinceMs;
    private short epoch;
    private int lowestSequence;

    Verification(long producerId, short epoch, int sequence, boolean bumpsEpochs, long sinceMs) {
        this.producerId = producerId;
        this.epoch = epoch;
        this.lowestSequence = sequence;
        this.bumpsEpochs = bumpsEpochs;
        this.sinceMs = sinceMs;
    }

    long sinceMs() {
        return sinceMs;
    }

    long producerId() {
        return producerId;
    }

    /** Another batch of the producer waits for the same answer. */
    void joinedBy(short otherEpoch, int sequence) {
        if (otherEpoch == epoch) {
            lowestSequence = Math.min(lowestSequence, sequence);
        } else if (otherEpoch > epoch) {
            epoch = otherEpoch;
            lowestSequence = sequence;
        }
    }

    /**
     * True when the marker ends an earlier transaction: where each has an epoch of its own, a marker has that of the next. Such a
     * marker may well come now, for a producer hears of a verdict, and goes on, before the markers are written. Were the pass void then, a
     * leader whose questions take longer than its coordinator's markers would never let this producer in. The highest epoch has no next.
     */
    boolean outlives(TransactionMarker marker) {
        return bumpsEpochs && marker.bumpsEpoch() && marker.producerEpoch() <= epoch && marker.producerEpoch() < Short.MAX_VALUE;
    }

    /**
     * The sequence with which the producer must begin; -1 when this one may. Batches that wait together may come in another
     * order than they were sent; and where every transaction has an epoch of its own, each begins at 0.
     */
    int sequenceBefore(int sequence, boolean nothingKnown) {
        if (bumpsEpochs && nothingKnown && sequence != 0) {
            return 0;
        }
        return sequence > lowestSequence ? lowestSequence : -1;
    }
}
