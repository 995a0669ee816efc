package naru.protocol.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import naru.protocol.MalformedMessage;

/**
 * The bytes of one batch's records, from front to back. Packed ones are unpacked through a window as they are walked, so
 * that a batch which expands without end costs the window and the time up to the bound, never the memory. Kept between
 * batches; not for sharing.
 */
final class RecordBytes {

    private static final int WINDOW_BYTES = 64 << 10;

    /** More than this is reserved only as it arrives: a length inside packed bytes may be a lie. */
    private static final int TRUSTED_BYTES_MAX = 256 << 10;

    private final int bytesMax;
    private byte[] room;
    private ByteBuffer window;
    /** Null when everything that is left is in the window. */
    private InputStream packed;
    private boolean plain;
    private long before;

    /** @param bytesMax what the records of one batch may expand to */
    RecordBytes(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Begins at the records of the batch at {@code at}, whose header and size have been checked. */
    void open(Compression codec, ByteBuffer in, int at) {
        var records = in.slice(at + BatchHeader.SIZE, BatchHeader.sizeInBytes(in, at) - BatchHeader.SIZE);
        before = 0;
        packed = null;
        plain = codec == Compression.NONE;
        window = records;
        if (!plain) {
            byte[] bytes = new byte[records.remaining()];
            records.get(bytes);
            room = room == null ? new byte[WINDOW_BYTES] : room;
            window = ByteBuffer.wrap(room, 0, 0);
            packed = unpacking(codec, bytes);
        }
    }

    private InputStream unpacking(Compression codec, byte[] bytes) {
        try {
            return codec.unpacking(bytes, bytesMax);
        } catch (IOException | RuntimeException fault) {
            throw unpackable(fault);
        }
    }

    /** Lets go of what unpacking held. */
    void close() {
        if (packed != null) {
            try {
                packed.close();
            } catch (IOException | RuntimeException _) {
                // nobody wants more of it
            }
            packed = null;
        }
    }

    /** How many bytes have been walked over. */
    long position() {
        return before + window.position();
    }

    boolean hasMore() {
        fill(1);
        return window.hasRemaining();
    }

    byte int8() {
        if (!hasMore()) {
            throw new MalformedMessage("the records end inside a record");
        }
        return window.get();
    }

    int varint() {
        fill(Varints.BYTES_MAX);
        return Varints.readInt(window);
    }

    long varlong() {
        fill(Varints.BYTES_MAX);
        return Varints.readLong(window);
    }

    /** Refuses a length that goes beyond what there can be. */
    void mustHold(int length, String what) {
        boolean known = packed == null;
        if (length < 0 || known && length > window.remaining()) {
            throw new MalformedMessage(what + " of " + length + " bytes"
                    + (known ? " where " + window.remaining() + " are left" : ""));
        }
        if (position() + length > bytesMax && !known) {
            throw tooFar();
        }
    }

    void skip(long length) {
        for (long left = length; left > 0; ) {
            if (!hasMore()) {
                throw new MalformedMessage("the records end inside a field");
            }
            int step = (int) Math.min(left, window.remaining());
            window.position(window.position() + step);
            left -= step;
        }
    }

    /** Skips a field with its length in front; true when it is null. */
    boolean skipField() {
        int length = varint();
        if (length == -1) {
            return true;
        }
        mustHold(length, "a field");
        skip(length);
        return false;
    }

    /** A field with its length in front: a view of plain records, a copy of packed ones; null when it is null. */
    ByteBuffer field() {
        int length = varint();
        if (length == -1) {
            return null;
        }
        mustHold(length, "a field");
        if (plain) {
            var view = window.slice(window.position(), length);
            window.position(window.position() + length);
            return view;
        }
        return copy(length);
    }

    private ByteBuffer copy(int length) {
        byte[] copy = new byte[Math.min(length, TRUSTED_BYTES_MAX)];
        int filled = 0;
        while (filled < length) {
            if (!hasMore()) {
                throw new MalformedMessage("the records end inside a field");
            }
            if (filled == copy.length) {
                copy = Arrays.copyOf(copy, (int) Math.min(2L * filled, length));
            }
            int step = Math.min(copy.length - filled, window.remaining());
            window.get(copy, filled, step);
            filled += step;
        }
        return ByteBuffer.wrap(copy);
    }

    /** Brings {@code wanted} bytes into the window, or as many as there are. */
    private void fill(int wanted) {
        if (packed == null || window.remaining() >= wanted) {
            return;
        }
        before += window.position();
        System.arraycopy(room, window.position(), room, 0, window.remaining());
        int filled = window.remaining();
        try {
            while (filled < wanted) {
                int read = packed.read(room, filled, room.length - filled);
                if (read < 0) {
                    close();
                    break;
                }
                filled += read;
                if (before + filled > bytesMax) {
                    throw tooFar();
                }
            }
        } catch (IOException | RuntimeException fault) {
            throw unpackable(fault);
        }
        window = ByteBuffer.wrap(room, 0, filled);
    }

    private MalformedMessage tooFar() {
        return new MalformedMessage("the batch expands to more than " + bytesMax + " bytes");
    }

    /** The libraries answer hostile bytes with exceptions of many kinds; to us they all mean the same. */
    private static MalformedMessage unpackable(Exception fault) {
        return fault instanceof MalformedMessage known
                ? known : new MalformedMessage("the records cannot be unpacked: " + fault.getMessage());
    }
}
