package naru.log;

import naru.base.Randomness;

/** When a log begins a new segment: by size, by age, when its indexes are full, or when offsets outgrow an int. */
final class RollRule {

    private final Segments segments;
    private final Randomness randomness;
    private long jitterMs;

    RollRule(Segments segments, Randomness randomness) {
        this.segments = segments;
        this.randomness = randomness;
    }

    /** Each segment's age is its own, so that many logs do not roll at once. */
    void drawJitter(LogConfig config) {
        long most = Math.min(config.segmentJitterMs(), config.segmentMs());
        jitterMs = most <= 0 ? 0 : Math.floorMod(randomness.nextLong(), most);
    }

    /** True when a new segment begins with the batch that is staged next. */
    boolean rollsBefore(
            int bytes, long lastOffset, long maxTimestamp, Staging staging, long writtenEnd, LogConfig config, long nowMs) {
        boolean fresh = segments.isEmpty() || staging.hasRolled();
        long written = fresh ? 0 : segments.active().size();
        long base = segments.isEmpty() ? writtenEnd : segments.active().base();
        if (written + staging.bytesSinceRoll() == 0) {
            return !segments.isEmpty() && lastOffset - base > Integer.MAX_VALUE;
        }
        return written + staging.bytesSinceRoll() > config.segmentBytes() - (long) bytes
                || !fresh && lastOffset - base > Integer.MAX_VALUE
                || staging.count() == 0 && segments.active().isDone(maxTimestamp, nowMs, config, jitterMs);
    }
}
