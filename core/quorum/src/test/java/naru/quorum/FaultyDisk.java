package naru.quorum;

import java.nio.ByteBuffer;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.disk.FileDisk;
import naru.disk.PassingFile;

/** This machine's disk, of which writes and syncs can be made to fail; a failing write leaves half of its bytes. */
final class FaultyDisk extends FileDisk {

    boolean writesFail;
    boolean truncationsFail;
    boolean syncsFail;
    boolean renamesFail;
    int syncs;

    @Override
    public DiskFile open(String path) {
        return new FaultyFile(super.open(path));
    }

    @Override
    public void rename(String from, String to) {
        failWhen(renamesFail, DiskFailure.Kind.FULL, to);
        super.rename(from, to);
    }

    private static void failWhen(boolean told, DiskFailure.Kind kind, String path) {
        if (told) {
            throw new DiskFailure(kind, path, null);
        }
    }

    private final class FaultyFile extends PassingFile {

        private FaultyFile(DiskFile file) {
            super(file);
        }

        @Override
        public void write(ByteBuffer[] pieces, long position) {
            if (writesFail) {
                super.write(new ByteBuffer[] {pieces[0].slice(0, pieces[0].remaining() / 2)}, position);
            }
            failWhen(writesFail, DiskFailure.Kind.FULL, path());
            super.write(pieces, position);
        }

        @Override
        public void truncate(long size) {
            failWhen(truncationsFail, DiskFailure.Kind.BROKEN, path());
            super.truncate(size);
        }

        @Override
        public void sync() {
            syncs++;
            failWhen(syncsFail, DiskFailure.Kind.BROKEN, path());
            super.sync();
        }

        @Override
        public DiskFile retain() {
            return new FaultyFile(super.retain());
        }
    }
}
