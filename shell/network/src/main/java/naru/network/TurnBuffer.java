package naru.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/**
 * Where one lane's sockets are read into: one block of memory, filled from the front during a turn, one read behind the
 * other, and empty again when the turn has ended. So a read allocates nothing, and a request that arrives whole is
 * never copied.
 */
final class TurnBuffer {

    private static final int BLOCK_BYTES = 256 << 10;

    private final ByteBufAllocator allocator;
    private final ArrayList<ByteBuf> untilEndOfTurn = new ArrayList<>();
    private ByteBuf block;
    private ByteBuffer view;
    private int used;

    TurnBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Makes sure that {@code bytes} fit behind what this turn has read; the place is valid until the next call. */
    int placeFor(int bytes) {
        if (block == null || block.capacity() - used < bytes) {
            if (block != null) {
                untilEndOfTurn.add(block);
            }
            block = allocator.directBuffer(Math.max(BLOCK_BYTES, bytes));
            block.writerIndex(block.capacity());
            view = block.nioBuffer(0, block.capacity());
            used = 0;
        }
        return used;
    }

    /** The memory itself; reads and writes go by index. */
    ByteBuf block() {
        return block;
    }

    /** A frame of it as the core sees it. */
    ByteBuffer view(int from, int length) {
        return view.slice(from, length);
    }

    /** What lies before {@code end} belongs to this turn. */
    void use(int end) {
        used = end;
    }

    /** Keeps a buffer alive until the turn has ended. */
    void keep(ByteBuf buffer) {
        untilEndOfTurn.add(buffer);
    }

    void endTurn() {
        used = 0;
        if (!untilEndOfTurn.isEmpty()) {
            untilEndOfTurn.forEach(ByteBuf::release);
            untilEndOfTurn.clear();
        }
    }

    void free() {
        endTurn();
        if (block != null) {
            block.release();
            block = null;
        }
    }
}
