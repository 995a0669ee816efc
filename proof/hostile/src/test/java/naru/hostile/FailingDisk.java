package naru.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.disk.FileDisk;

/** The real disk, which fails where and when a test says so. */
final class FailingDisk implements Disk {

    enum Operation { READ, WRITE, SYNC, CREATE_FOLDER, RENAME }

    /** Null where the disk does as it is told. */
    interface Faults {
        DiskFailure.Kind at(Operation operation, String path);
    }

    private final FileDisk disk = new FileDisk();
    private volatile Faults faults = (_, _) -> null;

    void fails(Faults these) {
        faults = these;
    }

    void heals() {
        faults = (_, _) -> null;
    }

    private void before(Operation operation, String path) {
        var kind = faults.at(operation, path);
        if (kind != null) {
            throw new DiskFailure(kind, path, new IOException(operation + " as the test wants it"));
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
        before(Operation.CREATE_FOLDER, folder);
        disk.createFolders(folder);
    }

    @Override
    public DiskFile open(String path) {
        return new FailingFile(disk.open(path));
    }

    @Override
    public DiskFile openForReading(String path) {
        return new FailingFile(disk.openForReading(path));
    }

    @Override
    public void rename(String from, String to) {
        before(Operation.RENAME, from);
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) {
        disk.delete(path);
    }

    @Override
    public void syncFolder(String folder) {
        before(Operation.SYNC, folder);
        disk.syncFolder(folder);
    }

    @Override
    public void syncAll(String folder) {
        before(Operation.SYNC, folder);
        disk.syncAll(folder);
    }

    @Override
    public long freeBytes(String folder) {
        return disk.freeBytes(folder);
    }

    @Override
    public long totalBytes(String folder) {
        return disk.totalBytes(folder);
    }

    @Override
    public boolean lock(String folder) {
        return disk.lock(folder);
    }

    private final class FailingFile implements DiskFile {

        private final DiskFile file;

        private FailingFile(DiskFile file) {
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
            before(Operation.READ, path());
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer[] pieces, long position) {
            before(Operation.WRITE, path());
            file.write(pieces, position);
        }

        @Override
        public void truncate(long size) {
            file.truncate(size);
        }

        @Override
        public void sync() {
            before(Operation.SYNC, path());
            file.sync();
        }

        @Override
        public void startWriteback(long position, long length) {
            file.startWriteback(position, length);
        }

        @Override
        public void allocate(long size) {
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
