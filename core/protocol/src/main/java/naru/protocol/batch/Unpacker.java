package naru.protocol.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import naru.protocol.MalformedMessage;

/** Unpacks the records of a batch into memory, never more than a bound. Keeps a buffer between batches; not for sharing. */
final class Unpacker {

    private static final int FIRST_BYTES = 64 << 10;
    private static final int KEPT_BYTES_MAX = 1 << 20;

    private final int bytesMax;
    private byte[] buffer = new byte[0];

    Unpacker(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The records of a compressed batch, valid until the next call. */
    ByteBuffer unpack(Compression codec, ByteBuffer packed) {
        byte[] bytes = new byte[packed.remaining()];
        packed.get(bytes);
        int filled = 0;
        byte[] into = buffer.length == 0 ? new byte[FIRST_BYTES] : buffer;
        try (var in = codec.unpacking(bytes, bytesMax)) {
            while (true) {
                int read = in.read(into, filled, into.length - filled);
                if (read < 0) {
                    break;
                }
                filled += read;
                if (filled > bytesMax) {
                    throw new MalformedMessage("the batch expands to more than " + bytesMax + " bytes");
                }
                if (filled == into.length) {
                    into = Arrays.copyOf(into, (int) Math.min(2L * filled, (long) bytesMax + 1));
                }
            }
        } catch (IOException | RuntimeException e) {
            // The libraries answer hostile bytes with exceptions of many kinds; to us they all mean the same.
            throw e instanceof MalformedMessage known ? known : new MalformedMessage("the records cannot be unpacked: " + e.getMessage());
        }
        buffer = into.length <= KEPT_BYTES_MAX ? into : new byte[0];
        return ByteBuffer.wrap(into, 0, filled);
    }
}
