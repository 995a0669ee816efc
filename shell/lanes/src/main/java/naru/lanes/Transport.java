package naru.lanes;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;

/** What carries bytes for lanes: the kernel's epoll where it is there, java.nio elsewhere. The first to touch Netty. */
public final class Transport {

    static {
        NettyDefaults.set();
    }

    private Transport() {}

    /** True where the kernel's epoll is used; java.nio elsewhere. */
    public static boolean usesEpoll() {
        return Epoll.isAvailable();
    }

    static IoHandlerFactory ioHandlers() {
        return usesEpoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }
}
