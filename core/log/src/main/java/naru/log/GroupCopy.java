package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFile;
import naru.protocol.batch.BatchHeader;

/**
 * The second half of a round, for one group of neighbours: what stays of them goes to one new segment, which has the base of the
 * first and names that end with {@code .cleaned}.
 */
final class GroupCopy implements AutoCloseable {

    private static final int OUT_BYTES = 64 << 10;
    private static final int FILES_MAX = 5;

    private final Disk disk;
    private final CompactionPlan plan;
    private final List<CompactionPlan.Source> group;
    private final Survival survival;
    private final Segment cleaned;
    private final ByteBuffer out;
    private long flushed;
    private int next;
    private SourceReader reader;
    private boolean done;

    /** @param out room for what waits to be written; this has it alone until it is closed */
    GroupCopy(
            Disk disk, CompactionPlan plan, List<CompactionPlan.Source> group, Survival survival, ByteBuffer out) {
        this.disk = disk;
        this.plan = plan;
        this.group = group;
        this.survival = survival;
        this.out = out.clear();
        this.cleaned = new Segment(
                new OpenFiles(disk, FILES_MAX), plan.folder(), base(), () -> IndexedEnd.OPEN, plan.nowMs(), FileNames.CLEANED);
        cleaned.create();
    }

    static ByteBuffer room() {
        return ByteBuffer.allocate(OUT_BYTES);
    }

    private long base() {
        return group.getFirst().base();
    }

    boolean isDone() {
        return done;
    }

    /** Reads on, for about this many bytes; how many were read and written. */
    long step(long bytesMax) {
        long read = 0;
        long writtenBefore = flushed;
        while (!done && read < bytesMax) {
            if (reader == null) {
                reader = new SourceReader(disk, plan.folder(), group.get(next));
            }
            if (!reader.next()) {
                closeSource();
                continue;
            }
            read += reader.size();
            var stays = survival.of(reader.bytes(), reader.at());
            if (stays != null) {
                boolean whole = stays == reader.bytes();
                add(stays, whole ? reader.at() : 0, whole ? reader.size() : stays.remaining());
            }
        }
        if (done) {
            finish();
        } else if (flushed > writtenBefore) {
            // The medium gets it little by little: whoever waits for a sync of something else never waits for all of it.
            cleaned.file().startWriteback(writtenBefore, flushed - writtenBefore);
        }
        return read + flushed - writtenBefore;
    }

    private void closeSource() {
        closeReader();
        next++;
        done = next == group.size();
    }

    private void add(ByteBuffer from, int at, int bytes) {
        if (out.remaining() < bytes) {
            flush();
        }
        cleaned.note(flushed + out.position(), bytes, BatchHeader.nextOffset(from, at) - 1,
                BatchHeader.maxTimestamp(from, at), plan.config().indexIntervalBytes());
        if (bytes > out.capacity()) {
            write(from.slice(at, bytes));
        } else {
            out.put(out.position(), from, at, bytes);
            out.position(out.position() + bytes);
        }
    }

    private void flush() {
        if (out.position() > 0) {
            write(out.flip());
            out.clear();
        }
    }

    private void write(ByteBuffer bytes) {
        int count = bytes.remaining();
        cleaned.file().write(new ByteBuffer[] {bytes}, flushed);
        flushed += count;
        cleaned.grewTo(flushed);
    }

    /** Everything to the medium, the names too: from here on nothing has to be made again. */
    private void finish() {
        flush();
        survival.transactions().takeKept().forEach(cleaned.aborted()::add);
        cleaned.seal();
        var files = new ArrayList<DiskFile>();
        if (!cleaned.hold(files)) {
            throw new naru.base.DiskFailure(naru.base.DiskFailure.Kind.FULL, cleaned.path(), null);
        }
        try {
            files.forEach(DiskFile::sync);
        } finally {
            files.forEach(DiskFile::close);
        }
        cleaned.close();
        disk.syncFolder(plan.folder());
    }

    /**
     * Blocking: what copies have left that were not finished, or that nobody took. A start would think that segments further behind, which
     * are to take the place of others by then, belong to them ({@link SwapRecovery}).
     */
    static void removeAll(Disk disk, String folder) {
        for (var name : disk.list(folder)) {
            if (name.endsWith(FileNames.CLEANED)) {
                disk.delete(folder + "/" + name);
            }
        }
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    @Override
    public void close() {
        closeReader();
        cleaned.close();
    }
}
