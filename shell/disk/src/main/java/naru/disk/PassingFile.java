package naru.disk;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import naru.base.DiskFile;

/** Stands in front of a file and passes everything on: for those that change only some of it. */
public abstract class PassingFile implements DiskFile {

    private final DiskFile file;

    protected PassingFile(DiskFile file) {
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
    public void readAhead(long position, long length) {
        file.readAhead(position, length);
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
        file.close();
    }
}
