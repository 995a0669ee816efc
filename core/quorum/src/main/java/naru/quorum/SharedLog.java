package naru.quorum;

import static naru.base.Invariant.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import naru.base.Clock;
import naru.base.Disk;
import naru.base.OffsetRange;
import naru.protocol.batch.BatchHeader;

/**
 * The log that a quorum shares, as far as this node has it: batches by offset, which may be taken back while no majority
 * has them. In the files of {@link LoneMetadataLog}, so that a folder can go from one to the other.
 *
 * <p>What was written is safe after {@link #sync}. At most {@link #UNSYNCED_BYTES_MAX} wait for one, so a log that is
 * damaged further before its end than that was not torn by a crash, and is refused.
 */
public final class SharedLog {

    /** One batch of the longest, and as much before it. */
    static final int UNSYNCED_BYTES_MAX = 16 << 20;

    private static final int SYNC_BYTES = 8 << 20;

    private final Disk disk;
    private final String own;
    private final Rules rules;
    private final Clock clock;
    private final ArrayList<Segment> segments = new ArrayList<>();
    private final Epochs epochs = new Epochs();
    private final List<String> findings = new ArrayList<>();
    private final SnapshotFiles snapshots;
    private Tail tail;
    private long start;
    private long highWatermark;
    private long unsyncedBytes;

    /**
     * Opens the log in {@code folder}, or begins one. Blocks.
     *
     * @throws DamagedMetadata when what lies there cannot be trusted; the message names the file and the place
     */
    public SharedLog(Disk disk, String folder, Rules rules, Clock clock) {
        this.disk = disk;
        this.own = folder + "/" + Names.FOLDER;
        this.rules = rules;
        this.clock = clock;
        disk.createFolders(own);
        Names.unfinished(disk, own).forEach(name -> disk.delete(own + "/" + name));
        this.snapshots = new SnapshotFiles(disk, own);
        for (var name : Names.segments(disk, own)) {
            segments.add(new Segment(own + "/" + name, Names.offsetOf(name)));
        }
        if (segments.isEmpty()) {
            var newest = snapshots.newest();
            segments.add(new Segment(own + "/" + Names.segment(newest == null ? 0 : newest.end()), newest == null ? 0 : newest.end()));
        } else {
            walk();
        }
        this.tail = new Tail(disk, active().path(), active().bytes(), clock.nowMs());
        tail.sync();
        this.start = findStart();
        epochs.dropBefore(start);
        this.highWatermark = start;
        resetToNewestSnapshot();
        disk.syncFolder(own);
        disk.syncFolder(folder);
    }

    private void walk() {
        for (int i = 0; i < segments.size(); i++) {
            var segment = segments.get(i);
            if (i > 0 && segments.get(i - 1).end() != segment.base()) {
                throw new DamagedMetadata(segment.path() + " at byte 0: the segment before ends at offset "
                        + segments.get(i - 1).end());
            }
            walk(segment, i == segments.size() - 1);
        }
    }

    private void walk(Segment segment, boolean isLast) {
        try (var file = isLast ? disk.open(segment.path()) : disk.openForReading(segment.path())) {
            var scan = new BatchScan(file);
            while (segment.bytes() < scan.size()) {
                long at = segment.bytes();
                if (!scan.isBatchAt(at)) {
                    checkTorn(scan, segment, isLast);
                    return;
                }
                int index = scan.index(at);
                long first = BatchHeader.baseOffset(scan.bytes(), index);
                int epoch = BatchHeader.leaderEpoch(scan.bytes(), index);
                if (first != segment.end() || epoch < epochs.newest()) {
                    throw new DamagedMetadata(segment.path() + " at byte " + at + ": a batch of offset " + first
                            + " and epoch " + epoch + " where offset " + segment.end() + " belongs, after epoch "
                            + epochs.newest());
                }
                epochs.begin(epoch, first);
                segment.add(first, BatchHeader.nextOffset(scan.bytes(), index),
                        BatchHeader.sizeInBytes(scan.bytes(), index));
            }
        }
    }

    /** A crash tears what was not synced, in any order; so something undamaged may well follow. */
    private void checkTorn(BatchScan scan, Segment segment, boolean isLast) {
        long rest = scan.size() - segment.bytes();
        if (!isLast || rest > UNSYNCED_BYTES_MAX) {
            throw new DamagedMetadata(segment.path() + " at byte " + segment.bytes() + ": no whole batch of records, and "
                    + rest + " bytes follow, more than a crash can tear");
        }
        findings.add(segment.path() + ": cut " + rest + " torn bytes at byte " + segment.bytes());
    }

