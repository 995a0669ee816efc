package naru.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.disk.FileDisk;
import naru.disk.PassingFile;

/** The real disk, which fails where and when a test says so. */
final class FailingDisk extends FileDisk {

    enum Operation { READ, WRITE, SYNC, CREATE_FOLDER, RENAME }

    /** Null where the disk does as it is told. */
    interface Faults {
        DiskFailure.Kind at(Operation operation, String path);
    }

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
    public void createFolders(String folder) {
        before(Operation.CREATE_FOLDER, folder);
        super.createFolders(folder);
    }

    @Override
    public DiskFile open(String path) {
        return new FailingFile(super.open(path));
    }

    @Override
    public DiskFile openForReading(String path) {
        return new FailingFile(super.openForReading(path));
    }

    @Override
    public void rename(String from, String to) {
        before(Operation.RENAME, from);
        super.rename(from, to);
    }

    @Override
    public void syncFolder(String folder) {
        before(Operation.SYNC, folder);
        super.syncFolder(folder);
    }

    @Override
    public void syncAll(String folder) {
        before(Operation.SYNC, folder);
        super.syncAll(folder);
    }

    private final class FailingFile extends PassingFile {

        private FailingFile(DiskFile file) {
            super(file);
        }

        @Override
        public int read(ByteBuffer into, long position) {
            before(Operation.READ, path());
            return super.read(into, position);
        }

        @Override
        public void write(ByteBuffer[] pieces, long position) {
            before(Operation.WRITE, path());
            super.write(pieces, position);
        }

        @Override
        public void sync() {
            before(Operation.SYNC, path());
            super.sync();
        }

        @Override
        public DiskFile retain() {
            return new FailingFile(super.retain());
        }
    }
}
