package naru.protocol.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import naru.protocol.MalformedMessage;

/** Takes a sound batch apart into records, whatever it is packed with. Not for sharing. */
public final class RecordReader {

    /** A list longer than this grows as its elements arrive. */
    private static final int LIST_CAPACITY_MAX = 1_024;

    /** Hears where a record stands; false when that is enough. */
    public interface Times {
        boolean wantsMoreAfter(long offset, long timestampMs);
    }

    private final RecordBytes records;

    /** @param unpackedBytesMax what one compressed batch may expand to */
    public RecordReader(int unpackedBytesMax) {
        this.records = new RecordBytes(unpackedBytesMax);
    }

    /**
     * The records of the batch at {@code at}. Keys and values are views: of {@code in} when the batch is not
     * compressed, else of memory of their own. For batches of our own making; what a stranger packed may have millions
     * of records and is better taken one by one, with {@link #forEach}.
     *
     * @throws MalformedMessage when the batch is not what its header says
     */
    public List<Record> read(ByteBuffer in, int at) {
        var list = new ArrayList<Record>(Math.clamp(BatchHeader.recordCount(in, at), 0, LIST_CAPACITY_MAX));
        forEach(in, at, list::add);
        return list;
    }

    /**
     * One record after the other, as long as {@code visitor} wants more. It must not read another batch meanwhile.
     *
     * @throws MalformedMessage when the batch is not what its header says
     */
    public void forEach(ByteBuffer in, int at, Predicate<Record> visitor) {
        open(in, at);
        try {
            int count = BatchHeader.recordCount(in, at);
            for (int i = 0; i < count; i++) {
                if (!visitor.test(readRecord(in, at))) {
                    return;
                }
            }
        } finally {
            records.close();
        }
    }

    /**
     * Where the records of a batch stand, without what they say.
     *
     * @throws MalformedMessage when the batch is not what its header says
     */
    public void forEachTime(ByteBuffer in, int at, Times visitor) {
        open(in, at);
        try {
            int count = BatchHeader.recordCount(in, at);
            for (int i = 0; i < count; i++) {
                long end = readLength() + records.position();
                long timestamp = readTimestamp(in, at);
                if (!visitor.wantsMoreAfter(BatchHeader.baseOffset(in, at) + records.varint(), timestamp)) {
                    return;
                }
                records.skip(end - records.position());
            }
        } finally {
            records.close();
        }
    }

    private void open(ByteBuffer in, int at) {
        var codec = Compression.of(BatchHeader.compressionId(in, at));
        if (codec == null) {
            throw new MalformedMessage("codec " + BatchHeader.compressionId(in, at));
        }
        int size = BatchHeader.sizeInBytes(in, at);
        if (size < BatchHeader.SIZE || size > in.limit() - at) {
            throw new MalformedMessage("a batch of " + size + " bytes where " + (in.limit() - at) + " are left");
        }
        records.open(codec, in, at);
    }

    private int readLength() {
        int length = records.varint();
        records.mustHold(length, "a record");
        if (length == 0) {
            throw new MalformedMessage("an empty record");
        }
        return length;
    }

    private long readTimestamp(ByteBuffer batch, int at) {
        records.int8(); // attributes, of which none is in use
        long delta = records.varlong();
        return BatchHeader.isLogAppendTime(batch, at)
                ? BatchHeader.maxTimestamp(batch, at)
                : BatchHeader.baseTimestamp(batch, at) + delta;
    }

    private Record readRecord(ByteBuffer batch, int at) {
        long end = readLength() + records.position();
        long timestamp = readTimestamp(batch, at);
        long offset = BatchHeader.baseOffset(batch, at) + records.varint();
        var key = records.field();
        var value = records.field();
        int count = records.varint();
        if (count < 0 || count > end - records.position()) {
            throw new MalformedMessage(count + " headers");
        }
        var headers = new ArrayList<Record.Header>(Math.min(count, LIST_CAPACITY_MAX));
        for (int i = 0; i < count; i++) {
            var name = records.field();
            if (name == null) {
                throw new MalformedMessage("a header without a key");
            }
            headers.add(new Record.Header(StandardCharsets.UTF_8.decode(name).toString(), records.field()));
        }
        return new Record(offset, timestamp, key, value, headers);
    }
}
