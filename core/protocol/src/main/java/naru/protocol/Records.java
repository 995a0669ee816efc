package naru.protocol;

import java.nio.ByteBuffer;
import naru.base.DiskFile;

/** Record batches as they travel: opaque bytes, either at hand or still in a file. */
public sealed interface Records {

    Records EMPTY = new InMemory(ByteBuffer.allocate(0));

    int sizeInBytes();

    /**
     * Bytes at hand, from position to limit.
     *
     * @param bytes inside a request: a slice of the frame, valid as long as the frame is
     */
    record InMemory(ByteBuffer bytes) implements Records {
        @Override
        public int sizeInBytes() {
            return bytes.remaining();
        }
    }

    /**
     * Bytes that go from the file to the socket by the kernel.
     *
     * @param file held for this reader; whoever sends or drops the records closes it once
     * @param length bytes, which the file has at {@code position}
     */
    record InFile(DiskFile file, long position, int length) implements Records {
        @Override
        public int sizeInBytes() {
            return length;
        }
    }
}
