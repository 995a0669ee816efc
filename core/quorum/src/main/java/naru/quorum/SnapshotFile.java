package naru.quorum;

import java.nio.ByteBuffer;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFile;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.RecordReader;
import naru.protocol.message.KRaftVersionRecord;
import naru.protocol.message.SnapshotFooterRecord;
import naru.protocol.message.SnapshotHeaderRecord;

/**
 * A snapshot as Kafka writes it: a batch that opens it and names the quorum, the records that lead from nothing to the
 * value, a batch that closes it. Its offsets are its own and begin at 0.
 */
final class SnapshotFile {

    private static final int BATCH_BYTES = 1 << 20;

    private final DiskFile file;
    private final int epoch;
    private final Writer writer = new Writer(1 << 10);
    private long position;
    private long offset;

    private SnapshotFile(DiskFile file, int epoch) {
        this.file = file;
        this.epoch = epoch;
    }

    /**
     * Blocking: when it returns, the file is there under its name, whole and for good.
     *
     * @param level the metadata version that the records are written in
     * @param lastMs when the last record that it contains was written
     */
    static void write(
            Disk disk, String own, String name, int epoch, Quorum quorum, List<Message> records, short level, long nowMs,
            long lastMs) {
        String part = own + "/" + name + Names.PART;
        try (var file = disk.open(part)) {
            file.truncate(0);
            var snapshot = new SnapshotFile(file, epoch);
            snapshot.open(quorum, nowMs, lastMs);
            snapshot.records(records, level, nowMs);
            snapshot.close(nowMs);
            file.sync();
        }
        disk.rename(part, own + "/" + name);
        disk.syncFolder(own);
    }

    private void open(Quorum quorum, long nowMs, long lastMs) {
        var batch = batch().control();
        ControlRecords.add(
                batch, nowMs, ControlRecords.SNAPSHOT_HEADER, new SnapshotHeaderRecord((short) 0, lastMs), writer);
        if (quorum.version() > 0) {
            ControlRecords.add(batch, nowMs, ControlRecords.KRAFT_VERSION,
                    new KRaftVersionRecord((short) 0, quorum.version()), writer);
        }
        if (quorum.voters() != null) {
            ControlRecords.add(batch, nowMs, ControlRecords.KRAFT_VOTERS, quorum.voters(), writer);
        }
        append(batch);
    }

    private void records(List<Message> records, short level, long nowMs) {
        var batch = batch();
        for (var record : records) {
            batch.add(nowMs, null, StoredRecords.encode(record, level, writer));
            if (batch.sizeUncompressed() >= BATCH_BYTES) {
                append(batch);
                batch = batch();
            }
        }
        if (batch.count() > 0) {
            append(batch);
        }
    }

    private void close(long nowMs) {
        var batch = batch().control();
        ControlRecords.add(batch, nowMs, ControlRecords.SNAPSHOT_FOOTER, new SnapshotFooterRecord((short) 0), writer);
        append(batch);
    }

    private BatchBuilder batch() {
        return new BatchBuilder().baseOffset(offset).leaderEpoch(epoch);
    }

    private void append(BatchBuilder batch) {
        var bytes = batch.build();
        int length = bytes.remaining();
        file.write(new ByteBuffer[] {bytes}, position);
        position += length;
        offset += batch.count();
    }

    /** When the last record that a snapshot contains was written; 0 when it does not say. */
    static long lastMs(Disk disk, String path) {
        try (var file = disk.openForReading(path)) {
            var scan = new BatchScan(file);
            if (!scan.isBatchAt(0)) {
                return 0;
            }
            var first = new RecordReader(BATCH_BYTES).read(scan.bytes(), scan.index(0)).getFirst();
            return ControlRecords.kindOf(first) == ControlRecords.SNAPSHOT_HEADER
                    ? SnapshotHeaderRecord.read(new Reader(first.value()), 0).lastContainedLogTimestamp() : 0;
        }
    }
}
