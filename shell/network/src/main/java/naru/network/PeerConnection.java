package naru.network;

import static naru.base.Invariant.check;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.Errors;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import naru.base.Outgoing;
import naru.base.Outgoing.Piece;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.base.PeerVisit.Ending;
import naru.lanes.Transport;

/** One connection to another node: tries the addresses of its name one after the other, then carries frames. */
final class PeerConnection implements PeerLink, Inflow.Receiver {

    private enum State { CONNECTING, OPEN, ENDED }

    private final LanePeers home;
    private final String host;
    private final int port;
    private final PeerVisit visit;
    private final Inflow inflow;
    private State state = State.CONNECTING;
    private SocketChannel channel;
    private ByteBuf pending;
    private boolean dirty;

    PeerConnection(LanePeers home, String host, int port, PeerVisit visit) {
        this.home = home;
        this.host = host;
        this.port = port;
        this.visit = visit;
        this.inflow = home.inflow(this);
    }

    /** In a turn after the one that asked, so that nobody hears of an outcome inside {@code connect}. */
    void begin() {
        if (state == State.CONNECTING) {
            home.add(this);
            home.names().addressesOf(host, home.lane(), found -> tryNext(found, 0, Ending.UNREACHABLE));
        }
    }

    /** @param sofar what became of the addresses before this one: refused only if all were */
    private void tryNext(List<InetAddress> addresses, int next, Ending sofar) {
        if (state != State.CONNECTING) {
            return;
        }
        if (next == addresses.size()) {
            end(sofar);
            return;
        }
        channel = Transport.usesEpoll() ? new EpollSocketChannel() : new NioSocketChannel();
        configure(channel);
        var attempt = channel;
        attempt.pipeline().addLast(new Events(attempt));
        home.lane().eventLoop().register(attempt);
        attempt.connect(new InetSocketAddress(addresses.get(next), port)).addListener(done -> {
            boolean isOurs = state == State.CONNECTING && channel == attempt;
            if (isOurs && done.isSuccess() && !isConnectedToItself(attempt)) {
                opened();
            } else if (isOurs) {
                boolean refused = done.isSuccess() || isRefusal(done.cause());
                attempt.close();
                boolean all = refused && (next == 0 || sofar == Ending.REFUSED);
                tryNext(addresses, next + 1, all ? Ending.REFUSED : Ending.UNREACHABLE);
            } else {
                attempt.close();
            }
        });
    }

    /** On one machine, a socket that is given the very port it wants to connect to connects to itself. */
    private static boolean isConnectedToItself(SocketChannel channel) {
        return channel.localAddress() != null && channel.localAddress().equals(channel.remoteAddress());
    }

    /** The text of the system's own error is in the language of the machine, the number is not. */
    private static boolean isRefusal(Throwable why) {
        String message = why.getMessage();
        return why instanceof ConnectException && message != null
                && (message.contains("refused")
                        || Transport.usesEpoll() && message.contains("error(" + Errors.ERROR_ECONNREFUSED_NEGATIVE + ")"));
    }

    @SuppressWarnings("deprecation") // the only way to say where a read goes
    private void configure(SocketChannel socket) {
        var config = socket.config();
        config.setAllocator(home.allocator());
        config.setRecvByteBufAllocator(new OneRead(inflow::room));
        config.setConnectTimeoutMillis(home.connectMsMax());
        config.setWriteBufferWaterMark(new WriteBufferWaterMark(
                home.limits().answerBytesQueuedMax() / 2, home.limits().answerBytesQueuedMax()));
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
    }

    private void opened() {
        state = State.OPEN;
        home.guard(this, visit::onOpen);
    }

    /** What happens on one socket; a socket that was given up says nothing any more. */
    private final class Events extends LastHandler {

        private final SocketChannel mine;

        Events(SocketChannel mine) {
            this.mine = mine;
        }

        private boolean counts() {
            return mine == channel && state == State.OPEN;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var read = (ByteBuf) message;
            int bytes = read.readableBytes();
            read.release();
            if (counts()) {
                home.guard(PeerConnection.this, () -> inflow.onRead(bytes));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (counts()) {
                end(Ending.LOST);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
            if (fault instanceof Error) {
                home.lane().fail(fault);
                return;
            }
            mine.close(); // a reset is an ordinary end, and channelInactive follows
        }
    }

    @Override
    public void onFrame(ByteBuffer frame) {
        visit.onFrame(frame);
    }

    @Override
    public boolean wantsMore() {
        return state == State.OPEN;
    }

    @Override
    public void onBroken(String why) {
        breakOff();
    }

    /** Ends it from this side, for a reason the visit has not heard of. */
    void breakOff() {
        end(Ending.LOST);
    }

    private void end(Ending why) {
        if (state != State.ENDED) {
            letGo();
            home.guard(this, () -> visit.onClosed(why));
        }
    }

    @Override
    public void close() {
        if (state != State.ENDED) {
            letGo();
        }
    }

    private void letGo() {
        state = State.ENDED;
        home.remove(this);
        inflow.free();
        if (pending != null) {
            pending.release();
            pending = null;
        }
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void send(Outgoing request) {
        if (state != State.OPEN) {
            request.close();
            return;
        }
        for (var piece : request.pieces()) {
            check(piece instanceof Piece.Memory, "what is sent to other nodes lies in memory");
            var bytes = ((Piece.Memory) piece).bytes();
            if (pending == null) {
                pending = home.allocator().directBuffer(Math.max(256, bytes.remaining()));
            }
            pending.writeBytes(bytes.duplicate());
        }
        if (!dirty) {
            dirty = true;
            home.flushAtEndOfTurn(this);
        }
    }

    @Override
    public boolean isCongested() {
        if (state != State.OPEN) {
            return false;
        }
        var queue = channel.unsafe().outboundBuffer();
        long waiting = (pending == null ? 0 : pending.readableBytes()) + (queue == null ? 0 : queue.totalPendingWriteBytes());
        return waiting > home.limits().answerBytesQueuedMax();
    }

    /** At the end of the turn: everything that was said leaves at once. */
    void flush() {
        dirty = false;
        if (pending != null) {
            channel.writeAndFlush(pending, channel.voidPromise());
            pending = null;
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
