package naru.quorum;

import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.metadata.Cluster;
import naru.protocol.Message;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;
import naru.protocol.message.AbortTransactionRecord;
import naru.protocol.message.BeginTransactionRecord;
import naru.protocol.message.EndTransactionRecord;

/**
 * What a metadata folder says: the newest snapshot, then every batch after it.
 *
 * <p>Whoever writes this log syncs a batch before writing the next. So at most the last batch can be torn, and only
 * where nothing undamaged follows; any other damage hit what was committed, and is refused instead of cut.
 *
 * @param end the offset after the last record
 * @param isOpen whether the log ends inside a transaction of several batches, none of which counts
 * @param segment the file to append to
 * @param position where the next batch begins in it; what follows is torn
 * @param findings what was repaired, in sentences
 */
record Replay(
        Cluster cluster, long end, int epoch, boolean isOpen, String segment, long position, List<String> findings) {

    private static final int UNPACKED_BYTES_MAX = 64 << 20;
    private static final int NAME_DIGITS = 20;

    /** @param epochMax the newest epoch that {@code quorum-state} knows; -1 when it knows none */
    static Replay of(Disk disk, String own, int epochMax) {
        var walk = new Walk(epochMax);
        loadSnapshot(disk, own, walk);
        var segments = named(disk, own, ".log");
        String path = own + "/" + nameOf(walk.end);
        long position = 0;
        for (int i = 0; i < segments.size(); i++) {
            path = own + "/" + segments.get(i);
            long base = Long.parseLong(segments.get(i).substring(0, NAME_DIGITS));
            if (base > walk.end) {
                throw new DamagedMetadata(path + ": the records from offset " + walk.end + " to it are missing");
            }
            position = walk.segment(disk, path, base, i == segments.size() - 1);
        }
        return new Replay(walk.cluster, walk.end, walk.epoch, walk.transaction != null, path, position, walk.findings);
    }

    private static void loadSnapshot(Disk disk, String own, Walk walk) {
        var snapshots = named(disk, own, ".checkpoint");
        if (!snapshots.isEmpty()) {
            String name = snapshots.getLast();
            walk.snapshot(disk, own + "/" + name);
            walk.end = Long.parseLong(name.substring(0, NAME_DIGITS));
            walk.epoch = Integer.parseInt(name.substring(NAME_DIGITS + 1, name.indexOf('.')));
        }
    }

    private static List<String> named(Disk disk, String own, String ending) {
        return disk.list(own).stream()
                .filter(name -> name.matches("[0-9]{20}(-[0-9]{10})?\\" + ending))
                .toList();
    }

    /** As Kafka names segments: twenty digits. */
    private static String nameOf(long baseOffset) {
        String digits = Long.toString(baseOffset);
        return "0".repeat(NAME_DIGITS - digits.length()) + digits + ".log";
    }

    private static final class Walk {
        private final RecordReader records = new RecordReader(UNPACKED_BYTES_MAX);
        private final List<String> findings = new ArrayList<>();
        private final int epochMax;
        private Cluster cluster = Cluster.EMPTY;
        private List<Message> transaction;
        private long end;
        private int epoch;

        private Walk(int epochMax) {
            this.epochMax = epochMax;
        }

        private void snapshot(Disk disk, String path) {
            try (var file = disk.openForReading(path)) {
                var scan = new BatchScan(file);
                for (long at = 0; at < scan.size(); at += BatchHeader.sizeInBytes(scan.bytes(), scan.index(at))) {
                    if (!scan.isBatchAt(at)) {
                        throw damaged(path, at, "no whole batch of records");
                    }
                    apply(scan, at, path);
                }
            }
        }

        /** Where the whole batches end. */
        private long segment(Disk disk, String path, long base, boolean isLast) {
            try (var file = disk.openForReading(path)) {
                var scan = new BatchScan(file);
                long at = 0;
                long next = base;
                while (at < scan.size()) {
                    if (!scan.isBatchAt(at)) {
                        checkTorn(scan, path, at, next, isLast);
                        return at;
                    }
                    checkPlace(scan, path, at, next);
                    int index = scan.index(at);
                    next = BatchHeader.nextOffset(scan.bytes(), index);
                    epoch = Math.max(epoch, BatchHeader.leaderEpoch(scan.bytes(), index));
                    if (next > end) {
                        apply(scan, at, path);
                        end = next;
                    }
                    at += BatchHeader.sizeInBytes(scan.bytes(), index);
                }
                return at;
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
            if (BatchHeader.isControl(scan.bytes(), scan.index(at))) {
                return;
            }
            try {
                var batch = new ArrayList<Message>();
                for (var record : records.read(scan.bytes(), scan.index(at))) {
                    sort(StoredRecords.decode(record.value()), batch);
                }
                cluster = cluster.withAll(batch);
            } catch (RuntimeException unreadable) {
                throw damaged(path, at, String.valueOf(unreadable.getMessage()));
            }
        }

        /** Records of a transaction count from its end on, and never when it was given up. */
        private void sort(Message record, List<Message> counting) {
            switch (record) {
                case BeginTransactionRecord _ -> transaction = new ArrayList<>();
                case AbortTransactionRecord _ -> transaction = null;
                case EndTransactionRecord _ -> {
                    if (transaction != null) {
                        counting.addAll(transaction);
                    }
                    transaction = null;
                }
                default -> (transaction == null ? counting : transaction).add(record);
            }
        }

        private static DamagedMetadata damaged(String path, long at, String why) {
            return new DamagedMetadata(path + " at byte " + at + ": " + why);
        }
    }
}
