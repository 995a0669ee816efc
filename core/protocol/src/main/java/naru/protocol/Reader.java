package naru.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;

/**
 * Reads Kafka's primitive types from a buffer, big-endian, never beyond its limit and never allocating ahead of the
 * bytes that are there. Every method throws {@link MalformedMessage} when the bytes end or make no sense.
 *
 * <p>The types are those of <a href="https://kafka.apache.org/protocol.html#protocol_types">the protocol guide</a>;
 * {@code flexible} means the compact form of KIP-482, whose lengths are unsigned varints plus one.
 */
public final class Reader {

    /** A list longer than this grows as its elements arrive, so that a lying length costs nothing. */
    private static final int LIST_CAPACITY_MAX = 1_024;

    private final ByteBuffer from;
    private int elementsLeft;

    public Reader(ByteBuffer from) {
        this(from, Integer.MAX_VALUE);
    }

    /**
     * For bytes of strangers.
     *
     * @param elementsMax how many elements all lists together may have: an element of two bytes becomes an object of
     *     a hundred
     */
    public Reader(ByteBuffer from, int elementsMax) {
        this.from = from;
        this.elementsLeft = elementsMax;
    }

    public int remaining() {
        return from.remaining();
    }

    public byte int8() {
        need(1);
        return from.get();
    }

    public short int16() {
        need(2);
        return from.getShort();
    }

    public int uint16() {
        return Short.toUnsignedInt(int16());
    }

    public int int32() {
        need(4);
        return from.getInt();
    }

    public long uint32() {
        return Integer.toUnsignedLong(int32());
    }

    public long int64() {
        need(8);
        return from.getLong();
    }

    public double float64() {
        return Double.longBitsToDouble(int64());
    }

    public boolean bool() {
        return int8() != 0;
    }

    public Uuid uuid() {
        need(16);
        return new Uuid(from.getLong(), from.getLong());
    }

    /** An unsigned varint of at most 32 bits. */
    public int uvarint() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = int8();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedMessage("a varint is longer than five bytes");
    }

    /** A zig-zag varint of at most 32 bits. */
    public int varint() {
        int raw = uvarint();
        return (raw >>> 1) ^ -(raw & 1);
    }

    /** A zig-zag varint of at most 64 bits. */
    public long varlong() {
        long raw = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            long next = int8();
            raw |= (next & 0x7f) << shift;
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new MalformedMessage("a varint is longer than ten bytes");
    }

    /** UTF-8 text; null when it is null and may be. */
    public String string(boolean flexible, boolean nullable) {
        int length = flexible ? uvarint() - 1 : int16();
        if (isNull(length, nullable, "a string")) {
            return null;
        }
        need(length);
        byte[] utf8 = new byte[length];
        from.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** A copy of the bytes, independent of the buffer; null when they are null and may be. */
    public ByteBuffer bytes(boolean flexible, boolean nullable) {
        int length = flexible ? uvarint() - 1 : int32();
        if (isNull(length, nullable, "bytes")) {
            return null;
        }
        need(length);
        byte[] copy = new byte[length];
        from.get(copy);
        return ByteBuffer.wrap(copy);
    }

    /** A slice of the buffer itself, not a copy: batches are the bulk of all bytes. Null when null and may be. */
    public Records records(boolean flexible, boolean nullable) {
        int length = flexible ? uvarint() - 1 : int32();
        if (isNull(length, nullable, "records")) {
            return null;
        }
        need(length);
        var slice = from.slice(from.position(), length);
        skip(length);
        return new Records.InMemory(slice);
    }

    /** The number of elements that follow; -1 for a null array that may be null. */
    public int arrayLength(boolean flexible, boolean nullable) {
        int length = flexible ? uvarint() - 1 : int32();
        if (isNull(length, nullable, "an array")) {
            return -1;
        }
        if (length > from.remaining()) {
            throw new MalformedMessage("an array of " + length + " elements in " + from.remaining() + " bytes");
        }
        if (length > elementsLeft) {
            throw new MalformedMessage("more elements than are allowed in one message");
        }
        elementsLeft -= length;
        return length;
    }

    /** A list with room for {@code length} elements, within reason. */
    public <T> List<T> newList(int length) {
        return new ArrayList<>(Math.min(length, LIST_CAPACITY_MAX));
    }

    public void skip(int bytes) {
        need(bytes);
        from.position(from.position() + bytes);
    }

    private static boolean isNull(int length, boolean nullable, String what) {
        if (length >= 0) {
            return false;
        }
        if (length != -1) {
            throw new MalformedMessage(what + " of length " + length);
        }
        if (!nullable) {
            throw new MalformedMessage(what + " is null where it may not be");
        }
        return true;
    }

    private void need(int bytes) {
        if (bytes < 0 || bytes > from.remaining()) {
            throw new MalformedMessage("wanted " + bytes + " bytes, " + from.remaining() + " are left");
        }
    }
}
