package naru.quorum;

import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.metadata.Cluster;

/**
 * What a metadata folder says: the newest whole snapshot, then every batch after it.
 *
 * <p>Whoever writes this log syncs a batch before writing the next. So at most the last batch can be torn, and only
 * where nothing undamaged follows; any other damage hit what was committed, and is refused instead of cut.
 *
 * @param end the offset after the last record
 * @param isTransactionOpen whether the log ends inside a transaction of several batches, none of which counts
 * @param segment the file to append to
 * @param position where the next batch begins in it; what follows is torn
 * @param bytesBehindSnapshot what the next start would have to read besides the newest snapshot
 * @param findings what was repaired, in sentences
 */
record Replay(
        Cluster cluster, Quorum quorum, long end, int epoch, boolean isTransactionOpen, String segment, long position,
        long bytesBehindSnapshot, List<String> findings) {

    /** @param epochMax the newest epoch that {@code quorum-state} knows; -1 when it knows none */
    static Replay of(Disk disk, String own, int epochMax) {
        var findings = new ArrayList<String>();
        var segments = Names.segments(disk, own);
        long oldest = segments.isEmpty() ? Long.MAX_VALUE : Names.offsetOf(segments.getFirst());
        var walk = newestSnapshot(disk, own, epochMax, oldest, findings);
        long snapshotEnd = walk.end();
        String path = own + "/" + Names.segment(snapshotEnd);
        long position = 0;
        long next = -1;
        for (int i = 0; i < segments.size(); i++) {
            boolean isLast = i == segments.size() - 1;
            if (!isLast && Names.offsetOf(segments.get(i + 1)) <= snapshotEnd) {
                continue; // all of it is in the snapshot
            }
            String segment = own + "/" + segments.get(i);
            long base = Names.offsetOf(segments.get(i));
            checkBase(segment, base, next, walk.end());
            var read = walk.segment(disk, segment, base, isLast);
            next = read.end();
            if (next >= walk.end()) {
                path = segment;
                position = read.bytes();
            }
        }
        return new Replay(
                walk.cluster(), walk.quorum(), walk.end(), walk.epoch(), walk.isTransactionOpen(), path, position,
                walk.bytesBehindSnapshot(), List.copyOf(findings));
    }

    /** @param next where the segment before ends; -1 when none was read */
    private static void checkBase(String segment, long base, long next, long end) {
        if (base > end) {
            throw new DamagedMetadata(segment + " at byte 0: the records from offset " + end + " to it are missing");
        }
        if (base < next) {
            throw new DamagedMetadata(segment + " at byte 0: the segment before goes on to offset " + next);
        }
    }

    /**
     * A walk that has read the newest snapshot that is whole. An older one serves as well, as long as the log goes on
     * from it; the empty value is the oldest of all.
     */
    private static LogWalk newestSnapshot(Disk disk, String own, int epochMax, long oldest, List<String> findings) {
        DamagedMetadata first = null;
        for (var name : Names.snapshots(disk, own).reversed()) {
            var walk = new LogWalk(epochMax, findings);
            try {
                walk.snapshot(disk, own + "/" + name, Names.offsetOf(name), Names.epochOf(name));
            } catch (DamagedMetadata damaged) {
                first = first == null ? damaged : first;
                continue;
            }
            if (first != null) {
                checkGoesOn(first, walk.end(), oldest);
                findings.add(first.getMessage() + "; " + name + " and the log after it were read instead");
            }
            return walk;
        }
        if (first != null) {
            checkGoesOn(first, 0, oldest);
            findings.add(first.getMessage() + "; all of the log was read instead");
        }
        return new LogWalk(epochMax, findings);
    }

    private static void checkGoesOn(DamagedMetadata damaged, long end, long oldest) {
        if (oldest > end) {
            throw damaged;
        }
    }
}
