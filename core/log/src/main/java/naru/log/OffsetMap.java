package naru.log;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The newest offset of every key in the part of a log that a round of compaction looks at, in memory that is bounded: 24 bytes an
 * entry, 16 of the key's SHA-256 and 8 of the offset. Two keys with the same 16 bytes would be taken for one; nobody knows how
 * to make such a pair. Outside the heap, where it would be a burden for the collector, so it is closed.
 */
final class OffsetMap implements AutoCloseable {

    static final int ENTRY = 24;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int SLOTS_MIN = 2;
    private static final int DIGEST = 32;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment table;
    private final long slots;
    private final long entriesMax;
    private final MessageDigest digest;
    private final byte[] hash = new byte[DIGEST];
    private final ByteBuffer hashed = ByteBuffer.wrap(hash).order(ByteOrder.BIG_ENDIAN);
    private long entries;
    private long latest;

    /**
     * @param records how many there can be at most; a short log needs no large map
     * @param bytesMax memory for the whole map
     * @param load how full it may become, above 0 to 1
     * @param start where the part of the log begins
     */
    OffsetMap(long records, long bytesMax, double load, long start) {
        long wanted = records >= bytesMax / ENTRY ? bytesMax / ENTRY : (long) (records / load) + 1;
        this.slots = Math.max(SLOTS_MIN, Math.min(bytesMax / ENTRY, wanted));
        // One slot stays free: there a search that finds nothing ends.
        this.entriesMax = Math.clamp((long) (slots * load), 1, slots - 1);
        this.table = arena.allocate(slots * ENTRY);
        this.latest = start - 1;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Takes note of a key; false when it is a new one and there is no room. */
    boolean put(ByteBuffer key, long offset) {
        long at = find(key);
        if (offsetAt(at) < 0) {
            if (entries == entriesMax) {
                return false;
            }
            entries++;
            table.set(LONG, at, hashed.getLong(0));
            table.set(LONG, at + 8, hashed.getLong(8));
        }
        // One more than the offset, so that memory of zeroes is an empty map.
        table.set(LONG, at + 16, offset + 1);
        latest = Math.max(latest, offset);
        return true;
    }

    /** The newest offset of the key; -1 when it was not seen. */
    long get(ByteBuffer key) {
        return offsetAt(find(key));
    }

    /** Everything up to and with this offset is in the map. */
    void seenTo(long offset) {
        latest = Math.max(latest, offset);
    }

    /** The last offset that the map knows about; one before the start while there is none. */
    long latest() {
        return latest;
    }

    private long offsetAt(long at) {
        return table.get(LONG, at + 16) - 1;
    }

    /** Where the key's entry is, or would be. */
    private long find(ByteBuffer key) {
        digest.update(key);
        try {
            digest.digest(hash, 0, DIGEST);
        } catch (DigestException e) {
            throw new IllegalStateException("there is room for a digest", e);
        }
        long high = hashed.getLong(0);
        long low = hashed.getLong(8);
        long slot = Long.remainderUnsigned(high, slots);
        while (true) {
            long at = slot * ENTRY;
            if (offsetAt(at) < 0 || table.get(LONG, at) == high && table.get(LONG, at + 8) == low) {
                return at;
            }
            slot = slot + 1 == slots ? 0 : slot + 1;
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
