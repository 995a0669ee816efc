package naru.protocol.batch;

import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;

/**
 * Looks through one batch, record by record, before it may enter a log. One check serves one lane: it keeps its buffer
 * and the findings of the last batch, so that a sound uncompressed batch costs no allocation but the checksum's.
 */
public final class BatchCheck {

    private final Unpacker unpacker;
    private long timestampMin;
    private long timestampMax;
    private boolean keyMissing;
    private String why = "";

    /** @param unpackedBytesMax what one compressed batch may expand to */
    public BatchCheck(int unpackedBytesMax) {
        this.unpacker = new Unpacker(unpackedBytesMax);
    }

    /**
     * Checks the batch at {@code at}.
     *
     * @return what is wrong; null when nothing is
     */
    public BatchFault check(ByteBuffer in, int at, boolean keysRequired) {
        var framing = checkFrame(in, at);
        if (framing != null) {
            return framing;
        }
        if (BatchHeader.isControl(in, at)) {
            return fault(BatchFault.MALFORMED, "clients do not write control batches");
        }
        int count = BatchHeader.recordCount(in, at);
        if (count <= 0 || BatchHeader.lastOffsetDelta(in, at) != count - 1) {
            return fault(BatchFault.WRONG_COUNT, count + " records, last offset delta " + BatchHeader.lastOffsetDelta(in, at));
        }
        var codec = Compression.of(BatchHeader.compressionId(in, at));
        if (codec == null) {
            return fault(BatchFault.UNKNOWN_CODEC, "codec " + BatchHeader.compressionId(in, at));
        }
        try {
            var records = in.slice(at + BatchHeader.SIZE, BatchHeader.sizeInBytes(in, at) - BatchHeader.SIZE);
            return walk(codec == Compression.NONE ? records : unpacker.unpack(codec, records), in, at, keysRequired);
        } catch (MalformedMessage e) {
            return fault(BatchFault.MALFORMED, e.getMessage());
        }
    }

    /** Only what recovery and replication need: a whole batch of our format with the right checksum. */
    public BatchFault checkFrame(ByteBuffer in, int at) {
        int room = in.limit() - at;
        if (room < BatchHeader.LENGTH_PREFIX + 5) {
            return fault(BatchFault.TRUNCATED, room + " bytes are no batch");
        }
        if (BatchHeader.magic(in, at) != BatchHeader.MAGIC) {
            return fault(BatchFault.OLD_FORMAT, "message format " + BatchHeader.magic(in, at));
        }
        int size = BatchHeader.sizeInBytes(in, at); // a length near 2 GB turns negative here, which is refused too
        if (size < BatchHeader.SIZE || size > room) {
            return fault(BatchFault.TRUNCATED, "a batch of " + size + " bytes where " + room + " are left");
        }
        return BatchHeader.isCrcRight(in, at) ? null : fault(BatchFault.WRONG_CRC, "the checksum does not match");
    }

    private BatchFault walk(ByteBuffer records, ByteBuffer in, int at, boolean keysRequired) {
        int count = BatchHeader.recordCount(in, at);
        long baseTimestamp = BatchHeader.baseTimestamp(in, at);
        timestampMin = Long.MAX_VALUE;
        timestampMax = BatchHeader.NO_TIMESTAMP;
        keyMissing = false;
        for (int i = 0; i < count; i++) {
            if (!records.hasRemaining()) {
                return fault(BatchFault.WRONG_COUNT, "the header says " + count + " records, there are " + i);
            }
            if (walkRecord(records, baseTimestamp) != i) {
                return fault(BatchFault.WRONG_COUNT, "record " + i + " has another offset delta");
            }
        }
        if (records.hasRemaining()) {
            return fault(BatchFault.WRONG_COUNT, records.remaining() + " bytes follow the last of " + count + " records");
        }
        return keysRequired && keyMissing ? fault(BatchFault.KEY_MISSING, "a compacted topic needs a key in every record") : null;
    }

    /** Steps over one record and answers its offset delta. */
    private int walkRecord(ByteBuffer in, long baseTimestamp) {
        int length = Varints.readInt(in);
        if (length < 0 || length > in.remaining()) {
            throw new MalformedMessage("a record of " + length + " bytes where " + in.remaining() + " are left");
        }
        int end = in.position() + length;
        if (length == 0) {
            throw new MalformedMessage("an empty record");
        }
        in.get(); // attributes, of which none is in use
        long timestamp = baseTimestamp + Varints.readLong(in);
        timestampMin = Math.min(timestampMin, timestamp);
        timestampMax = Math.max(timestampMax, timestamp);
        int offsetDelta = Varints.readInt(in);
        keyMissing |= Varints.skipBytes(in);
        Varints.skipBytes(in);
        int headers = Varints.readInt(in);
        if (headers < 0 || headers > in.remaining()) {
            throw new MalformedMessage(headers + " headers");
        }
        for (int i = 0; i < headers; i++) {
            if (Varints.skipBytes(in)) {
                throw new MalformedMessage("a header without a key");
            }
            Varints.skipBytes(in);
        }
        if (in.position() != end) {
            throw new MalformedMessage("a record of " + length + " bytes has fields of another length");
        }
        return offsetDelta;
    }

    private BatchFault fault(BatchFault fault, String detail) {
        why = detail;
        return fault;
    }

    /** What was wrong, in words, after a check that found something. */
    public String why() {
        return why;
    }

    /** The lowest time of a record in the batch checked last; only after {@link #check} found nothing wrong. */
    public long timestampMin() {
        return timestampMin;
    }

    /** The highest time of a record in the batch checked last; only after {@link #check} found nothing wrong. */
    public long timestampMax() {
        return timestampMax;
    }
}
