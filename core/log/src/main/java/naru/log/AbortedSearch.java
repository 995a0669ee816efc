package naru.log;

import java.util.ArrayList;
import java.util.List;

/** Finds the aborted transactions of which a reader of committed records has records in hand. */
final class AbortedSearch {

    private AbortedSearch() {}

    /**
     * @param slice what the reader was given
     * @param offset what it asked for; what ended before does not concern it
     * @param end of the log
     * @return in the order of their markers; some may lie behind the slice
     */
    static List<AbortedTransaction> in(Segments segments, LogSlice slice, long offset, long end) {
        var segment = segments.holding(slice.segmentBase());
        long upper = -1;
        List<AbortedTransaction> found = List.of();
        for (var here : segments.behind(segment.base())) {
            if (here.aborted().entries() == 0) {
                continue; // nearly always
            }
            if (upper < 0) {
                upper = upper(segments, segment, slice, end);
                found = new ArrayList<>();
            }
            long before = upper;
            var into = found;
            boolean done = here.aborted().forEachFrom(offset, transaction -> {
                if (transaction.firstOffset() < before) {
                    into.add(transaction);
                }
                // Whatever is aborted behind this one began behind it too.
                return transaction.lastStableOffset() < before;
            });
            if (done) {
                break;
            }
        }
        return found;
    }

    /** An offset that nothing in the slice reaches, and not much more. The index is believed where the records agree. */
    private static long upper(Segments segments, Segment segment, LogSlice slice, long end) {
        int behind = slice.position() + slice.records().sizeInBytes();
        long last = segment.offsets().lastOffsetFrom(behind);
        if (last >= 0) {
            var walk = new BatchWalk(segment.file(), segment.offsets().positionFrom(behind), segment.size(), false);
            if (walk.next() && walk.nextOffset() - 1 == last) {
                return last;
            }
        }
        var next = segments.after(segment);
        return next == null ? end : next.base();
    }
}
