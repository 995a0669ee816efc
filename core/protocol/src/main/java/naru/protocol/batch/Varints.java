package naru.protocol.batch;

import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;

/** Walks zig-zag varints in a buffer by position, so that skipping a record makes no object. */
final class Varints {

    static final int BYTES_MAX = 10;

    private Varints() {}

    static int readInt(ByteBuffer in) {
        long value = readLong(in);
        if (value != (int) value) {
            throw new MalformedMessage("a varint does not fit 32 bits");
        }
        return (int) value;
    }

    static long readLong(ByteBuffer in) {
        long raw = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (!in.hasRemaining()) {
                throw new MalformedMessage("the records end inside a number");
            }
            long next = in.get();
            raw |= (next & 0x7f) << shift;
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new MalformedMessage("a varint is longer than ten bytes");
    }

    static void writeLong(ByteBuffer out, long value) {
        long raw = (value << 1) ^ (value >> 63);
        while ((raw & ~0x7fL) != 0) {
            out.put((byte) (raw & 0x7f | 0x80));
            raw >>>= 7;
        }
        out.put((byte) raw);
    }

    /** How many bytes {@link #writeLong} takes. */
    static int sizeOf(long value) {
        long raw = (value << 1) ^ (value >> 63);
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(raw) + 6) / 7);
    }
}
