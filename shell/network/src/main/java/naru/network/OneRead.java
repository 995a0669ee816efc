package naru.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.Supplier;

/**
 * One bounded read for each connection and turn, into the place the connection names. A loud client comes again in
 * the next turn, after everybody else.
 */
final class OneRead implements RecvByteBufAllocator {

    private final Supplier<ByteBuf> room;

    OneRead(Supplier<ByteBuf> room) {
        this.room = room;
    }

    @SuppressWarnings("deprecation") // the type the platform's own handles still extend
    @Override
    public Handle newHandle() {
        return new OneReadHandle(room);
    }

    @SuppressWarnings("deprecation") // as above
    private static final class OneReadHandle implements ExtendedHandle {

        private final Supplier<ByteBuf> room;
        private int lastBytes;
        private int attemptedBytes;

        OneReadHandle(Supplier<ByteBuf> room) {
            this.room = room;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return room.get();
        }

        @Override
        public int guess() {
            return attemptedBytes;
        }

        @Override
        public void reset(ChannelConfig config) {
            lastBytes = 0;
        }

        @Override
        public void incMessagesRead(int messages) {}

        @Override
        public void lastBytesRead(int bytes) {
            lastBytes = bytes;
        }

        @Override
        public int lastBytesRead() {
            return lastBytes;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attemptedBytes = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attemptedBytes;
        }

        @Override
        public boolean continueReading() {
            return false;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return false;
        }

        @Override
        public void readComplete() {}
    }
}
