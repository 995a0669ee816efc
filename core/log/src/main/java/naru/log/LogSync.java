package naru.log;

import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/**
 * The files of one log that may hold unsynced bytes, held so that they can be synced off the lane.
 *
 * @param above the folder that the log's folder lies in, when its name is to be synced, too; else null
 * @param end how far the log with its indexes and epochs will be on the medium when they are synced
 * @param life of the log when this began: see {@link LogSafety}
 */
record LogSync(Log log, List<DiskFile> files, String folder, String above, long end, int life) {

    /** @param holdingFiles false when the whole file system is synced instead */
    static LogSync of(Log log, Segments segments, EpochCache epochs, boolean holdingFiles) {
        long recoveryPoint = log.recoveryPoint();
        var files = new ArrayList<DiskFile>(3);
        boolean whole = epochs.isInFile();
        if (!segments.isEmpty()) {
            // A cut at the recovery point may not be on the medium, though a new segment begins there by now.
            var first = segments.holding(recoveryPoint - 1);
            for (var segment : segments.from(first == null ? 0 : first.base())) {
                // The indexes too: recovery reads only what comes after this, and trusts the entries before it.
                whole &= holdingFiles ? segment.hold(files) : segment.flushIndexes();
            }
        }
        if (holdingFiles) {
            epochs.hold(files);
        }
        String folder = log.folder();
        String above = log.safety().isUnnamed() ? folder.substring(0, folder.lastIndexOf('/')) : null;
        return new LogSync(log, files, folder, above, whole ? log.writtenEnd() : recoveryPoint, log.safety().life());
    }

    /** Off the lane: waits for the medium. */
    void run(Disk disk) {
        for (var file : files) {
            file.sync();
        }
        try {
            disk.syncFolder(folder);
            if (above != null) {
                disk.syncFolder(above);
            }
        } catch (DiskFailure failure) {
            // Its topic was deleted meanwhile, and the folder has another name.
            if (failure.kind() != DiskFailure.Kind.MISSING) {
                throw failure;
            }
        }
    }

    void release() {
        files.forEach(DiskFile::close);
    }
}
