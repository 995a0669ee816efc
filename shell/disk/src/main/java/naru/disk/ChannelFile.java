package naru.disk;

import static naru.base.Invariant.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/** A file over a {@link FileChannel}, closed when its last holder has let go. */
final class ChannelFile implements DiskFile {

    private static final int ZEROES_BYTES = 1 << 20;

    /** Bytes written one after the other until the disk is asked to begin with them; less is not worth a request. */
    private static final long WRITEBACK_BYTES_MIN = 1 << 20;

    private static final long PAGE_BYTES = 4 << 10;

    private final String path;
    private final FileChannel channel;
    private final Optional<Writeback> writeback;
    private final Optional<SystemCalls> calls;
    private final Runnable whenClosed;
    /** Counted across threads: the network gives a file back on the lane that sent it. */
    private final AtomicInteger holders = new AtomicInteger(1);
    private final AtomicBoolean closedByOpener = new AtomicBoolean();
    /** Where the channel stands, as far as known: asking the system is a call of its own for every write. */
    private long channelAt = -1;
    private long unstartedFrom = -1;
    private long unstartedEnd;

    /** @param whenClosed told once, when the last holder has let go */
    ChannelFile(
            String path, FileChannel channel, Optional<Writeback> writeback, Optional<SystemCalls> calls, Runnable whenClosed) {
        this.path = path;
        this.channel = channel;
        this.writeback = writeback;
        this.calls = calls;
        this.whenClosed = whenClosed;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw Failures.of(path, e);
        }
    }

    @Override
    public int read(ByteBuffer into, long position) {
        try {
            return channel.read(into, position);
        } catch (IOException e) {
            throw Failures.of(path, e);
        }
    }

    @Override
    public void write(ByteBuffer[] pieces, long position) {
        try {
            noteWritten(position, pieces.length == 1 ? writeOne(pieces[0], position) : gather(pieces, position));
        } catch (IOException e) {
            throw Failures.of(path, e);
        } catch (NonWritableChannelException e) {
            throw new DiskFailure(DiskFailure.Kind.BROKEN, path, e); // opened for reading only
        }
    }

    /** Where the bytes end. */
    private long writeOne(ByteBuffer piece, long position) throws IOException {
        long at = position;
        while (piece.hasRemaining()) {
            at += channel.write(piece, at);
        }
        return at;
    }

    /** A gathering write goes to the channel's own position, which stands right already when a log is appended to. */
    private long gather(ByteBuffer[] pieces, long position) throws IOException {
        if (channelAt != position) {
            channel.position(position);
        }
        channelAt = -1; // unknown, should the write fail
        long at = position;
        int first = 0;
        while (first < pieces.length) {
            at += channel.write(pieces, first, pieces.length - first);
            while (first < pieces.length && !pieces[first].hasRemaining()) {
                first++;
            }
        }
        channelAt = at;
        return at;
    }

    private void noteWritten(long position, long end) {
        unstartedFrom = unstartedFrom < 0 ? position : Math.min(unstartedFrom, position);
        unstartedEnd = Math.max(unstartedEnd, end);
        if (unstartedEnd - unstartedFrom >= WRITEBACK_BYTES_MIN) {
            startWriteback(unstartedFrom, unstartedEnd - unstartedFrom);
            unstartedFrom = unstartedEnd & -PAGE_BYTES; // the last page may still grow
        }
    }

    @Override
    public void truncate(long size) {
        try {
            channel.truncate(size);
            channelAt = -1;
            unstartedFrom = -1;
            unstartedEnd = 0;
        } catch (IOException e) {
            throw Failures.of(path, e);
        }
    }

    @Override
    public void sync() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw Failures.ofSync(path, e);
        }
    }

    @Override
    public void startWriteback(long position, long length) {
        if (length > 0) {
            writeback.ifPresent(thread -> thread.add(path, position, length));
        }
    }

    @Override
    public void readAhead(long position, long length) {
        if (length > 0) {
            calls.ifPresent(system -> system.readAhead(path, position, length));
        }
    }

    @Override
    public void allocate(long size) {
        // Blocks reserved by fallocate still count as unwritten, and writing them changes metadata; zeroes are plain.
        var zeroes = ByteBuffer.allocateDirect(ZEROES_BYTES);
        try {
            for (long at = size(); at < size; at += ZEROES_BYTES) {
                zeroes.clear().limit((int) Math.min(ZEROES_BYTES, size - at));
                // Nobody waits for zeroes, so the disk is not asked to begin with them: the first time, functions
                // of the C library have to be linked for that, and a new journal made every start pay for it.
                writeOne(zeroes, at);
            }
        } catch (IOException e) {
            throw Failures.of(path, e);
        }
    }

    @Override
    public DiskFile retain() {
        check(holders.getAndIncrement() > 0, "a file that was let go by all is not picked up again");
        return new Hold(this);
    }

    @Override
    public Optional<FileChannel> channel() {
        return Optional.of(channel);
    }

    @Override
    public void close() {
        // Only the opener closes this object, every other holder closes a Hold of its own; so a second close shows here.
        if (closedByOpener.compareAndSet(false, true)) {
            release();
        }
    }

    void release() {
        if (holders.decrementAndGet() > 0) {
            return;
        }
        try {
            channel.close();
            whenClosed.run();
        } catch (IOException e) {
            throw Failures.of(path, e);
        }
    }
}
