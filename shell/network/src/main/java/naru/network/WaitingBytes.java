package naru.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;

/** Counts parts of files too: they are what a reader that never reads would pile up. */
final class WaitingBytes implements MessageSizeEstimator, MessageSizeEstimator.Handle {

    static final WaitingBytes INSTANCE = new WaitingBytes();

    @Override
    public Handle newHandle() {
        return this;
    }

    @Override
    public int size(Object message) {
        return switch (message) {
            case ByteBuf bytes -> bytes.readableBytes();
            case FileRegion part -> (int) part.count();
            default -> 0;
        };
    }
}
