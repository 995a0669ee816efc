package naru.coordination.transactions;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import naru.base.TopicPartition;

/**
 * What is known of one transactional id: one record of {@code __transaction_state}.
 *
 * @param producerId whose batches count
 * @param epoch the only epoch whose batches count; batches of lower ones are fenced
 * @param lastEpoch the epoch before, when the producer of that epoch is the one that got this epoch and may ask again; else
 *     {@link #NO_EPOCH}. Not in the log, as in Kafka's: after a restart nobody may ask again
 * @param previousProducerId the producer id of the fact before this one
 * @param nextProducerId the producer id after this transaction, when this one's epochs are used up; else {@link #NO_ID}
 * @param timeoutMs how long the transaction may take
 * @param partitions those that may hold records of the transaction
 * @param startMs when the transaction began; {@link #NO_TIME} when there was none since the producer was initialised
 * @param updateMs when this fact was decided
 * @param clientVersion the generation of the protocol that its client speaks, 0 or 2
 */
record Transaction(
        long producerId,
        short epoch,
        short lastEpoch,
        long previousProducerId,
        long nextProducerId,
        int timeoutMs,
        TransactionState state,
        SortedSet<TopicPartition> partitions,
        long startMs,
        long updateMs,
        short clientVersion) {

    static final long NO_ID = -1;
    static final short NO_EPOCH = -1;
    static final long NO_TIME = -1;
    /** From here on a producer gets a new epoch with each transaction (KIP-890). */
    static final short GENERATION_TWO = 2;
    static final short GENERATION_ONE = 0;

    private static final SortedSet<TopicPartition> NOWHERE = Collections.emptySortedSet();

    /** A producer id that nobody had before, for a transactional id that nobody had before. */
    static Transaction first(long producerId, int timeoutMs, long nowMs) {
        return new Transaction(producerId, (short) 0, NO_EPOCH, producerId, NO_ID, timeoutMs, TransactionState.EMPTY,
                NOWHERE, NO_TIME, nowMs, GENERATION_ONE);
    }

    /** The last epoch is kept back, so that the holder of the one before can always be fenced. */
    static boolean isExhausted(short epoch) {
        return epoch >= Short.MAX_VALUE - 1;
    }

    boolean isExhausted() {
        return isExhausted(epoch);
    }

    /** Nothing is open; what was is over, and whoever comes gets this producer id with this epoch. */
    Transaction initialised(long newId, short newEpoch, short newLastEpoch, int newTimeoutMs, long nowMs) {
        return new Transaction(newId, newEpoch, newLastEpoch, producerId, nextProducerId, newTimeoutMs,
                TransactionState.EMPTY, NOWHERE, NO_TIME, nowMs, clientVersion);
    }

    /** The transaction, begun now unless it was before, reaches these partitions too. */
    Transaction reaching(SortedSet<TopicPartition> more, short generation, long nowMs) {
        var all = new TreeSet<>(partitions);
        all.addAll(more);
        return new Transaction(producerId, epoch, lastEpoch, producerId, nextProducerId, timeoutMs, TransactionState.ONGOING,
                Collections.unmodifiableSortedSet(all), state == TransactionState.ONGOING ? startMs : nowMs, nowMs, generation);
    }

    /** The verdict. From generation two on it takes away the epoch under which the transaction was written. */
    Transaction decided(boolean commit, short generation, long nextId, long nowMs) {
        boolean bumps = generation >= GENERATION_TWO;
        short bumped = bumps && epoch < Short.MAX_VALUE ? (short) (epoch + 1) : epoch;
        boolean nothingWritten = state != TransactionState.ONGOING;
        return new Transaction(producerId, bumped, bumps ? epoch : lastEpoch, producerId, nextId, timeoutMs,
                commit ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT, partitions,
                nothingWritten ? nowMs : startMs, nowMs, generation);
    }

    /** The producer loses its epoch, whatever it does: the next verdict is written under this one. */
    Transaction fenced() {
        short bumped = epoch < Short.MAX_VALUE ? (short) (epoch + 1) : epoch;
        return new Transaction(producerId, bumped, NO_EPOCH, previousProducerId, nextProducerId, timeoutMs, state, partitions,
                startMs, updateMs, clientVersion);
    }

    /** Every partition has its marker. */
    Transaction completed(long nowMs) {
        boolean rotates = clientVersion >= GENERATION_TWO && nextProducerId != NO_ID;
        return new Transaction(rotates ? nextProducerId : producerId, rotates ? 0 : epoch, lastEpoch, producerId, NO_ID,
                timeoutMs, state == TransactionState.PREPARE_COMMIT
                        ? TransactionState.COMPLETE_COMMIT : TransactionState.COMPLETE_ABORT,
                NOWHERE, startMs, nowMs, clientVersion);
    }

    /** True for the producer as it will be when this verdict is carried out: it has been told already, and may be ahead of us. */
    boolean awaits(Claim claim) {
        if (!state.isClosing()) {
            return false;
        }
        var then = completed(updateMs);
        return claim.producerId() == then.producerId() && claim.producerEpoch() == then.epoch();
    }

    boolean isCommit() {
        return state == TransactionState.PREPARE_COMMIT;
    }
}
