package naru.coordination.transactions;

import static naru.coordination.transactions.Transaction.NO_EPOCH;
import static naru.coordination.transactions.Transaction.NO_ID;

import naru.protocol.ErrorCode;

/** Who gets which producer id and epoch: InitProducerId, as a table over where the transactional id stands. */
final class Beginnings {

    /**
     * What InitProducerId asks.
     *
     * @param timeoutMs of the transactions to come
     * @param producerId what the producer believes it has, when it goes on after an error (KIP-360); else {@link Transaction#NO_ID}
     * @param epoch goes with the id
     */
    record Wish(int timeoutMs, long producerId, short epoch) {
        boolean goesOn() {
            return producerId != NO_ID;
        }
    }

    private Beginnings() {}

    /**
     * @param now null when nobody had the transactional id before
     * @param freshId an id nobody had before; {@link Transaction#NO_ID} as long as none was needed
     */
    static Step initialise(Transaction now, Wish wish, long freshId, long nowMs) {
        if (now == null) {
            return freshId == NO_ID ? new Step.TakeId() : new Step.Become(Transaction.first(freshId, wish.timeoutMs(), nowMs));
        }
        if (now.state().isClosing()) {
            return new Step.Refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
        }
        if (wish.goesOn() && !isOurs(now, wish)) {
            return new Step.Refuse(ErrorCode.PRODUCER_FENCED);
        }
        return switch (now.state()) {
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> nextEpoch(now, wish, freshId, nowMs);
            case ONGOING -> new Step.Fence();
            case PREPARE_COMMIT, PREPARE_ABORT, DEAD, PREPARE_EPOCH_FENCE -> new Step.Refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
        };
    }

    /** The id is the present one, or the one before whose epochs were used up: then the answer may have been lost. */
    private static boolean isOurs(Transaction now, Wish wish) {
        return wish.producerId() == now.producerId()
                || wish.producerId() == now.previousProducerId() && Transaction.isExhausted(wish.epoch());
    }

    private static Step nextEpoch(Transaction now, Wish wish, long freshId, long nowMs) {
        boolean current = !wish.goesOn() || wish.epoch() == now.epoch();
        if (now.isExhausted() && current) {
            return freshId == NO_ID ? new Step.TakeId() : new Step.Become(now.initialised(
                    freshId, (short) 0, wish.goesOn() ? now.epoch() : NO_EPOCH, wish.timeoutMs(), nowMs));
        }
        if (current) {
            return new Step.Become(now.initialised(now.producerId(), (short) (now.epoch() + 1),
                    wish.goesOn() ? now.epoch() : NO_EPOCH, wish.timeoutMs(), nowMs));
        }
        if (wish.epoch() == now.lastEpoch()) {
            // It got this epoch already and did not hear so; nobody came in between, else there were no last epoch.
            return new Step.Become(now.initialised(
                    now.producerId(), now.epoch(), now.lastEpoch(), wish.timeoutMs(), nowMs));
        }
        return new Step.Refuse(ErrorCode.PRODUCER_FENCED);
    }
}
