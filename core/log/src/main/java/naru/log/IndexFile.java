package naru.log;

import java.nio.ByteBuffer;
import java.util.List;
import naru.base.DiskFile;

/**
 * Entries of one size, in order, in a file: what the offset and the time index have in common. The newest entries wait
 * in memory and reach the file a page at a time; an index that misses some is rebuilt from the log.
 */
final class IndexFile {

    private static final int TAIL_ENTRIES_FIRST = 8;
    private static final int TAIL_ENTRIES_MAX = 512;

    private final OpenFiles.Slot file;
    private final int entrySize;
    private final ByteBuffer scratch;
    // -1 until the file was looked at: an index nobody asks costs nothing.
    private int inFile = -1;
    private int inTail;
    private ByteBuffer tail;

    IndexFile(OpenFiles.Slot file, int entrySize) {
        this.file = file;
        this.entrySize = entrySize;
        this.scratch = ByteBuffer.allocate(entrySize);
    }

    String path() {
        return file.path();
    }

    int entries() {
        return inFile() + inTail;
    }

    private int inFile() {
        if (inFile < 0) {
            inFile = file.exists() ? (int) (file.file().size() / entrySize) : 0;
        }
        return inFile;
    }

    /** True when the file's length is not a whole number of entries. */
    boolean isRagged() {
        return file.exists() && file.file().size() % entrySize != 0;
    }

    /** The entry's bytes, from position 0; valid until the next call. */
    ByteBuffer entry(int number) {
        int before = inFile();
        scratch.clear();
        if (number >= before) {
            scratch.put(0, tail, (number - before) * entrySize, entrySize);
        } else {
            long at = (long) number * entrySize;
            while (scratch.hasRemaining() && file.file().read(scratch, at + scratch.position()) > 0) {
                // a read may come back short
            }
            scratch.clear();
        }
        return scratch;
    }

    /** Room for one more entry at the end; the caller fills it at once. */
    ByteBuffer append() {
        inFile();
        if (inTail == TAIL_ENTRIES_MAX) {
            flush();
        }
        if (tail == null) {
            tail = ByteBuffer.allocate(TAIL_ENTRIES_FIRST * entrySize);
        } else if (tail.capacity() == inTail * entrySize) {
            tail = ByteBuffer.allocate(tail.capacity() * 4).put(0, tail, 0, tail.capacity());
        }
        tail.clear().position(inTail * entrySize);
        inTail++;
        return tail;
    }

    /** Brings the entries in memory to the file. A log that is small has none, and of those there are many: none makes no file. */
    void flush() {
        int before = inFile();
        if (inTail > 0) {
            var pieces = new ByteBuffer[] {tail.slice(0, inTail * entrySize)};
            file.file().write(pieces, (long) before * entrySize);
            inFile = before + inTail;
            inTail = 0;
        }
    }

    /** Gives back the memory of an index to which nothing will be added for now; its file is there then, as Kafka expects it. */
    void release() {
        flush();
        tail = null;
        if (!file.exists()) {
            file.file();
        }
    }

    /** Adds the file to those that will be synced, when there is one. */
    void hold(List<DiskFile> files) {
        if (file.exists()) {
            files.add(file.file().retain());
        }
    }

    void truncateTo(int entries) {
        int before = inFile();
        if (entries >= before) {
            inTail = Math.min(inTail, entries - before);
            return;
        }
        inTail = 0;
        file.file().truncate((long) entries * entrySize);
        inFile = entries;
    }

    OpenFiles.Slot file() {
        return file;
    }
}
