package naru.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * The file {@code naru-catalogue} of a log folder: what each partition's log looked like when it was written, so that a
 * start need not open the files of quiet partitions. Only a hint: it counts where it agrees with what lies in the folder.
 * See {@code docs/formats/catalogue.md}.
 */
final class Catalogue {

    static final String FILE = "naru-catalogue";

    private static final int MAGIC = 0x4e415255;
    private static final byte VERSION = 1;
    private static final int HEADER = 4 + 1 + 4 + 4;
    private static final int FIXED = 2 + 4 + 16 + 6 * 8;

    /** One partition. */
    record Entry(TopicPartition name, Uuid topicId, LogFacts facts, long highWatermark) {}

    /** @param checkpointCrc CRC32C of the recovery-point checkpoint that was written with it */
    record Content(int checkpointCrc, List<Entry> entries) {
        static final Content NONE = new Content(0, List.of());
    }

    private Catalogue() {}

    /** @param checkpointCrc CRC32C of the recovery-point checkpoint written with it: who else rewrote that, outdated this */
    static byte[] encode(List<Entry> entries, int checkpointCrc) {
        int size = HEADER + 4;
        for (var entry : entries) {
            size += FIXED + entry.name().topic().getBytes(StandardCharsets.UTF_8).length;
        }
        var out = ByteBuffer.allocate(size).putInt(MAGIC).put(VERSION).putInt(checkpointCrc).putInt(entries.size());
        for (var entry : entries) {
            var topic = entry.name().topic().getBytes(StandardCharsets.UTF_8);
            var facts = entry.facts();
            out.putShort((short) topic.length).put(topic).putInt(entry.name().partition());
            out.putLong(entry.topicId().high()).putLong(entry.topicId().low());
            out.putLong(facts.logStart()).putLong(facts.recoveryPoint());
            out.putLong(facts.activeBase()).putLong(facts.activeBytes()).putLong(facts.end());
            out.putLong(entry.highWatermark());
        }
        return out.putInt(crc(out.array(), out.position())).array();
    }

    /** Empty when the bytes are no whole catalogue. */
    static Content decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER + 4 || in.getInt(bytes.length - 4) != crc(bytes, bytes.length - 4)
                || in.getInt() != MAGIC || in.get() != VERSION) {
            return Content.NONE;
        }
        int checkpointCrc = in.getInt();
        int count = in.getInt();
        var entries = new ArrayList<Entry>(count);
        for (int i = 0; i < count; i++) {
            var topic = new byte[in.getShort()];
            in.get(topic);
            var name = new TopicPartition(new String(topic, StandardCharsets.UTF_8), in.getInt());
            var id = new Uuid(in.getLong(), in.getLong());
            var facts = new LogFacts(in.getLong(), in.getLong(), false, in.getLong(), in.getLong(), in.getLong(), -1, -1);
            entries.add(new Entry(name, id, facts, in.getLong()));
        }
        return new Content(checkpointCrc, entries);
    }

    static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
