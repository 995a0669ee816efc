package naru.log;

import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/** What the one record of a control batch says. */
final class ControlRecord {

    private static final int UNPACKED_MAX = 64 << 10;
    private static final int COORDINATOR_EPOCH = 2;

    private ControlRecord() {}

    /** The transaction coordinator's epoch in a marker; -1 when the batch is another kind of control batch. */
    static int coordinatorEpoch(ByteBuffer in, int at) {
        if (BatchHeader.recordCount(in, at) != 1) {
            return -1;
        }
        try {
            // Value of a marker: version (2 bytes), coordinator epoch (4 bytes).
            var value = new RecordReader(UNPACKED_MAX).read(in, at).getFirst().value();
            return value == null || value.remaining() < COORDINATOR_EPOCH + 4
                    ? -1
                    : value.getInt(value.position() + COORDINATOR_EPOCH);
        } catch (MalformedMessage e) {
            return -1;
        }
    }
}
