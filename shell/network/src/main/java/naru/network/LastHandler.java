package naru.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * The last of a pipeline: what it does not care for ends here. Netty's own adapter marks what it leaves out with an annotation, and the first
 * annotation that is read in a process makes classes for it, which is a fiftieth of a start.
 */
abstract class LastHandler implements ChannelInboundHandler {

    @Override
    public void handlerAdded(ChannelHandlerContext context) {}

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {}

    @Override
    public void channelRegistered(ChannelHandlerContext context) {}

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {}

    @Override
    public void channelActive(ChannelHandlerContext context) {}

    @Override
    public void channelInactive(ChannelHandlerContext context) {}

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {}

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {}

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        ReferenceCountUtil.release(event);
    }

    @Override
    public abstract void channelRead(ChannelHandlerContext context, Object message);

    @Override
    @SuppressWarnings("deprecation") // of handlers for what leaves; here it is how faults are heard of
    public abstract void exceptionCaught(ChannelHandlerContext context, Throwable fault);
}