    private long findStart() {
        long base = segments.getFirst().base();
        if (base == 0) {
            return 0;
        }
        var oldest = snapshots.oldestFrom(base);
        if (oldest == null || oldest.end() > end() && oldest.end() != snapshots.newest().end()) {
            throw new DamagedMetadata(own + ": its log begins at offset " + base + ", and no snapshot leads there");
        }
        return Math.min(oldest.end(), end());
    }

    /** What opening the log repaired, in sentences. */
    public List<String> findings() {
        return List.copyOf(findings);
    }

    public SnapshotFiles snapshots() {
        return snapshots;
    }

    /** The first offset that can be read. */
    public long start() {
        return start;
    }

    /** The offset after the last record. */
    public long end() {
        return active().end();
    }

    /** A majority has everything before it, as far as this node was told. */
    public long highWatermark() {
        return highWatermark;
    }

    public void raiseHighWatermark(long offset) {
        highWatermark = Math.clamp(offset, start, end());
    }

    /** The epoch of the last record, or of the snapshot that stands for it; 0 when there was none. */
    public int lastEpoch() {
        if (epochs.newest() >= 0) {
            return epochs.newest();
        }
        var newest = snapshots.newest();
        return newest == null ? 0 : newest.epoch();
    }

    /** A leader's epoch begins where the log ends. */
    public void beginEpoch(int epoch) {
        epochs.begin(epoch, end());
    }

    /** Where the records of {@code epoch}, or of the newest one before it, end, and which epoch that is. */
    public SnapshotId endOfEpoch(int epoch) {
        var found = epochs.endOf(epoch, end());
        if (found == null) {
            return new SnapshotId(end(), lastEpoch());
        }
        var oldest = snapshots.oldest();
        boolean isBeforeAll = oldest != null && found.end() == oldest.end() && found.epoch() == epoch;
        return isBeforeAll ? oldest : found;
    }

    /**
     * Writes as many whole, undamaged batches as there are at the beginning of {@code batches}; safe after a sync.
     *
     * @param epochMax batches of a newer epoch, and all behind them, are left out
     * @return the offsets written; empty when already the first batch is torn, damaged or too new
     * @throws DamagedMetadata when a batch does not go on where the log ends: nothing is written then
     */
    public OffsetRange append(ByteBuffer batches, int epochMax) {
        int from = batches.position();
        int to = from;
        long next = end();
        while (isBatchAt(batches, to) && BatchHeader.leaderEpoch(batches, to) <= epochMax) {
            if (BatchHeader.baseOffset(batches, to) != next || BatchHeader.leaderEpoch(batches, to) < epochs.newest()) {
                throw new DamagedMetadata("a batch of offset " + BatchHeader.baseOffset(batches, to) + " and epoch "
                        + BatchHeader.leaderEpoch(batches, to) + " cannot follow offset " + next + " of epoch "
                        + epochs.newest());
            }
            next = BatchHeader.nextOffset(batches, to);
            to += BatchHeader.sizeInBytes(batches, to);
        }
        var written = new OffsetRange(end(), next);
        if (to > from) {
            rollWhenDue();
            syncBefore(to - from);
            tail.write(batches.duplicate().position(from).limit(to));
            unsyncedBytes += to - from;
            note(batches, from, to);
        }
        return written;
    }

    private static boolean isBatchAt(ByteBuffer in, int at) {
        if (in.limit() - at < BatchHeader.SIZE || BatchHeader.magic(in, at) != BatchHeader.MAGIC) {
            return false;
        }
        int size = BatchHeader.sizeInBytes(in, at);
        return size >= BatchHeader.SIZE && size <= in.limit() - at && BatchHeader.isCrcRight(in, at);
    }

    private void note(ByteBuffer batches, int from, int to) {
        for (int at = from; at < to; at += BatchHeader.sizeInBytes(batches, at)) {
            long first = BatchHeader.baseOffset(batches, at);
            epochs.begin(BatchHeader.leaderEpoch(batches, at), first);
            active().add(first, BatchHeader.nextOffset(batches, at), BatchHeader.sizeInBytes(batches, at));
        }
    }

