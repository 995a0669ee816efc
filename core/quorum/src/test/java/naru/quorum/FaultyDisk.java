package naru.quorum;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.disk.FileDisk;

/** This machine's disk, of which writes and syncs can be made to fail; a failing write leaves half of its bytes. */
final class FaultyDisk implements Disk {

    boolean writesFail;
    boolean truncationsFail;
    boolean syncsFail;
    boolean renamesFail;
    int syncs;

    private final Disk disk = new FileDisk();

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
        return new FaultyFile(disk.open(path));
    }

    @Override
    public DiskFile openForReading(String path) {
        return disk.openForReading(path);
    }

    @Override
    public void rename(String from, String to) {
        if (renamesFail) {
            throw new DiskFailure(DiskFailure.Kind.FULL, to, null);
        }
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

    private final class FaultyFile implements DiskFile {
        private final DiskFile file;

        private FaultyFile(DiskFile file) {
            this.file = file;
        }

        private void failWhen(boolean told, DiskFailure.Kind kind) {
            if (told) {
                throw new DiskFailure(kind, file.path(), null);
            }
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
            if (writesFail) {
                file.write(new ByteBuffer[] {pieces[0].slice(0, pieces[0].remaining() / 2)}, position);
            }
            failWhen(writesFail, DiskFailure.Kind.FULL);
            file.write(pieces, position);
        }

        @Override
        public void truncate(long size) {
            failWhen(truncationsFail, DiskFailure.Kind.BROKEN);
            file.truncate(size);
        }

        @Override
        public void sync() {
            syncs++;
            failWhen(syncsFail, DiskFailure.Kind.BROKEN);
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
            return new FaultyFile(file.retain());
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
