package naru.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.disk.FileDisk;

/** The real disk, on which no more than so many bytes may be written until somebody makes room. */
final class SmallDisk implements Disk {

    private final FileDisk disk = new FileDisk();
    private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

    void leaveRoomFor(long bytes) {
        room.set(bytes);
    }

    private void take(String path, long bytes) {
        if (room.addAndGet(-bytes) < 0) {
            room.addAndGet(bytes);
            throw new DiskFailure(DiskFailure.Kind.FULL, path, new IOException("No space left on device"));
        }
    }

    @Override
    public boolean exists(String path) {
        return disk.exists(path);
    }

    @Override
    public List<String> list(String folder) {
        return disk.list(folder);
    }

    @Override
    public boolean isFolder(String path) {
        return disk.isFolder(path);
    }

    @Override
    public void createFolders(String folder) {
        disk.createFolders(folder);
    }

    @Override
    public DiskFile open(String path) {
        return new SmallFile(disk.open(path));
    }

    @Override
    public DiskFile openForReading(String path) {
        return disk.openForReading(path);
    }

    @Override
    public void rename(String from, String to) {
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) {
        disk.delete(path);
    }

    @Override
    public void syncFolder(String folder) {
        disk.syncFolder(folder);
    }

    @Override
    public void syncAll(String folder) {
        disk.syncAll(folder);
    }

    @Override
    public long freeBytes(String folder) {
        return Math.min(room.get(), disk.freeBytes(folder));
    }

    @Override
    public long totalBytes(String folder) {
        return disk.totalBytes(folder);
    }

    /** A process holds its folders to its end; here one broker follows another in the same process. */
    @Override
    public boolean lock(String folder) {
        return true;
    }

    private final class SmallFile implements DiskFile {
        private final DiskFile file;

        private SmallFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public String path() {
            return file.path();
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long position) {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer[] pieces, long position) {
            long bytes = 0;
            for (var piece : pieces) {
                bytes += piece.remaining();
            }
            take(file.path(), Math.max(0, position + bytes - file.size()));
            file.write(pieces, position);
        }

        @Override
        public void truncate(long size) {
            file.truncate(size);
        }

        @Override
        public void sync() {
            file.sync();
        }

        @Override
        public void startWriteback(long position, long length) {
            file.startWriteback(position, length);
        }

        @Override
        public void allocate(long size) {
            take(file.path(), Math.max(0, size - file.size()));
            file.allocate(size);
        }

        @Override
        public DiskFile retain() {
            file.retain();
            return this;
        }

        @Override
        public Optional<FileChannel> channel() {
            return file.channel();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
