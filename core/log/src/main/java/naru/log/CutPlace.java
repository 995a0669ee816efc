package naru.log;

/** Where a log ends when the records from an offset on are dropped: always behind a batch that is there, as recovery will see it. */
final class CutPlace {

    private CutPlace() {}

    /** At most {@code offset}; {@code logStart} when nothing is left. */
    static long of(Segments segments, long offset, long logStart) {
        long at = offset;
        for (var segment = segments.below(at); segment != null; segment = segments.below(at)) {
            var walk = segment.isEmpty() ? null : segment.find(at, segment.size());
            if (walk == null && !segment.isEmpty()) {
                return Math.max(logStart, segment.contentEnd()); // compaction left a gap there
            }
            if (walk != null && walk.position() > 0) {
                return Math.max(logStart, segment.endBefore(walk));
            }
            at = segment.base();
        }
        return logStart;
    }
}
