package naru.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes clients from one listening socket. When the process is out of file handles it waits instead of spinning. */
final class Doorway extends LastHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Doorway.class);
    private static final long PAUSE_MS = 1_000;

    private final Consumer<SocketChannel> welcome;

    Doorway(Consumer<SocketChannel> welcome) {
        this.welcome = welcome;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object client) {
        welcome.accept((SocketChannel) client);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
        LOG.warn("Accepting a connection failed, trying again in {} ms: {}", PAUSE_MS, fault.toString());
        var config = context.channel().config();
        if (config.isAutoRead()) {
            config.setAutoRead(false);
            context.channel().eventLoop().schedule(() -> config.setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
        }
    }
}
