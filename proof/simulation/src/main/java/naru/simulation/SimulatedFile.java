package naru.simulation;

import static naru.base.DiskFailure.Kind.BROKEN;
import static naru.base.DiskFailure.Kind.FULL;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import naru.base.DiskFile;
import naru.simulation.DiskFaults.Fault;
import naru.simulation.DiskFaults.Operation;

/** One holder of an open file of a {@link SimulatedDisk}. */
final class SimulatedFile implements DiskFile {

    /** What all holders share; the disk counts it as one open file. */
    private static final class Opening {
        private int holders = 1;
    }

    private final SimulatedDisk disk;
    private final String path;
    private final Pages pages;
    private final boolean writable;
    private final Opening opening;
    private final int process;
    private boolean closed;

    SimulatedFile(SimulatedDisk disk, String path, Pages pages, boolean writable) {
        this(disk, path, pages, writable, new Opening());
    }

    private SimulatedFile(SimulatedDisk disk, String path, Pages pages, boolean writable, Opening opening) {
        this.disk = disk;
        this.path = path;
        this.pages = pages;
        this.writable = writable;
        this.opening = opening;
        this.process = disk.process();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long size() {
        use();
        return pages.size();
    }

    @Override
    public int read(ByteBuffer into, long position) {
        use();
        disk.attempt(Operation.READ, path);
        if (position >= pages.size()) {
            return into.hasRemaining() ? -1 : 0;
        }
        int lengthMax = into.remaining();
        if (lengthMax > 1 && disk.comesShort()) {
            lengthMax = 1 + disk.dice().nextInt(lengthMax - 1);
        }
        return pages.read(into, position, lengthMax);
    }

    @Override
    public void write(ByteBuffer[] pieces, long position) {
        useForWriting();
        int length = 0;
        for (var piece : pieces) {
            length += piece.remaining();
        }
        var fault = disk.ask(Operation.WRITE, path);
        int fits = length;
        if (fault == Fault.FULL || fault == Fault.BROKEN) {
            fits = disk.dice().nextInt(length + 1);
        } else {
            long growth = Math.max(0, position + length - pages.size());
            fits = (int) (length - (growth - disk.roomFor(growth)));
        }
        int left = fits;
        long at = position;
        for (var piece : pieces) {
            int part = Math.min(left, piece.remaining());
            if (part > 0) {
                pages.write(piece, part, at);
            }
            at += part;
            left -= part;
        }
        if (fault == Fault.BROKEN) {
            throw SimulatedDisk.failure(BROKEN, path, "write failed after " + fits + " bytes");
        }
        if (fault == Fault.FULL || fits < length) {
            throw SimulatedDisk.failure(FULL, path, "no room after " + fits + " bytes");
        }
    }

    @Override
    public void truncate(long size) {
        useForWriting();
        disk.attempt(Operation.TRUNCATE, path);
        if (size < pages.size()) {
            pages.truncate(size);
        }
    }

    @Override
    public void sync() {
        use();
        switch (disk.ask(Operation.SYNC, path)) {
            case NONE -> disk.sync(pages.startSync());
            case LIE -> { }
            case FULL, BROKEN -> {
                pages.forgetDirty();
                throw SimulatedDisk.failure(BROKEN, path, "sync failed");
            }
        }
    }

    @Override
    public void readAhead(long position, long length) {
        use();
    }

    @Override
    public void startWriteback(long position, long length) {
        use();
    }

    @Override
    public void allocate(long size) {
        useForWriting();
        disk.attempt(Operation.ALLOCATE, path);
        if (size > pages.size()) {
            long growth = size - pages.size();
            if (disk.roomFor(growth) < growth) {
                throw SimulatedDisk.failure(FULL, path, "no room to reserve " + size + " bytes");
            }
            pages.truncate(size);
        }
    }

    @Override
    public DiskFile retain() {
        use();
        opening.holders++;
        return new SimulatedFile(disk, path, pages, writable, opening);
    }

    @Override
    public Optional<FileChannel> channel() {
        return Optional.empty();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (--opening.holders == 0 && process == disk.process()) {
            disk.closed();
        }
    }

    private void use() {
        if (closed || process != disk.process()) {
            throw SimulatedDisk.failure(BROKEN, path, closed ? "used after close" : "used after its process died");
        }
    }

    private void useForWriting() {
        use();
        if (!writable) {
            throw SimulatedDisk.failure(BROKEN, path, "opened for reading only");
        }
    }
}
