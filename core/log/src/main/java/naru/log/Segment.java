package naru.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.protocol.batch.BatchHeader;

/**
 * One file of records and its two indexes. Nothing is opened before it is needed.
 *
 * <p>The rules for indexes are Kafka's: an entry for a batch once more than {@code index.interval.bytes} were written
 * since the last entry, the time index with it when the largest timestamp rose, and once more when the segment is sealed.
 */
final class Segment {

    static final long UNKNOWN = Long.MIN_VALUE;
    private static final int INDEX_INTERVAL_BYTES = 4_096;

    private final long base;
    private final OpenFiles.Slot log;
    private final OffsetIndex offsets;
    private final TimeIndex times;
    private final AbortedIndex aborted;
    private final IndexedEnd indexedEnd;
    private long size = UNKNOWN;
    private long maxTimestamp = UNKNOWN;
    private long maxTimestampOffset;
    private long firstTimestamp = UNKNOWN;
    private int bytesSinceIndexEntry;
    private boolean wasCut;
    private final long createdMs;

    /**
     * @param nextBase where the next segment begins; {@link IndexedEnd#OPEN} while there is none
     * @param ending of the files' names, behind the usual one: what compaction is about to exchange has one
     */
    Segment(OpenFiles files, String folder, long base, LongSupplier nextBase, long createdMs, String ending) {
        this.base = base;
        this.createdMs = createdMs;
        this.log = files.slot(FileNames.path(folder, base, FileNames.LOG) + ending);
        this.offsets = new OffsetIndex(base, files.slot(FileNames.path(folder, base, FileNames.INDEX) + ending));
        this.times = new TimeIndex(base, files.slot(FileNames.path(folder, base, FileNames.TIME_INDEX) + ending));
        this.aborted = new AbortedIndex(files.slot(FileNames.path(folder, base, FileNames.TXN_INDEX) + ending));
        this.indexedEnd = new IndexedEnd(offsets, times, nextBase);
    }

    long base() {
        return base;
    }

    String path() {
        return log.path();
    }

    DiskFile file() {
        return log.file();
    }

    OffsetIndex offsets() {
        return offsets;
    }

    TimeIndex times() {
        return times;
    }

    AbortedIndex aborted() {
        return aborted;
    }

