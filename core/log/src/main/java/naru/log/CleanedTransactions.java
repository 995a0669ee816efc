package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/**
 * Follows the transactions of a log while its batches are walked in order. Records of an aborted one may go at once; a marker
 * may go when none of its transaction's batches is left, which is seen when the walk comes to the marker.
 */
final class CleanedTransactions {

    private static final short ABORT = 0;
    private static final short COMMIT = 1;
    private static final int TYPE_AT = 2;
    private static final int UNPACKED_MAX = 64 << 10;

    private static final class Ongoing {
        private final TransactionIndexFile.Aborted aborted;
        private boolean seen;

        Ongoing(TransactionIndexFile.Aborted aborted) {
            this.aborted = aborted;
        }
    }

    private final PriorityQueue<TransactionIndexFile.Aborted> ahead =
            new PriorityQueue<>(Comparator.comparingLong(TransactionIndexFile.Aborted::firstOffset));
    // By producer. Looked up, never walked.
    private final HashMap<Long, Ongoing> aborted = new HashMap<>();
    private final HashSet<Long> committed = new HashSet<>();
    private final ArrayList<TransactionIndexFile.Aborted> kept = new ArrayList<>();

    /** @param known every aborted transaction whose records or marker the walk may meet */
    CleanedTransactions(List<TransactionIndexFile.Aborted> known) {
        ahead.addAll(known);
    }

    /** The next batch of the log; true when nothing of it is needed any more, as far as transactions go. */
    boolean isNeededNoMore(ByteBuffer in, int at) {
        beginUpTo(BatchHeader.nextOffset(in, at) - 1);
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

    private void beginUpTo(long offset) {
        while (!ahead.isEmpty() && ahead.peek().firstOffset() <= offset) {
            var next = ahead.remove();
            aborted.putIfAbsent(next.producerId(), new Ongoing(next));
        }
    }

    private boolean isMarkerNeededNoMore(ByteBuffer in, int at) {
        if (BatchHeader.recordCount(in, at) == 0) {
            return true; // compaction emptied it before
        }
        long producer = BatchHeader.producerId(in, at);
        return switch (typeOf(in, at)) {
            case ABORT -> {
                var ended = aborted.remove(producer);
                if (ended != null && ended.seen) {
                    kept.add(ended.aborted);
                    yield false;
                }
                yield true;
            }
            case COMMIT -> !committed.remove(producer);
            default -> false;
        };
    }

    private static short typeOf(ByteBuffer in, int at) {
        var key = new RecordReader(UNPACKED_MAX).read(in, at).getFirst().key();
        return key == null || key.remaining() < TYPE_AT + Short.BYTES ? -1 : key.getShort(key.position() + TYPE_AT);
    }

    /** What the index of the segment with these markers has to say: asked once a segment. */
    List<TransactionIndexFile.Aborted> takeKept() {
        var taken = List.copyOf(kept);
        kept.clear();
        return taken;
    }
}
