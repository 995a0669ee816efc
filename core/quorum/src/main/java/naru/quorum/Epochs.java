package naru.quorum;

import java.util.Map;
import java.util.TreeMap;

/** Where each leader's epoch begins in a log that a quorum shares. */
final class Epochs {

    private final TreeMap<Integer, Long> begins = new TreeMap<>();

    /** The newest epoch; -1 when no record says one. */
    int newest() {
        return begins.isEmpty() ? -1 : begins.lastKey();
    }

    /** The epoch begins at {@code offset}, unless it, or a newer one, has begun. */
    void begin(int epoch, long offset) {
        if (epoch > newest()) {
            begins.put(epoch, offset);
        }
    }

    /**
     * Where the records of {@code epoch}, or of the newest one before it, end.
     *
     * @param logEnd where the newest epoch ends
     * @return null when {@code epoch} is newer than all that are known
     */
    SnapshotId endOf(int epoch, long logEnd) {
        if (begins.isEmpty() || epoch > newest()) {
            return null;
        }
        Map.Entry<Integer, Long> next = begins.higherEntry(epoch);
        var floor = begins.floorKey(epoch);
        return new SnapshotId(next == null ? logEnd : next.getValue(), floor == null ? epoch : floor);
    }

    /** Forgets epochs that begin at {@code offset} or later. */
    void truncate(long offset) {
        begins.values().removeIf(first -> first >= offset);
    }

    /** The log begins at {@code offset} now. The epoch of the records there stays. */
    void dropBefore(long offset) {
        Integer reaching = null;
        for (var entry : begins.entrySet()) {
            if (entry.getValue() <= offset) {
                reaching = entry.getKey();
            }
        }
        if (reaching != null) {
            begins.headMap(reaching, false).clear();
            begins.put(reaching, offset);
        }
    }

    void clear() {
        begins.clear();
    }
}
