package naru.coordination.transactions;

import java.util.SortedSet;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;

/** Which partitions a transaction reaches: adding some, and asking whether they were added. */
final class Reach {

    private Reach() {}

    static Step add(Transaction now, Claim claim, SortedSet<TopicPartition> partitions, short generation, long nowMs) {
        var refused = refusal(now, claim);
        if (refused != ErrorCode.NONE) {
            return new Step.Refuse(refused);
        }
        boolean known = now.state() == TransactionState.ONGOING && now.partitions().containsAll(partitions);
        return known ? new Step.Stay() : new Step.Become(now.reaching(partitions, generation, nowMs));
    }

    /** NONE when the claim is true and the transaction may grow, or may be asked about. */
    static ErrorCode refusal(Transaction now, Claim claim) {
        if (now != null && now.awaits(claim)) {
            return ErrorCode.CONCURRENT_TRANSACTIONS;
        }
        if (now == null || now.producerId() != claim.producerId()) {
            return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        }
        if (now.epoch() != claim.producerEpoch()) {
            return ErrorCode.PRODUCER_FENCED;
        }
        return now.state().isClosing() ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.NONE;
    }
}
