package naru.log;

/**
 * When the records of a segment were made: Kafka's {@code .timeindex}, entries of eight bytes timestamp and four bytes
 * relative offset. An entry says that no record up to its offset is newer than its timestamp; timestamps rise.
 */
final class TimeIndex {

    static final int ENTRY = 12;
    static final int OFFSET_AT = 8;
    static final long NONE = -1;

    private final long base;
    private final IndexFile file;

    TimeIndex(long base, OpenFiles.Slot slot) {
        this.base = base;
        this.file = new IndexFile(slot, ENTRY);
    }

    IndexFile file() {
        return file;
    }

    /** One entry stays free for the one that is written when the segment is sealed. */
    boolean isFull(int bytesMax) {
        return file.entries() >= bytesMax / ENTRY - 1;
    }

    /** Adds an entry when it is newer than the last one. */
    void add(long timestamp, long offset) {
        if (timestamp > lastTimestamp()) {
            file.append().putLong(timestamp).putInt((int) (offset - base));
        }
    }

    /** {@link #NONE} when the index is empty. */
    long lastTimestamp() {
        int entries = file.entries();
        return entries == 0 ? NONE : file.entry(entries - 1).getLong(0);
    }

    long lastOffset() {
        int entries = file.entries();
        return entries == 0 ? base : base + file.entry(entries - 1).getInt(OFFSET_AT);
    }

    /** An offset before which every record is older than {@code timestamp}. */
    long lookUp(long timestamp) {
        int found = entryAtOrBefore(timestamp);
        return found < 0 ? base : base + file.entry(found).getInt(OFFSET_AT);
    }

    /** True when the newest record of the batch that {@link #lookUp} led to has the time that its entry says. */
    boolean isRightAbout(long timestamp, long maxTimestampThere) {
        int found = entryAtOrBefore(timestamp);
        return found < 0 || file.entry(found).getLong(0) == maxTimestampThere;
    }

    /** The number of the last entry that is not newer; -1 when there is none. */
    private int entryAtOrBefore(long timestamp) {
        int low = 0;
        int high = file.entries() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (file.entry(middle).getLong(0) <= timestamp) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** Drops the entries for {@code offset} and later ones. */
    void truncateToOffset(long offset) {
        int entries = file.entries();
        while (entries > 0 && base + file.entry(entries - 1).getInt(OFFSET_AT) >= offset) {
            entries--;
        }
        file.truncateTo(entries);
    }

    boolean isSound() {
        if (file.isRagged()) {
            return false;
        }
        int entries = file.entries();
        if (entries < 2) {
            return true;
        }
        var last = file.entry(entries - 1);
        long timestamp = last.getLong(0);
        int relative = last.getInt(OFFSET_AT);
        var first = file.entry(0);
        return timestamp > first.getLong(0) && relative >= first.getInt(OFFSET_AT);
    }
}
