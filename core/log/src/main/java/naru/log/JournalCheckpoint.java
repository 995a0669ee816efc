package naru.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFailure;

/**
 * One checkpoint of a {@link Journal}. Every log that was written since the one before is prepared on the lane, some a turn, and then all are
 * synced off the lane, and the journal's files grow that are too small.
 */
final class JournalCheckpoint {

    /** To prepare a log takes a file or three where much was written: clients do not wait for those of a thousand. */
    private static final int PREPARED_A_TURN = 32;

    /** With more logs than this to sync, one sync of the whole file system is cheaper. */
    private static final int SYNC_ONE_BY_ONE_MAX = 200;

    /** A journal grows only where this many times what it wants is free: the records come first. */
    private static final int ROOM_KEPT_FREE = 4;

    private final LaneLogs folder;
    private final Disk disk;
    private final long sequence;
    private final Journal.State begunIn;
    private final WaitingLogs told;
    private final List<JournalFile> growing;
    private final Journal.Room room;
    private final ArrayDeque<Log> logs;
    private final boolean oneByOne;
    private final List<LogSync> syncs;
    private final List<JournalFile> grown = new ArrayList<>(2);

    /**
     * @param sequence of the newest frame: what it and those before it hold was written to the logs that are dirty now
     * @param told hears when what was written by now is on the medium; null when nobody waits for that
     * @param growing files that nobody writes to until this is over
     */
    JournalCheckpoint(
            LaneLogs folder, Disk disk, long sequence, Journal.State begunIn, WaitingLogs told, List<JournalFile> growing, Journal.Room room) {
        this.folder = folder;
        this.disk = disk;
        this.sequence = sequence;
        this.begunIn = begunIn;
        this.told = told;
        this.growing = growing;
        this.room = room;
        this.logs = new ArrayDeque<>(folder.takeDirty());
        this.oneByOne = logs.size() <= SYNC_ONE_BY_ONE_MAX;
        this.syncs = new ArrayList<>(logs.size());
    }

    long sequence() {
        return sequence;
    }

    Journal.State begunIn() {
        return begunIn;
    }

    WaitingLogs told() {
        return told;
    }

    List<JournalFile> grown() {
        return grown;
    }

    List<LogSync> syncs() {
        return syncs;
    }

    /**
     * On the lane: prepares some more logs. What is written to them between two turns is synced as well.
     *
     * @return whether all are prepared
     */
    boolean prepareSome() {
        for (int i = 0; i < PREPARED_A_TURN && !logs.isEmpty(); i++) {
            var log = logs.remove();
            if (folder.isOpen(log)) {
                syncs.add(log.beginSync(oneByOne));
            }
        }
        return logs.isEmpty();
    }

    /** Off the lane. */
    void run() {
        if (oneByOne) {
            for (var sync : syncs) {
                sync.run(disk);
            }
        } else {
            disk.syncAll(folder.path());
        }
        for (var file : growing) {
            long bytes = disk.freeBytes(folder.path()) / ROOM_KEPT_FREE;
            long wanted = bytes >= room.laterBytes() ? room.laterBytes() : bytes >= room.firstBytes() ? room.firstBytes() : 0;
            if (wanted > file.size()) {
                grow(file, wanted);
            }
        }
    }

    /** Where others need the room more, a journal goes on in the room it has. */
    private void grow(JournalFile file, long bytes) {
        try {
            file.allocate(bytes);
            grown.add(file);
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.FULL) {
                throw failure;
            }
            file.shrinkBack();
        }
    }

    void release() {
        syncs.forEach(LogSync::release);
    }
}
