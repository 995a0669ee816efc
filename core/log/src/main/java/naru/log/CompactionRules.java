package naru.log;

import static naru.base.Invariant.check;

/**
 * What a topic's configuration says about its compaction. Names and defaults are Kafka's.
 *
 * @param dirtyRatioMin {@code min.cleanable.dirty.ratio}: the part of the bytes, from 0 to 1, above which a round is worth it
 * @param lagMsMin {@code min.compaction.lag.ms}: records younger than this are left alone
 * @param lagMsMax {@code max.compaction.lag.ms}: records older than this make a round due whatever the ratio
 * @param deleteRetentionMs {@code delete.retention.ms}: how long tombstones and transaction markers stay once they are
 *     all that is left, so that a reader that began before sees them
 */
public record CompactionRules(double dirtyRatioMin, long lagMsMin, long lagMsMax, long deleteRetentionMs) {

    /** Kafka 4.4's defaults. */
    public static final CompactionRules DEFAULTS = new CompactionRules(0.5, 0, Long.MAX_VALUE, 86_400_000);

    public CompactionRules {
        check(dirtyRatioMin >= 0 && dirtyRatioMin <= 1, "the dirty ratio is a part of the whole");
        check(lagMsMin >= 0 && lagMsMax > 0 && deleteRetentionMs >= 0, "the times of compaction do not run backwards");
    }
}
