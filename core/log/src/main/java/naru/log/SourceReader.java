package naru.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/** Reads the batches of one sealed segment for compaction, off the lane. What is damaged is refused: it must not look compacted. */
final class SourceReader implements AutoCloseable {

    private final DiskFile file;
    private final BatchWalk walk;
    private final long bytes;

    SourceReader(Disk disk, String folder, CompactionPlan.Source source) {
        this.file = disk.openForReading(FileNames.path(folder, source.base(), FileNames.LOG));
        this.bytes = source.bytes();
        this.walk = new BatchWalk(file, 0, bytes, true).gently();
    }

    /** Moves to the next batch; false when there is none. */
    boolean next() {
        if (!walk.next()) {
            if (walk.position() < bytes) {
                throw damage();
            }
            return false;
        }
        if (!walk.isCrcRight()) {
            throw damage();
        }
        return true;
    }

    private DiskFailure damage() {
        return new DiskFailure(DiskFailure.Kind.DAMAGED, file.path(),
                new IOException("damaged at position " + walk.position()));
    }

    ByteBuffer bytes() {
        return walk.bytes();
    }

    int at() {
        return walk.at();
    }

    int size() {
        return walk.size();
    }

    @Override
    public void close() {
        file.close();
    }
}
