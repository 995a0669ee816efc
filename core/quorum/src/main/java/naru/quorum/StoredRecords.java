package naru.quorum;

import java.nio.ByteBuffer;
import naru.metadata.Cluster;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.MetadataRecordType;

/** A metadata record as bytes: frame version, number of its type, version, fields; the numbers as unsigned varints. */
public final class StoredRecords {

    private static final int FRAME_VERSION = 1;

    private StoredRecords() {}

    /** The metadata version that records for this cluster are written in. */
    public static short level(Cluster cluster) {
        return cluster.features().getOrDefault(RecordVersions.FEATURE, RecordVersions.LEVEL);
    }

    /** @param level the cluster's metadata version */
    public static ByteBuffer encode(Message record, short level, Writer writer) {
        int version = RecordVersions.of(record, level);
        writer.reset();
        writer.uvarint(FRAME_VERSION);
        writer.uvarint(record.apiNumber());
        writer.uvarint(version);
        record.write(writer, version);
        return ByteBuffer.wrap(writer.toBytes());
    }

    public static Message decode(ByteBuffer value) {
        var in = new Reader(value.duplicate());
        int frame = in.uvarint();
        if (frame != FRAME_VERSION) {
            throw new DamagedMetadata("a record of frame version " + frame + ", known is " + FRAME_VERSION);
        }
        int type = in.uvarint();
        int version = in.uvarint();
        var known = MetadataRecordType.of(type);
        if (known == null) {
            throw new DamagedMetadata("a record of unknown type " + type);
        }
        if (version < known.versionMin() || version > known.versionMax()) {
            throw new DamagedMetadata("a " + known + " of version " + version + ", known are " + known.versionMin()
                    + " to " + known.versionMax());
        }
        return known.read(in, version);
    }
}
