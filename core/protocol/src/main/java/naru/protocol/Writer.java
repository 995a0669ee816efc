package naru.protocol;

import static naru.base.Invariant.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.base.Outgoing;
import naru.base.Uuid;

/**
 * Writes Kafka's primitive types into a buffer that grows, big-endian. Records that are in a file are remembered by
 * place instead of copied. One writer serves one message after the other: {@link #reset} in between. What cannot be said
 * in the version asked for is an {@link UnwritableMessage}.
 */
public final class Writer {

    private static final int SIZE_BYTES_MAX = 5;

    /** A larger buffer is not kept between messages: one giant answer would cost its memory for good. */
    private static final int KEPT_BYTES_MAX = 4 << 20;

    private record Gap(int at, Records.InFile records) {}

    private final List<Gap> gaps = new ArrayList<>();
    private final int firstCapacity;
    private ByteBuffer buffer;
    private long bytesInFiles;

    public Writer(int capacity) {
        this.firstCapacity = capacity;
        this.buffer = ByteBuffer.allocate(capacity);
    }

    public void reset() {
        if (buffer.capacity() > Math.max(firstCapacity, KEPT_BYTES_MAX)) {
            buffer = ByteBuffer.allocate(firstCapacity);
        }
        buffer.clear();
        gaps.clear();
        bytesInFiles = 0;
    }

    /** Bytes written so far, those in files included. */
    public long length() {
        return buffer.position() + bytesInFiles;
    }

    /** A view of what was written, for messages without records in files. Valid until the next write. */
    public ByteBuffer written() {
        check(gaps.isEmpty(), "what lies in files cannot be viewed");
        return buffer.duplicate().flip();
    }

    /** A copy of what was written, for messages without records in files. */
    public byte[] toBytes() {
        var view = written();
        byte[] copy = new byte[view.remaining()];
        view.get(copy);
        return copy;
    }

    /**
     * What was written, as pieces to send. The memory pieces are views, valid until the next write; the file pieces
     * hand over the files.
     */
    public Outgoing finish() {
        var pieces = new ArrayList<Outgoing.Piece>(2 * gaps.size() + 1);
        int from = 0;
        for (var gap : gaps) {
            addMemory(pieces, from, gap.at());
            var records = gap.records();
            pieces.add(new Outgoing.Piece.InFile(records.file(), records.position(), records.length()));
            from = gap.at();
        }
        addMemory(pieces, from, buffer.position());
        return new Outgoing(pieces);
    }

    private void addMemory(List<Outgoing.Piece> pieces, int from, int to) {
        if (to > from) {
            pieces.add(new Outgoing.Piece.Memory(buffer.slice(from, to - from)));
        }
    }

    /** Overwrites four bytes written before, such as a length prefix that was not known yet. */
    public void setInt32(int at, int value) {
        buffer.putInt(at, value);
    }

    public void int8(byte value) {
        room(1).put(value);
    }

    public void int16(short value) {
        room(2).putShort(value);
    }

    public void uint16(int value) {
        room(2).putShort((short) value);
    }

    public void int32(int value) {
        room(4).putInt(value);
    }

    public void uint32(long value) {
        room(4).putInt((int) value);
    }

    public void int64(long value) {
        room(8).putLong(value);
    }

    public void float64(double value) {
        room(8).putDouble(value);
    }

    public void bool(boolean value) {
        room(1).put((byte) (value ? 1 : 0));
    }

    public void uuid(Uuid value) {
        room(16).putLong(value.high()).putLong(value.low());
    }

    public void uvarint(int value) {
        var out = room(SIZE_BYTES_MAX);
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    public void varint(int value) {
        uvarint((value << 1) ^ (value >> 31));
    }

    public void varlong(long value) {
        var out = room(10);
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    public void string(String value, boolean flexible, boolean nullable) {
        if (value == null) {
            nullLength(flexible, nullable, 2);
            return;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (flexible) {
            uvarint(utf8.length + 1);
        } else {
            if (utf8.length > Short.MAX_VALUE) {
                throw new UnwritableMessage("a string of " + utf8.length + " bytes, at most 32767 can be told");
            }
            int16((short) utf8.length);
        }
        room(utf8.length).put(utf8);
    }

    /** Bytes as they are, without a length. */
    public void raw(ByteBuffer value) {
        room(value.remaining()).put(value.duplicate());
    }

    public void bytes(ByteBuffer value, boolean flexible, boolean nullable) {
        if (value == null) {
            nullLength(flexible, nullable, 4);
            return;
        }
        length(value.remaining(), flexible);
        room(value.remaining()).put(value.duplicate());
    }

    public void records(Records value, boolean flexible, boolean nullable) {
        switch (value) {
            case null -> nullLength(flexible, nullable, 4);
            case Records.InMemory(ByteBuffer bytes) -> bytes(bytes, flexible, nullable);
            case Records.InFile inFile -> {
                length(inFile.length(), flexible);
                gaps.add(new Gap(buffer.position(), inFile));
                bytesInFiles += inFile.length();
            }
        }
    }

    /** The number of elements that follow; -1 for a null array. */
    public void arrayLength(int length, boolean flexible, boolean nullable) {
        if (length < 0) {
            nullLength(flexible, nullable, 4);
        } else {
            length(length, flexible);
        }
    }

    /** Begins content whose size is written in front of it; pass the answer to {@link #endSized}. */
    public int beginSized() {
        return buffer.position();
    }

    /** Puts the size of everything written since {@link #beginSized} in front of it, as an unsigned varint. */
    public void endSized(int mark) {
        int size = buffer.position() - mark;
        check(gaps.isEmpty() || gaps.getLast().at() < mark, "sized content lies in memory");
        uvarint(size);
        int prefix = buffer.position() - mark - size;
        byte[] sizeBytes = new byte[prefix];
        buffer.get(mark + size, sizeBytes);
        buffer.put(mark + prefix, buffer.duplicate().limit(buffer.capacity()), mark, size);
        buffer.put(mark, sizeBytes);
    }

    private void length(int length, boolean flexible) {
        if (flexible) {
            uvarint(length + 1);
        } else {
            int32(length);
        }
    }

    private void nullLength(boolean flexible, boolean nullable, int lengthBytes) {
        if (!nullable) {
            throw new UnwritableMessage("nothing stands where something must");
        }
        if (flexible) {
            uvarint(0);
        } else if (lengthBytes == 2) {
            int16((short) -1);
        } else {
            int32(-1);
        }
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int wanted = Math.addExact(buffer.position(), bytes);
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * buffer.capacity());
            buffer = ByteBuffer.allocate(Math.max(wanted, doubled)).put(buffer.flip());
        }
        return buffer;
    }
}
