package naru.coordination.transactions;

import static naru.coordination.transactions.Transaction.GENERATION_ONE;
import static naru.coordination.transactions.Transaction.GENERATION_TWO;
import static naru.coordination.transactions.Transaction.NO_ID;

import naru.protocol.ErrorCode;

/** How transactions end: EndTxn of both generations, and the end that a timeout or a newer producer brings. */
final class Endings {

    private Endings() {}

    /** What EndTxn of generation one says. One epoch covers many transactions, so it says little. */
    static Step ofGenerationOne(Transaction now, Claim claim, boolean commit, long nowMs) {
        if (now == null || now.producerId() != claim.producerId()) {
            return new Step.Refuse(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        if (now.epoch() != claim.producerEpoch()) {
            return new Step.Refuse(ErrorCode.PRODUCER_FENCED);
        }
        return switch (now.state()) {
            case ONGOING -> new Step.Become(now.decided(commit, GENERATION_ONE, NO_ID, nowMs));
            case COMPLETE_COMMIT -> commit ? new Step.Stay() : new Step.Refuse(ErrorCode.INVALID_TXN_STATE);
            case COMPLETE_ABORT -> commit ? new Step.Refuse(ErrorCode.INVALID_TXN_STATE) : new Step.Stay();
            case EMPTY -> new Step.Refuse(ErrorCode.INVALID_TXN_STATE);
            case PREPARE_COMMIT, PREPARE_ABORT, DEAD, PREPARE_EPOCH_FENCE -> new Step.Refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
        };
    }

    /**
     * What EndTxn of generation two says: the epoch names the transaction, so the same question is told from the next one.
     *
     * @param freshId an id nobody had before; {@link Transaction#NO_ID} as long as none was needed
     */
    static Step ofGenerationTwo(Transaction now, Claim claim, boolean commit, long freshId, long nowMs) {
        if (now == null) {
            return new Step.Refuse(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        if (now.awaits(claim)) {
            return new Step.Refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
        }
        boolean askedBefore = now.epoch() == claim.producerEpoch() + 1 && now.producerId() == claim.producerId();
        boolean askedBeforeRotation = now.previousProducerId() == claim.producerId() && now.epoch() == 0
                && claim.producerEpoch() == Short.MAX_VALUE - 1;
        if (now.producerId() != claim.producerId() && !askedBeforeRotation) {
            return new Step.Refuse(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        boolean current = now.producerId() == claim.producerId() && now.epoch() == claim.producerEpoch();
        boolean again = askedBefore || askedBeforeRotation;
        return switch (now.state()) {
            case ONGOING -> current ? decide(now, commit, freshId, nowMs) : fenced();
            case EMPTY -> !current ? fenced()
                    : commit ? new Step.Refuse(ErrorCode.INVALID_TXN_STATE) : decide(now, false, freshId, nowMs);
            case PREPARE_COMMIT, PREPARE_ABORT ->
                    askedBefore ? new Step.Refuse(ErrorCode.CONCURRENT_TRANSACTIONS) : fenced();
            case COMPLETE_COMMIT -> again ? repeated(commit) : afterwards(now, current, commit, freshId, nowMs);
            case COMPLETE_ABORT -> again ? repeated(!commit) : afterwards(now, current, commit, freshId, nowMs);
            case DEAD, PREPARE_EPOCH_FENCE -> new Step.Refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
        };
    }

    private static Step repeated(boolean sameVerdict) {
        return sameVerdict ? new Step.Stay() : new Step.Refuse(ErrorCode.INVALID_TXN_STATE);
    }

    /** A transaction nobody knows of: its batches may be under way, so an abort takes their epoch away. */
    private static Step afterwards(Transaction now, boolean current, boolean commit, long freshId, long nowMs) {
        if (!current) {
            return fenced();
        }
        return commit ? new Step.Refuse(ErrorCode.INVALID_TXN_STATE) : decide(now, false, freshId, nowMs);
    }

    private static Step fenced() {
        return new Step.Refuse(ErrorCode.PRODUCER_FENCED);
    }

    private static Step decide(Transaction now, boolean commit, long freshId, long nowMs) {
        if (now.isExhausted() && freshId == NO_ID) {
            return new Step.TakeId();
        }
        return new Step.Become(now.decided(commit, GENERATION_TWO, now.isExhausted() ? freshId : NO_ID, nowMs));
    }

    /** The end of an open transaction that its producer did not ask for. */
    static Transaction fencing(Transaction now, short generation, long nowMs) {
        return now.fenced().decided(false, generation, NO_ID, nowMs);
    }
}
