package naru.coordination.transactions;

import java.util.SortedMap;
import java.util.TreeSet;
import naru.base.Clock;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;

/** Carries out a verdict: its markers, tried until each partition has its own, and then the record that says so. */
final class Closing {

    /** Between two attempts. A marker that came twice does no harm. */
    static final long RETRY_MS = 100;

    private final TransactionalIds ids;
    private final Markers markers;
    private final Clock clock;

    Closing(TransactionalIds ids, Markers markers, Clock clock) {
        this.ids = ids;
        this.markers = markers;
        this.clock = clock;
    }

    /** Once a verdict is committed, and again whenever it is time for another attempt. */
    void carryOut(TransactionalId id) {
        if (id.pending || id.marking) {
            return;
        }
        var fact = id.now;
        if (id.closing != fact) {
            id.closing = fact;
            id.unmarked = new TreeSet<>(fact.partitions());
        }
        if (id.unmarked.isEmpty()) {
            ids.become(id, fact.completed(clock.nowMs()), _ -> { });
            return;
        }
        id.marking = true;
        var verdict = new Markers.Verdict(fact.producerId(), fact.epoch(), fact.clientVersion(), fact.isCommit());
        markers.write(verdict, new TreeSet<>(id.unmarked), results -> onWritten(id, fact, results));
    }

    private void onWritten(TransactionalId id, Transaction fact, SortedMap<TopicPartition, ErrorCode> results) {
        id.marking = false;
        if (!ids.isPresent(id, fact)) {
            return;
        }
        results.forEach((partition, error) -> {
            if (isSettled(error)) {
                id.unmarked.remove(partition);
            }
        });
        if (id.unmarked.isEmpty()) {
            carryOut(id);
        }
    }

    /** A partition that has seen a newer epoch of the producer has no open transaction of this one any more. */
    private static boolean isSettled(ErrorCode error) {
        return error == ErrorCode.NONE || error == ErrorCode.INVALID_PRODUCER_EPOCH
                || error == ErrorCode.TRANSACTION_COORDINATOR_FENCED || error == ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT;
    }
}
