package naru.cli.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.PriorityQueue;
import naru.base.Outgoing;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.base.Peers;
import naru.cli.Interrupted;
import naru.client.Timing;

/**
 * Connections of one thread, over the sockets of the JDK: a command has a handful of them, and the event loops of the broker
 * would take longer to load than the command may take.
 */
public final class SocketPeers implements Peers, Timing, AutoCloseable {

    private static final int FIRST_BUFFER_BYTES = 64 << 10;
    private static final int FRAME_BYTES_MAX = 512 << 20;
    /** The first answer is short; what claims to be longer is the beginning of another protocol. */
    private static final int FIRST_FRAME_BYTES_MAX = 16 << 20;
    private static final int CONGESTED_BYTES = 8 << 20;

    private final Selector selector;
    private final Deque<Runnable> soon = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private volatile boolean interrupted;

    private static final class Timer implements Comparable<Timer> {
        private final long atNs;
        private Runnable task;

        private Timer(long atNs, Runnable task) {
            this.atNs = atNs;
            this.task = task;
        }

        @Override
        public int compareTo(Timer other) {
            return Long.signum(atNs - other.atNs);
        }
    }

    public SocketPeers() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Link connect(String host, int port, PeerVisit visit) {
        var link = new Link(visit);
        try {
            var address = new InetSocketAddress(InetAddress.getByName(host), port);
            link.channel = SocketChannel.open();
            link.channel.configureBlocking(false);
            link.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            link.key = link.channel.register(selector, SelectionKey.OP_CONNECT, link);
            if (link.channel.connect(address)) {
                soon.add(link::connected);
            }
        } catch (UnknownHostException _) {
            link.strange = "there is no host of that name";
            soon.add(() -> link.end(PeerVisit.Ending.UNREACHABLE));
        } catch (ConnectException _) {
            soon.add(() -> link.end(PeerVisit.Ending.REFUSED));
        } catch (IOException e) {
            link.strange = e.getMessage();
            soon.add(() -> link.end(PeerVisit.Ending.UNREACHABLE));
        }
        return link;
    }

