package naru.embedded;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/** A file of a {@link MemoryDisk} as one holder has it. */
final class MemoryFile implements DiskFile {

    private final String path;
    private final MemoryPages pages;
    private final boolean mayWrite;
    private final AtomicBoolean closed = new AtomicBoolean();

    MemoryFile(String path, MemoryPages pages, boolean mayWrite) {
        this.path = path;
        this.pages = pages;
        this.mayWrite = mayWrite;
    }

    private MemoryPages open() {
        if (closed.get()) {
            throw broken("is closed");
        }
        return pages;
    }

    private MemoryPages writable() {
        if (!mayWrite) {
            throw broken("was opened for reading only");
        }
        return open();
    }

    private DiskFailure broken(String why) {
        return new DiskFailure(DiskFailure.Kind.BROKEN, path, new IllegalStateException(why));
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long size() {
        return open().size();
    }

    @Override
    public int read(ByteBuffer into, long position) {
        return open().read(into, position);
    }

    @Override
    public void write(ByteBuffer[] pieces, long position) {
        long at = position;
        for (var piece : pieces) {
            int length = piece.remaining();
            writable().write(piece, at);
            at += length;
        }
    }

    @Override
    public void truncate(long size) {
        writable().truncate(size);
    }

    @Override
    public void sync() {
        open();
    }

    @Override
    public void readAhead(long position, long length) {
        // all of it is in memory
    }

    @Override
    public void startWriteback(long position, long length) {
        // there is no medium behind it
    }

    @Override
    public void allocate(long size) {
        writable().grow(size);
    }

    @Override
    public DiskFile retain() {
        open();
        return new MemoryFile(path, pages, mayWrite);
    }

    @Override
    public Optional<FileChannel> channel() {
        return Optional.empty();
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
