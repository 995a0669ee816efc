package naru.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** The segments of one log by their base offset. Empty until the first append: a new partition has no files. */
final class Segments {

    private final OpenFiles files;
    private String folder;
    private final TreeMap<Long, Segment> byBase = new TreeMap<>();

    Segments(OpenFiles files, String folder) {
        this.files = files;
        this.folder = folder;
    }

    String folder() {
        return folder;
    }

    /** The folder has another name. */
    void inFolder(String now) {
        folder = now;
        byBase.values().forEach(segment -> segment.inFolder(now));
    }

    boolean isEmpty() {
        return byBase.isEmpty();
    }

    int count() {
        return byBase.size();
    }

    /** A segment whose files are there. */
    Segment addExisting(long base, long nowMs) {
        return add(base, nowMs, "");
    }

    /** A segment whose files are there, under names with this ending. */
    Segment add(long base, long nowMs, String ending) {
        var segment = new Segment(files, folder, base, () -> nextBase(base), nowMs, ending);
        byBase.put(base, segment);
        return segment;
    }

    private long nextBase(long base) {
        var next = byBase.higherKey(base);
        return next == null ? IndexedEnd.OPEN : next;
    }

    Segment create(long base, long nowMs) {
        var segment = addExisting(base, nowMs);
        segment.create();
        return segment;
    }

    Segment active() {
        return byBase.lastEntry().getValue();
    }

    Segment first() {
        return byBase.firstEntry().getValue();
    }

    /** The segment that holds the offset or, where it lies in a gap, the one before the gap; null when all are newer. */
    Segment holding(long offset) {
        var entry = byBase.floorEntry(offset);
        return entry == null ? null : entry.getValue();
    }

    /** The newest segment that begins before the offset; null when there is none. */
    Segment below(long offset) {
        var entry = byBase.lowerEntry(offset);
        return entry == null ? null : entry.getValue();
    }

    /** The segment with exactly this base; null when there is none. */
    Segment at(long base) {
        return byBase.get(base);
    }

    /** Null in front of the first. */
    Segment before(Segment segment) {
        var entry = byBase.lowerEntry(segment.base());
        return entry == null ? null : entry.getValue();
    }

    /** Null behind the last. */
    Segment after(Segment segment) {
        var entry = byBase.higherEntry(segment.base());
        return entry == null ? null : entry.getValue();
    }

    /** Oldest first. */
    Collection<Segment> all() {
        return byBase.values();
    }

    /** From the one with this base on, oldest first; for a look that changes nothing. */
    Collection<Segment> behind(long base) {
        return byBase.tailMap(base, true).values();
    }

    List<Segment> from(long base) {
        return new ArrayList<>(byBase.tailMap(base, true).values());
    }

    void remove(Segment segment) {
        byBase.remove(segment.base());
    }

    /** Takes the segments with this base and newer ones out of the log and deletes their files, newest first: a crash leaves no gap. */
    void deleteFrom(long base) {
        for (var segment : from(base).reversed()) {
            remove(segment);
            segment.delete();
        }
    }

    long sizeBytes() {
        long sum = 0;
        for (var segment : byBase.values()) {
            sum += segment.size();
        }
        return sum;
    }

    void close() {
        for (var segment : byBase.values()) {
            segment.close();
        }
    }
}
