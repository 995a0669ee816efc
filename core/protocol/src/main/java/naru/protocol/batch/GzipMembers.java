package naru.protocol.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Gzip (RFC 1952): members one behind the other, each a head, deflated bytes, their checksum and their length. What
 * follows a member and does not begin like another one is left alone.
 *
 * <p>The platform's own stream goes on to the next member by calling itself, so some thousands of empty members, which
 * have twenty bytes each, end in a {@code StackOverflowError}; here they are a loop.
 */
final class GzipMembers extends InputStream {

    private static final short MAGIC = (short) 0x8b1f;
    private static final byte DEFLATED = 8;
    private static final int HEAD = 10;
    private static final int TRAILER = 8;

    private static final int HAS_HEADER_CHECKSUM = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;

    private final ByteBuffer packed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private boolean ended;

    GzipMembers(byte[] packed) throws IOException {
        this.packed = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        if (!beginMember()) {
            inflater.end();
            throw new IOException("no gzip");
        }
    }

    /** Steps over a member's head; false when there is none, or not all of it. */
    private boolean beginMember() {
        int from = packed.position();
        if (packed.remaining() < HEAD || packed.getShort(from) != MAGIC || packed.get(from + 2) != DEFLATED) {
            return false;
        }
        int flags = packed.get(from + 3);
        packed.position(from + HEAD);
        if ((flags & HAS_EXTRA) != 0 && !skipExtra()) {
            return false;
        }
        if ((flags & HAS_NAME) != 0 && !skipText() || (flags & HAS_COMMENT) != 0 && !skipText()) {
            return false;
        }
        if ((flags & HAS_HEADER_CHECKSUM) != 0 && !isHeadRight(from)) {
            return false;
        }
        inflater.reset();
        inflater.setInput(packed.array(), packed.position(), packed.remaining());
        checksum.reset();
        return true;
    }

    private boolean skipExtra() {
        if (packed.remaining() < 2) {
            return false;
        }
        int length = Short.toUnsignedInt(packed.getShort());
        if (length > packed.remaining()) {
            return false;
        }
        packed.position(packed.position() + length);
        return true;
    }

    private boolean skipText() {
        while (packed.hasRemaining()) {
            if (packed.get() == 0) {
                return true;
            }
        }
        return false;
    }

    private boolean isHeadRight(int from) {
        int end = packed.position();
        checksum.reset();
        checksum.update(packed.array(), from, end - from);
        return packed.remaining() >= 2 && packed.getShort() == (short) checksum.getValue();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        try {
            while (!ended) {
                int read = inflater.inflate(into, from, length);
                if (read > 0) {
                    checksum.update(into, from, read);
                    return read;
                }
                if (inflater.finished()) {
                    endMember();
                } else if (inflater.needsInput() || inflater.needsDictionary()) {
                    throw new IOException("gzip that ends early");
                }
            }
            return -1;
        } catch (DataFormatException fault) {
            throw new IOException("gzip with " + fault.getMessage(), fault);
        }
    }

    private void endMember() throws IOException {
        packed.position(packed.limit() - inflater.getRemaining());
        if (packed.remaining() < TRAILER) {
            throw new IOException("gzip without a trailer");
        }
        if (packed.getInt() != (int) checksum.getValue() || packed.getInt() != (int) inflater.getBytesWritten()) {
            throw new IOException("gzip whose checksum or length does not match");
        }
        ended = !beginMember();
    }

    @Override
    public void close() {
        ended = true;
        inflater.end();
    }
}
