package naru.log;

import java.nio.ByteBuffer;
import naru.base.DiskFile;
import naru.protocol.batch.BatchHeader;

/** Steps from batch to batch through a file, reading big pieces. Stops at the first thing that is no batch. */
final class BatchWalk {

    private static final int CHUNK = 64 << 10;

    /** What a gentle walk has brought behind what it reads: another reading or some, so that it rarely waits for the disk. */
    private static final long AHEAD_BYTES = 256 << 10;

    private final DiskFile file;
    private final long end;
    private final boolean whole;
    private boolean gentle;
    private ByteBuffer chunk;
    private long chunkAt;
    private long position;
    private int size;
    private long endBefore = -1;

    /**
     * @param end where to stop, in bytes
     * @param whole true to have all bytes of each batch at hand; false for the headers alone
     */
    BatchWalk(DiskFile file, long from, long end, boolean whole) {
        this.file = file;
        this.end = end;
        this.whole = whole;
        this.position = from;
        this.chunk = ByteBuffer.allocate((int) Math.max(BatchHeader.SIZE, Math.min(whole ? CHUNK : CHUNK / 8, end - from))).limit(0);
    }

    /** From here on the disk is asked for what is read next and for little more, for the sake of others who wait for it. */
    BatchWalk gently() {
        gentle = true;
        return this;
    }

    /** Moves to the next batch; false at the end, or where the bytes are no whole batch of ours. */
    boolean next() {
        endBefore = size > 0 ? nextOffset() : endBefore;
        position += size;
        size = 0;
        if (end - position < BatchHeader.SIZE || !have(BatchHeader.SIZE)) {
            return false;
        }
        int claimed = BatchHeader.sizeInBytes(chunk, at());
        if (claimed < BatchHeader.SIZE || claimed > end - position || BatchHeader.magic(chunk, at()) != BatchHeader.MAGIC
                || BatchHeader.lastOffsetDelta(chunk, at()) < 0) {
            return false;
        }
        if (whole && !have(claimed)) {
            return false;
        }
        size = claimed;
        return true;
    }

    /** Goes on to the end: the offset behind the last batch, or {@code otherwise} when there is none. */
    long endOr(long otherwise) {
        long end = otherwise;
        while (next()) {
            end = nextOffset();
        }
        return end;
    }

    private boolean have(int bytes) {
        if (position >= chunkAt && position + bytes <= chunkAt + chunk.limit()) {
            return true;
        }
        if (bytes > chunk.capacity()) {
            chunk = ByteBuffer.allocate(bytes);
        }
        chunk.clear();
        chunk.limit((int) Math.min(chunk.capacity(), end - position));
        chunkAt = position;
        if (gentle) {
            file.readAhead(position, Math.min(chunk.limit() + AHEAD_BYTES, end - position));
        }
        while (chunk.hasRemaining()) {
            if (file.read(chunk, chunkAt + chunk.position()) <= 0) {
                break;
            }
        }
        chunk.flip();
        return chunk.limit() >= bytes;
    }

    /** Has all bytes of this batch at hand, where so far there may be only its header. */
    void bringWhole() {
        have(size);
    }

    /** The bytes around the batch, which begins at {@link #at}. */
    ByteBuffer bytes() {
        return chunk;
    }

    int at() {
        return (int) (position - chunkAt);
    }

    /** The batch's place in the file; after the last batch, where it ended. */
    long position() {
        return position;
    }

    int size() {
        return size;
    }

    boolean isCrcRight() {
        return BatchHeader.isCrcRight(chunk, at());
    }

    long baseOffset() {
        return BatchHeader.baseOffset(chunk, at());
    }

    /** True when it begins in front of where the batch before it ended, so far as this walk has seen that one. */
    boolean isOverlapping() {
        return baseOffset() < endBefore;
    }

    long nextOffset() {
        return BatchHeader.nextOffset(chunk, at());
    }

    long maxTimestamp() {
        return BatchHeader.maxTimestamp(chunk, at());
    }
}
