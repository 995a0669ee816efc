package naru.quorum;

import java.nio.ByteBuffer;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.MetadataRecordType;
import naru.protocol.message.PartitionRecord;
import naru.protocol.message.RegisterBrokerRecord;
import naru.protocol.message.TopicRecord;

/** A metadata record as bytes: frame version, number of its type, version, fields; the numbers as unsigned varints. */
final class StoredRecords {

    private static final int FRAME_VERSION = 1;

    private StoredRecords() {}

    static ByteBuffer encode(Message record, Writer writer) {
        int version = versionOf(record);
        writer.reset();
        writer.uvarint(FRAME_VERSION);
        writer.uvarint(record.apiNumber());
        writer.uvarint(version);
        record.write(writer, version);
        return ByteBuffer.wrap(writer.toBytes());
    }

    /** The versions of metadata version 4.3-IV0. */
    private static int versionOf(Message record) {
        return switch (record) {
            case RegisterBrokerRecord _ -> RegisterBrokerRecord.VERSION_MAX;
            case PartitionRecord _ -> PartitionRecord.VERSION_MAX;
            default -> MetadataRecordType.of(record.apiNumber()).versionMax();
        };
    }

    static Message decode(ByteBuffer value) {
        var in = new Reader(value.duplicate());
        int frame = in.uvarint();
        if (frame != FRAME_VERSION) {
            throw new DamagedMetadata("a record of frame version " + frame + ", known is " + FRAME_VERSION);
        }
        int type = in.uvarint();
        int version = in.uvarint();
        // Three numbers are taken twice in Kafka's schemas: tiered storage counts its own records from 0.
        return switch (type) {
            case RegisterBrokerRecord.API_NUMBER -> RegisterBrokerRecord.read(in, version);
            case TopicRecord.API_NUMBER -> TopicRecord.read(in, version);
            case PartitionRecord.API_NUMBER -> PartitionRecord.read(in, version);
            default -> {
                var known = MetadataRecordType.of(type);
                if (known == null) {
                    throw new DamagedMetadata("a record of unknown type " + type);
                }
                yield known.read(in, version);
            }
        };
    }
}
