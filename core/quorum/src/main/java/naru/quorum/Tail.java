package naru.quorum;

import java.nio.ByteBuffer;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/** The end of the log: the file that grows. A write that fails is taken back, so that the next one may be tried. */
final class Tail {

    private final DiskFile file;
    private final long begunMs;
    private long position;
    private boolean littered;

    /** @param position where the next batch begins; what lies behind it is cut off */
    Tail(Disk disk, String path, long position, long nowMs) {
        this.file = disk.open(path);
        this.position = position;
        this.begunMs = nowMs;
        file.truncate(position);
    }

    /** Bytes of whole batches. */
    long size() {
        return position;
    }

    /** When this process began to write to the file. */
    long begunMs() {
        return begunMs;
    }

    /** All of the batch, or nothing of it and the failure. */
    void write(ByteBuffer batch) {
        int length = batch.remaining();
        if (littered) {
            cut();
        }
        try {
            file.write(new ByteBuffer[] {batch}, position);
        } catch (DiskFailure failure) {
            littered = true;
            try {
                cut();
            } catch (DiskFailure again) {
                failure.addSuppressed(again);
            }
            throw failure;
        }
        position += length;
    }

    private void cut() {
        file.truncate(position);
        littered = false;
    }

    /** Blocking. After a failure nobody knows what is on the medium. */
    void sync() {
        file.sync();
    }

    void close() {
        file.close();
    }
}
