package naru.quorum;

import java.nio.ByteBuffer;
import java.util.TreeMap;
import naru.base.DiskFile;
import naru.protocol.batch.BatchHeader;

/** One file of the log: which offsets are in it, and about where. */
final class Segment {

    /** Bytes between two entries of the index. */
    private static final long INDEX_BYTES = 4 << 10;

    private static final int READ_BYTES_MIN = 16 << 10;

    private final String path;
    private final long base;
    private final TreeMap<Long, Long> positions = new TreeMap<>();
    private long end;
    private long bytes;

    Segment(String path, long base) {
        this.path = path;
        this.base = base;
        this.end = base;
    }

    String path() {
        return path;
    }

    long base() {
        return base;
    }

    /** The offset after its last record. */
    long end() {
        return end;
    }

    /** Bytes of whole batches. */
    long bytes() {
        return bytes;
    }

    void add(long first, long next, long size) {
        if (positions.isEmpty() || bytes - positions.lastEntry().getValue() >= INDEX_BYTES) {
            positions.put(first, bytes);
        }
        end = next;
        bytes += size;
    }

    /**
     * The batches from the one that holds {@code from} on: at least one, and more while they end at or before
     * {@code endMax} and are not longer than {@code bytesMax} together.
     */
    ByteBuffer read(DiskFile file, long from, long endMax, int bytesMax) {
        long at = positionOf(file, from);
        var read = bytesAt(file, at, (int) Math.min(bytes - at, Math.max(bytesMax, READ_BYTES_MIN)));
        int first = BatchHeader.sizeInBytes(read, 0);
        if (first > read.limit()) {
            return bytesAt(file, at, first);
        }
        int to = first;
        while (read.limit() - to >= BatchHeader.SIZE) {
            int size = BatchHeader.sizeInBytes(read, to);
            if (to + size > read.limit() || to + size > bytesMax || BatchHeader.nextOffset(read, to) > endMax) {
                break;
            }
            to += size;
        }
        return read.limit(to);
    }

    /** Where the batch begins that holds {@code offset}; the end when none does. */
    private long positionOf(DiskFile file, long offset) {
        var entry = positions.floorEntry(offset);
        long at = entry == null ? 0 : entry.getValue();
        while (at < bytes) {
            var header = bytesAt(file, at, BatchHeader.SIZE);
            if (BatchHeader.nextOffset(header, 0) > offset) {
                return at;
            }
            at += BatchHeader.sizeInBytes(header, 0);
        }
        return at;
    }

    /** Forgets the batch that holds {@code offset} and all behind it. */
    void cutBefore(DiskFile file, long offset) {
        long at = positionOf(file, offset);
        if (at < bytes) {
            end = BatchHeader.baseOffset(bytesAt(file, at, BatchHeader.SIZE), 0);
            bytes = at;
            positions.tailMap(end, true).clear();
        }
    }

    private static ByteBuffer bytesAt(DiskFile file, long at, int length) {
        var read = ByteBuffer.allocate(length);
        while (read.hasRemaining()) {
            if (file.read(read, at + read.position()) <= 0) {
                throw new DamagedMetadata(file.path() + " at byte " + at + ": " + length + " bytes are missing");
            }
        }
        return read.flip();
    }
}
