package naru.hostile;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import naru.protocol.Writer;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Compression;
import net.jpountz.lz4.LZ4FrameOutputStream;

/** Batches with one thing wrong each, as raw bytes. */
final class SpoiledBatches {

    private static final int LENGTH = 8;
    private static final int LEADER_EPOCH = 12;
    private static final int MAGIC = 16;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int BASE_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final int PRODUCER_ID = 43;
    private static final int PRODUCER_EPOCH = 51;
    private static final int BASE_SEQUENCE = 53;
    private static final int COUNT = 57;

    private SpoiledBatches() {}

    static ByteBuffer sound() {
        return sound(Compression.NONE, 3);
    }

    static ByteBuffer sound(Compression codec, int count) {
        var batch = new BatchBuilder().compression(codec);
        for (int i = 0; i < count; i++) {
            batch.add(1_000 + i, ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2, 3, 4}));
        }
        return batch.build();
    }

    /** By what is wrong with it. */
    static Map<String, ByteBuffer> all() {
        var all = new LinkedHashMap<String, ByteBuffer>();
        all.put("wrong crc", spoiled(batch -> batch.putInt(CRC, ~batch.getInt(CRC))));
        all.put("a bit of the records", spoiled(batch -> flip(batch, batch.limit() - 2)));
        all.put("count one more", stamped(batch -> batch.putInt(COUNT, 4)));
        all.put("count one less", stamped(batch -> batch.putInt(COUNT, 2)));
        all.put("count and delta one more", stamped(batch -> batch.putInt(COUNT, 4).putInt(LAST_OFFSET_DELTA, 3)));
        all.put("count and delta one less", stamped(batch -> batch.putInt(COUNT, 2).putInt(LAST_OFFSET_DELTA, 1)));
        all.put("count zero", stamped(batch -> batch.putInt(COUNT, 0)));
        all.put("count minus one", stamped(batch -> batch.putInt(COUNT, -1)));
        all.put("count near two billion",
                stamped(batch -> batch.putInt(COUNT, Integer.MAX_VALUE).putInt(LAST_OFFSET_DELTA, Integer.MAX_VALUE - 1)));
        all.put("last offset delta", stamped(batch -> batch.putInt(LAST_OFFSET_DELTA, 7)));
        all.put("last offset delta negative", stamped(batch -> batch.putInt(LAST_OFFSET_DELTA, -3)));
        all.put("base offset", spoiled(batch -> batch.putLong(0, 5)));
        all.put("size too large", spoiled(batch -> batch.putInt(LENGTH, batch.getInt(LENGTH) + 1)));
        all.put("size near two billion", spoiled(batch -> batch.putInt(LENGTH, Integer.MAX_VALUE)));
        all.put("size too small", spoiled(batch -> batch.putInt(LENGTH, batch.getInt(LENGTH) - 1)));
        all.put("size zero", spoiled(batch -> batch.putInt(LENGTH, 0)));
        all.put("size negative", spoiled(batch -> batch.putInt(LENGTH, -1)));
        all.put("magic 0", spoiled(batch -> batch.put(MAGIC, (byte) 0)));
        all.put("magic 1", spoiled(batch -> batch.put(MAGIC, (byte) 1)));
        all.put("magic 3", spoiled(batch -> batch.put(MAGIC, (byte) 3)));
        all.put("magic -1", spoiled(batch -> batch.put(MAGIC, (byte) -1)));
        all.put("a codec nobody knows", stamped(batch -> batch.putShort(ATTRIBUTES, (short) 5)));
        all.put("gzip that is none", stamped(batch -> batch.putShort(ATTRIBUTES, (short) 1)));
        all.put("snappy that is none", stamped(batch -> batch.putShort(ATTRIBUTES, (short) 2)));
        all.put("lz4 that is none", stamped(batch -> batch.putShort(ATTRIBUTES, (short) 3)));
        all.put("zstd that is none", stamped(batch -> batch.putShort(ATTRIBUTES, (short) 4)));
        all.put("a control batch", stamped(batch -> batch.putShort(ATTRIBUTES, (short) 0x20)));
        all.put("a producer without a sequence", stamped(batch -> batch.putLong(PRODUCER_ID, 9)));
        all.put("a sequence that is no beginning", stamped(batch ->
                batch.putLong(PRODUCER_ID, 9).putShort(PRODUCER_EPOCH, (short) 0).putInt(BASE_SEQUENCE, 77)));
        all.put("a time in the far future", stamped(batch -> batch.putLong(BASE_TIMESTAMP, Long.MAX_VALUE / 2)));
        all.put("a maximum time that is none", stamped(batch -> batch.putLong(MAX_TIMESTAMP, 5)));
        all.put("a record's offset delta", withRecords(1, records -> record(records, 5, 1, 1, 0)));
        all.put("a record's key longer than the record", withRecords(1, records -> record(records, 0, 500, 1, 0)));
        all.put("a record's value longer than the record", withRecords(1, records -> record(records, 0, 1, 70_000, 0)));
        all.put("a record with a million headers", withRecords(1, records -> record(records, 0, 1, 1, 1_000_000)));
        all.put("a record with -1 headers", withRecords(1, records -> record(records, 0, 1, 1, -1)));
        all.put("a record of two billion bytes", withRecords(1, records -> records.varint(Integer.MAX_VALUE)));
        all.put("a record of -1 bytes", withRecords(1, records -> records.varint(-1)));
        all.put("an empty record", withRecords(1, records -> records.varint(0)));
        all.put("thousands of empty gzip members", repeated(Compression.GZIP, GZIPOutputStream::new));
        all.put("thousands of empty lz4 frames", repeated(Compression.LZ4, LZ4FrameOutputStream::new));
        all.put("thousands of empty zstd frames", repeated(Compression.ZSTD, ZstdOutputStream::new));
        all.put("no bytes", ByteBuffer.allocate(0));
        all.put("one byte", ByteBuffer.allocate(1));
        all.put("half a header", sound().slice(0, 30));
        all.put("half a batch", sound().slice(0, sound().limit() - 4));
        all.put("two batches", twice());
        return all;
    }

    private static ByteBuffer twice() {
        var one = sound();
        return ByteBuffer.allocate(2 * one.limit()).put(one.duplicate()).put(one.duplicate()).flip();
    }

    private static ByteBuffer spoiled(Consumer<ByteBuffer> change) {
        var batch = sound();
        change.accept(batch);
        return batch;
    }

    /** The checksum is right again: whoever sends this means it. */
    private static ByteBuffer stamped(Consumer<ByteBuffer> change) {
        return stamp(spoiled(change));
    }

    private static ByteBuffer stamp(ByteBuffer batch) {
        var crc = new CRC32C();
        crc.update(batch.slice(ATTRIBUTES, batch.limit() - ATTRIBUTES));
        return batch.putInt(CRC, (int) crc.getValue());
    }

    private static void flip(ByteBuffer batch, int at) {
        batch.put(at, (byte) (batch.get(at) ^ 0x10));
    }

    /** One record whose lengths are what they are said to be, while it has one byte of key and value and no header. */
    private static void record(Writer records, int offsetDelta, int keyLength, int valueLength, int headers) {
        var one = new Writer(64);
        one.int8((byte) 0);
        one.varlong(0);
        one.varint(offsetDelta);
        one.varint(keyLength);
        one.int8((byte) 7);
        one.varint(valueLength);
        one.int8((byte) 7);
        one.varint(headers);
        records.varint((int) one.length());
        records.raw(one.written());
    }

    private static ByteBuffer withRecords(int count, Consumer<Writer> content) {
        var records = new Writer(128);
        content.accept(records);
        return of(Compression.NONE, count, records.toBytes());
    }

    /** A batch around these bytes, whatever they are, with the right checksum. */
    static ByteBuffer of(Compression codec, int count, byte[] records) {
        var batch = ByteBuffer.allocate(BatchHeader.SIZE + records.length).put(BatchHeader.SIZE, records);
        batch.putInt(LENGTH, batch.limit() - BatchHeader.LENGTH_PREFIX).putInt(LEADER_EPOCH, -1).put(MAGIC, (byte) 2);
        batch.putShort(ATTRIBUTES, (short) codec.id()).putInt(LAST_OFFSET_DELTA, count - 1);
        batch.putLong(BASE_TIMESTAMP, 1_000).putLong(MAX_TIMESTAMP, 1_000);
        batch.putLong(PRODUCER_ID, -1).putShort(PRODUCER_EPOCH, (short) -1).putInt(BASE_SEQUENCE, -1).putInt(COUNT, count);
        return stamp(batch);
    }

    /** How a codec packs; only where the broker's own room does not show it. */
    interface Packing {
        OutputStream around(OutputStream out) throws IOException;
    }

    /** Half a megabyte of packed nothing, over and over: whoever takes each one inside the other has no stack left. */
    private static ByteBuffer repeated(Compression codec, Packing packing) {
        var nothing = new ByteArrayOutputStream();
        try (var _ = packing.around(nothing)) {
            // nothing
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
        var packed = new ByteArrayOutputStream();
        while (packed.size() < 500_000) {
            packed.writeBytes(nothing.toByteArray());
        }
        return of(codec, 1, packed.toByteArray());
    }

    /** Zeros, packed: some kilobytes that expand to {@code expandedBytes}. */
    static ByteBuffer bomb(Compression codec, Packing packing, long expandedBytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (var out = packing.around(packed)) {
            for (long left = expandedBytes; left > 0; left -= zeros.length) {
                out.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        }
        return of(codec, 1, packed.toByteArray());
    }

    /** A sound batch of the shortest records there are; the last one is a millisecond later than all others. */
    static ByteBuffer manyRecords(int count, Packing packing) throws IOException {
        var packed = new ByteArrayOutputStream();
        var one = new Writer(32);
        var framed = new Writer(32);
        try (var out = new BufferedOutputStream(packing.around(packed), 1 << 20)) {
            for (int i = 0; i < count; i++) {
                one.reset();
                one.int8((byte) 0);
                one.varlong(i == count - 1 ? 1 : 0);
                one.varint(i);
                one.varint(-1);
                one.varint(-1);
                one.varint(0);
                framed.reset();
                framed.varint((int) one.length());
                framed.raw(one.written());
                out.write(framed.written().array(), 0, (int) framed.length());
            }
        }
        return of(Compression.ZSTD, count, packed.toByteArray());
    }
}
