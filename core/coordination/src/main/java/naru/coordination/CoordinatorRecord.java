package naru.coordination;

/**
 * A record of an internal topic.
 *
 * @param key two bytes that say which kind of record it is, then the kind's key
 * @param value two bytes of version, then the value; null is a tombstone
 */
@SuppressWarnings("ArrayRecordComponent")
public record CoordinatorRecord(byte[] key, byte[] value) {}
