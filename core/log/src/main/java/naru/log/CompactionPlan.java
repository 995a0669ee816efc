package naru.log;

import static naru.base.Invariant.check;

import java.util.List;
import java.util.Map;

/**
 * What one round of compaction works on, as the lane saw it when the round began. What is named here is sealed: nobody writes to
 * it any more.
 *
 * @param sources the segments up to {@code end}, oldest first
 * @param firstDirty where the part begins that no round has looked at
 * @param end where it ends: the base of a segment, at most the last stable offset
 * @param producers the last batches of the idempotent producers, by producer id
 * @param nowMs the time by which tombstones are judged
 */
record CompactionPlan(
        String folder, List<Source> sources, long firstDirty, long end, LogConfig config, Map<Long, LastBatch> producers,
        CompactionLimits limits, long nowMs) {

    /** @param end the base of the next segment */
    record Source(long base, long end, long bytes) {}

    /**
     * What must be found of a producer when its ledger is made from the log.
     *
     * @param lastOffset of its last data batch; -1 when there is only a marker
     */
    record LastBatch(short epoch, long lastOffset) {}

    CompactionPlan {
        check(!sources.isEmpty() && sources.getLast().end() == end, "the sources reach the end of the round");
        check(firstDirty < end, "a round has something to look at");
    }
}
