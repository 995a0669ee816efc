package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.zip.CRC32C;
import naru.base.Uuid;

/**
 * One turn's frame while it fills: a header, and for each run of batches an entry that says where they belong. The
 * batches stay where they are until the frame is written. See {@code docs/formats/journal.md}.
 */
final class JournalFrame {

    static final int MAGIC = 0x4e4a4e4c;
    static final byte VERSION = 1;
    static final int HEADER = 40;
    static final int LENGTH_AT = 32;
    static final int CRC_AT = 36;
    static final int ENTRY = 1 + 16 + 4 + 8 + 8 + 4;
    static final byte BYTES = 1;
    /** As {@link #BYTES}, and before them in the log lie others that no frame holds and that may be missing. */
    static final byte BYTES_BEHIND_GAP = 2;

    private final ArrayList<ByteBuffer> pieces = new ArrayList<>();
    // Entry headers of the turn, one after the other; pieces hold slices of it.
    private ByteBuffer headers = ByteBuffer.allocateDirect(4 << 10);
    private final CRC32C crc = new CRC32C();
    private int bodyBytes;
    private int entries;

    JournalFrame() {
        clear();
    }

    void clear() {
        pieces.clear();
        headers.clear();
        bodyBytes = 0;
        entries = 0;
        pieces.add(headers.slice(0, HEADER));
        headers.position(HEADER);
    }

    boolean isEmpty() {
        return bodyBytes == 0;
    }

    int sizeInBytes() {
        return HEADER + bodyBytes;
    }

    int mark() {
        return pieces.size();
    }

    void takeBackTo(int mark) {
        while (pieces.size() > mark) {
            bodyBytes -= pieces.removeLast().remaining();
        }
    }

    void add(byte kind, Uuid topicId, int partition, long segmentBase, long position, int bytes, ByteBuffer[] batches) {
        if (headers.remaining() < ENTRY) {
            // Slices of the old buffer stay valid; only new entries go to the new one.
            headers = ByteBuffer.allocateDirect(Math.max(headers.capacity(), HEADER + ENTRY));
        }
        int at = headers.position();
        headers.put(kind).putLong(topicId.high()).putLong(topicId.low()).putInt(partition);
        headers.putLong(segmentBase).putLong(position).putInt(bytes);
        pieces.add(headers.slice(at, ENTRY));
        for (var batch : batches) {
            pieces.add(batch.duplicate().rewind());
        }
        bodyBytes += ENTRY + bytes;
        entries++;
    }

    int entries() {
        return entries;
    }

    /** The frame for one gathering write. */
    ByteBuffer[] finish(long generation, long sequence, long checkpointed) {
        var header = pieces.getFirst();
        header.clear();
        header.putInt(MAGIC).put(VERSION).put((byte) 0).putShort((short) 0);
        header.putLong(generation).putLong(sequence).putLong(checkpointed).putInt(bodyBytes);
        crc.reset();
        crc.update(header.slice(0, CRC_AT));
        for (int i = 1; i < pieces.size(); i++) {
            var piece = pieces.get(i);
            crc.update(piece);
            piece.rewind();
        }
        header.putInt((int) crc.getValue()).flip();
        return pieces.toArray(ByteBuffer[]::new);
    }
}
