package naru.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets go of old segments, oldest first: those before the log's start, those that are too old by their newest record,
 * and those beyond the log's size. A segment leaves the log at once; its files, renamed, go after a time of grace.
 */
final class Retention {

    private record Doomed(Segment segment, long sinceMs) {}

    /** The turn that they leave in has to stay short. */
    private static final int TAKEN_AT_ONCE_MAX = 64;

    private final Segments segments;
    private final ArrayDeque<Doomed> doomed = new ArrayDeque<>();

    Retention(Segments segments) {
        this.segments = segments;
    }

    /** True when only a fresh active segment would be left. */
    boolean wouldTakeAll(LogConfig config, long nowMs, long highWatermark, long logStart, long end) {
        return !segments.isEmpty()
                && !segments.active().isEmpty()
                && highWatermark >= end
                && (logStart >= end && end > segments.active().base() || config.retentionBytes() == 0
                        || isExpired(segments.active(), config, nowMs))
                && allBeforeActiveGo(config, nowMs, logStart);
    }

    private boolean allBeforeActiveGo(LogConfig config, long nowMs, long logStart) {
        for (var segment : segments.all()) {
            var next = segments.after(segment);
            if (next != null && config.retentionBytes() != 0 && !isExpired(segment, config, nowMs) && next.base() > logStart) {
                return false;
            }
        }
        return true;
    }

    private static boolean isExpired(Segment segment, LogConfig config, long nowMs) {
        if (config.retentionMs() < 0) {
            return false;
        }
        long newest = segment.maxTimestamp();
        if (newest < 0 && segment.isEmpty()) {
            return true; // compaction has left nothing in it
        }
        return newest >= 0 && nowMs - newest > config.retentionMs();
    }

    /**
     * Takes segments out of the log; the bytes they had. The active one stays.
     *
     * @param before hears that some are about to go
     */
    long take(LogConfig config, long nowMs, long highWatermark, long logStart, Runnable before) {
        long surplus = config.deletes() && config.retentionBytes() >= 0
                ? segments.sizeBytes() - config.retentionBytes()
                : 0;
        long taken = 0;
        for (int count = 0; count < TAKEN_AT_ONCE_MAX && segments.count() > 1; count++) {
            var oldest = segments.first();
            long nextBase = segments.after(oldest).base();
            boolean beforeStart = nextBase <= logStart;
            boolean tooOld = config.deletes() && isExpired(oldest, config, nowMs);
            boolean tooMuch = surplus - taken >= oldest.size() && surplus > 0;
            if (nextBase > highWatermark || !(beforeStart || tooOld || tooMuch)) {
                return taken;
            }
            if (count == 0) {
                before.run();
            }
            taken += oldest.size();
            segments.remove(oldest);
            oldest.markDeleted();
            doomed.addLast(new Doomed(oldest, nowMs));
        }
        return taken;
    }

    /** Takes everything from {@code end} on out of the log, newest first: what a crash leaves of that has gaps only behind what stays. */
    void cut(long end) {
        while (!segments.isEmpty() && segments.active().base() >= end) {
            var newest = segments.active();
            segments.remove(newest);
            newest.markDeleted();
            doomed.addLast(new Doomed(newest, 0));
        }
        if (!segments.isEmpty()) {
            segments.active().cutAt(end);
        }
    }

    /** The files of segments that left the log at least {@code delayMs} ago, for deletion. */
    List<String> takeDoomed(long nowMs, long delayMs) {
        var files = new ArrayList<String>();
        while (!doomed.isEmpty() && nowMs - doomed.getFirst().sinceMs() >= delayMs) {
            var segment = doomed.removeFirst().segment();
            segment.close();
            files.addAll(segment.paths());
        }
        return files;
    }

    /** Deletes the files of segments that left the log at least {@code delayMs} ago. */
    void purge(long nowMs, long delayMs) {
        while (!doomed.isEmpty() && nowMs - doomed.getFirst().sinceMs() >= delayMs) {
            doomed.removeFirst().segment().delete();
        }
    }
}
