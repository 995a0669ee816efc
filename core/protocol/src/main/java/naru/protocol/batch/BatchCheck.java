package naru.protocol.batch;

import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;

/**
 * Looks through one batch, record by record, before it may enter a log. One check serves one lane: it keeps its buffer
 * and the findings of the last batch, so that a sound uncompressed batch costs no allocation but the checksum's.
 */
public final class BatchCheck {

    private final RecordBytes records;
    private long timestampMin;
    private long timestampMax;
    private boolean keyMissing;
    private String why = "";

    /** @param unpackedBytesMax what one compressed batch may expand to */
    public BatchCheck(int unpackedBytesMax) {
        this.records = new RecordBytes(unpackedBytesMax);
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
            records.open(codec, in, at);
            return walk(in, at, keysRequired);
        } catch (MalformedMessage e) {
            return fault(BatchFault.MALFORMED, e.getMessage());
        } finally {
            records.close();
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

    private BatchFault walk(ByteBuffer in, int at, boolean keysRequired) {
        int count = BatchHeader.recordCount(in, at);
        long baseTimestamp = BatchHeader.baseTimestamp(in, at);
        timestampMin = Long.MAX_VALUE;
        timestampMax = BatchHeader.NO_TIMESTAMP;
        keyMissing = false;
        for (int i = 0; i < count; i++) {
            if (!records.hasMore()) {
                return fault(BatchFault.WRONG_COUNT, "the header says " + count + " records, there are " + i);
            }
            if (walkRecord(baseTimestamp) != i) {
                return fault(BatchFault.WRONG_COUNT, "record " + i + " has another offset delta");
            }
        }
        if (records.hasMore()) {
            return fault(BatchFault.WRONG_COUNT, "bytes follow the last of " + count + " records");
        }
        return keysRequired && keyMissing ? fault(BatchFault.KEY_MISSING, "a compacted topic needs a key in every record") : null;
    }

    /** Steps over one record and answers its offset delta. */
    private int walkRecord(long baseTimestamp) {
        int length = records.varint();
        records.mustHold(length, "a record");
        if (length == 0) {
            throw new MalformedMessage("an empty record");
        }
        long end = records.position() + length;
        records.int8(); // attributes, of which none is in use
        long timestamp = baseTimestamp + records.varlong();
        timestampMin = Math.min(timestampMin, timestamp);
        timestampMax = Math.max(timestampMax, timestamp);
        int offsetDelta = records.varint();
        keyMissing |= records.skipField();
        records.skipField();
        int headers = records.varint();
        if (headers < 0 || headers > end - records.position()) {
            throw new MalformedMessage(headers + " headers");
        }
        for (int i = 0; i < headers; i++) {
            if (records.skipField()) {
                throw new MalformedMessage("a header without a key");
            }
            records.skipField();
        }
        if (records.position() != end) {
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
