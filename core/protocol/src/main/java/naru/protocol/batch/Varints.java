package naru.protocol.batch;

import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;

/** Walks zig-zag varints in a buffer by position, so that skipping a record makes no object. */
final class Varints {

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

    /** Skips bytes with their length in front; true when they are null (length -1). */
    static boolean skipBytes(ByteBuffer in) {
        int length = readInt(in);
        if (length < -1 || length > in.remaining()) {
            throw new MalformedMessage("a field of " + length + " bytes where " + in.remaining() + " are left");
        }
        in.position(in.position() + Math.max(0, length));
        return length == -1;
    }
}
