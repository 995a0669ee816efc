package naru.log;

import naru.base.Disk;
import naru.base.DiskFailure;

/**
 * The epochs of a log on their way to their file, off the lane: where thousands begin at once, making their files takes seconds.
 * Begun by {@link EpochCache#beginWrite}, which hears of its end on the lane.
 */
final class EpochWrite {

    /** The file says all there is to say. */
    static final EpochWrite NONE = new EpochWrite(null, null, false, true);
    /** Another one is under way, and knows less. */
    static final EpochWrite LATER = new EpochWrite(null, null, false, false);

    private final String path;
    private final byte[] content;
    private final boolean syncing;
    private volatile boolean done;
    private volatile boolean cancelled;

    EpochWrite(String path, byte[] content, boolean syncing) {
        this(path, content, syncing, false);
    }

    private EpochWrite(String path, byte[] content, boolean syncing, boolean done) {
        this.path = path;
        this.content = content;
        this.syncing = syncing;
        this.done = done;
    }

    /** Off the lane. */
    void run(Disk disk) {
        if (content == null || cancelled) {
            return;
        }
        try {
            WholeFile.write(disk, path, path + ".synced.tmp", content); // the lane may write it, too
            if (syncing) {
                try (var file = disk.open(path)) {
                    file.sync();
                }
            }
            done = true;
        } catch (DiskFailure failure) {
            // Without room it is tried again with the next sync; and the folder of a log that moves, or is deleted, has another name.
            if (failure.kind() != DiskFailure.Kind.FULL && failure.kind() != DiskFailure.Kind.MISSING) {
                throw failure;
            }
        }
    }

    boolean isSyncing() {
        return syncing;
    }

    /** False when recovery still has to find epochs in the batches. */
    boolean isDone() {
        return done;
    }

    void cancel() {
        cancelled = true;
    }
}
