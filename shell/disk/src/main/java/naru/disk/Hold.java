package naru.disk;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import naru.base.DiskFile;

/** One more holder of an open file. Has its own close, so that closing twice lets go once. */
final class Hold implements DiskFile {

    private final ChannelFile file;
    private final AtomicBoolean closed = new AtomicBoolean();

    Hold(ChannelFile file) {
        this.file = file;
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
        file.write(pieces, position);
    }

    @Override
    public void truncate(long size) {
        file.truncate(size);
    }

    @Override
    public void sync() {
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
        return file.retain();
    }

    @Override
    public Optional<FileChannel> channel() {
        return file.channel();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            file.release();
        }
    }
}
