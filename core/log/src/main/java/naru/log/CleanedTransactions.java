package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import naru.protocol.batch.BatchHeader;

/**
 * Follows the transactions of a log while its batches are walked in order. Records of an aborted one may go at once; a marker
 * may go when none of its transaction's batches is left, which is seen when the walk comes to the marker.
 */
final class CleanedTransactions {

    private static final class Ongoing {
        private final AbortedTransaction aborted;
        private boolean seen;

        Ongoing(AbortedTransaction aborted) {
            this.aborted = aborted;
        }
    }

    private final PriorityQueue<AbortedTransaction> ahead =
            new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
    // By producer. Looked up, never walked.
    private final HashMap<Long, Ongoing> aborted = new HashMap<>();
    private final HashSet<Long> committed = new HashSet<>();
    private final ArrayList<AbortedTransaction> kept = new ArrayList<>();

    /** @param known every aborted transaction whose records or marker the walk may meet */
    CleanedTransactions(List<AbortedTransaction> known) {
        ahead.addAll(known);
    }

    /** The next batch of the log; true when nothing of it is needed any more, as far as transactions go. */
    boolean isNeededNoMore(ByteBuffer in, int at) {
        beginUpTo(BatchHeader.baseOffset(in, at), BatchHeader.nextOffset(in, at) - 1);
        if (BatchHeader.isControl(in, at)) {
            return isMarkerNeededNoMore(in, at);
        }
        if (!BatchHeader.isTransactional(in, at)) {
            return false;
        }
        var ongoing = aborted.get(BatchHeader.producerId(in, at));
        if (ongoing == null) {
            committed.add(BatchHeader.producerId(in, at));
            return false;
        }
        ongoing.seen = true;
        return true;
    }

    private void beginUpTo(long first, long last) {
        while (!ahead.isEmpty() && ahead.peek().firstOffset() <= last) {
            var next = ahead.remove();
            if (next.lastOffset() >= first) { // else its marker stands where the walk has not been
                aborted.putIfAbsent(next.producerId(), new Ongoing(next));
            }
        }
    }

    private boolean isMarkerNeededNoMore(ByteBuffer in, int at) {
        if (BatchHeader.recordCount(in, at) == 0) {
            return true; // compaction emptied it before
        }
        long producer = BatchHeader.producerId(in, at);
        var marker = ControlRecord.markerIn(in, at);
        if (marker == null) {
            return false;
        }
        if (marker.committed()) {
            return !committed.remove(producer);
        }
        var ended = aborted.remove(producer);
        if (ended != null && ended.seen) {
            kept.add(ended.aborted);
            return false;
        }
        return true;
    }

    /** What the index of the segment with these markers has to say: asked once a segment. */
    List<AbortedTransaction> takeKept() {
        var taken = List.copyOf(kept);
        kept.clear();
        return taken;
    }
}