    long size() {
        if (size == UNKNOWN) {
            size = log.exists() ? log.file().size() : 0;
        }
        return size;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** Makes its file; those of the indexes come with their first entry. */
    void create() {
        log.file();
        size = 0;
        maxTimestamp = TimeIndex.NONE;
        maxTimestampOffset = base;
        aborted.startEmpty();
    }

    /** Bytes that a write put at the end of the file; {@link #note} tells what they are. */
    void grewTo(long bytes) {
        size = bytes;
    }

    /** Keeps the books about one batch that stands at {@code position}. */
    void note(long position, int bytes, long lastOffset, long batchMaxTimestamp, int intervalBytes) {
        if (position == 0) {
            firstTimestamp = batchMaxTimestamp;
        }
        if (batchMaxTimestamp > maxTimestamp()) {
            maxTimestamp = batchMaxTimestamp;
            maxTimestampOffset = lastOffset;
        }
        if (bytesSinceIndexEntry > intervalBytes) {
            offsets.add(lastOffset, (int) position);
            times.add(maxTimestamp, maxTimestampOffset);
            bytesSinceIndexEntry = 0;
        }
        bytesSinceIndexEntry += bytes;
    }

    /** The newest timestamp in the segment; -1 when there is none. */
    long maxTimestamp() {
        if (maxTimestamp == UNKNOWN) {
            readMaxTimestamp();
        }
        return maxTimestamp;
    }

    /** Retention goes by it, so the last entry is not believed but looked up; and the index may lag by an interval. */
    private void readMaxTimestamp() {
        long last = times.lastTimestamp();
        var walk = last >= 0 ? at(times.lastOffset()) : new BatchWalk(file(), 0, size(), false);
        if (times.file().isRagged() || walk == null || last >= 0 && walk.maxTimestamp() != last) {
            if (rebuildIndexes(INDEX_INTERVAL_BYTES)) {
                return;
            }
            walk = new BatchWalk(file(), 0, size(), false);
        }
        maxTimestamp = last;
        maxTimestampOffset = times.lastOffset();
        while (walk.next()) {
            if (walk.maxTimestamp() > maxTimestamp) {
                maxTimestamp = walk.maxTimestamp();
                maxTimestampOffset = walk.nextOffset() - 1;
            }
        }
    }

    /** The batch that holds the offset; null when there is none. */
    private BatchWalk at(long offset) {
        var walk = offset < base ? null : find(offset, size());
        return walk == null || walk.baseOffset() > offset ? null : walk;
    }

    /** An offset before which every record is older than {@code timestamp}. */
    long lookUpTime(long timestamp) {
        long offset = times.lookUp(timestamp);
        var walk = offset == base ? null : at(offset);
        if (offset != base && (walk == null || !times.isRightAbout(timestamp, walk.maxTimestamp()))) {
            return rebuildIndexes(INDEX_INTERVAL_BYTES) ? times.lookUp(timestamp) : base;
        }
        return offset;
    }

    /** True when the records that are in the file call for a new one, before a batch with this timestamp. */
    boolean isDone(long batchMaxTimestamp, long nowMs, LogConfig config, long jitterMs) {
        return size() > 0
                && (wasCut || waitedMs(batchMaxTimestamp, nowMs) > config.segmentMs() - jitterMs
                        || offsets.isFull(config.segmentIndexBytes())
                        || times.isFull(config.segmentIndexBytes()));
    }

    /** By the records' own clock while they have one: a replayed topic rolls as the original did. */
    private long waitedMs(long batchMaxTimestamp, long nowMs) {
        return firstTimestamp() >= 0 ? batchMaxTimestamp - firstTimestamp : nowMs - createdMs;
    }

    /** The newest timestamp of the first batch; -1 when there is none. */
    long firstTimestamp() {
        if (firstTimestamp == UNKNOWN) {
            var header = ByteBuffer.allocate(BatchHeader.SIZE);
            firstTimestamp = file().read(header, 0) == BatchHeader.SIZE ? BatchHeader.maxTimestamp(header, 0) : -1;
        }
        return firstTimestamp;
    }

    /** No more records come: the last time index entry, and both indexes to their files. */
    void seal() {
        if (maxTimestamp() >= 0) {
            times.add(maxTimestamp, maxTimestampOffset);
        }
        offsets.file().release();
        times.file().release();
    }

    /** False when there was no room for all entries: they are still in memory then, and only there. */
    boolean flushIndexes() {
        try {
            offsets.file().flush();
            times.file().flush();
            return true;
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.FULL) {
                throw failure;
            }
            return false;
        }
    }

    /**
     * Adds its files to those that will be synced, each held on its own, with all entries of the indexes in them.
     *
     * @return false when there was no room for the entries: then the records alone will be synced
     */
    boolean hold(List<DiskFile> files) {
        files.add(log.file().retain());
        if (!flushIndexes()) {
            return false;
        }
        offsets.file().hold(files);
        times.file().hold(files);
        aborted.hold(files);
        return true;
    }

    /** Takes back what was written behind {@code bytes}; {@code end} is the log's end then. */
    void truncateTo(long bytes, long end) {
        if (log.exists()) {
            log.file().truncate(bytes);
        }
        size = bytes;
        offsets.truncateToPosition((int) Math.min(Integer.MAX_VALUE, bytes));
        times.truncateToOffset(end);
        aborted.truncateTo(end);
        bytesSinceIndexEntry = 0;
        maxTimestamp = UNKNOWN;
        firstTimestamp = bytes == 0 ? UNKNOWN : firstTimestamp;
    }

    /**
     * The log ends there now, within or right behind this segment. What comes next goes to another one: who reads the old bytes here
     * must find them or the file's end, not others.
     */
    void cutAt(long end) {
        var walk = find(end, size());
        if (walk != null) {
            truncateTo(walk.position(), end);
        }
        wasCut = true;
    }

    /** The offset behind the last batch; the base when there is none. */
    long contentEnd() {
        int last = offsets.lastPosition();
        return new BatchWalk(file(), last < size() ? last : 0, size(), false).endOr(base);
    }

    /** The offset behind the batch in front of this one, which is not the first: there may be a gap between the two. */
    long endBefore(BatchWalk batch) {
        return new BatchWalk(file(), offsets.lookUp(batch.baseOffset() - 1), batch.position(), false).endOr(base);
    }

