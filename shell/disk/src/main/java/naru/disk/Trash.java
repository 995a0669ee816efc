package naru.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives the blocks of large deleted files back little by little. Freed at once, the blocks of a segment of 256 MB kept a
 * disk whose file system is mounted with {@code discard} from everything else for 120 ms, the sync that an acknowledgement
 * waits for included; two megabytes take it 1 ms. The names are gone already: only this process still holds the files,
 * and when it ends the kernel frees what is left.
 */
final class Trash {

    /** Smaller files are not worth the care. */
    static final long LARGE_BYTES = 8L << 20;

    private static final long CHUNK_BYTES = 2L << 20;
    private static final long REST_NS = 100_000_000;

    /** Files that may wait: each keeps a descriptor, and those are wanted for the living. */
    static final int WAITING_MAX = 256;

    /** A deleted file, and where its room will be free again. */
    private record Doomed(FileChannel channel, Object key, FreeRoom room) {}

    /** Bytes that are free where a file lies. */
    @FunctionalInterface
    interface FreeRoom {
        long bytes() throws IOException;
    }

    private final OpenInodes inodes;
    private final ThreadFactory threads;
    private final ArrayDeque<Doomed> waiting = new ArrayDeque<>();
    private Thread thread;

    /** @param threads makes the one thread that frees, once there is something to free */
    Trash(OpenInodes inodes, ThreadFactory threads) {
        this.inodes = inodes;
        this.threads = threads;
    }

    /**
     * Takes over a file without a name.
     *
     * @param channel may write; closed here
     * @param key tells who else has the file open: it is left whole as long as somebody does
     */
    synchronized void add(FileChannel channel, Object key, FreeRoom room) {
        waiting.addLast(new Doomed(channel, key, room));
        if (thread == null) {
            thread = threads.newThread(this::live);
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    private void live() {
        while (true) {
            switch (step()) {
                case NOTHING_THERE -> LockSupport.park(this);
                case REST -> LockSupport.parkNanos(this, REST_NS);
                case HURRY -> { }
            }
        }
    }

    /** What follows a step. */
    enum Next {
        NOTHING_THERE, REST, HURRY
    }

    /** Frees a little of the file that has waited longest. */
    Next step() {
        var file = takeFirst();
        if (file == null) {
            return Next.NOTHING_THERE;
        }
        if (inodes.isOpen(file.key())) {
            putBack(file);
            return Next.REST;
        }
        return isScarce(file, shrink(file)) ? Next.HURRY : Next.REST;
    }

    /** Bytes that it had before. */
    private long shrink(Doomed file) {
        try {
            long size = file.channel().size();
            if (size > CHUNK_BYTES) {
                file.channel().truncate(size - CHUNK_BYTES);
                putBack(file);
            } else {
                file.channel().close();
            }
            return size;
        } catch (IOException _) {
            letGo(file);
            return 0;
        }
    }

    /** It has no name: whoever holds it last frees its room, at once then. */
    private static void letGo(Doomed file) {
        try {
            file.channel().close();
        } catch (IOException _) {
            // closed all the same, as far as this process goes
        }
    }

    /** When room or descriptors are scarce, writers have more from them than from an even disk. */
    private boolean isScarce(Doomed file, long bytes) {
        if (waiting() > WAITING_MAX) {
            return true;
        }
        try {
            return file.room().bytes() <= bytes;
        } catch (IOException _) {
            return false; // nobody knows
        }
    }

    private synchronized int waiting() {
        return waiting.size();
    }

    private synchronized Doomed takeFirst() {
        return waiting.pollFirst();
    }

    private synchronized void putBack(Doomed file) {
        waiting.addLast(file);
    }
}
