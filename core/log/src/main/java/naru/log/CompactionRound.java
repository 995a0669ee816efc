package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.log.CompactionPlan.Source;
import naru.protocol.batch.BatchSieve;

/**
 * One round over one log, in small steps, each of them off the lane. It reads and writes files and touches nothing that
 * belongs to a lane: the segments it makes are proposals.
 */
final class CompactionRound implements AutoCloseable {

    // So little that whoever needs the processor or the disk meanwhile waits some tenths of a millisecond for it.
    private static final long STEP_BYTES = 256L << 10;
    private static final int OPEN_MAX = 4;

    /** What a step has come to. */
    sealed interface Step {
        /** @param bytes read and written */
        record More(long bytes) implements Step {}

        /** What stays of these neighbours is on the medium, under names that end with {@code .cleaned}. */
        record Made(List<Source> group, long bytes) implements Step {}

        /** @param cleanedTo where the next round begins */
        record Done(long cleanedTo) implements Step {}
    }

    private final Disk disk;
    private final CompactionPlan plan;
    private final BatchSieve sieve;
    private OffsetMap map;
    private KeyScan scan;
    private List<AbortedTransaction> aborted;
    private Survival survival;
    private ArrayDeque<List<Source>> groups;
    private ByteBuffer room;
    private GroupCopy copy;

    CompactionRound(Disk disk, CompactionPlan plan) {
        this.disk = disk;
        this.plan = plan;
        this.sieve = new BatchSieve(plan.limits().unpackedBytesMax());
    }

    /** Blocking: goes on where the last step ended. */
    Step step() {
        if (scan == null) {
            GroupCopy.removeAll(disk, plan.folder());
            aborted = abortedIn(plan.folder());
            map = new OffsetMap(plan.end() - plan.firstDirty(), plan.limits().mapBytes(), plan.limits().mapLoad(), plan.firstDirty());
            scan = new KeyScan(disk, plan, map, sieve, aborted);
        }
        if (!scan.isDone()) {
            return new Step.More(scan.step(STEP_BYTES));
        }
        if (groups == null) {
            scan.close();
            survival = new Survival(plan, map, sieve, aborted);
            groups = new ArrayDeque<>(SegmentGroups.of(disk, plan, map.latest() + 1));
            room = GroupCopy.room();
        }
        if (groups.isEmpty()) {
            return new Step.Done(map.latest() + 1);
        }
        return copyOn();
    }

    /** All that the indexes know: a transaction begins in one segment and may end in a later one. */
    private List<AbortedTransaction> abortedIn(String folder) {
        var all = new ArrayList<AbortedTransaction>();
        var files = new OpenFiles(disk, OPEN_MAX);
        for (var name : disk.list(folder)) {
            if (FileNames.offsetOf(name, FileNames.TXN_INDEX) >= 0) {
                var index = new AbortedIndex(files.slot(folder + "/" + name));
                index.forEachFrom(0, all::add);
                index.file().close();
            }
        }
        return all;
    }

    private Step copyOn() {
        if (copy == null) {
            copy = new GroupCopy(disk, plan, groups.getFirst(), survival, room);
        }
        long bytes = copy.step(STEP_BYTES);
        if (!copy.isDone()) {
            return new Step.More(bytes);
        }
        copy.close();
        copy = null;
        return new Step.Made(groups.removeFirst(), bytes);
    }

    /** Blocking: what was made and nobody has taken goes. */
    void removeUnfinished() {
        if (disk.isFolder(plan.folder())) {
            GroupCopy.removeAll(disk, plan.folder());
        }
    }

    /** Lets go of files and memory; no step is under way. */
    @Override
    public void close() {
        if (scan != null) {
            scan.close();
        }
        if (copy != null) {
            copy.close();
            copy = null;
        }
        if (map != null) {
            map.close();
        }
    }
}
