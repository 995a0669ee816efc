package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;

/** Kafka's {@code .txnindex} as compaction reads and writes it: the aborted transactions whose markers stand in a segment. */
final class TransactionIndexFile {

    private static final short VERSION = 0;
    private static final int ENTRY = 2 + 4 * 8;

    /**
     * One aborted transaction.
     *
     * @param lastOffset where its marker stands
     * @param lastStableOffset the log's last stable offset when the marker was written
     */
    record Aborted(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}

    private TransactionIndexFile() {}

    /** Blocking: of all segments in a partition's folder. */
    static List<Aborted> readAll(Disk disk, String folder) {
        var all = new ArrayList<Aborted>();
        for (var name : disk.list(folder)) {
            if (FileNames.offsetOf(name, FileNames.TXN_INDEX) >= 0) {
                var in = ByteBuffer.wrap(disk.readAll(folder + "/" + name));
                while (in.remaining() >= ENTRY) {
                    in.getShort();
                    all.add(new Aborted(in.getLong(), in.getLong(), in.getLong(), in.getLong()));
                }
            }
        }
        return all;
    }

    /** Blocking: makes the file, synced, unless there is nothing to say. */
    static void write(Disk disk, String path, List<Aborted> entries) {
        if (entries.isEmpty()) {
            return;
        }
        var out = ByteBuffer.allocate(entries.size() * ENTRY);
        for (var entry : entries) {
            out.putShort(VERSION).putLong(entry.producerId()).putLong(entry.firstOffset());
            out.putLong(entry.lastOffset()).putLong(entry.lastStableOffset());
        }
        try (var file = disk.open(path)) {
            file.truncate(0);
            file.write(new ByteBuffer[] {out.flip()}, 0);
            file.sync();
        }
    }
}
