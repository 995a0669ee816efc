package naru.log;

import static naru.base.Invariant.check;

import naru.protocol.batch.Compression;

/**
 * What a topic's configuration says about its logs. Names and defaults are Kafka's; -1 stands for "no limit" where
 * Kafka says so.
 *
 * @param segmentBytes {@code segment.bytes}
 * @param segmentMs {@code segment.ms}
 * @param segmentJitterMs {@code segment.jitter.ms}
 * @param segmentIndexBytes {@code segment.index.bytes}: the largest size of an index file
 * @param indexIntervalBytes {@code index.interval.bytes}
 * @param retentionMs {@code retention.ms}
 * @param retentionBytes {@code retention.bytes}
 * @param fileDeleteDelayMs {@code file.delete.delay.ms}
 * @param deletes {@code cleanup.policy} contains delete
 * @param compacts {@code cleanup.policy} contains compact
 * @param maxMessageBytes {@code max.message.bytes}
 * @param compression {@code compression.type}; null means as the producer sent it
 * @param stampsAppendTime {@code message.timestamp.type=LogAppendTime}
 * @param timestampBeforeMaxMs {@code message.timestamp.before.max.ms}
 * @param timestampAfterMaxMs {@code message.timestamp.after.max.ms}
 * @param flushMessages {@code flush.messages}
 * @param flushMs {@code flush.ms}
 * @param producerIdExpirationMs the broker's {@code producer.id.expiration.ms}
 * @param compaction how, where it compacts
 */
