package naru.base;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An encoded answer: pieces in order, of memory or of files.
 *
 * @param pieces the bytes, length prefix included
 */
public record Outgoing(List<Piece> pieces) implements AutoCloseable {

    /** Some of the bytes. */
    public sealed interface Piece {

        int length();

        /** Bytes in memory. The link copies or sends them before it returns from {@code send}: the buffer may be reused. */
        record Memory(ByteBuffer bytes) implements Piece {
            @Override
            public int length() {
                return bytes.remaining();
            }
        }

        /** Bytes of a file, which go to the socket by the kernel. The piece holds the file and gives it back. */
        record InFile(DiskFile file, long position, int length) implements Piece {}
    }

    public long length() {
        long sum = 0;
        for (var piece : pieces) {
            sum += piece.length();
        }
        return sum;
    }

    /** Gives back the files; called by the link, once. */
    @Override
    public void close() {
        for (var piece : pieces) {
            if (piece instanceof Piece.InFile(DiskFile file, long _, int _)) {
                file.close();
            }
        }
    }
}
