package naru.protocol.batch;

import static naru.base.Invariant.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import naru.protocol.Writer;

/** Puts records together into one batch: for internal topics, for recompression, for clients of ours. */
public final class BatchBuilder {

    private final Writer records = new Writer(512);
    private final Writer record = new Writer(256);
    private Compression compression = Compression.NONE;
    private long baseOffset;
    private int leaderEpoch = -1;
    private long producerId = BatchHeader.NO_PRODUCER_ID;
    private short producerEpoch = -1;
    private int baseSequence = -1;
    private boolean transactional;
    private boolean control;
    private long baseTimestamp;
    private long maxTimestamp = BatchHeader.NO_TIMESTAMP;
    private int count;
    private int lastOffsetDelta = -1;

    public BatchBuilder compression(Compression codec) {
        this.compression = codec;
        return this;
    }

    public BatchBuilder baseOffset(long offset) {
        this.baseOffset = offset;
        return this;
    }

    public BatchBuilder leaderEpoch(int epoch) {
        this.leaderEpoch = epoch;
        return this;
    }

    public BatchBuilder producer(long id, short epoch, int firstSequence) {
        this.producerId = id;
        this.producerEpoch = epoch;
        this.baseSequence = firstSequence;
        return this;
    }

    public BatchBuilder transactional() {
        this.transactional = true;
        return this;
    }

    /** Marks the records as the broker's own words: transaction markers, leader changes, snapshot ends. */
    public BatchBuilder control() {
        this.control = true;
        return this;
    }

    /** Adds a record without headers at the next offset. */
    public BatchBuilder add(long timestampMs, ByteBuffer key, ByteBuffer value) {
        return add(timestampMs, key, value, List.of());
    }

    /** Adds a record at the next offset; key and value may be null. */
    public BatchBuilder add(long timestampMs, ByteBuffer key, ByteBuffer value, List<Record.Header> headers) {
        return addAt(lastOffsetDelta + 1, timestampMs, key, value, headers);
    }

    /** Adds a record at an offset that is given relative to the base: compaction leaves gaps. */
    public BatchBuilder addAt(int offsetDelta, long timestampMs, ByteBuffer key, ByteBuffer value, List<Record.Header> headers) {
        check(offsetDelta > lastOffsetDelta, "offsets rise within a batch");
        if (count == 0) {
            baseTimestamp = timestampMs;
        }
        maxTimestamp = Math.max(maxTimestamp, timestampMs);
        record.reset();
        record.int8((byte) 0);
        record.varlong(timestampMs - baseTimestamp);
        record.varint(offsetDelta);
        field(key);
        field(value);
        record.varint(headers.size());
        for (var header : headers) {
            field(ByteBuffer.wrap(header.key().getBytes(StandardCharsets.UTF_8)));
            field(header.value());
        }
        records.varint((int) record.length());
        records.raw(record.written());
        lastOffsetDelta = offsetDelta;
        count++;
        return this;
    }

    public int count() {
        return count;
    }

    /** The batch's size if it were not compressed: what a limit is held against while records are added. */
    public int sizeUncompressed() {
        return BatchHeader.SIZE + (int) records.length();
    }

    /** The whole batch, in memory of its own, position 0 to limit. */
    public ByteBuffer build() {
        check(count > 0, "a batch has a record");
        var body = compression == Compression.NONE ? records.written() : packed();
        var batch = ByteBuffer.allocate(BatchHeader.SIZE + body.remaining());
        batch.put(BatchHeader.SIZE, body, body.position(), body.remaining());
        var fields = new BatchHeader.Fields(
                baseOffset, leaderEpoch, compression, transactional, control, lastOffsetDelta, baseTimestamp, maxTimestamp,
                producerId, producerEpoch, baseSequence, count);
        BatchHeader.write(batch, 0, batch.limit(), fields);
        return batch;
    }

    private ByteBuffer packed() {
        var out = new ByteArrayOutputStream((int) records.length() / 2 + 64);
        try (var packing = compression.packing(out)) {
            var raw = records.written();
            packing.write(raw.array(), raw.arrayOffset() + raw.position(), raw.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private void field(ByteBuffer value) {
        if (value == null) {
            record.varint(-1);
        } else {
            record.varint(value.remaining());
            record.raw(value);
        }
    }
}
