package naru.log;

import java.util.function.Consumer;
import naru.protocol.Records;

/** Finds bytes in the segments of a log. */
final class LogReader {

    private LogReader() {}

    static LogSlice read(Segments segments, long offset, int bytesMax, long end, long writtenEnd, boolean atLeastOne) {
        if (offset >= end || bytesMax <= 0 && !atLeastOne) {
            return nothing(offset);
        }
        for (var segment = segments.holding(offset); segment != null; segment = segments.after(segment)) {
            var walk = segment.find(offset, segment.size());
            if (walk != null) {
                refuseImpossible(segments, segment, walk, offset, writtenEnd);
                return walk.baseOffset() >= end
                        ? nothing(offset)
                        : slice(segment, walk, offset, endPosition(segments, segment, end, writtenEnd), bytesMax, atLeastOne);
            }
            segment.refuseDamage(offset);
        }
        return nothing(offset);
    }

    /** The CRC leaves a batch's offset out: one that reaches into the next segment, or into the batch before, is not what was written. */
    private static void refuseImpossible(
            Segments segments, Segment segment, BatchWalk walk, long offset, long writtenEnd) {
        var next = segments.after(segment);
        if (walk.isOverlapping() || walk.nextOffset() > (next == null ? writtenEnd : next.base())) {
            throw segment.damage(walk.position(), walk.baseOffset(), offset);
        }
    }

    private static LogSlice nothing(long offset) {
        return new LogSlice(Records.EMPTY, offset, -1, -1);
    }

    /** Where in the segment a reader has to stop. */
    private static long endPosition(Segments segments, Segment segment, long end, long writtenEnd) {
        if (end >= writtenEnd) {
            return segment.size();
        }
        var next = segments.after(segment);
        if (next != null && next.base() <= end) {
            return segment.size();
        }
        var walk = segment.find(end, segment.size());
        return walk == null ? segment.size() : walk.position();
    }

    private static LogSlice slice(
            Segment segment, BatchWalk first, long offset, long endPosition, int bytesMax, boolean atLeastOne) {
        long room = endPosition - first.position();
        if (room < first.size() || first.size() > bytesMax && !atLeastOne) {
            return nothing(offset);
        }
        int length = (int) Math.min(room, Math.max(bytesMax, first.size()));
        var records = new Records.InFile(segment.file().retain(), first.position(), length);
        return new LogSlice(records, first.baseOffset(), segment.base(), (int) first.position());
    }

    /**
     * Shows the header of every batch that tells more of producers than a snapshot did. Those in front of the log's start do too, as long as
     * they are there: a transaction that was open in the snapshot may have ended in one of them.
     *
     * @param snapshotOffset negative for none
     */
    static void headersSince(Segments segments, long snapshotOffset, long start, long end, Consumer<BatchWalk> each) {
        boolean isKnown = snapshotOffset >= 0 && !segments.isEmpty();
        headers(segments, isKnown ? Math.max(snapshotOffset, segments.first().base()) : start, end, each);
    }

    /** Shows the header of every batch that ends behind {@code from}, up to {@code end}. */
    static void headers(Segments segments, long from, long end, Consumer<BatchWalk> each) {
        for (var segment = segments.holding(from); segment != null; segment = segments.after(segment)) {
            var walk = segment.find(from, segment.size());
            boolean more = walk != null;
            while (more && walk.baseOffset() < end) {
                each.accept(walk);
                more = walk.next();
            }
        }
    }

    /** An offset that lies at least {@code bytes} before {@code offset}, and not much more; at most the log's first. */
    static long back(Segments segments, long offset, long bytes) {
        var segment = segments.holding(offset);
        if (segment == null) {
            return offset;
        }
        var walk = segment.find(offset, segment.size());
        long position = walk == null ? segment.size() : walk.position();
        long left = bytes;
        while (position <= left) {
            left -= position;
            var before = segments.before(segment);
            if (before == null) {
                return segment.base();
            }
            segment = before;
            position = segment.size();
        }
        return segment.offsets().offsetAtPosition(position - left);
    }
}
