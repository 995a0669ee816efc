package naru.protocol.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import naru.protocol.MalformedMessage;

/**
 * Takes records out of a batch and leaves the others exactly where they were: offsets, sequences, epochs and times stay. For
 * compaction, so no object is made for a record. Kept between batches; not for sharing.
 */
public final class BatchSieve {

    /** Hears of one record after the other. */
    public interface Visitor {
        /**
         * @param key null when the record has none; valid during the call
         * @return when sifting: whether the record stays; else: whether to go on
         */
        boolean see(long offset, ByteBuffer key, boolean hasValue);
    }

    private static final int ROOM_KEPT = 1 << 20;

    private final int unpackedBytesMax;
    private final BatchHeader.Thinned header = new BatchHeader.Thinned();
    private byte[] room = new byte[0];
    private ByteBuffer out = ByteBuffer.allocate(16 << 10);
    private ByteBuffer records;
    private ByteBuffer batch;
    private int at;
    // Where the records that stay begin and end, in pairs.
    private int[] bounds = new int[64];
    private int kept;
    private boolean keptTombstone;
    private long newestMs;

    /** @param unpackedBytesMax what one compressed batch may expand to */
    public BatchSieve(int unpackedBytesMax) {
        this.unpackedBytesMax = unpackedBytesMax;
    }

    /**
     * Shows every record until the visitor has enough.
     *
     * @return false when it had
     * @throws MalformedMessage when the batch is not what its header says
     */
    public boolean forEach(ByteBuffer in, int position, Visitor visitor) {
        return walk(in, position, visitor, false);
    }

    /**
     * Asks of every record whether it stays; {@link #thinned} makes the batch of those.
     *
     * @throws MalformedMessage when the batch is not what its header says
     */
    public void sift(ByteBuffer in, int position, Visitor visitor) {
        walk(in, position, visitor, true);
    }

    /** How many records stay. */
    public int kept() {
        return kept;
    }

    /** True when one of those that stay has no value. */
    public boolean keptTombstone() {
        return keptTombstone;
    }

    private boolean walk(ByteBuffer in, int position, Visitor visitor, boolean sifting) {
        batch = in;
        at = position;
        kept = 0;
        keptTombstone = false;
        newestMs = BatchHeader.NO_TIMESTAMP;
        open();
        var key = records.duplicate();
        int count = BatchHeader.recordCount(in, position);
        long base = BatchHeader.baseOffset(in, position);
        for (int i = 0; i < count; i++) {
            int start = records.position();
            int end = lengthFrom("a record", records.limit()) + records.position();
            records.get(); // attributes, of which none is in use
            long deltaMs = Varints.readLong(records);
            long offset = base + Varints.readInt(records);
            boolean hasKey = field(key, end);
            boolean hasValue = hasField(end);
            boolean wanted = visitor.see(offset, hasKey ? key : null, hasValue);
            if (!sifting && !wanted) {
                return false;
            }
            if (sifting && wanted) {
                keep(start, end);
                keptTombstone |= !hasValue;
                newestMs = Math.max(newestMs, BatchHeader.baseTimestamp(in, position) + deltaMs);
            }
            records.position(end);
        }
        if (records.hasRemaining()) {
            throw new MalformedMessage(records.remaining() + " bytes behind the last record");
        }
        return true;
    }

    private void keep(int start, int end) {
        if (2 * kept == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * kept] = start;
        bounds[2 * kept + 1] = end;
        kept++;
    }

    private int lengthFrom(String what, int limit) {
        int length = Varints.readInt(records);
        if (length < 0 || length > limit - records.position()) {
            throw new MalformedMessage(what + " of " + length + " bytes where " + (limit - records.position()) + " are left");
        }
        return length;
    }

    private boolean field(ByteBuffer view, int end) {
        int from = records.position();
        if (Varints.readInt(records) == -1) {
            return false;
        }
        records.position(from);
        int length = lengthFrom("a key", end);
        view.limit(records.position() + length).position(records.position());
        records.position(records.position() + length);
        return true;
    }

    private boolean hasField(int end) {
        int length = Varints.readInt(records);
        if (length < -1 || length > end - records.position()) {
            throw new MalformedMessage("a value of " + length + " bytes where " + (end - records.position()) + " are left");
        }
        return length >= 0;
    }

    private void open() {
        var codec = Compression.of(BatchHeader.compressionId(batch, at));
        int size = BatchHeader.sizeInBytes(batch, at);
        if (codec == null || size < BatchHeader.SIZE || size > batch.limit() - at) {
            throw new MalformedMessage("codec " + BatchHeader.compressionId(batch, at) + ", " + size + " bytes where "
                    + (batch.limit() - at) + " are left");
        }
        records = batch.slice(at + BatchHeader.SIZE, size - BatchHeader.SIZE);
        if (codec != Compression.NONE && records.hasRemaining()) {
            records = unpacked(codec, records);
        }
    }

