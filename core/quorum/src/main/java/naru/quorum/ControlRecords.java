package naru.quorum;

import java.nio.ByteBuffer;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.Record;

/** What the log and its snapshots say about themselves: the kind stands in the key, after a version. */
final class ControlRecords {

    static final short LEADER_CHANGE = 2;
    static final short SNAPSHOT_HEADER = 3;
    static final short SNAPSHOT_FOOTER = 4;
    static final short KRAFT_VERSION = 5;
    static final short KRAFT_VOTERS = 6;

    private static final int KEY_BYTES = 4;

    private ControlRecords() {}

    static void add(BatchBuilder batch, long timestampMs, short kind, Message record, Writer writer) {
        var key = ByteBuffer.allocate(KEY_BYTES).putShort((short) 0).putShort(kind).flip();
        writer.reset();
        record.write(writer, 0);
        batch.add(timestampMs, key, ByteBuffer.wrap(writer.toBytes()));
    }

    /** -1 when the record has no key that says. */
    static short kindOf(Record record) {
        var key = record.key();
        return key == null || key.remaining() < KEY_BYTES ? -1 : key.getShort(key.position() + Short.BYTES);
    }
}
