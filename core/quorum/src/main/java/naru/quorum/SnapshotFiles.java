package naru.quorum;

import java.nio.ByteBuffer;
import java.util.TreeSet;
import naru.base.Disk;
import naru.base.DiskFile;

/** The snapshots of one metadata folder, by id. Snapshots may be written on another thread than the one that reads. */
public final class SnapshotFiles {

    private final Disk disk;
    private final String own;
    private final TreeSet<SnapshotId> known = new TreeSet<>();

    SnapshotFiles(Disk disk, String own) {
        this.disk = disk;
        this.own = own;
        look();
    }

    /** Looks again at what is there. */
    synchronized void look() {
        known.clear();
        for (var name : Names.snapshots(disk, own)) {
            known.add(new SnapshotId(Names.offsetOf(name), Names.epochOf(name)));
        }
    }

    public synchronized boolean has(SnapshotId id) {
        return known.contains(id);
    }

    /** Null when there is none. */
    public synchronized SnapshotId newest() {
        return known.isEmpty() ? null : known.last();
    }

    /** Null when there is none. */
    public synchronized SnapshotId oldest() {
        return known.isEmpty() ? null : known.first();
    }

    synchronized SnapshotId oldestFrom(long offset) {
        return known.ceiling(new SnapshotId(offset, 0));
    }

    public long size(SnapshotId id) {
        try (var file = disk.openForReading(path(id))) {
            return file.size();
        }
    }

    /** The bytes from {@code position} on, as many as there are and at most {@code bytesMax}. */
    public ByteBuffer read(SnapshotId id, long position, int bytesMax) {
        try (var file = disk.openForReading(path(id))) {
            var bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(bytesMax, file.size() - position)));
            while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) > 0) {
                // a read may come back short
            }
            return bytes.flip();
        }
    }

    /** A snapshot that is being written. Nobody sees it before it is {@link Draft#freeze frozen}. */
    public Draft draft(SnapshotId id) {
        return new Draft(id);
    }

    synchronized void dropBefore(SnapshotId id) {
        for (var old : java.util.List.copyOf(known.headSet(id, false))) {
            disk.delete(path(old));
            known.remove(old);
        }
    }

    private String path(SnapshotId id) {
        return own + "/" + Names.snapshot(id.end(), id.epoch());
    }

    /** Bytes on their way to become a snapshot. */
    public final class Draft implements AutoCloseable {

        private final SnapshotId id;
        private final DiskFile file;
        private long position;
        private boolean frozen;

        private Draft(SnapshotId id) {
            this.id = id;
            this.file = disk.open(path(id) + Names.PART);
            file.truncate(0);
        }

        public SnapshotId id() {
            return id;
        }

        public long size() {
            return position;
        }

        public void append(ByteBuffer bytes) {
            int length = bytes.remaining();
            file.write(new ByteBuffer[] {bytes}, position);
            position += length;
        }

        public boolean isFrozen() {
            return frozen;
        }

        /** Blocking: when it returns, the snapshot is there under its name, whole and for good. */
        public void freeze() {
            if (frozen) {
                return;
            }
            file.sync();
            file.close();
            disk.rename(path(id) + Names.PART, path(id));
            disk.syncFolder(own);
            frozen = true;
            synchronized (SnapshotFiles.this) {
                known.add(id);
            }
        }

        /** Gives up what was not frozen. */
        @Override
        public void close() {
            file.close();
            if (!frozen) {
                disk.delete(path(id) + Names.PART);
            }
        }
    }
}
