package naru.network;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import naru.base.Limits;
import naru.lanes.Lane;
import naru.lanes.LaneGroup;
import naru.lanes.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of a broker. Connections are dealt to the lanes in turn and belong to them for life. */
public final class Network implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Network.class);

    /** Small pieces, so that an idle broker holds little: one arena a lane, 4 MB a chunk (8 KB pages, 2^9 of them). */
    private static final int PAGE_BYTES = 8 << 10;

    private static final int CHUNK_ORDER = 9;

    private final LaneGroup lanes;
    private final Limits limits;
    private final NetworkSettings settings;
    private final List<LaneConnections> homes = new ArrayList<>();
    private final List<ServerSocketChannel> listening = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private final OpenConnections connections;
    private final CountDownLatch allGone = new CountDownLatch(1);
    private volatile boolean stopping;
    private int nextLane;

    /** Joins the lanes, which run already; nobody can connect before {@link #listen}. Not from a lane. */
    public Network(LaneGroup lanes, Limits limits, NetworkSettings settings) {
        this.lanes = lanes;
        this.limits = limits;
        this.settings = settings;
        this.connections = new OpenConnections(limits.connectionsMax(), settings.perAddress());
        var allocator = allocator(lanes.count());
        var memory = new RequestMemory(limits.requestMemoryBytesMax());
        for (int i = 0; i < lanes.count(); i++) {
            var home = new LaneConnections(
                    lanes.lane(i), limits, lanes.clock(), allocator, memory, settings.idleMsMax(),
                    limits.answerMemoryBytesMax() / lanes.count(), this::onGone);
            homes.add(home);
            lanes.lane(i).post(() -> home.lane().atEndOfTurn(home::endTurn));
        }
    }

    /** Makes what a listener is made of and throws it away, so that its classes are there. */
    public static void load() {
        serverChannel().unsafe().closeForcibly(); // by way of Transport, which has its say about Netty first
        allocator(1);
    }

    private static ServerSocketChannel serverChannel() {
        return Transport.usesEpoll() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
    }

    private static ByteBufAllocator allocator(int lanes) {
        return new PooledByteBufAllocator(true, 0, lanes, PAGE_BYTES, CHUNK_ORDER, 64, 16, true);
    }

    /**
     * Begins to accept; returns once the address is bound.
     *
     * @return the address with the port that was bound
     * @throws java.io.IOException when it cannot be bound
     */
    public InetSocketAddress listen(ListenerAt at) throws java.io.IOException, InterruptedException {
        ServerSocketChannel channel = serverChannel();
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setOption(ChannelOption.SO_BACKLOG, settings.backlog());
        if (settings.receiveBufferBytes() > 0) {
            channel.config().setOption(ChannelOption.SO_RCVBUF, settings.receiveBufferBytes());
        }
        channel.pipeline().addLast(new Doorway(client -> welcome(at.name(), client)));
        lanes.lane(0).eventLoop().register(channel).sync();
        var bound = channel.bind(at.address()).await();
        if (!bound.isSuccess()) {
            channel.close();
            throw new CannotListen(at, bound.cause());
        }
        synchronized (listening) {
            listening.add(channel);
        }
        return channel.localAddress();
    }

    /** A client is at the door. On lane 0. */
    private void welcome(String listener, SocketChannel client) {
        var from = client.remoteAddress();
        if (stopping || from == null) { // nobody is let in any more, or it has left already
            client.unsafe().closeForcibly();
            return;
        }
        String refusal = connections.admit(from.getAddress());
        if (refusal != null) {
            LOG.warn("Refusing {}: {}", from, refusal);
            client.unsafe().closeForcibly();
            return;
        }
        var home = homes.get(nextLane);
        nextLane = (nextLane + 1) % homes.size();
        var connection = new Connection(ids.incrementAndGet(), listener, client, from, home);
        configure(client, home.lane(), connection);
        client.pipeline().addLast(connection);
        home.lane().eventLoop().register(client).addListener(registered -> {
            if (!registered.isSuccess()) {
                onGone(from.getAddress());
                client.unsafe().closeForcibly();
            }
        });
    }

    @SuppressWarnings("deprecation") // the only way to say where a read goes
    private void configure(SocketChannel client, Lane lane, Connection connection) {
        var config = client.config();
        config.setAllocator(homes.get(lane.index()).allocator());
        config.setRecvByteBufAllocator(connection.reads());
        config.setMessageSizeEstimator(WaitingBytes.INSTANCE);
        config.setWriteBufferWaterMark(
                new WriteBufferWaterMark(limits.answerBytesQueuedMax() / 2, limits.answerBytesQueuedMax()));
        try {
            config.setTcpNoDelay(true);
            config.setKeepAlive(true);
            if (settings.sendBufferBytes() > 0) {
                config.setSendBufferSize(settings.sendBufferBytes());
            }
        } catch (io.netty.channel.ChannelException gone) {
            LOG.debug("A client left before it was welcomed: {}", gone.toString());
        }
    }

    private void onGone(InetAddress from) {
        if (connections.leave(from) == 0 && stopping) {
            allGone.countDown();
        }
    }

    LaneConnections home(int lane) {
        return homes.get(lane);
    }

    /** Connections open now. */
    public int connectionCount() {
        return connections.count();
    }

    /** Lets nobody in any more; connections go on. */
    public void stopAccepting() throws InterruptedException {
        stopping = true;
        synchronized (listening) {
            for (var channel : listening) {
                if (channel.isOpen()) { // a lane that gave up has closed its sockets, and does nothing any more
                    channel.close().await(settings.stopMsMax(), TimeUnit.MILLISECONDS);
                }
            }
            listening.clear();
        }
    }

    /** Stops accepting, lets answers that are queued leave, and closes every connection. Before the lanes end. */
    @Override
    public void close() {
        try {
            stopAccepting();
            for (var home : homes) {
                home.lane().post(() -> home.closeAll(""));
            }
            if (connections.count() > 0 && !allGone.await(settings.stopMsMax(), TimeUnit.MILLISECONDS)) {
                for (var home : homes) {
                    home.lane().post(home::closeAllNow);
                }
                allGone.await(settings.stopMsMax(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
