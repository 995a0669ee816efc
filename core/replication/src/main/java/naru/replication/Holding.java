package naru.replication;

import static naru.base.Invariant.check;

/**
 * What a replica's log holds when a role begins; all of it is written.
 *
 * @param logStart its first offset
 * @param logEnd the offset behind its last record
 * @param durableEnd what lies before it survives a power cut; the log's end right after it was opened
 * @param highWatermark the last one known, from the role before or from the checkpoint
 */
public record Holding(long logStart, long logEnd, long durableEnd, long highWatermark) {

    public Holding {
        check(0 <= logStart && logStart <= logEnd, "a log begins before it ends");
        check(durableEnd <= logEnd, "only what was written is durable");
        check(logStart <= highWatermark && highWatermark <= logEnd, "the high watermark lies inside the log");
    }
}
