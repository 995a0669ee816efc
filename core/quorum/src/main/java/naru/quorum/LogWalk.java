package naru.quorum;

import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.metadata.Cluster;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/** Goes through a snapshot or a segment batch by batch, checks all of it, and keeps what it says. */
final class LogWalk {

    private static final int UNPACKED_BYTES_MAX = 64 << 20;

    private final RecordReader records = new RecordReader(UNPACKED_BYTES_MAX);
    private final List<String> findings;
    private final int epochMax;
    private Cluster cluster = Cluster.EMPTY;
    private Quorum quorum = Quorum.UNNAMED;
    private final OpenTransaction transaction = new OpenTransaction();
    private boolean footer;
    private long end;
    private long bytesBehindSnapshot;
    private int epoch;

    /**
     * @param epochMax the newest epoch that may appear; -1 when nobody knows
     * @param findings where repairs are told, in sentences
     */
    LogWalk(int epochMax, List<String> findings) {
        this.epochMax = epochMax;
        this.findings = findings;
    }

    Cluster cluster() {
        return cluster;
    }

    Quorum quorum() {
        return quorum;
    }

    /** The offset after the last record. */
    long end() {
        return end;
    }

    int epoch() {
        return epoch;
    }

    long bytesBehindSnapshot() {
        return bytesBehindSnapshot;
    }

    boolean isTransactionOpen() {
        return transaction.isOpen();
    }

    /** A snapshot is whole when its last record says so. */
    void snapshot(Disk disk, String path, long endOffset, int lastEpoch) {
        try (var file = disk.openForReading(path)) {
            var scan = new BatchScan(file);
            long at = 0;
            while (at < scan.size()) {
                if (!scan.isBatchAt(at) || footer) {
                    throw damaged(path, at, "no whole batch of a snapshot");
                }
                long size = BatchHeader.sizeInBytes(scan.bytes(), scan.index(at));
                apply(scan, at, path);
                at += size;
            }
            if (!footer) {
                throw damaged(path, at, "the end of the snapshot is missing");
            }
        }
        end = endOffset;
        epoch = lastEpoch;
    }

    /** What a segment came to: where its whole batches end, in bytes and as an offset. */
    record Segment(long bytes, long end) {}

    /** @param isLast whether its last batch may be torn */
    Segment segment(Disk disk, String path, long base, boolean isLast) {
        try (var file = disk.openForReading(path)) {
            var scan = new BatchScan(file);
            long at = 0;
            long next = base;
            while (at < scan.size()) {
                if (!scan.isBatchAt(at)) {
                    checkTorn(scan, path, at, next, isLast);
                    break;
                }
                checkPlace(scan, path, at, next);
                int index = scan.index(at);
                long size = BatchHeader.sizeInBytes(scan.bytes(), index);
                next = BatchHeader.nextOffset(scan.bytes(), index);
                if (next > end) {
                    epoch = BatchHeader.leaderEpoch(scan.bytes(), index);
                    apply(scan, at, path);
                    end = next;
                    bytesBehindSnapshot += size;
                }
                at += size;
            }
            return new Segment(at, next);
        }
    }

    private void checkTorn(BatchScan scan, String path, long at, long next, boolean isLast) {
        if (!isLast) {
            throw damaged(path, at, "no whole batch of records, and another segment follows");
        }
        long following = scan.nextBatchAfter(at, next);
        if (following >= 0) {
            throw damaged(path, at, "no whole batch of records, and an undamaged one follows at byte " + following);
        }
        findings.add(path + ": cut " + (scan.size() - at) + " bytes of a torn batch at byte " + at);
    }

    /** The checksum leaves offset and epoch out; but nothing is ever missing from this log, and epochs only rise. */
    private void checkPlace(BatchScan scan, String path, long at, long next) {
        int index = scan.index(at);
        long offset = BatchHeader.baseOffset(scan.bytes(), index);
        if (offset != next) {
            throw damaged(path, at, "a batch of offset " + offset + " where " + next + " belongs");
        }
        int batchEpoch = BatchHeader.leaderEpoch(scan.bytes(), index);
        if (batchEpoch < 0 || next >= end && batchEpoch < epoch || epochMax >= 0 && batchEpoch > epochMax) {
            throw damaged(path, at, "a batch of epoch " + batchEpoch + " between epochs " + epoch + " and " + epochMax);
        }
    }

    private void apply(BatchScan scan, long at, String path) {
        try {
            var read = records.read(scan.bytes(), scan.index(at));
            if (BatchHeader.isControl(scan.bytes(), scan.index(at))) {
                for (var record : read) {
                    quorum = quorum.with(record);
                    footer |= ControlRecords.kindOf(record) == ControlRecords.SNAPSHOT_FOOTER;
                }
                return;
            }
            var decoded = new ArrayList<Message>(read.size());
            for (var record : read) {
                decoded.add(StoredRecords.decode(record.value()));
            }
            cluster = cluster.withAll(transaction.counting(decoded));
        } catch (DamagedMetadata | MalformedMessage | NullPointerException | IndexOutOfBoundsException unreadable) {
            // A record about a topic that never was: the checksum is right, and what it says is not.
            throw damaged(path, at, String.valueOf(unreadable.getMessage()));
        }
    }

    private static DamagedMetadata damaged(String path, long at, String why) {
        return new DamagedMetadata(path + " at byte " + at + ": " + why);
    }
}
