package naru.log;

import java.util.function.LongSupplier;

/**
 * What the indexes of a segment say of its last records. Where a file was cut short between two batches nothing else tells that from
 * a gap that compaction has made in front of the next segment.
 */
final class IndexedEnd {

    /** Of a segment to which records may still be added. */
    static final long OPEN = Long.MAX_VALUE;

    private final OffsetIndex offsets;
    private final TimeIndex times;
    private final LongSupplier nextBase;

    /** @param nextBase where the next segment begins; {@link #OPEN} while there is none */
    IndexedEnd(OffsetIndex offsets, TimeIndex times, LongSupplier nextBase) {
        this.offsets = offsets;
        this.times = times;
        this.nextBase = nextBase;
    }

    /**
     * True when there should be records at {@code end}, where the file ends, or behind it. What an index says of the next segment's
     * offsets is damage of the index. After a power cut the indexes of a segment that is open may well be ahead of its records, and
     * recovery has judged those.
     */
    boolean isBehind(long end) {
        long next = nextBase.getAsLong();
        if (next == OPEN) {
            return false;
        }
        long byOffset = offsets.lastOffset();
        long byTime = times.file().entries() == 0 ? -1 : times.lastOffset();
        return isMissing(byOffset, end, next) || isMissing(byTime, end, next);
    }

    /** @param indexed the last offset that an index speaks of */
    static boolean isMissing(long indexed, long end, long nextBase) {
        return indexed >= end && indexed < nextBase;
    }
}
