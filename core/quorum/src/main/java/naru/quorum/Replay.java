package naru.quorum;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.metadata.Cluster;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/**
 * What a metadata folder says: the newest snapshot, then every whole batch after it.
 *
 * @param end the offset after the last record
 * @param segment the file to append to
 * @param position where the next batch begins in it; what follows is torn
 */
record Replay(Cluster cluster, long end, int epoch, String segment, long position) {

    private static final int UNPACKED_BYTES_MAX = 64 << 20;

    static Replay of(Disk disk, String own) {
        var snapshots = named(disk, own, ".checkpoint");
        var segments = named(disk, own, ".log");
        var state = new Walk();
        if (!snapshots.isEmpty()) {
            String name = snapshots.getLast();
            state.read(disk.readAll(own + "/" + name), own + "/" + name, false);
            int dash = name.indexOf('-');
            state.end = Long.parseLong(name.substring(0, dash));
            state.epoch = Integer.parseInt(name.substring(dash + 1, name.indexOf('.')));
        }
        String last = nameOf(state.end);
        long position = 0;
        for (var segment : segments) {
            String path = own + "/" + segment;
            position = state.read(disk.readAll(path), path, true);
            last = segment;
        }
        return new Replay(state.cluster, state.end, state.epoch, own + "/" + last, position);
    }

    private static List<String> named(Disk disk, String own, String ending) {
        return disk.list(own).stream().filter(name -> name.matches("[0-9]{20}.*") && name.endsWith(ending)).toList();
    }

    private static final class Walk {
        private final RecordReader records = new RecordReader(UNPACKED_BYTES_MAX);
        private Cluster cluster = Cluster.EMPTY;
        private long end;
        private int epoch;

        /** Where the whole batches end. */
        private long read(byte[] content, String path, boolean offsetsCount) {
            var in = ByteBuffer.wrap(content);
            int at = 0;
            while (content.length - at >= BatchHeader.SIZE) {
                int size = BatchHeader.sizeInBytes(in, at);
                if (size < BatchHeader.SIZE || size > content.length - at || !BatchHeader.isCrcRight(in, at)) {
                    break;
                }
                if (!BatchHeader.isControl(in, at) && !(offsetsCount && BatchHeader.nextOffset(in, at) <= end)) {
                    apply(in, at, path);
                }
                if (offsetsCount) {
                    end = Math.max(end, BatchHeader.nextOffset(in, at));
                    epoch = Math.max(epoch, BatchHeader.leaderEpoch(in, at));
                }
                at += size;
            }
            return at;
        }

        private void apply(ByteBuffer in, int at, String path) {
            try {
                var batch = new ArrayList<naru.protocol.Message>();
                for (var record : records.read(in, at)) {
                    batch.add(StoredRecords.decode(record.value()));
                }
                cluster = cluster.withAll(batch);
            } catch (RuntimeException unreadable) {
                throw new DamagedMetadata(path + " at " + at + ": " + unreadable.getMessage());
            }
        }
    }

    /** As Kafka names segments: twenty digits. */
    private static String nameOf(long baseOffset) {
        String digits = Long.toString(baseOffset);
        return "0".repeat(20 - digits.length()) + digits + ".log";
    }
}
