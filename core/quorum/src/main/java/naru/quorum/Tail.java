package naru.quorum;

import java.nio.ByteBuffer;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/** The end of the log: the file that grows. A write that fails is taken back, so that the next one may be tried. */
final class Tail {

    /** Kafka's own bound for a batch of metadata. */
    private static final int BATCH_BYTES_MAX = 8 << 20;

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
        writeLastBatchAgain();
    }

    /**
     * When the sync of the last batch failed before the process ended, the page cache shows a batch that no medium
     * holds, and takes it for clean. Only what is written again is synced again.
     */
    private void writeLastBatchAgain() {
        long from = Math.max(0, position - BATCH_BYTES_MAX);
        var last = ByteBuffer.allocate(Math.toIntExact(position - from));
        while (last.hasRemaining() && file.read(last, from + last.position()) > 0) {
            // a read may come back short
        }
        file.write(new ByteBuffer[] {last.flip()}, from);
    }

    /** For reading what was written. */
    DiskFile file() {
        return file;
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