    /** Hears and sends what can be heard and sent now; waits for it at most this long, and not at all once anything has happened. */
    public void turn(long waitMs) {
        boolean anything = !soon.isEmpty();
        for (int left = soon.size(); left > 0; left--) {
            soon.removeFirst().run();
        }
        anything |= runTimers();
        if (interrupted) {
            throw new Interrupted();
        }
        long timerMs = timers.isEmpty() ? waitMs : Math.max(0, (timers.peek().atNs - System.nanoTime() + 999_999) / 1_000_000);
        try {
            if (anything || waitMs <= 0 || timerMs <= 0 || !soon.isEmpty()) {
                selector.selectNow();
            } else {
                selector.select(Math.min(waitMs, timerMs));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            var key = keys.next();
            keys.remove();
            if (key.isValid()) {
                ((Link) key.attachment()).ready(key);
            }
        }
    }

    private boolean runTimers() {
        long now = System.nanoTime();
        boolean any = false;
        while (!timers.isEmpty() && timers.peek().atNs - now <= 0) {
            var task = timers.poll().task;
            if (task != null) {
                any = true;
                task.run();
            }
        }
        return any;
    }

    @Override
    public Runnable afterMs(long ms, Runnable task) {
        if (ms <= 0) {
            soon.addLast(task);
            return () -> { };
        }
        var timer = new Timer(System.nanoTime() + ms * 1_000_000, task);
        timers.add(timer);
        // Thousands of answered questions would else stay until the time is up.
        return () -> {
            timer.task = null;
            if (timers.peek() == timer) {
                timers.poll();
            }
        };
    }

    /** Ends a wait; from any thread. */
    public void wake() {
        selector.wakeup();
    }

    /** From any thread: the turn that is under way, or the next one, ends with {@link Interrupted}. */
    public void interrupt() {
        interrupted = true;
        selector.wakeup();
    }

    /** After an interruption: what follows is the tidying up, which may still ask. */
    public void goOn() {
        interrupted = false;
    }

    @Override
    public void close() {
        try {
            for (var key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException _) {
            // the process ends anyway
        }
    }

    /** One connection. */
    public final class Link implements PeerLink {

        private final PeerVisit visit;
        private final Deque<ByteBuffer> leaving = new ArrayDeque<>();
        private SocketChannel channel;
        private SelectionKey key;
        private ByteBuffer in = ByteBuffer.allocate(FIRST_BUFFER_BYTES).limit(0);
        private int leavingBytes;
        private boolean open;
        private boolean ended;
        private boolean heardAnything;
        private boolean heardFrame;
        private String strange;

        private Link(PeerVisit visit) {
            this.visit = visit;
        }

        /** What the other side seems to be when it is no broker; null when nothing strange was heard. */
        public String strange() {
            return strange;
        }

        /** Whether the connection ever stood. */
        public boolean isOpen() {
            return open;
        }

        /** Whether a whole answer, or part of one, ever came. */
        public boolean heardAnything() {
            return heardAnything;
        }

        private void connected() {
            if (!ended) {
                open = true;
                key.interestOps(SelectionKey.OP_READ);
                visit.onOpen();
            }
        }

        private void ready(SelectionKey ready) {
            try {
                if (ready.isConnectable() && channel.finishConnect()) {
                    connected();
                    return;
                }
                if (ready.isWritable()) {
                    write();
                }
                if (ready.isValid() && ready.isReadable()) {
                    read();
                }
            } catch (ConnectException refused) {
                boolean timeout = String.valueOf(refused.getMessage()).contains("timed out");
                end(timeout ? PeerVisit.Ending.UNREACHABLE : PeerVisit.Ending.REFUSED);
            } catch (IOException e) {
                end(open ? PeerVisit.Ending.LOST : PeerVisit.Ending.UNREACHABLE);
            }
        }

        private void read() throws IOException {
            if (in.capacity() - in.limit() < FIRST_BUFFER_BYTES / 2) {
                makeRoom();
            }
            var into = in.duplicate().position(in.limit()).limit(in.capacity());
            int count = channel.read(into);
            if (count < 0) {
                end(PeerVisit.Ending.LOST);
                return;
            }
            heardAnything |= count > 0;
            in.limit(in.limit() + count);
            while (!ended && in.remaining() >= Integer.BYTES) {
                int length = in.getInt(in.position());
                if (length < 0 || length > (heardFrame ? FRAME_BYTES_MAX : FIRST_FRAME_BYTES_MAX)) {
                    strange = whoSpeaksSo(in);
                    end(PeerVisit.Ending.LOST);
                    return;
                }
                if (in.remaining() - Integer.BYTES < length) {
                    return;
                }
                int from = in.position() + Integer.BYTES;
                in.position(from + length);
                heardFrame = true;
                visit.onFrame(in.slice(from, length));
            }
        }

        /** The rest of a frame goes to the front of a buffer that holds all of it. */
        private void makeRoom() {
            int needed = in.remaining() >= Integer.BYTES ? in.getInt(in.position()) + Integer.BYTES : 0;
            int capacity = Math.max(FIRST_BUFFER_BYTES, needed + FIRST_BUFFER_BYTES);
            var roomier = ByteBuffer.allocate(Math.max(capacity, in.capacity()));
            roomier.put(in).flip();
            in = roomier;
        }

        /** A length that cannot be one begins with letters of another protocol. */
        private static String whoSpeaksSo(ByteBuffer in) {
            byte[] first = new byte[Math.min(in.remaining(), 5)];
            in.get(in.position(), first);
            if (Arrays.equals(Arrays.copyOf(first, 4), new byte[] {'H', 'T', 'T', 'P'})) {
                return "a web server (HTTP) answers there";
            }
            if (first.length > 2 && first[0] >= 0x14 && first[0] <= 0x17 && first[1] == 3) {
                return "that port wants TLS, which naru's commands do not speak yet";
            }
            return "what answers there does not speak Kafka's protocol";
        }

        private void write() throws IOException {
            while (!leaving.isEmpty()) {
                var first = leaving.getFirst();
                leavingBytes -= channel.write(first);
                if (first.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
                leaving.removeFirst();
            }
            key.interestOps(SelectionKey.OP_READ);
        }

        @Override
        public void send(Outgoing request) {
            if (!open || ended) {
                return;
            }
            for (var piece : request.pieces()) {
                if (piece instanceof Outgoing.Piece.Memory(ByteBuffer bytes)) {
                    var copy = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
                    leaving.addLast(copy);
                    leavingBytes += copy.remaining();
                }
            }
            try {
                write();
            } catch (IOException _) {
                soon.add(() -> end(PeerVisit.Ending.LOST));
            }
        }

        @Override
        public boolean isCongested() {
            return leavingBytes > CONGESTED_BYTES;
        }

        @Override
        public void close() {
            ended = true;
            closeChannel();
        }

        private void end(PeerVisit.Ending why) {
            if (!ended) {
                ended = true;
                closeChannel();
                visit.onClosed(why);
            }
        }

        private void closeChannel() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException _) {
                // it is gone either way
            }
        }
    }
}
