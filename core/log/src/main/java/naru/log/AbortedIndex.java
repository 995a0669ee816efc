package naru.log;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import naru.base.DiskFile;

/**
 * The aborted transactions whose markers stand in one segment, in the order of the markers: Kafka's {@code .txnindex},
 * entries of version (2 bytes, 0), producer id (8), first offset (8), last offset (8), last stable offset (8). There is no
 * file while there is none.
 *
 * <p>Written with the marker, in the same turn, so that nobody who may read past the marker misses the entry.
 */
final class AbortedIndex {

    static final int ENTRY = 34;

    private static final short VERSION = 0;
    private static final int PRODUCER_AT = 2;
    private static final int FIRST_AT = 10;
    private static final int LAST_AT = 18;
    private static final int STABLE_AT = 26;
    private static final int ENTRIES_READ = 256;

    private final OpenFiles.Slot file;
    // -1 until the file was looked at.
    private int entries = -1;
    private boolean unsynced;
    private boolean changed;

    AbortedIndex(OpenFiles.Slot file) {
        this.file = file;
    }

    OpenFiles.Slot file() {
        return file;
    }

    int entries() {
        if (entries < 0) {
            entries = file.exists() ? (int) (file.file().size() / ENTRY) : 0;
        }
        return entries;
    }

    void add(AbortedTransaction transaction) {
        var entry = ByteBuffer.allocate(ENTRY);
        entry.putShort(VERSION).putLong(transaction.producerId()).putLong(transaction.firstOffset());
        entry.putLong(transaction.lastOffset()).putLong(transaction.lastStableOffset()).flip();
        file.file().write(new ByteBuffer[] {entry}, (long) entries() * ENTRY);
        entries++;
        unsynced = true;
        changed = true;
    }

    /** Shows the entries whose markers stand at {@code offset} or behind it, until it is told to stop; true when it was. */
    boolean forEachFrom(long offset, Predicate<AbortedTransaction> goesOn) {
        for (int next = firstFrom(offset); next < entries(); ) {
            int count = Math.min(ENTRIES_READ, entries() - next);
            var read = read(next, count);
            for (int i = 0; i < count; i++) {
                if (!goesOn.test(entry(read, i * ENTRY))) {
                    return true;
                }
            }
            next += count;
        }
        return false;
    }

    /** The number of the first entry whose marker stands at {@code offset} or behind it; the markers' offsets rise. */
    private int firstFrom(long offset) {
        int low = 0;
        int high = entries();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (read(middle, 1).getLong(LAST_AT) < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private ByteBuffer read(int first, int count) {
        var bytes = ByteBuffer.allocate(count * ENTRY);
        while (bytes.hasRemaining() && file.file().read(bytes, (long) first * ENTRY + bytes.position()) > 0) {
            // a read may come back short
        }
        return bytes;
    }

    private static AbortedTransaction entry(ByteBuffer in, int at) {
        return new AbortedTransaction(
                in.getLong(at + PRODUCER_AT), in.getLong(at + FIRST_AT), in.getLong(at + LAST_AT), in.getLong(at + STABLE_AT));
    }

    /** Drops the entries whose markers stand at {@code end} or behind it. */
    void truncateTo(long end) {
        keep(firstFrom(end));
    }

    /**
     * The same after a crash, when anything may stand where the last entries were: zeros, for one, which look like a marker at
     * the log's beginning, and which no search finds because it expects the markers to rise.
     */
    void keepSoundBefore(long end) {
        int kept = 0;
        long last = 0; // a marker at offset 0 would have nothing in front of it to abort
        while (kept < entries()) {
            int count = Math.min(ENTRIES_READ, entries() - kept);
            var read = read(kept, count);
            for (int i = 0; i < count; i++) {
                long marker = read.getLong(i * ENTRY + LAST_AT);
                if (marker <= last || marker >= end) {
                    keep(kept + i);
                    return;
                }
                last = marker;
            }
            kept += count;
        }
    }

    private void keep(int kept) {
        if (kept < entries()) {
            file.file().truncate((long) kept * ENTRY);
            entries = kept;
            unsynced = true;
            changed = true;
        }
    }

    /** The segment is new; a file of that name would be nobody's. */
    void startEmpty() {
        entries = 0;
    }

    /** True once after entries came or went. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** CRC32C of the first so many entries. */
    long crc(int count) {
        var crc = new CRC32C();
        for (int next = 0; next < count; next += ENTRIES_READ) {
            crc.update(read(next, Math.min(ENTRIES_READ, count - next)).flip());
        }
        return crc.getValue();
    }

    /** Adds the file to those that will be synced, when it was written to. */
    void hold(List<DiskFile> files) {
        if (unsynced) {
            files.add(file.file().retain());
            unsynced = false;
        }
    }

    void delete() {
        file.delete();
        entries = 0;
    }
}
