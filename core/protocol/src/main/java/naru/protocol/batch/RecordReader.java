package naru.protocol.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.protocol.MalformedMessage;

/** Takes a sound batch apart into records, whatever it is packed with. */
public final class RecordReader {

    private final Unpacker unpacker;

    /** @param unpackedBytesMax what one compressed batch may expand to */
    public RecordReader(int unpackedBytesMax) {
        this.unpacker = new Unpacker(unpackedBytesMax);
    }

    /**
     * The records of the batch at {@code at}. Keys and values are views: of {@code in} when the batch is not
     * compressed, else of memory of their own.
     *
     * @throws MalformedMessage when the batch is not what its header says
     */
    public List<Record> read(ByteBuffer in, int at) {
        var codec = Compression.of(BatchHeader.compressionId(in, at));
        if (codec == null) {
            throw new MalformedMessage("codec " + BatchHeader.compressionId(in, at));
        }
        var records = in.slice(at + BatchHeader.SIZE, BatchHeader.sizeInBytes(in, at) - BatchHeader.SIZE);
        if (codec != Compression.NONE) {
            var unpacked = unpacker.unpack(codec, records);
            records = ByteBuffer.allocate(unpacked.remaining()).put(unpacked).flip();
        }
        int count = BatchHeader.recordCount(in, at);
        var list = new ArrayList<Record>(Math.min(count, records.remaining()));
        for (int i = 0; i < count; i++) {
            list.add(readRecord(records, in, at));
        }
        return list;
    }

    private static Record readRecord(ByteBuffer from, ByteBuffer batch, int at) {
        int length = Varints.readInt(from);
        if (length <= 0 || length > from.remaining()) {
            throw new MalformedMessage("a record of " + length + " bytes");
        }
        from.get();
        long delta = Varints.readLong(from);
        long timestamp = BatchHeader.isLogAppendTime(batch, at)
                ? BatchHeader.maxTimestamp(batch, at)
                : BatchHeader.baseTimestamp(batch, at) + delta;
        long offset = BatchHeader.baseOffset(batch, at) + Varints.readInt(from);
        var key = bytes(from);
        var value = bytes(from);
        int count = Varints.readInt(from);
        if (count < 0 || count > from.remaining()) {
            throw new MalformedMessage(count + " headers");
        }
        var headers = new ArrayList<Record.Header>(count);
        for (int i = 0; i < count; i++) {
            var name = bytes(from);
            if (name == null) {
                throw new MalformedMessage("a header without a key");
            }
            headers.add(new Record.Header(StandardCharsets.UTF_8.decode(name).toString(), bytes(from)));
        }
        return new Record(offset, timestamp, key, value, headers);
    }

    private static ByteBuffer bytes(ByteBuffer from) {
        int length = Varints.readInt(from);
        if (length == -1) {
            return null;
        }
        if (length < 0 || length > from.remaining()) {
            throw new MalformedMessage("a field of " + length + " bytes where " + from.remaining() + " are left");
        }
        var view = from.slice(from.position(), length);
        from.position(from.position() + length);
        return view;
    }
}
