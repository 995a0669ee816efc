package naru.quorum;

import java.nio.ByteBuffer;
import naru.base.DiskFile;
import naru.protocol.batch.BatchHeader;

/** Looks at batches in a file through a window, so that a long file needs no more memory than its longest batch. */
final class BatchScan {

    private static final int WINDOW_BYTES = 256 << 10;
    private static final int MAGIC_AT = 16;

    private final DiskFile file;
    private final long size;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowAt;

    BatchScan(DiskFile file) {
        this.file = file;
        this.size = file.size();
    }

    long size() {
        return size;
    }

    /** Whether a whole, undamaged batch begins here. Its bytes are then at {@link #bytes} and {@link #index}. */
    boolean isBatchAt(long at) {
        if (size - at < BatchHeader.SIZE || !have(at, BatchHeader.SIZE)) {
            return false;
        }
        int index = index(at);
        int claimed = BatchHeader.sizeInBytes(window, index);
        if (BatchHeader.magic(window, index) != BatchHeader.MAGIC || claimed < BatchHeader.SIZE || claimed > size - at) {
            return false;
        }
        return have(at, claimed) && BatchHeader.isCrcRight(window, index(at));
    }

    /** The window, which holds all of the batch that {@link #isBatchAt} has just seen. */
    ByteBuffer bytes() {
        return window;
    }

    int index(long at) {
        return (int) (at - windowAt);
    }

    /**
     * Where, behind {@code at}, an undamaged batch begins that could belong to this log; -1 when there is none. Every
     * byte is tried, because a damaged length says nothing about where its neighbour begins.
     *
     * @param offsetMin the least offset that such a batch can have
     */
    long nextBatchAfter(long at, long offsetMin) {
        for (long candidate = at + 1; size - candidate >= BatchHeader.SIZE; candidate++) {
            if (!have(candidate, BatchHeader.SIZE)) {
                return -1;
            }
            int index = index(candidate);
            // An offset takes at least a byte, so one that is further away than the file is long is none of ours.
            long ahead = BatchHeader.baseOffset(window, index) - offsetMin;
            boolean plausible = window.get(index + MAGIC_AT) == BatchHeader.MAGIC && ahead >= 0 && ahead <= size;
            if (plausible && isBatchAt(candidate)) {
                return candidate;
            }
        }
        return -1;
    }

    private boolean have(long at, int bytes) {
        if (at >= windowAt && at + bytes <= windowAt + window.limit()) {
            return true;
        }
        int wanted = (int) Math.min(size - at, Math.max(bytes, WINDOW_BYTES));
        if (window.capacity() < wanted) {
            window = ByteBuffer.allocate(wanted);
        }
        window.clear().limit(wanted);
        windowAt = at;
        while (window.hasRemaining()) {
            if (file.read(window, at + window.position()) <= 0) {
                break;
            }
        }
        window.flip();
        return window.limit() >= bytes;
    }
}
