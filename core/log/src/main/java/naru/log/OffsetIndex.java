package naru.log;

/**
 * Where in a segment an offset is to be looked for: Kafka's {@code .index}, entries of four bytes offset relative to
 * the segment's base and four bytes position, one about every {@code index.interval.bytes}.
 */
final class OffsetIndex {

    static final int ENTRY = 8;
    static final int OFFSET_AT = 0;

    private final long base;
    private final IndexFile file;

    OffsetIndex(long base, OpenFiles.Slot slot) {
        this.base = base;
        this.file = new IndexFile(slot, ENTRY);
    }

    IndexFile file() {
        return file;
    }

    boolean isFull(int bytesMax) {
        return file.entries() >= bytesMax / ENTRY;
    }

    void add(long lastOffset, int position) {
        file.append().putInt((int) (lastOffset - base)).putInt(position);
    }

    /** A position at or before the batch that holds {@code offset}. */
    int lookUp(long offset) {
        int found = entryAtOrBefore(offset);
        return found < 0 ? 0 : file.entry(found).getInt(4);
    }

    /** True when the batch that {@link #lookUp} led to ends with the offset that its entry says. */
    boolean isRightAbout(long offset, long lastOffsetThere) {
        int found = entryAtOrBefore(offset);
        return found < 0 || base + file.entry(found).getInt(OFFSET_AT) == lastOffsetThere;
    }

    /** The number of the last entry whose offset is not larger; -1 when there is none. */
    private int entryAtOrBefore(long offset) {
        int low = 0;
        int high = file.entries() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (base + file.entry(middle).getInt(OFFSET_AT) <= offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** The offset of the last entry whose position is not larger; the base when there is none. */
    long offsetAtPosition(long position) {
        int low = 0;
        int high = file.entries() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (file.entry(middle).getInt(4) <= position) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? base : base + file.entry(high).getInt(OFFSET_AT);
    }

    /** The offset of the first entry whose position is not smaller; -1 when there is none. */
    long lastOffsetFrom(int position) {
        int number = entryFrom(position);
        return number == file.entries() ? -1 : base + file.entry(number).getInt(OFFSET_AT);
    }

    /** The position of the same entry, which there must be. */
    int positionFrom(int position) {
        return file.entry(entryFrom(position)).getInt(4);
    }

    private int entryFrom(int position) {
        int low = 0;
        int high = file.entries();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (file.entry(middle).getInt(4) < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The last entry's position, 0 when there is none. */
    int lastPosition() {
        int entries = file.entries();
        return entries == 0 ? 0 : file.entry(entries - 1).getInt(4);
    }

    /** The last entry's offset, one before the base when there is none. */
    long lastOffset() {
        int entries = file.entries();
        return entries == 0 ? base - 1 : base + file.entry(entries - 1).getInt(OFFSET_AT);
    }

    /** Drops the entries that point at {@code position} or behind it. */
    void truncateToPosition(int position) {
        file.truncateTo(entryFrom(position));
    }

    /** False when the entries cannot belong to a segment of {@code size} bytes. */
    boolean isSound(long size) {
        if (file.isRagged()) {
            return false;
        }
        int entries = file.entries();
        if (entries == 0) {
            return true;
        }
        var last = file.entry(entries - 1);
        int relative = last.getInt(OFFSET_AT);
        int position = last.getInt(4);
        return relative >= entries - 1 && position >= 0 && position < size;
    }
}
