package naru.broker;

import naru.base.Uuid;

/**
 * Where one reader stands in one partition: what it asks for, and what it was last told. Kept from fetch to fetch in a
 * session, or for one fetch without.
 */
final class FetchPosition {

    /** Names a partition as the reader named it: by id from version 13 on (then {@code topic} is empty), by name before. */
    record Key(Uuid topicId, String topic, int partition) {

        @Override
        public int hashCode() {
            return (topicId.hashCode() * 31 + topic.hashCode()) * 31 + partition;
        }
    }

    private static final long NOTHING_TOLD = -1;

    private final Key key;
    private long offset;
    private int bytesMax;
    private int currentLeaderEpoch;
    private int lastFetchedEpoch;
    private long logStart;
    private long highWatermarkTold = NOTHING_TOLD;
    private long logStartTold = NOTHING_TOLD;

    FetchPosition(Key key) {
        this.key = key;
    }

    /** For a lane that must not share it. */
    FetchPosition copy() {
        var copy = new FetchPosition(key);
        copy.moveTo(offset, bytesMax, currentLeaderEpoch, lastFetchedEpoch, logStart);
        return copy;
    }

    Key key() {
        return key;
    }

    long offset() {
        return offset;
    }

    int bytesMax() {
        return bytesMax;
    }

    /** The leader epoch the reader believes in; negative when it does not say. */
    int currentLeaderEpoch() {
        return currentLeaderEpoch;
    }

    /** The epoch of the last record a follower holds; negative when the reader does not say. */
    int lastFetchedEpoch() {
        return lastFetchedEpoch;
    }

    /** The first offset that a follower has; -1 for a consumer. */
    long logStart() {
        return logStart;
    }

    void moveTo(long offset, int bytesMax, int currentLeaderEpoch, int lastFetchedEpoch, long logStart) {
        this.logStart = logStart;
        this.offset = offset;
        this.bytesMax = bytesMax;
        this.currentLeaderEpoch = currentLeaderEpoch;
        this.lastFetchedEpoch = lastFetchedEpoch;
    }

    /** True when an incremental answer must mention this partition, because the reader does not know this yet. */
    boolean isNews(Look look) {
        return look.records().sizeInBytes() > 0
                || look.isError()
                || look.divergedAt() != null
                || look.preferredReplica() >= 0
                || look.highWatermark() != highWatermarkTold
                || look.logStart() != logStartTold;
    }

    /** True when a follower was not told how far it may let consumers read, or that records were deleted. */
    boolean isBehind(Look look) {
        return look.highWatermark() > highWatermarkTold || look.logStart() > Math.max(logStartTold, logStart);
    }

    /** A follower says itself which high watermark it knows. */
    void knows(long highWatermark) {
        highWatermarkTold = Math.max(highWatermarkTold, highWatermark);
    }

    void told(Look look) {
        // After an error the reader is told again in any case, so that it learns that the error is over.
        highWatermarkTold = look.isError() ? NOTHING_TOLD : look.highWatermark();
        logStartTold = look.logStart();
    }
}
