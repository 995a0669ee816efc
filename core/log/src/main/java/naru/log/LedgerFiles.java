package naru.log;

import java.util.ArrayList;
import java.util.TreeSet;
import naru.base.Disk;

/** The {@code .snapshot} files of a log: what its ledger said at some offsets. */
final class LedgerFiles {

    private final Disk disk;
    private String folder;
    private final TreeSet<Long> offsets = new TreeSet<>();

    LedgerFiles(Disk disk, String folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /** The folder has another name. */
    void inFolder(String now) {
        folder = now;
    }

    /** A snapshot is there; negative for none. */
    void found(long offset) {
        if (offset >= 0) {
            offsets.add(offset);
        }
    }

    /** -1 when there is none. */
    long newest() {
        return offsets.isEmpty() ? -1 : offsets.last();
    }

    void write(long offset, byte[] snapshot) {
        WholeFile.write(disk, path(offset), snapshot);
        offsets.add(offset);
    }

    /**
     * Fills the ledger from the newest snapshot that can be read and lies at or before {@code end}.
     *
     * @return the offset from which the log's batches are to be added; -1 to begin with the log's first
     */
    long load(ProducerLedger ledger, long end) {
        deleteFrom(end + 1);
        while (!offsets.isEmpty()) {
            long offset = offsets.last();
            if (disk.exists(path(offset)) && LedgerSnapshot.decode(disk.readAll(path(offset)), ledger)) {
                return offset;
            }
            delete(offset);
        }
        ledger.clear();
        return -1;
    }

    /** As {@link #load}, at or before {@code offset}, for a look that leaves all files as they are. */
    long readUpTo(ProducerLedger ledger, long offset) {
        for (long at : offsets.headSet(offset, true).descendingSet()) {
            if (disk.exists(path(at)) && LedgerSnapshot.decode(disk.readAll(path(at)), ledger)) {
                return at;
            }
        }
        ledger.clear();
        return -1;
    }

    void deleteFrom(long offset) {
        for (long later : new ArrayList<>(offsets.tailSet(offset, true))) {
            delete(later);
        }
    }

    /** Snapshots before the log's first segment serve nobody, but the newest of all stays. */
    void deleteBefore(long offset) {
        for (long earlier : new ArrayList<>(offsets.headSet(offset, false))) {
            if (earlier != offsets.last()) {
                delete(earlier);
            }
        }
    }

    /** The segment that began there has become part of another. */
    void deleteUnlessNewest(long offset) {
        if (offsets.contains(offset) && offset != offsets.last()) {
            delete(offset);
        }
    }

    void delete(long offset) {
        offsets.remove(offset);
        disk.delete(path(offset));
    }

    private String path(long offset) {
        return FileNames.path(folder, offset, FileNames.SNAPSHOT);
    }
}
