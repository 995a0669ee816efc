package naru.protocol.batch;

/** What is wrong with a batch that a client sent. Ordinary answers, so values. */
public enum BatchFault {
    /** Shorter than its header says, or than a header is. */
    TRUNCATED,
    /** A message format other than 2. */
    OLD_FORMAT,
    /** The checksum does not match: the bytes changed on their way. */
    WRONG_CRC,
    /** The number of records, or their last offset, is not what the header says. */
    WRONG_COUNT,
    /** Compressed by a codec that nobody knows. */
    UNKNOWN_CODEC,
    /** A record's fields do not fit its length, or the records cannot be unpacked. */
    MALFORMED,
    /** A record without a key, where the topic needs keys. */
    KEY_MISSING
}
