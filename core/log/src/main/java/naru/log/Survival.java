package naru.log;

import java.nio.ByteBuffer;
import java.util.List;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.BatchSieve;

/**
 * Which records of a log stay in a round. The rules are Kafka's: of each key the newest record; a tombstone or a marker that is
 * the last of its kind until its delete horizon, which is written into its batch when it is first seen (KIP-534); and of a batch
 * that is a producer's last, or the round's, at least the header, for its sequence, epoch and last offset.
 */
final class Survival {

    private final CompactionPlan plan;
    private final OffsetMap map;
    private final BatchSieve sieve;
    private final CleanedTransactions transactions;
    private boolean tombstonesStay;

    Survival(
            CompactionPlan plan, OffsetMap map, BatchSieve sieve, List<AbortedTransaction> aborted) {
        this.plan = plan;
        this.map = map;
        this.sieve = sieve;
        this.transactions = new CleanedTransactions(aborted);
    }

    CleanedTransactions transactions() {
        return transactions;
    }

    /**
     * What becomes of the next batch of the log: {@code in} when it stays as it is, null when nothing stays, else a shorter
     * batch, valid until the next call.
     */
    ByteBuffer of(ByteBuffer in, int at) {
        boolean neededNoMore = transactions.isNeededNoMore(in, at);
        boolean control = BatchHeader.isControl(in, at);
        boolean hasHorizon = BatchHeader.hasDeleteHorizon(in, at);
        boolean horizonPassed = hasHorizon && BatchHeader.baseTimestamp(in, at) <= plan.nowMs();
        boolean dropped = neededNoMore && (!control || horizonPassed);
        if (!dropped) {
            tombstonesStay = !horizonPassed;
            sieve.sift(in, at, control ? (_, _, _) -> true : this::stays);
        }
        if (dropped || sieve.kept() == 0) {
            return isProducersLast(in, at) || BatchHeader.nextOffset(in, at) == plan.end() ? emptied(in, at) : null;
        }
        boolean begins = !hasHorizon && (sieve.keptTombstone() && !control || neededNoMore);
        if (sieve.kept() == BatchHeader.recordCount(in, at) && !begins) {
            return in;
        }
        return sieve.thinned(begins ? horizon() : BatchHeader.NO_TIMESTAMP);
    }

    private boolean stays(long offset, ByteBuffer key, boolean hasValue) {
        if (offset > map.latest()) {
            return true; // the map was full before
        }
        return key != null && offset >= map.get(key) && (hasValue || tombstonesStay);
    }

    private long horizon() {
        long delay = plan.config().compaction().deleteRetentionMs();
        return delay > Long.MAX_VALUE - plan.nowMs() ? Long.MAX_VALUE : plan.nowMs() + delay;
    }

    /** A batch that is empty already is what it will be. */
    private ByteBuffer emptied(ByteBuffer in, int at) {
        return BatchHeader.recordCount(in, at) == 0 ? in : sieve.emptied(in, at);
    }

    private boolean isProducersLast(ByteBuffer in, int at) {
        long id = BatchHeader.producerId(in, at);
        var last = id == BatchHeader.NO_PRODUCER_ID ? null : plan.producers().get(id);
        if (last == null) {
            return false;
        }
        return last.lastOffset() >= 0
                ? BatchHeader.nextOffset(in, at) - 1 == last.lastOffset()
                : BatchHeader.isControl(in, at) && BatchHeader.producerEpoch(in, at) == last.epoch();
    }
}
