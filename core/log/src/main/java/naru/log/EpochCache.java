package naru.log;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.protocol.batch.BatchHeader;

/**
 * Which leader epoch began at which offset: the {@code leader-epoch-checkpoint} of a partition. Epochs and offsets
 * both rise. Read when first needed.
 */
final class EpochCache {

    /** What a client says that does not know. */
    private static final int NO_EPOCH = -1;

    record Entry(int epoch, long startOffset) {

        boolean contradicts(int other, long at) {
            return epoch > other || startOffset > at || startOffset == at && epoch != other;
        }
    }

    private final Disk disk;
    private String path;
    private final Segments segments;
    private List<Entry> entries;
    private boolean changed;
    private boolean unsynced;
    private long start = -1;
    private long end = Long.MAX_VALUE;

    /** @param segments of the log, to make the cache again when its file is gone or damaged */
    EpochCache(Disk disk, String folder, Segments segments) {
        this.disk = disk;
        this.segments = segments;
        this.path = folder + "/" + FileNames.EPOCHS;
    }

    private List<Entry> entries() {
        if (entries == null) {
            entries = new ArrayList<>(2);
            var lines = TextCheckpoint.read(disk, path, 0, 2);
            if (lines == null) {
                rebuild();
            } else {
                lines.forEach(line -> assign(Integer.parseInt(line[0]), Long.parseLong(line[1])));
                changed = false;
            }
            fitIn();
        }
        return entries;
    }

    /** The log as it was found begins and ends there. */
    void within(long logStart, long logEnd) {
        start = logStart;
        end = logEnd;
        if (entries != null) {
            fitIn();
        }
    }

    private void fitIn() {
        if (start >= 0 && start < end && (entries.isEmpty() || entries.getFirst().startOffset() > start)) {
            entries.clear(); // the log began later once, and a crash took that back; if it took the end, too, that entry is gone already
            rebuild();
        }
        // No batch of these is left: a crash took it, or a cut did. One that stands where the log begins is of what was deleted.
        changed |= entries.removeIf(entry -> entry.startOffset() >= end && entry.startOffset() > start);
    }

    /** -1 when there is none. */
    int last() {
        return entries().isEmpty() ? NO_EPOCH : entries().getLast().epoch();
    }

    /** A power cut may have taken or torn the file; the batches say the same. */
    private void rebuild() {
        if (!segments.isEmpty()) {
            LogReader.headers(segments, segments.first().base(), Long.MAX_VALUE, walk ->
                    assign(BatchHeader.leaderEpoch(walk.bytes(), walk.at()), walk.baseOffset()));
        }
    }

    List<Entry> all() {
        return List.copyOf(entries());
    }

    /** A batch of {@code epoch} stands at {@code startOffset}. Entries it contradicts go. */
    void assign(int epoch, long startOffset) {
        var all = entries();
        if (epoch < 0 || !all.isEmpty() && all.getLast().epoch() == epoch && all.getLast().startOffset() <= startOffset) {
            return;
        }
        while (!all.isEmpty() && all.getLast().contradicts(epoch, startOffset)) {
            all.removeLast();
        }
        if (all.isEmpty() || all.getLast().epoch() < epoch) { // else recovery reads on from the middle of an epoch that is known
            all.add(new Entry(epoch, startOffset));
        }
        changed = true;
    }

    /**
     * Recovery reads all batches from {@code offset} on, and they say what began there: the file may still be from before a cut, or speak of
     * what the crash before this one took.
     */
    void readAgainFrom(long offset, long logStart) {
        changed |= entries().removeIf(entry -> entry.startOffset() >= offset && entry.startOffset() > logStart);
    }

    /** The log ends at {@code end} now. */
    void truncateFromEnd(long end) {
        changed |= entries().removeIf(entry -> entry.startOffset() >= end);
    }

    /** The log begins at {@code start} now; the epoch it begins in stays. */
    void truncateFromStart(long start) {
        var all = entries();
        if (all.isEmpty() || all.getFirst().startOffset() >= start) {
            return;
        }
        int inside = 0;
        while (inside + 1 < all.size() && all.get(inside + 1).startOffset() <= start) {
            inside++;
        }
        var first = all.get(inside);
        all.subList(0, inside + 1).clear();
        all.addFirst(new Entry(first.epoch(), start));
        changed = true;
    }

    /** Kafka's rule for OffsetForLeaderEpoch. */
    EpochEnd endOf(int epoch, long logEnd) {
        var all = entries();
        if (epoch == NO_EPOCH || all.isEmpty()) {
            return EpochEnd.UNKNOWN;
        }
        if (epoch == all.getLast().epoch()) {
            return new EpochEnd(epoch, logEnd);
        }
        if (epoch > all.getLast().epoch()) {
            return EpochEnd.UNKNOWN;
        }
        int after = 0;
        while (all.get(after).epoch() <= epoch) {
            after++;
        }
        // Asked for an epoch before our first: everything from the first entry on diverges.
        return after == 0
                ? new EpochEnd(epoch, all.getFirst().startOffset())
                : new EpochEnd(all.get(after - 1).epoch(), all.get(after).startOffset());
    }

    /** The epoch of the record at {@code offset}; -1 when unknown. */
    int epochAt(long offset) {
        int found = -1;
        for (var entry : entries()) {
            if (entry.startOffset() <= offset) {
                found = entry.epoch();
            }
        }
        return found;
    }

    /** As {@link #flush}, later when not now: who waits for what was written must not wait for this. The next sync of the log tries again. */
    void flushWhenPossible() {
        try {
            flush();
        } catch (DiskFailure _) {
            // The changes are still there.
        }
    }

    /** False while the file lacks changes: no recovery point may pass them, since recovery finds again only what lies behind it. */
    boolean isInFile() {
        return !changed;
    }

    /**
     * Brings changes to the file. It is synced with the records: recovery finds the epochs of what comes later in its batches, and does not
     * write them at once, as thousands of logs are opened then.
     */
    void flush() {
        if (!changed) {
            return;
        }
        check(entries != null, "only what was read can have changed");
        var lines = new ArrayList<String>();
        for (var entry : entries) {
            lines.add(entry.epoch() + " " + entry.startOffset());
        }
        WholeFile.write(disk, path, TextCheckpoint.encode(lines));
        changed = false;
        unsynced = true;
    }

    /** Knows what the other knows. */
    void takeOver(EpochCache other) {
        entries = new ArrayList<>(other.entries());
        changed = true;
    }

    /** The folder has another name. */
    void inFolder(String folder) {
        path = folder + "/" + FileNames.EPOCHS;
    }

    /** Adds the file to those that will be synced, when it was written. */
    void hold(List<DiskFile> files) {
        if (unsynced) {
            files.add(disk.open(path));
            unsynced = false;
        }
    }
}
