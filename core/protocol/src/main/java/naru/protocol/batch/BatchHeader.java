package naru.protocol.batch;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads and stamps the 61 bytes in front of the records, at a position in a buffer. No object for each batch: the
 * methods are the fields.
 *
 * <p>The checksum covers everything from the attributes on. Base offset, length and leader epoch lie before it, so the
 * broker may stamp them and keep the producer's checksum.
 */
public final class BatchHeader {

    public static final int SIZE = 61;

    /** Base offset and length, which are not part of the length. */
    public static final int LENGTH_PREFIX = 12;

    public static final byte MAGIC = 2;
    public static final long NO_PRODUCER_ID = -1;
    public static final long NO_TIMESTAMP = -1;

    private static final int LENGTH = 8;
    private static final int LEADER_EPOCH = 12;
    private static final int MAGIC_AT = 16;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int BASE_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final int PRODUCER_ID = 43;
    private static final int PRODUCER_EPOCH = 51;
    private static final int BASE_SEQUENCE = 53;
    private static final int RECORD_COUNT = 57;

    private static final int COMPRESSION_MASK = 0x07;
    private static final int LOG_APPEND_TIME = 0x08;
    private static final int TRANSACTIONAL = 0x10;
    private static final int CONTROL = 0x20;
    private static final int DELETE_HORIZON = 0x40;

    private BatchHeader() {}

    public static long baseOffset(ByteBuffer in, int at) {
        return in.getLong(at);
    }

    /** The whole batch in bytes, header included, as the header claims it. */
    public static int sizeInBytes(ByteBuffer in, int at) {
        return in.getInt(at + LENGTH) + LENGTH_PREFIX;
    }

    public static int leaderEpoch(ByteBuffer in, int at) {
        return in.getInt(at + LEADER_EPOCH);
    }

    public static byte magic(ByteBuffer in, int at) {
        return in.get(at + MAGIC_AT);
    }

    public static int attributes(ByteBuffer in, int at) {
        return in.getShort(at + ATTRIBUTES);
    }

    public static int compressionId(ByteBuffer in, int at) {
        return attributes(in, at) & COMPRESSION_MASK;
    }

    public static boolean isLogAppendTime(ByteBuffer in, int at) {
        return (attributes(in, at) & LOG_APPEND_TIME) != 0;
    }

    public static boolean isTransactional(ByteBuffer in, int at) {
        return (attributes(in, at) & TRANSACTIONAL) != 0;
    }

    public static boolean isControl(ByteBuffer in, int at) {
        return (attributes(in, at) & CONTROL) != 0;
    }

    /** True when the base timestamp is the time at which tombstones may go (KIP-534). */
    public static boolean hasDeleteHorizon(ByteBuffer in, int at) {
        return (attributes(in, at) & DELETE_HORIZON) != 0;
    }

    public static int lastOffsetDelta(ByteBuffer in, int at) {
        return in.getInt(at + LAST_OFFSET_DELTA);
    }

    /** The offset after the batch. */
    public static long nextOffset(ByteBuffer in, int at) {
        return baseOffset(in, at) + lastOffsetDelta(in, at) + 1;
    }

    public static long baseTimestamp(ByteBuffer in, int at) {
        return in.getLong(at + BASE_TIMESTAMP);
    }

    public static long maxTimestamp(ByteBuffer in, int at) {
        return in.getLong(at + MAX_TIMESTAMP);
    }

    public static long producerId(ByteBuffer in, int at) {
        return in.getLong(at + PRODUCER_ID);
    }

    public static short producerEpoch(ByteBuffer in, int at) {
        return in.getShort(at + PRODUCER_EPOCH);
    }

    public static int baseSequence(ByteBuffer in, int at) {
        return in.getInt(at + BASE_SEQUENCE);
    }

    public static int recordCount(ByteBuffer in, int at) {
        return in.getInt(at + RECORD_COUNT);
    }

    /** Gives the batch its place in the log; the checksum stays valid. */
    public static void stamp(ByteBuffer batch, int at, long baseOffset, int leaderEpoch) {
        batch.putLong(at, baseOffset);
        batch.putInt(at + LEADER_EPOCH, leaderEpoch);
    }

