package naru.log;

import java.nio.ByteBuffer;
import naru.protocol.batch.BatchBuilder;

/**
 * The end of one producer's transaction in one partition.
 *
 * @param producerEpoch the epoch the producer is fenced to; in generation two (KIP-890) one above that of its batches
 * @param coordinatorEpoch of the coordinator that decided, so that one that was replaced is refused
 * @param transactionVersion the {@code transaction.version} the transaction runs under: from 2 on it is generation two
 * @param committed false when it was aborted
 */
public record TransactionMarker(
        long producerId, short producerEpoch, int coordinatorEpoch, short transactionVersion, boolean committed) {

    static final short BUMPS_EPOCHS = 2;

    private static final int NO_SEQUENCE = -1;

    /** False for numbers that no coordinator gives. */
    public boolean isPossible() {
        return producerId >= 0 && producerEpoch >= 0 && transactionVersion >= 0;
    }

    /** Only a marker of generation two has an epoch of its own, by which a late one is told apart. */
    boolean bumpsEpoch() {
        return transactionVersion >= BUMPS_EPOCHS;
    }

    /** The control batch that says so. */
    ByteBuffer batch(long nowMs) {
        return new BatchBuilder()
                .producer(producerId, producerEpoch, NO_SEQUENCE)
                .transactional()
                .control()
                .add(nowMs, ControlRecord.key(committed), ControlRecord.value(coordinatorEpoch))
                .build();
    }
}
