package naru.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.disk.FileDisk;
import naru.disk.PassingFile;

/** The real disk, on which no more than so many bytes may be written until somebody makes room. */
final class SmallDisk extends FileDisk {

    private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    void leaveRoomFor(long bytes) {
        room.set(bytes);
    }

    /** True once a file whose name ends so has found no room. */
    boolean hasRefused(String ending) {
        return refused.stream().anyMatch(path -> path.endsWith(ending));
    }

    private void take(String path, long bytes) {
        if (room.addAndGet(-bytes) < 0) {
            room.addAndGet(bytes);
            refused.add(path);
            throw new DiskFailure(DiskFailure.Kind.FULL, path, new IOException("No space left on device"));
        }
    }

    @Override
    public DiskFile open(String path) {
        return new SmallFile(super.open(path));
    }

    @Override
    public long freeBytes(String folder) {
        return Math.min(room.get(), super.freeBytes(folder));
    }

    /** A process holds its folders to its end; here one broker follows another in the same process. */
    @Override
    public boolean lock(String folder) {
        return true;
    }

    private final class SmallFile extends PassingFile {

        private SmallFile(DiskFile file) {
            super(file);
        }

        @Override
        public void write(ByteBuffer[] pieces, long position) {
            long bytes = 0;
            for (var piece : pieces) {
                bytes += piece.remaining();
            }
            take(path(), Math.max(0, position + bytes - size()));
            super.write(pieces, position);
        }

        @Override
        public void allocate(long size) {
            take(path(), Math.max(0, size - size()));
            super.allocate(size);
        }

        @Override
        public DiskFile retain() {
            return new SmallFile(super.retain());
        }
    }
}
