package naru.log;

/**
 * How much a round of compaction would find to do in a log.
 *
 * @param firstDirty where the part begins that no round has looked at
 * @param end where the part ends that a round may look at, the base of a segment
 * @param cleanBytes in segments before {@code firstDirty}
 * @param dirtyBytes from the segment with {@code firstDirty} to {@code end}
 * @param overdue records have waited longer than {@code max.compaction.lag.ms}
 */
public record Dirtiness(long firstDirty, long end, long cleanBytes, long dirtyBytes, boolean overdue) {

    /** The part of the bytes that is dirty, from 0 to 1. */
    public double ratio() {
        return dirtyBytes == 0 ? 0 : (double) dirtyBytes / (cleanBytes + dirtyBytes);
    }

    /** True when a round is worth it. */
    public boolean isDue(CompactionRules rules) {
        return end > firstDirty && dirtyBytes > 0 && (overdue || ratio() > rules.dirtyRatioMin());
    }
}
