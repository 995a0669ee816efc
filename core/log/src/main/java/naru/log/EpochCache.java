package naru.log;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
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
    private EpochWrite underWay = EpochWrite.NONE;
    private Runnable whenChanged = () -> { };
    private List<Runnable> waiting = new ArrayList<>();
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
        changed |= entries.removeIf(entry -> entry.startOffset() > end); // from before a cut
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

    /** @param listener hears at the end of a turn that the file says something else by now */
    void whenChanged(Runnable listener) {
        whenChanged = listener;
    }

    void tellOfChanges() {
        if (changed) {
            whenChanged.run();
        }
    }

    /**
     * Changes are brought to the file off the lane: when an election is over, thousands of epochs begin at once. That may come late, as
     * recovery finds the epochs of what comes after the last sync in its batches.
     *
     * @param syncing false when the whole file system is synced next, or nothing is
     */
    EpochWrite beginWrite(boolean syncing) {
        if (underWay != EpochWrite.NONE) {
            return EpochWrite.LATER;
        }
        if (changed || syncing && unsynced) {
            changed = false;
            underWay = new EpochWrite(path, content(), syncing);
        }
        return underWay;
    }

    /** On the lane: what was begun has ended. */
    void ended(EpochWrite write) {
        if (write == underWay) {
            underWay = EpochWrite.NONE;
            changed |= !write.isDone();
            unsynced = !write.isSyncing();
            var told = waiting;
            waiting = new ArrayList<>();
            told.forEach(Runnable::run);
        }
    }

    /** Now, or when what is under way has ended. */
    void whenNotBeingWritten(Runnable task) {
        if (underWay == EpochWrite.NONE) {
            task.run();
        } else {
            waiting.add(task);
        }
    }

    /** The log is not served any more, or has another folder: what is under way is not to find its way into one that takes the name. */
    void abandon() {
        if (underWay != EpochWrite.NONE) {
            underWay.cancel();
        }
    }

    private byte[] content() {
        check(entries != null, "only what was read can have changed");
        var lines = new ArrayList<String>();
        for (var entry : entries) {
            lines.add(entry.epoch() + " " + entry.startOffset());
        }
        return TextCheckpoint.encode(lines);
    }

    /** Brings changes to the file at once, while nothing else is written to the log; it is synced with the whole folder, or again with the log. */
    void flush() {
        if (changed || underWay != EpochWrite.NONE) {
            WholeFile.write(disk, path, content());
        }
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
}
