package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.base.Lanes.Outcome;
import naru.base.Lanes.Work;

/**
 * Makes what one lane wrote to many logs of one folder durable with one sync. A turn is one frame; one sync runs at a
 * time, and the frames written meanwhile wait together for the next.
 *
 * <p>There are two files. When one is full, the next frames go to the other, and a checkpoint syncs the segments so that
 * the full one may be used again. Where the checkpoint is too slow, frames are left out (state {@link State#FULL}) and what
 * they would have held waits for a checkpoint that began after it; so nothing is acknowledged that no medium holds.
 */
public final class Journal {

    /** Room in each of the two files: at the start, and once it was full. */
    record Room(long firstBytes, long laterBytes) {
        static final Room USUAL = new Room(2L << 20, 32L << 20);
    }

    enum State {
        /** Every turn has its frame. */
        OPEN,
        /** There is no room: turns wait for the segments themselves. */
        FULL,
        /** There is room again, but turns that have no frame still wait for a checkpoint. */
        CATCHING_UP
    }

    /** Who waits until no recovery looks at frames up to this one any more. */
    private record Settling(long sequence, Runnable then) {}

    private final Disk disk;
    private final Lanes lanes;
    private final LaneLogs folder;
    private final Consumer<DiskFailure> whenBroken;
    private final long generation;
    private final Room room;
    private final JournalFrame frame = new JournalFrame();
    private JournalFile current;
    private JournalFile other;
    private State state = State.OPEN;
    private WaitingLogs waiting = new WaitingLogs();
    private boolean syncing;
    private boolean checkpointing;
    private boolean broken;
    private long sequence;
    private long checkpointed;
    // What the newest frame says was checkpointed, and what one says that is on the medium.
    private long noted;
    private long settled;
    private ArrayList<Settling> settling = new ArrayList<>();

    /**
     * A fresh journal; recovery has dealt with the one before. Blocks for some milliseconds.
     *
     * @param lane its number is part of the files' names
     * @param whenBroken told once when a sync failed: the folder is lost then, and nothing is retried
     */
    Journal(
            Disk disk, LaneLogs folder, int lane, Lanes lanes, long generation, Room room, Consumer<DiskFailure> whenBroken) {
        this.disk = disk;
        this.lanes = lanes;
        this.folder = folder;
        this.whenBroken = whenBroken;
        this.generation = generation;
        this.room = room;
        this.current = new JournalFile(disk, folder.path(), lane, ".a", room.firstBytes());
        this.other = new JournalFile(disk, folder.path(), lane, ".b", room.firstBytes());
        current.sync();
        other.sync();
        disk.syncFolder(folder.path());
    }

    int mark() {
        return frame.mark();
    }

    void takeBackTo(int mark) {
        frame.takeBackTo(mark);
    }

    void wrote(Log log, long segmentBase, long position, int bytes, ByteBuffer[] pieces) {
        log.safety().inFrame(sequence + 1);
        if (state == State.FULL) {
            log.safety().leftOut(log.logEnd());
        } else {
            byte kind = log.safety().hasGap() ? JournalFrame.BYTES_BEHIND_GAP : JournalFrame.BYTES;
            frame.add(kind, log.topicId(), log.name().partition(), segmentBase, position, bytes, pieces);
        }
    }

    /** What was written to the log before acknowledgements waited for the medium: from this turn on they do. */
    public void entrust(Log log) {
        written(log, log.writtenEnd());
    }

    void written(Log log, long end) {
        waiting.add(log, end);
        log.safety().inFrame(sequence + 1);
        if (state == State.OPEN && log.safety().hasGap()) {
            // It did without the journal until now: a frame alone makes nothing durable that lies behind what has none.
            state = State.CATCHING_UP;
        }
    }

    /**
     * The end of the turn, after the logs were written and before their bytes are reused: writes the turn's frame and
     * sees to it that it is synced.
     *
     * @throws DiskFailure when the frame could not be written: the folder is lost
     */
    public void commit() {
        if (broken || waiting.isEmpty() && frame.isEmpty() && !mustNote()) {
            frame.clear();
            return;
        }
        try {
            writeFrame();
        } catch (DiskFailure failure) {
            breakDown(failure);
            throw failure;
        } finally {
            frame.clear();
        }
        pump();
    }

    private void writeFrame() {
        if (frame.isEmpty() && !mustNote()) {
            return;
        }
        int bytes = frame.sizeInBytes();
        if (!current.hasRoomFor(bytes) && other.isEmpty() && !current.isEmpty()) {
            var full = current;
            current = other;
            other = full;
            checkpoint();
        }
        if (!current.hasRoomFor(bytes)) {
            state = State.FULL;
            waiting.leftOut();
            return;
        }
        if (!write(bytes)) {
            state = State.FULL;
            waiting.leftOut();
            return;
        }
        sequence++;
        noted = checkpointed;
    }

