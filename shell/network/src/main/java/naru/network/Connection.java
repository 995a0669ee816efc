package naru.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import naru.base.ClientLink;
import naru.base.DiskFailure;
import naru.base.Outgoing;
import naru.base.Outgoing.Piece;
import naru.base.Visit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's socket on its lane: bytes become frames for the {@link Visit}, answers become one flush a turn. */
final class Connection extends LastHandler implements ClientLink, Inflow.Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** A shorter part of a file is read and copied: that costs no more system calls than sending it by the kernel. */
    private static final int COPIED_FILE_BYTES_MAX = 16 << 10;

    /** What may wait here while memory for answers is short: as much as a client gets anyway who asks one thing at a time. */
    private static final int SHORT_BYTES_MAX = 64 << 10;

    private final long id;
    private final String listener;
    private final SocketChannel channel;
    private final LaneConnections home;
    private final Inflow inflow;
    private final InetAddress from;
    private final String host;
    private final String address;
    private Visit visit;
    private ByteBuf pending;
    private int pendingBytes;
    private long fileBytes;
    private boolean dirty;
    private boolean paused;
    private boolean reading = true;
    private boolean closing;
    private boolean gone;
    private boolean owesRoom;
    private long heardMs;

    /** @param peer where it comes from */
    Connection(long id, String listener, SocketChannel channel, InetSocketAddress peer, LaneConnections home) {
        this.id = id;
        this.listener = listener;
        this.channel = channel;
        this.home = home;
        this.inflow = home.inflow(this);
        this.from = peer.getAddress();
        this.host = "/" + from.getHostAddress();
        this.address = text(peer);
    }

    private static String text(InetSocketAddress peer) {
        return peer.getAddress().getHostAddress() + ":" + peer.getPort();
    }

    InetAddress from() {
        return from;
    }

    OneRead reads() {
        return new OneRead(inflow::room);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        heardMs = home.nowMs();
        home.add(this);
        home.guard(this, () -> visit = home.program().onConnect(this));
        markDirty();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var read = (ByteBuf) message;
        int bytes = read.readableBytes();
        read.release();
        if (!closing) {
            heardMs = home.nowMs();
            home.guard(this, () -> inflow.onRead(bytes));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && owesRoom) {
            home.turnAgain(this::tellRoom);
        }
    }

    void tellRoom() {
        if (owesRoom && !isCongested() && !closing && !gone) {
            owesRoom = false;
            home.guard(this, visit::onRoom);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        closing = true;
        home.remove(this);
        inflow.free();
        dropPending();
        if (visit != null) {
            home.guard(this, visit::onClosed);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
        if (fault instanceof Error) {
            home.fail(fault);
            return;
        }
        // A reset by the peer is an ordinary end.
        LOG.debug("Connection to {} failed: {}", address, fault.toString());
        closing = true;
        channel.close();
    }

    @Override
    public void onFrame(ByteBuffer frame) {
        visit.onFrame(frame);
    }

    @Override
    public boolean wantsMore() {
        return !paused && !closing;
    }

    @Override
    public void onBroken(String why) {
        closeNow(why);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public String clientHost() {
        return host;
    }

    @Override
    public String clientAddress() {
        return address;
    }

    @Override
    public void send(Outgoing bytes) {
        if (closing || gone) {
            bytes.close();
            return;
        }
        var pieces = bytes.pieces();
        int next = 0;
        try {
            for (; next < pieces.size(); next++) {
                switch (pieces.get(next)) {
                    case Piece.Memory(ByteBuffer memory) -> sendMemory(memory);
                    case Piece.InFile part -> sendPart(part);
                }
            }
        } catch (RuntimeException fault) {
            // Half an answer cannot be taken back, so the client has to ask again on a new connection.
            giveBack(bytes, next + 1);
            closeNow("an answer could not be read: " + fault.getMessage());
            return;
        }
        markDirty();
    }

    private void sendMemory(ByteBuffer memory) {
        pendingBytes += memory.remaining();
        home.queued(memory.remaining());
        roomFor(memory.remaining()).writeBytes(memory.duplicate());
    }

    private ByteBuf roomFor(int bytes) {
        if (pending == null) {
            pending = home.allocator().directBuffer(Math.max(256, bytes));
        }
        return pending;
    }

    /** Takes over the part: whatever happens, its file is given back once. */
    private void sendPart(Piece.InFile part) {
        var source = part.file().channel();
        if (source.isPresent() && part.length() > COPIED_FILE_BYTES_MAX) {
            writePending();
            fileBytes += part.length();
            channel.write(new FilePart(part.file(), source.get(), part.position(), part.length(),
                    () -> fileBytes -= part.length()), channel.voidPromise());
            return;
        }
        try (var file = part.file()) {
            copy(file, part.position(), part.length());
        }
    }

    private void copy(naru.base.DiskFile file, long position, int length) {
        var target = roomFor(length).ensureWritable(length);
        var view = target.nioBuffer(target.writerIndex(), length);
        while (view.hasRemaining()) {
            if (file.read(view, position + view.position()) <= 0) {
                throw new DiskFailure(DiskFailure.Kind.BROKEN, file.path(),
                        new java.io.EOFException("shorter than " + (position + length) + " bytes"));
            }
        }
        target.writerIndex(target.writerIndex() + length);
        pendingBytes += length;
        home.queued(length);
    }

    private static void giveBack(Outgoing bytes, int from) {
        for (var piece : bytes.pieces().subList(from, bytes.pieces().size())) {
            if (piece instanceof Piece.InFile part) {
                part.file().close();
            }
        }
    }

    private void writePending() {
        if (pending != null) {
            channel.write(pending, channel.voidPromise());
            pending = null;
            pendingBytes = 0;
        }
    }

    private void dropPending() {
        if (pending != null) {
            pending.release();
            pending = null;
            pendingBytes = 0;
        }
    }

    @Override
    public boolean isCongested() {
        boolean congested = pendingBytes + waitingBytes() > home.limits().answerBytesQueuedMax()
                || answerBytes() > SHORT_BYTES_MAX && home.isShortOfMemory();
        owesRoom |= congested;
        return congested;
    }

    /** Bytes in memory that wait to leave; parts of files are not in memory. */
    long answerBytes() {
        return gone ? 0 : Math.max(0, pendingBytes + waitingBytes() - fileBytes);
    }

    private long waitingBytes() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    @Override
    public void pause() {
        paused = true;
        markDirty();
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            // Held requests are delivered from a turn of their own, never from inside the caller.
            home.turnAgain(this::goOn);
        }
    }

    private void goOn() {
        if (!gone && !closing && !paused) {
            home.guard(this, inflow::deliverHeld);
            markDirty();
        }
    }

    @Override
    public void close(String why) {
        if (closing) {
            return;
        }
        logEnd(why);
        closing = true;
        markDirty();
    }

    /** Ends the connection without waiting for the peer to take what was queued. */
    void closeNow(String why) {
        if (!gone) {
            if (!closing) {
                logEnd(why);
            }
            closing = true;
            dropPending();
            channel.close();
        }
    }

    private void logEnd(String why) {
        if (why != null && !why.isEmpty()) {
            LOG.info("Closing the connection to {} on {}: {}", address, listener, why);
        }
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            home.flushAtEndOfTurn(this);
        }
    }

    /** At the end of the turn: everything that was said leaves at once. */
    void endTurn() {
        dirty = false;
        if (gone) {
            dropPending();
            return;
        }
        writePending();
        if (closing) {
            channel.config().setAutoRead(false);
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        channel.flush();
        if (reading == paused) {
            reading = !paused;
            channel.config().setAutoRead(reading);
        }
        if (owesRoom && !isCongested()) {
            home.turnAgain(this::tellRoom);
        }
    }

    /** When this connection has been quiet for too long, if nothing is heard until then. */
    long idleAtMs(long idleMsMax) {
        return heardMs + idleMsMax;
    }
}