    /** Sets the broker's time as the time of every record, and the checksum that belongs to it. */
    public static void stampLogAppendTime(ByteBuffer batch, int at, long nowMs) {
        batch.putShort(at + ATTRIBUTES, (short) (attributes(batch, at) | LOG_APPEND_TIME));
        batch.putLong(at + MAX_TIMESTAMP, nowMs);
        batch.putInt(at + CRC, computedCrc(batch, at));
    }

    /** Says that the records keep their producer's times, the newest of which this is, and sets the checksum anew. */
    public static void stampCreateTime(ByteBuffer batch, int at, long maxTimestamp) {
        batch.putShort(at + ATTRIBUTES, (short) (attributes(batch, at) & ~LOG_APPEND_TIME));
        batch.putLong(at + MAX_TIMESTAMP, maxTimestamp);
        batch.putInt(at + CRC, computedCrc(batch, at));
    }

    public static boolean isCrcRight(ByteBuffer in, int at) {
        return in.getInt(at + CRC) == computedCrc(in, at);
    }

    private static int computedCrc(ByteBuffer in, int at) {
        var crc = new CRC32C();
        crc.update(in.slice(at + ATTRIBUTES, sizeInBytes(in, at) - ATTRIBUTES));
        return (int) crc.getValue();
    }

    /** Writes a whole header in front of records that already stand at {@code at + SIZE} and end at {@code end}. */
    static void write(ByteBuffer out, int at, int end, Fields fields) {
        out.putLong(at, fields.baseOffset());
        out.putInt(at + LENGTH, end - at - LENGTH_PREFIX);
        out.putInt(at + LEADER_EPOCH, fields.leaderEpoch());
        out.put(at + MAGIC_AT, MAGIC);
        int attributes = fields.compression().id() | (fields.transactional() ? TRANSACTIONAL : 0) | (fields.control() ? CONTROL : 0);
        out.putShort(at + ATTRIBUTES, (short) attributes);
        out.putInt(at + LAST_OFFSET_DELTA, fields.lastOffsetDelta());
        out.putLong(at + BASE_TIMESTAMP, fields.baseTimestamp());
        out.putLong(at + MAX_TIMESTAMP, fields.maxTimestamp());
        out.putLong(at + PRODUCER_ID, fields.producerId());
        out.putShort(at + PRODUCER_EPOCH, fields.producerEpoch());
        out.putInt(at + BASE_SEQUENCE, fields.baseSequence());
        out.putInt(at + RECORD_COUNT, fields.recordCount());
        out.putInt(at + CRC, computedCrc(out, at));
    }

    record Fields(
            long baseOffset, int leaderEpoch, Compression compression, boolean transactional, boolean control,
            int lastOffsetDelta, long baseTimestamp, long maxTimestamp, long producerId, short producerEpoch,
            int baseSequence, int recordCount) {}

    /** What compaction changes in a header; base offset, last offset, epochs and sequence are the batch's for ever. */
    static final class Thinned {
        long deleteHorizonMs;
        long maxTimestamp;
        int recordCount;

        /** Writes the header in front of records that end at the position of {@code out}. */
        void write(ByteBuffer batch, int at, ByteBuffer out) {
            boolean empty = recordCount == 0;
            int attributes = attributes(batch, at);
            long baseTimestamp = baseTimestamp(batch, at);
            if (empty) {
                attributes &= ~(COMPRESSION_MASK | DELETE_HORIZON);
                baseTimestamp = NO_TIMESTAMP;
            } else if (deleteHorizonMs != NO_TIMESTAMP) {
                attributes |= DELETE_HORIZON;
                baseTimestamp = deleteHorizonMs;
            }
            out.put(0, batch, at, SIZE);
            out.putInt(LENGTH, out.position() - LENGTH_PREFIX);
            out.putShort(ATTRIBUTES, (short) attributes);
            out.putLong(BASE_TIMESTAMP, baseTimestamp);
            out.putLong(MAX_TIMESTAMP, maxTimestamp);
            out.putInt(RECORD_COUNT, recordCount);
            out.putInt(CRC, computedCrc(out, 0));
        }
    }
}
