package naru.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/** Reads the batches of one sealed segment for compaction, off the lane. What is damaged is refused: it must not look compacted. */
final class SourceReader implements AutoCloseable {

    private final Disk disk;
    private final String folder;
    private final CompactionPlan.Source source;
    private final DiskFile file;
    private final BatchWalk walk;
    private final long bytes;
    private long end;

    SourceReader(Disk disk, String folder, CompactionPlan.Source source) {
        this.disk = disk;
        this.folder = folder;
        this.source = source;
        this.end = source.base();
        this.file = disk.openForReading(FileNames.path(folder, source.base(), FileNames.LOG));
        this.bytes = source.bytes();
        this.walk = new BatchWalk(file, 0, bytes, true).gently();
    }

    /** Moves to the next batch; false when there is none. */
    boolean next() {
        if (!walk.next()) {
            if (walk.position() < bytes || end < source.end() && isCutShort()) {
                throw damage();
            }
            return false;
        }
        if (!walk.isCrcRight()) {
            throw damage();
        }
        end = walk.nextOffset();
        return true;
    }

    /** The indexes of what is made would know nothing of what is missing: these do. */
    private boolean isCutShort() {
        long byOffset = lastOffset(FileNames.INDEX, OffsetIndex.ENTRY, OffsetIndex.OFFSET_AT);
        long byTime = lastOffset(FileNames.TIME_INDEX, TimeIndex.ENTRY, TimeIndex.OFFSET_AT);
        return IndexedEnd.isMissing(byOffset, end, source.end()) || IndexedEnd.isMissing(byTime, end, source.end());
    }

    /** Of the last entry; -1 when there is none. Retention may take the files away meanwhile, so none is made here. */
    private long lastOffset(String suffix, int entrySize, int offsetAt) {
        String path = FileNames.path(folder, source.base(), suffix);
        if (!disk.exists(path)) {
            return -1;
        }
        try (var index = disk.openForReading(path)) {
            var relative = ByteBuffer.allocate(Integer.BYTES);
            long last = index.size() / entrySize - 1;
            return last >= 0 && index.read(relative, last * entrySize + offsetAt) == Integer.BYTES ? source.base() + relative.getInt(0) : -1;
        }
    }

    private DiskFailure damage() {
        return new DiskFailure(DiskFailure.Kind.DAMAGED, file.path(),
                new IOException("damaged at position " + walk.position()));
    }

    ByteBuffer bytes() {
        return walk.bytes();
    }

    int at() {
        return walk.at();
    }

    int size() {
        return walk.size();
    }

    @Override
    public void close() {
        file.close();
    }
}
