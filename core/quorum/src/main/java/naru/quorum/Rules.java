package naru.quorum;

/**
 * How the metadata log is kept short. The names are Kafka's keys.
 *
 * @param snapshotBytes of log after which a snapshot is due: {@code metadata.log.max.record.bytes.between.snapshots}
 * @param snapshotIntervalMs after which one is due however little was written, 0 for never:
 *     {@code metadata.log.max.snapshot.interval.ms}
 * @param segmentBytes after which a new segment begins: {@code metadata.log.segment.bytes}
 * @param segmentMs the same by age: {@code metadata.log.segment.ms}
 * @param retentionBytes of log and snapshots together; above, the oldest that a newer snapshot covers go:
 *     {@code metadata.max.retention.bytes}; negative for no bound
 * @param retentionMs the same by the age of what a snapshot contains: {@code metadata.max.retention.ms}
 */
public record Rules(
        long snapshotBytes, long snapshotIntervalMs, long segmentBytes, long segmentMs, long retentionBytes,
        long retentionMs) {

    /** Kafka's defaults. */
    public static final Rules USUAL = new Rules(20 << 20, 3_600_000, 1 << 30, 604_800_000, 100 << 20, 604_800_000);
}