    private void rollWhenDue() {
        boolean isDue = active().bytes() >= rules.segmentBytes() || clock.nowMs() - tail.begunMs() >= rules.segmentMs();
        if (isDue && active().bytes() > 0) {
            sync();
            begin(end());
        }
    }

    private void begin(long base) {
        tail.close();
        segments.add(new Segment(own + "/" + Names.segment(base), base));
        tail = new Tail(disk, active().path(), 0, clock.nowMs());
        disk.syncFolder(own);
    }

    private void syncBefore(int more) {
        if (unsyncedBytes > 0 && unsyncedBytes + more > SYNC_BYTES) {
            sync();
        }
    }

    /** Blocking: all that was written is safe when it returns. */
    public void sync() {
        if (unsyncedBytes > 0) {
            tail.sync();
            unsyncedBytes = 0;
        }
    }

    /**
     * The batches from the one that holds {@code from} on: whole ones of one file, at least one, and more while they end
     * at or before {@code endMax} and are not longer than {@code bytesMax} together.
     *
     * @return empty at the end
     */
    public ByteBuffer read(long from, long endMax, int bytesMax) {
        check(from >= start && from <= end(), "read from offset " + from + ", the log has " + start + " to " + end());
        if (from >= endMax) {
            return ByteBuffer.allocate(0);
        }
        var segment = segmentOf(from);
        if (segment == active()) {
            return segment.read(tail.file(), from, endMax, bytesMax);
        }
        try (var file = disk.openForReading(segment.path())) {
            return segment.read(file, from, endMax, bytesMax);
        }
    }

    private Segment segmentOf(long offset) {
        for (int i = segments.size() - 1; i > 0; i--) {
            if (segments.get(i).base() <= offset) {
                return segments.get(i);
            }
        }
        return segments.getFirst();
    }

    /** Takes back the records from {@code offset} on. Blocking. */
    public void truncate(long offset) {
        check(offset >= highWatermark, "what a majority has is never taken back");
        if (offset >= end()) {
            return;
        }
        tail.close();
        while (segments.size() > 1 && active().base() >= offset) {
            drop(segments.removeLast());
        }
        var last = active();
        try (var file = disk.openForReading(last.path())) {
            last.cutBefore(file, offset);
        }
        Names.indexesOf(last.path()).forEach(disk::delete);
        tail = new Tail(disk, last.path(), last.bytes(), clock.nowMs());
        tail.sync();
        unsyncedBytes = 0;
        disk.syncFolder(own);
        epochs.truncate(last.end());
    }

    private void drop(Segment segment) {
        disk.delete(segment.path());
        Names.indexesOf(segment.path()).forEach(disk::delete);
    }

    /** When the newest snapshot goes further than the log, the log begins anew at its end. Blocking. */
    public boolean resetToNewestSnapshot() {
        var newest = snapshots.newest();
        int epoch = Math.max(0, epochs.newest());
        boolean isAhead = newest != null
                && (newest.epoch() > epoch || newest.epoch() == epoch && newest.end() > end());
        if (!isAhead) {
            return false;
        }
        tail.close();
        while (!segments.isEmpty()) {
            drop(segments.removeLast());
        }
        epochs.clear();
        unsyncedBytes = 0;
        begin(newest.end());
        start = newest.end();
        highWatermark = start;
        snapshots.dropBefore(newest);
        return true;
    }

    /** Lets the log begin at this snapshot, when it can; older snapshots, and segments behind it, go. */
    public boolean dropBefore(SnapshotId id) {
        if (!snapshots.has(id) || start >= id.end() || id.end() > highWatermark) {
            return false;
        }
        while (segments.size() > 1 && segments.get(1).base() <= id.end()) {
            drop(segments.removeFirst());
        }
        snapshots.dropBefore(id);
        start = id.end();
        epochs.dropBefore(start);
        return true;
    }

    /** Takes away old snapshots and what they lead to, by the rules. Blocking. */
    public boolean clean() {
        boolean any = false;
        while (Clearing.isOldestSuperfluous(disk, own, rules, clock.nowMs())) {
            var oldest = snapshots.oldest();
            var next = snapshots.oldestFrom(oldest.end() + 1);
            if (next == null || !dropBefore(next)) {
                break;
            }
            any = true;
        }
        return any;
    }

    /** Blocking. */
    public void close() {
        sync();
        tail.close();
    }

    private Segment active() {
        return segments.getLast();
    }
}