public record LogConfig(
        int segmentBytes,
        long segmentMs,
        long segmentJitterMs,
        int segmentIndexBytes,
        int indexIntervalBytes,
        long retentionMs,
        long retentionBytes,
        long fileDeleteDelayMs,
        boolean deletes,
        boolean compacts,
        int maxMessageBytes,
        Compression compression,
        boolean stampsAppendTime,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        long flushMessages,
        long flushMs,
        int producerIdExpirationMs,
        CompactionRules compaction) {

    private static final long HOUR_MS = 3_600_000;

    /** Kafka 4.4's defaults. */
    public static final LogConfig DEFAULTS = new LogConfig(
            1 << 30, 168 * HOUR_MS, 0, 10 << 20, 4096, 168 * HOUR_MS, -1, 60_000, true, false, 1_048_588, null, false,
            Long.MAX_VALUE, HOUR_MS, Long.MAX_VALUE, Long.MAX_VALUE, 86_400_000, CompactionRules.DEFAULTS);

    public LogConfig {
        check(segmentBytes > 0, "a segment has room");
        check(segmentIndexBytes >= 12, "an index has room for one entry");
        check(indexIntervalBytes >= 0, "index entries have a distance");
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /** A copy with some settings changed. */
    public static final class Builder {
        private LogConfig now;

        private Builder(LogConfig start) {
            now = start;
        }

        public Builder segmentBytes(int bytes) {
            return with(bytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes, now.indexIntervalBytes);
        }

        public Builder segmentMs(long ms) {
            return with(now.segmentBytes, ms, now.segmentJitterMs, now.segmentIndexBytes, now.indexIntervalBytes);
        }

        public Builder segmentJitterMs(long ms) {
            return with(now.segmentBytes, now.segmentMs, ms, now.segmentIndexBytes, now.indexIntervalBytes);
        }

        public Builder segmentIndexBytes(int bytes) {
            return with(now.segmentBytes, now.segmentMs, now.segmentJitterMs, bytes, now.indexIntervalBytes);
        }

        public Builder indexIntervalBytes(int bytes) {
            return with(now.segmentBytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes, bytes);
        }

        private Builder with(int bytes, long ms, long jitterMs, int indexBytes, int intervalBytes) {
            now = new LogConfig(bytes, ms, jitterMs, indexBytes, intervalBytes, now.retentionMs, now.retentionBytes,
                    now.fileDeleteDelayMs, now.deletes, now.compacts, now.maxMessageBytes, now.compression,
                    now.stampsAppendTime, now.timestampBeforeMaxMs, now.timestampAfterMaxMs, now.flushMessages,
                    now.flushMs, now.producerIdExpirationMs, now.compaction);
            return this;
        }

        /** {@code retention.ms} and {@code retention.bytes}. */
        public Builder retention(long ms, long bytes) {
            now = new LogConfig(now.segmentBytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes,
                    now.indexIntervalBytes, ms, bytes, now.fileDeleteDelayMs, now.deletes, now.compacts,
                    now.maxMessageBytes, now.compression, now.stampsAppendTime, now.timestampBeforeMaxMs,
                    now.timestampAfterMaxMs, now.flushMessages, now.flushMs, now.producerIdExpirationMs, now.compaction);
            return this;
        }

        /** {@code cleanup.policy}. */
        public Builder cleanup(boolean deletes, boolean compacts) {
            now = new LogConfig(now.segmentBytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes,
                    now.indexIntervalBytes, now.retentionMs, now.retentionBytes, now.fileDeleteDelayMs, deletes, compacts,
                    now.maxMessageBytes, now.compression, now.stampsAppendTime, now.timestampBeforeMaxMs,
                    now.timestampAfterMaxMs, now.flushMessages, now.flushMs, now.producerIdExpirationMs, now.compaction);
            return this;
        }

        /** {@code max.message.bytes} and {@code compression.type}, null for as the producer sent it. */
        public Builder messages(int maxBytes, Compression compression) {
            now = new LogConfig(now.segmentBytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes,
                    now.indexIntervalBytes, now.retentionMs, now.retentionBytes, now.fileDeleteDelayMs, now.deletes,
                    now.compacts, maxBytes, compression, now.stampsAppendTime, now.timestampBeforeMaxMs,
                    now.timestampAfterMaxMs, now.flushMessages, now.flushMs, now.producerIdExpirationMs, now.compaction);
            return this;
        }

        /** {@code message.timestamp.type} and its bounds. */
        public Builder timestamps(boolean stampsAppendTime, long beforeMaxMs, long afterMaxMs) {
            now = new LogConfig(now.segmentBytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes,
                    now.indexIntervalBytes, now.retentionMs, now.retentionBytes, now.fileDeleteDelayMs, now.deletes,
                    now.compacts, now.maxMessageBytes, now.compression, stampsAppendTime, beforeMaxMs,
                    afterMaxMs, now.flushMessages, now.flushMs, now.producerIdExpirationMs, now.compaction);
            return this;
        }

        /** {@code flush.messages}, {@code flush.ms} and the broker's {@code producer.id.expiration.ms}. */
        public Builder durability(long flushMessages, long flushMs, int producerIdExpirationMs) {
            now = new LogConfig(now.segmentBytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes,
                    now.indexIntervalBytes, now.retentionMs, now.retentionBytes, now.fileDeleteDelayMs, now.deletes,
                    now.compacts, now.maxMessageBytes, now.compression, now.stampsAppendTime, now.timestampBeforeMaxMs,
                    now.timestampAfterMaxMs, flushMessages, flushMs, producerIdExpirationMs, now.compaction);
            return this;
        }

        /** How it compacts. */
        public Builder compaction(CompactionRules rules) {
            now = new LogConfig(now.segmentBytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes,
                    now.indexIntervalBytes, now.retentionMs, now.retentionBytes, now.fileDeleteDelayMs, now.deletes,
                    now.compacts, now.maxMessageBytes, now.compression, now.stampsAppendTime, now.timestampBeforeMaxMs,
                    now.timestampAfterMaxMs, now.flushMessages, now.flushMs, now.producerIdExpirationMs, rules);
            return this;
        }

        /** {@code file.delete.delay.ms}. */
        public Builder fileDeleteDelayMs(long ms) {
            now = new LogConfig(now.segmentBytes, now.segmentMs, now.segmentJitterMs, now.segmentIndexBytes,
                    now.indexIntervalBytes, now.retentionMs, now.retentionBytes, ms, now.deletes,
                    now.compacts, now.maxMessageBytes, now.compression, now.stampsAppendTime, now.timestampBeforeMaxMs,
                    now.timestampAfterMaxMs, now.flushMessages, now.flushMs, now.producerIdExpirationMs, now.compaction);
            return this;
        }

        public LogConfig build() {
            return now;
        }
    }
}
