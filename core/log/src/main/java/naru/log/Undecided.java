package naru.log;

import java.util.ArrayDeque;
import java.util.TreeSet;

/**
 * The transactions of a log that readers of committed records wait for: those that are open, and those whose marker does
 * not yet lie below the high watermark. A log without any pays nothing.
 */
final class Undecided {

    private record Ended(long firstOffset, long markerOffset) {}

    private final TreeSet<Long> open = new TreeSet<>();
    // First offsets of those that are ended, and the same in the order of their markers.
    private final TreeSet<Long> ended = new TreeSet<>();
    private final ArrayDeque<Ended> byMarker = new ArrayDeque<>();

    void begin(long firstOffset) {
        open.add(firstOffset);
    }

    /** @return the log's last stable offset once everything up to the marker is decided */
    long end(long firstOffset, long markerOffset) {
        open.remove(firstOffset);
        ended.add(firstOffset);
        byMarker.addLast(new Ended(firstOffset, markerOffset));
        return open.isEmpty() ? markerOffset + 1 : open.first();
    }

    /** The first offset of the oldest of them; {@link Long#MAX_VALUE} when there is none. */
    long first(long highWatermark) {
        while (!byMarker.isEmpty() && byMarker.peekFirst().markerOffset() < highWatermark) {
            ended.remove(byMarker.removeFirst().firstOffset());
        }
        long first = open.isEmpty() ? Long.MAX_VALUE : open.first();
        return ended.isEmpty() ? first : Math.min(first, ended.first());
    }

    /** Markers at {@code end} and behind it never happened; what is open is told anew. */
    void takeBackTo(long end) {
        while (!byMarker.isEmpty() && byMarker.peekLast().markerOffset() >= end) {
            ended.remove(byMarker.removeLast().firstOffset());
        }
        open.clear();
    }

    void clear() {
        open.clear();
        ended.clear();
        byMarker.clear();
    }
}
