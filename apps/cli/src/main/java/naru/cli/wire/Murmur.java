package naru.cli.wire;

import java.nio.ByteBuffer;

/** The hash by which Kafka's clients choose the partition of a key: the same key goes where it went before. */
final class Murmur {

    private static final int SEED = 0x9747b28c;
    private static final int MIX = 0x5bd1e995;
    private static final int SHIFT = 24;

    private Murmur() {}

    /** The partition of a key, of so many. */
    static int partition(ByteBuffer key, int partitions) {
        return (hash(key) & 0x7fffffff) % partitions;
    }

    /** MurmurHash2 with 32 bits, as Austin Appleby published it, over little-endian words. */
    static int hash(ByteBuffer key) {
        int length = key.remaining();
        int at = key.position();
        int hash = SEED ^ length;
        int left = length;
        for (; left >= 4; left -= 4, at += 4) {
            int word = (key.get(at) & 0xff) | (key.get(at + 1) & 0xff) << 8 | (key.get(at + 2) & 0xff) << 16 | key.get(at + 3) << 24;
            word *= MIX;
            word ^= word >>> SHIFT;
            hash = hash * MIX ^ word * MIX;
        }
        if (left > 0) {
            int rest = 0;
            for (int i = left - 1; i >= 0; i--) {
                rest = rest << 8 | key.get(at + i) & 0xff;
            }
            hash = (hash ^ rest) * MIX;
        }
        hash = (hash ^ hash >>> 13) * MIX;
        return hash ^ hash >>> 15;
    }
}
