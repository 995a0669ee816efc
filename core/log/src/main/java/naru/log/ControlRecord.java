package naru.log;

import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/**
 * The one record of a transaction marker. Key: version (2 bytes), type (2 bytes, 0 abort, 1 commit). Value: version (2
 * bytes), epoch of the coordinator (4 bytes).
 *
 * @param coordinatorEpoch -1 when it does not say
 */
record ControlRecord(boolean committed, int coordinatorEpoch) {

    private static final int UNPACKED_MAX = 64 << 10;
    private static final short VERSION = 0;
    private static final short ABORT = 0;
    private static final short COMMIT = 1;
    private static final int TYPE_AT = 2;
    private static final int COORDINATOR_EPOCH_AT = 2;

    /** Null when the batch is another kind of control batch, or compaction left nothing in it. */
    static ControlRecord markerIn(ByteBuffer in, int at) {
        if (BatchHeader.recordCount(in, at) != 1) {
            return null;
        }
        try {
            var record = new RecordReader(UNPACKED_MAX).read(in, at).getFirst();
            var key = record.key();
            if (key == null || key.remaining() < TYPE_AT + Short.BYTES) {
                return null;
            }
            short type = key.getShort(key.position() + TYPE_AT);
            return type == ABORT || type == COMMIT ? new ControlRecord(type == COMMIT, epochIn(record.value())) : null;
        } catch (MalformedMessage e) {
            return null;
        }
    }

    private static int epochIn(ByteBuffer value) {
        return value == null || value.remaining() < COORDINATOR_EPOCH_AT + Integer.BYTES
                ? -1
                : value.getInt(value.position() + COORDINATOR_EPOCH_AT);
    }

    static ByteBuffer key(boolean committed) {
        return ByteBuffer.allocate(4).putShort(VERSION).putShort(committed ? COMMIT : ABORT).flip();
    }

    static ByteBuffer value(int coordinatorEpoch) {
        return ByteBuffer.allocate(6).putShort(VERSION).putInt(coordinatorEpoch).flip();
    }
}