    /** False where a file system that copies on every write finds no room for what had its place. What is half written is no frame. */
    private boolean write(int bytes) {
        try {
            current.write(frame.finish(generation, sequence + 1, checkpointed), bytes, sequence + 1);
            return true;
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.FULL) {
                throw failure;
            }
            return false;
        }
    }

    /** Runs {@code then} on this lane, maybe at once, when no recovery will apply what was entered for this log up to now. */
    void settle(Log log, Runnable then) {
        if (log.safety().frame() <= settled) {
            then.run();
        } else {
            settle(then);
        }
    }

    /** Nobody waits for what was written to this log: it was cut. */
    void forget(Log log) {
        waiting.forget(log);
    }

    /**
     * Runs {@code then} on this lane once no recovery will apply what was entered up to now: the segments it names are on the
     * medium, and so is a frame that says so. From then on those segments may be replaced by others of the same name.
     */
    void settle(Runnable then) {
        settling.add(new Settling(frame.isEmpty() ? sequence : sequence + 1, then));
        lanes.post(lanes.current(), this::goOnSettling);
    }

    private boolean mustNote() {
        return noted < checkpointed && !settling.isEmpty();
    }

    private void goOnSettling() {
        var waitingOn = settling;
        settling = new ArrayList<>();
        for (var one : waitingOn) {
            if (one.sequence() <= settled) {
                one.then().run();
            } else {
                settling.add(one);
            }
        }
        if (settling.stream().anyMatch(one -> one.sequence() > checkpointed)) {
            checkpoint();
        }
    }

    private void pump() {
        if (state != State.OPEN) {
            checkpoint();
        } else if (!syncing && (!waiting.isEmpty() || settled < noted && !settling.isEmpty())) {
            sync();
        }
    }

    private void sync() {
        var files = new ArrayList<JournalFile>(2);
        if (other.takeDirty()) {
            files.add(other);
        }
        if (current.takeDirty()) {
            files.add(current);
        }
        var told = waiting;
        long settles = noted;
        waiting = new WaitingLogs();
        syncing = true;
        lanes.offLane(folder.path(), Work.SYNC, () -> folder.waitForMedium(told, () -> files.forEach(JournalFile::sync)),
                outcome -> onSynced(outcome, settles));
    }

    private void onSynced(Outcome<WaitingLogs> outcome, long settles) {
        syncing = false;
        switch (outcome) {
            case Outcome.Done<WaitingLogs>(var told) -> {
                if (!broken) {
                    settled = settles;
                    told.tell();
                    goOnSettling();
                    pump();
                }
            }
            case Outcome.Failed<WaitingLogs>(var why) -> breakDown(asFailure(why));
        }
    }

    /** Syncs the segments of every log written since the last checkpoint, unless that is under way. */
    public void checkpoint() {
        if (checkpointing || broken) {
            return;
        }
        checkpointing = true;
        var told = state == State.OPEN ? null : waiting;
        if (told != null) {
            waiting = new WaitingLogs();
        }
        prepare(new JournalCheckpoint(folder, disk, sequence, state, told, growing(), room));
    }

    private void prepare(JournalCheckpoint begun) {
        if (broken) {
            begun.release();
            return;
        }
        try {
            if (!begun.prepareSome()) {
                lanes.post(lanes.current(), () -> prepare(begun));
                return;
            }
        } catch (DiskFailure why) {
            begun.release();
            breakDown(why);
            return;
        }
        lanes.offLane(folder.path(), Work.CHORE, () -> folder.waitForMedium(begun, begun::run), outcome -> onCheckpointed(begun, outcome));
    }

    /** The files that nobody writes to while a checkpoint runs and that are still small. */
    private List<JournalFile> growing() {
        var files = new ArrayList<JournalFile>(2);
        if (!other.isEmpty() && other.size() < room.laterBytes()) {
            files.add(other);
        }
        if (state == State.FULL && current.size() < room.laterBytes()) {
            files.add(current);
        }
        return files;
    }

    private void onCheckpointed(JournalCheckpoint done, Outcome<JournalCheckpoint> outcome) {
        checkpointing = false;
        done.release();
        if (outcome instanceof Outcome.Failed<JournalCheckpoint>(var why)) {
            breakDown(asFailure(why));
            return;
        }
        if (broken) {
            return;
        }
        checkpointed = done.sequence();
        try {
            done.syncs().forEach(folder::synced);
        } catch (DiskFailure why) {
            breakDown(why);
            return;
        }
        done.grown().forEach(JournalFile::takeGrowth);
        other.reclaimTo(checkpointed);
        if (done.begunIn() == State.FULL) {
            current.reclaimTo(checkpointed);
        }
        if (done.told() != null) {
            done.told().tell();
        }
        state = switch (state) {
            case OPEN -> State.OPEN;
            // Turns without a frame may have come after this checkpoint began: one more, which began after them.
            case FULL -> done.begunIn() == State.FULL ? State.CATCHING_UP : State.FULL;
            // So may logs that did without the journal until then.
            case CATCHING_UP -> done.begunIn() == State.CATCHING_UP && !waiting.isBehindGap() ? State.OPEN : State.CATCHING_UP;
        };
        if (!other.isEmpty()) {
            checkpoint(); // it became full after this one began
        }
        goOnSettling();
        pump();
    }

    private void breakDown(DiskFailure why) {
        if (!broken) {
            broken = true;
            whenBroken.accept(why);
        }
    }

    private DiskFailure asFailure(Throwable why) {
        return why instanceof DiskFailure failure ? failure : new DiskFailure(DiskFailure.Kind.BROKEN, folder.path(), why);
    }

    /** True while something written waits for the medium. */
    public boolean isBusy() {
        return syncing || checkpointing || !waiting.isEmpty();
    }

    /** Closes the files without syncing them; {@link LogFolder#close} does that. */
    public void close() {
        broken = true;
        current.close();
        other.close();
    }
}