    /** Where the first batch that ends after {@code offset} stands; -1 when there is none in this segment. */
    BatchWalk find(long offset, long end) {
        int from = offsets.lookUp(offset);
        boolean inside = from >= 0 && from <= end;
        var walk = new BatchWalk(file(), inside ? from : 0, end, false);
        boolean more = walk.next();
        if (!inside || !offsets.isRightAbout(offset, more ? walk.nextOffset() - 1 : base - 1)) {
            // A byte of the index is not what was written: it is made again, and is only ever a short cut.
            boolean again = rebuildIndexes(INDEX_INTERVAL_BYTES);
            walk = new BatchWalk(file(), again ? offsets.lookUp(offset) : 0, end, false);
            more = walk.next();
        }
        while (more && walk.nextOffset() <= offset) {
            more = walk.next();
        }
        return more ? walk : null;
    }

    /**
     * Called where the segment seems to hold nothing from {@code offset} on, before a reader is sent to the next one: a gap
     * that compaction made is passed over, records that are damaged or missing must not be.
     */
    void refuseDamage(long offset) {
        var walk = new BatchWalk(file(), 0, size(), false);
        long end = walk.endOr(base);
        if (walk.position() < size() || indexedEnd.isBehind(end)) {
            throw damage(walk.position(), end, offset);
        }
    }

    /** A place to start reading, at or before the batch of this offset, where a sound batch stands. */
    long positionBefore(long offset) {
        if (offset <= base || !offsets.isSound(size())) {
            return 0;
        }
        int position = offsets.lookUp(offset);
        var walk = new BatchWalk(file(), position, size(), false);
        // The CRC leaves the batch's offset out: only with the index it is certain.
        return walk.next() && offsets.isRightAbout(offset, walk.nextOffset() - 1) ? position : 0;
    }

    DiskFailure damage(long position, long offsetThere, long asked) {
        return new DiskFailure(DiskFailure.Kind.DAMAGED, path(), new IOException("damaged at position " + position
                + " (offset " + offsetThere + "), nothing can be read at offset " + asked));
    }

    /** Index files that are missing or cannot be right are made again from the records. */
    void repairIndexes(int intervalBytes) {
        boolean missing = !offsets.file().file().exists() || !times.file().file().exists();
        if (missing && size() > 0 || !offsets.isSound(size()) || !times.isSound()) {
            rebuildIndexes(intervalBytes);
        }
    }

    /** False when they were left as they are, because they show that records are missing. */
    private boolean rebuildIndexes(int intervalBytes) {
        if (indexedEnd.isBehind(new BatchWalk(file(), 0, size(), false).endOr(base))) {
            return false;
        }
        offsets.file().truncateTo(0);
        times.file().truncateTo(0);
        bytesSinceIndexEntry = 0;
        maxTimestamp = TimeIndex.NONE;
        maxTimestampOffset = base;
        var walk = new BatchWalk(file(), 0, size(), false);
        while (walk.next()) {
            note(walk.position(), walk.size(), walk.nextOffset() - 1, walk.maxTimestamp(), intervalBytes);
        }
        seal();
        return true;
    }

    /** The entries for what stands at {@code position} and behind it are about to be made again. */
    void forgetFrom(long position) {
        if (position == 0) {
            offsets.file().truncateTo(0);
            times.file().truncateTo(0);
            maxTimestamp = TimeIndex.NONE;
            maxTimestampOffset = base;
        } else {
            offsets.truncateToPosition((int) position);
            times.truncateToOffset(offsets.lastOffset() + 1);
            maxTimestamp = UNKNOWN;
        }
        bytesSinceIndexEntry = 0;
    }

    void close() {
        log.close();
        offsets.file().file().close();
        times.file().file().close();
        aborted.file().close();
    }

    /** Gives the files names that end with {@code .deleted}; who holds them reads on. */
    void markDeleted() {
        rename("", FileNames.DELETED);
    }

    /** Gives the files names with another ending; who holds them reads on. */
    void rename(String from, String to) {
        for (var file : List.of(aborted.file(), times.file().file(), offsets.file().file(), log)) {
            file.renameTo(file.path().substring(0, file.path().length() - from.length()) + to);
        }
    }

    /** The folder has another name. */
    void inFolder(String folder) {
        for (var file : List.of(aborted.file(), times.file().file(), offsets.file().file(), log)) {
            file.inFolder(folder);
        }
    }

    List<String> paths() {
        return List.of(log.path(), offsets.file().file().path(), times.file().file().path(), aborted.file().path());
    }

    /**
     * The records last: while they are there, a start that follows upon a crash finds the segment, and judges it as before. An index
     * alone in front of other segments tells of records that are missing.
     */
    void delete() {
        aborted.delete();
        times.file().file().delete();
        offsets.file().file().delete();
        log.delete();
    }
}
