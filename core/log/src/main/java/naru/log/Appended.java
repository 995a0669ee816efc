package naru.log;

import naru.base.OffsetRange;

/** What came of an append. */
public sealed interface Appended {

    /**
     * Staged for this turn's write.
     *
     * @param logAppendTimeMs the broker's time when the topic stamps it; -1 when the producer's times were kept
     */
    record Accepted(OffsetRange at, long logAppendTimeMs) implements Appended {}

    /** An idempotent producer sent again what the log holds (or holds in this turn's staging) at {@code at}. */
    record Duplicate(OffsetRange at, long logAppendTimeMs) implements Appended {}

    /** Nothing of it is in the log. */
    record Refused(Refusal why) implements Appended {}
}
