package naru.broker;

import naru.base.OffsetRange;

/** Who appended to a partition and waits to hear how it went. Told once, on the lane of the partition. */
interface Appender {

    /**
     * As safe as was asked for.
     *
     * @param logAppendTimeMs the broker's time when the topic stamps it; -1 when the producer's times were kept
     * @param logStart the first offset the log still has
     */
    void onAcknowledged(OffsetRange at, long logAppendTimeMs, long logStart);

    /** Nothing of it is in the log. */
    void onRefused(AppendRefused refused);
}
