package naru.protocol.batch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/**
 * Snappy as Kafka's clients send it: a 16-byte head ({@code 0x82 "SNAPPY" 0x00}, version, lowest compatible version) and
 * blocks with their packed length in front, or one bare block.
 *
 * <p>The library's own stream reserves whatever a block's length claims and answers nonsense with an {@code Error}; a
 * broker reads what strangers send, so here both lengths of a block are checked before anything is reserved.
 */
final class SnappyBlocks extends InputStream {

    private static final byte[] MAGIC = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
    private static final int HEAD = 16;

    /** Clients write blocks of 32 or 64 KB; a bare block holds a whole batch. */
    private static final int FRAMED_BLOCK_MAX = 4 << 20;

    /** Three bytes copy at most 64: a block that claims to expand further than this is lying. */
    private static final int RATIO_MAX = 22;

    private final ByteBuffer packed;
    private final boolean framed;
    private final int blockMax;
    private InputStream block = InputStream.nullInputStream();

    SnappyBlocks(byte[] packed, int unpackedBytesMax) {
        this.packed = ByteBuffer.wrap(packed);
        this.framed = packed.length >= HEAD && this.packed.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
        this.blockMax = framed ? Math.min(FRAMED_BLOCK_MAX, unpackedBytesMax) : unpackedBytesMax;
        if (framed) {
            this.packed.position(HEAD);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int read = block.read(into, from, length);
        while (read < 0 && packed.hasRemaining()) {
            block = nextBlock();
            read = block.read(into, from, length);
        }
        return read;
    }

    private InputStream nextBlock() throws IOException {
        int length = framed && packed.remaining() >= 4 ? packed.getInt() : packed.remaining();
        if (length < 0 || length > packed.remaining()) {
            throw new IOException("a snappy block of " + length + " bytes where " + packed.remaining() + " are left");
        }
        int at = packed.position();
        int unpacked = Snappy.uncompressedLength(packed.array(), at, length);
        if (unpacked < 0 || unpacked > blockMax) {
            throw new IOException("a snappy block expands to " + unpacked + " bytes, more than " + blockMax);
        }
        if (unpacked > (long) RATIO_MAX * length) {
            throw new IOException("a snappy block of " + length + " bytes cannot expand to " + unpacked);
        }
        byte[] bytes = new byte[unpacked];
        if (Snappy.uncompress(packed.array(), at, length, bytes, 0) != unpacked) {
            throw new IOException("a snappy block has another length than it claims");
        }
        packed.position(at + length);
        return new ByteArrayInputStream(bytes);
    }
}
