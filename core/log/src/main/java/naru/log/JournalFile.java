package naru.log;

import java.nio.ByteBuffer;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/** One of a journal's two files: frames one after the other from the beginning, in room zeroed ahead. */
final class JournalFile {

    static final String PREFIX = "naru-journal-";

    private final DiskFile file;
    private long size;
    private long allocated;
    private long end;
    private long lastSequence;
    private boolean dirty;

    JournalFile(Disk disk, String folder, int lane, String suffix, long size) {
        String path = folder + "/" + PREFIX + lane + suffix;
        disk.delete(path);
        this.file = disk.open(path);
        this.size = reserve(size);
    }

    /** None on a disk that is full: then the segments are synced themselves, until a checkpoint finds room. */
    private long reserve(long bytes) {
        try {
            file.allocate(bytes);
            return bytes;
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.FULL) {
                throw failure;
            }
            file.truncate(0);
            return 0;
        }
    }

    boolean hasRoomFor(int bytes) {
        return end + bytes <= size;
    }

    boolean isEmpty() {
        return end == 0;
    }

    void write(ByteBuffer[] frame, int bytes, long sequence) {
        file.write(frame, end);
        end += bytes;
        lastSequence = sequence;
        dirty = true;
    }

    /** Frames up to this one may be forgotten; when those are all, the file begins anew. */
    void reclaimTo(long sequence) {
        if (lastSequence <= sequence) {
            end = 0;
        }
    }

    /** True once for what was written since the last call. */
    boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    long size() {
        return size;
    }

    /** Off the lane, while nobody writes to it; {@link #takeGrowth} makes use of it. */
    void allocate(long bytes) {
        file.allocate(bytes);
        file.sync();
        allocated = bytes;
    }

    /** Off the lane: gives back what a vain {@link #allocate} took, which others need more. */
    void shrinkBack() {
        file.truncate(size);
    }

    void takeGrowth() {
        size = allocated;
    }

    void sync() {
        file.sync();
    }

    void close() {
        file.close();
    }

    static void deleteAll(Disk disk, String folder) {
        for (var name : disk.list(folder)) {
            if (name.startsWith(PREFIX)) {
                disk.delete(folder + "/" + name);
            }
        }
    }
}
