package naru.log;

/**
 * A record found by its time.
 *
 * @param timestampMs the record's timestamp, milliseconds since 1970
 * @param leaderEpoch the epoch of its batch
 */
public record OffsetAtTime(long timestampMs, long offset, int leaderEpoch) {}