    private ByteBuffer unpacked(Compression codec, ByteBuffer packed) {
        var bytes = new byte[packed.remaining()];
        packed.get(bytes);
        if (room.length > ROOM_KEPT) {
            room = new byte[0];
        }
        int filled = 0;
        try (var in = codec.unpacking(bytes, unpackedBytesMax)) {
            for (int read = 0; read >= 0; filled += Math.max(0, read)) {
                if (filled == room.length) {
                    if (filled >= unpackedBytesMax) {
                        throw new MalformedMessage("the batch expands to more than " + unpackedBytesMax + " bytes");
                    }
                    room = Arrays.copyOf(room, (int) Math.min(unpackedBytesMax, Math.max(16 << 10, 2L * filled)));
                }
                read = in.read(room, filled, room.length - filled);
            }
        } catch (IOException | RuntimeException fault) {
            throw fault instanceof MalformedMessage known
                    ? known : new MalformedMessage("the records cannot be unpacked: " + fault.getMessage());
        }
        return ByteBuffer.wrap(room, 0, filled);
    }

    /**
     * The batch with the records that stay, from position to limit; valid until the next call.
     *
     * @param deleteHorizonMs when its tombstones may go; {@link BatchHeader#NO_TIMESTAMP} leaves the base timestamp as it is
     */
    public ByteBuffer thinned(long deleteHorizonMs) {
        boolean moved = deleteHorizonMs != BatchHeader.NO_TIMESTAMP;
        var codec = Compression.of(BatchHeader.compressionId(batch, at));
        prepare(kept);
        for (int i = 0; i < kept; i++) {
            copy(bounds[2 * i], bounds[2 * i + 1], moved, deleteHorizonMs);
        }
        if (codec != Compression.NONE) {
            pack(codec);
        }
        header.deleteHorizonMs = deleteHorizonMs;
        header.maxTimestamp = BatchHeader.isLogAppendTime(batch, at) ? BatchHeader.maxTimestamp(batch, at) : newestMs;
        header.recordCount = kept;
        header.write(batch, at, out);
        return out.flip();
    }

    /** What is left of a batch when all its records go and its producer's last sequence and epoch must be known. */
    public ByteBuffer emptied(ByteBuffer in, int position) {
        out.clear().position(BatchHeader.SIZE);
        header.deleteHorizonMs = BatchHeader.NO_TIMESTAMP;
        header.maxTimestamp = BatchHeader.maxTimestamp(in, position);
        header.recordCount = 0;
        header.write(in, position, out);
        return out.flip();
    }

    private void prepare(int records) {
        long most = BatchHeader.SIZE + 10L * records;
        for (int i = 0; i < records; i++) {
            most += bounds[2 * i + 1] - bounds[2 * i];
        }
        if (out.capacity() < most) {
            out = ByteBuffer.allocate((int) Math.min(Integer.MAX_VALUE - 64, most));
        }
        out.clear().position(BatchHeader.SIZE);
    }

    private void copy(int start, int end, boolean moved, long newBaseMs) {
        if (!moved) {
            out.put(out.position(), records, start, end - start);
            out.position(out.position() + end - start);
            return;
        }
        records.limit(end).position(start);
        Varints.readInt(records);
        byte attributes = records.get();
        long deltaMs = Varints.readLong(records);
        long timeMs = BatchHeader.isLogAppendTime(batch, at)
                ? BatchHeader.maxTimestamp(batch, at) : BatchHeader.baseTimestamp(batch, at) + deltaMs;
        int rest = end - records.position();
        long newDeltaMs = timeMs - newBaseMs;
        Varints.writeLong(out, 1 + Varints.sizeOf(newDeltaMs) + rest);
        out.put(attributes);
        Varints.writeLong(out, newDeltaMs);
        out.put(records);
        records.clear();
    }

    private void pack(Compression codec) {
        var bytes = new java.io.ByteArrayOutputStream(out.position() / 2 + 64);
        try (var packing = codec.packing(bytes)) {
            packing.write(out.array(), BatchHeader.SIZE, out.position() - BatchHeader.SIZE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("memory does not fail", e);
        }
        var packed = bytes.toByteArray();
        if (out.capacity() < BatchHeader.SIZE + packed.length) {
            out = ByteBuffer.allocate(BatchHeader.SIZE + packed.length);
        }
        out.clear().position(BatchHeader.SIZE);
        out.put(packed);
    }
}
