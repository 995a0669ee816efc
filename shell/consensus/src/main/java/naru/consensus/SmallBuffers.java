package naru.consensus;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.apache.kafka.common.memory.MemoryPool;

/**
 * Memory for batches that are being built. The engine would reserve the longest batch there can be, 8 MB, for each;
 * these begin small and grow where they must.
 */
final class SmallBuffers implements MemoryPool {

    private static final int BYTES = 32 << 10;
    private static final int KEPT_MAX = 4;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    @Override
    public synchronized ByteBuffer tryAllocate(int bytes) {
        var kept = free.pollFirst();
        return kept != null ? kept.clear() : ByteBuffer.allocate(BYTES);
    }

    @Override
    public synchronized void release(ByteBuffer buffer) {
        if (free.size() < KEPT_MAX && buffer.capacity() == BYTES) {
            free.addFirst(buffer);
        }
    }

    @Override
    public long size() {
        return Long.MAX_VALUE;
    }

    @Override
    public long availableMemory() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isOutOfMemory() {
        return false;
    }
}
