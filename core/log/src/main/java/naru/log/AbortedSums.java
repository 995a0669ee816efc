package naru.log;

import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFailure;

/**
 * How many aborted transactions each segment of a log has, and a checksum over them: the file {@code naru-aborted}. A lost or
 * damaged {@code .txnindex} looks like one of a segment in which less was aborted, and a reader would be given what was taken
 * back. Written once the entries it speaks of are synced; where it does not agree the index is made again from the records.
 */
final class AbortedSums {

    static final String FILE = "naru-aborted";

    private static final int COLUMNS = 3;

    private final Disk disk;
    private final Segments segments;
    private boolean changed;

    AbortedSums(Disk disk, Segments segments) {
        this.disk = disk;
        this.segments = segments;
    }

    /** The log begins to sync what it has now. */
    void onSyncing() {
        for (var segment : segments.all()) {
            changed |= segment.aborted().takeChanged();
        }
    }

    /** That is synced; what came meanwhile may be spoken of too early, and costs recovery a look at the records. */
    void onSynced() {
        if (!changed) {
            return;
        }
        changed = false;
        var lines = new ArrayList<String>();
        for (var segment : segments.all()) {
            int entries = segment.aborted().entries();
            if (entries > 0) {
                lines.add(segment.base() + " " + entries + " " + segment.aborted().crc(entries));
            }
        }
        try {
            WholeFile.write(disk, segments.folder() + "/" + FILE, TextCheckpoint.encode(lines));
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.FULL) {
                throw failure;
            }
            changed = true; // what was noted before costs recovery a look at the records, until the next sync notes more
        }
    }

    /** Compaction, which syncs what it makes, has put other segments in the place of some. */
    void onExchanged() {
        changed = true;
        onSynced();
    }

    /**
     * Makes the indexes again that are not what was noted.
     *
     * @return what was made again, one sentence each
     */
    static List<String> repair(Disk disk, String folder, Segments segments, LedgerFiles ledgers, long start, long end) {
        var findings = new ArrayList<String>();
        var lines = TextCheckpoint.read(disk, folder + "/" + FILE, 0, COLUMNS);
        if (lines == null) {
            return findings;
        }
        for (var line : lines) {
            long base = Long.parseLong(line[0]);
            var segment = segments.holding(base);
            if (segment != null && segment.base() == base && !isRight(segment, line)) {
                findings.add(segment.aborted().file().path() + ": not as it was noted; made again from the records");
                var next = segments.after(segment);
                AbortedRepair.again(segments, ledgers, start, base, next == null ? end : next.base());
            }
        }
        return findings;
    }

    /** What came behind what was noted is recovery's affair. */
    private static boolean isRight(Segment segment, String[] line) {
        long entries = Long.parseLong(line[1]);
        return entries <= segment.aborted().entries() && segment.aborted().crc((int) entries) == Long.parseLong(line[2]);
    }
}
