package naru.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import naru.base.Limits;
import naru.base.Outgoing;
import naru.base.Outgoing.Piece;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.lanes.LaneGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections to other nodes, on real sockets: what arrives, and what is said about those that do not come to be. */
@Timeout(60)
class TcpPeersTest {

    private static final Limits SMALL = new Limits(
            64 << 10, 256, 256 << 10, 1 << 20, 4 << 10, 20, 4 << 20, 10, 1 << 20, 10, 10, 10, 10, 1 << 20, 10, 10, 10, 10, 10);
    private static final int CONNECT_MS_MAX = 300;

    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private LaneGroup lanes;
    private TcpPeers peers;
    private ServerSocket other;

    private class Diary implements PeerVisit {
        @Override
        public void onOpen() {
            heard.add("open");
        }

        @Override
        public void onFrame(ByteBuffer answer) {
            heard.add(StandardCharsets.UTF_8.decode(answer).toString());
        }

        @Override
        public void onClosed(Ending why) {
            heard.add(why.name());
        }
    }

    @BeforeEach
    void begin() throws Exception {
        lanes = LaneGroup.of(1, (_, why) -> failures.add(why));
        lanes.start((_, _) -> _ -> {
            throw new AssertionError("nobody listens here");
        });
        peers = new TcpPeers(lanes, SMALL, CONNECT_MS_MAX);
        other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void end() throws Exception {
        other.close();
        peers.close();
        lanes.close();
        assertThat(failures).isEmpty();
    }

    private PeerLink connect(String host, int port) throws Exception {
        return onLane(() -> {
            var link = peers.connect(host, port, new Diary());
            assertThat(heard).as("nothing is heard inside the call").isEmpty();
            return link;
        });
    }

    private <T> T onLane(java.util.concurrent.Callable<T> task) throws Exception {
        var done = new java.util.concurrent.CompletableFuture<T>();
        lanes.post(0, () -> {
            try {
                done.complete(task.call());
            } catch (Throwable why) {
                done.completeExceptionally(why);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }

    private String next() throws InterruptedException {
        return heard.poll(10, TimeUnit.SECONDS);
    }

    private static Outgoing framed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Outgoing(List.of(
                new Piece.Memory(ByteBuffer.allocate(4).putInt(bytes.length).flip()), new Piece.Memory(ByteBuffer.wrap(bytes))));
    }

    @Test
    void framesGoBothWaysInOrderUntilTheOtherSideLeaves() throws Exception {
        var link = connect("127.0.0.1", other.getLocalPort());
        assertThat(next()).isEqualTo("open");
        onLane(() -> {
            link.send(framed("one"));
            link.send(framed("two"));
            return null;
        });
        try (var socket = other.accept()) {
            var in = new DataInputStream(socket.getInputStream());
            assertThat(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8)).isEqualTo("one");
            assertThat(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8)).isEqualTo("two");
            var out = new DataOutputStream(socket.getOutputStream());
            String large = "x".repeat(50_000);
            out.write(bytesOf(large));
            out.write(bytesOf("small"));
            assertThat(next()).isEqualTo(large);
            assertThat(next()).isEqualTo("small");
        }
        assertThat(next()).isEqualTo("LOST");
    }

    private static byte[] bytesOf(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
    }

    @Test
    void aNameIsLookedUpOffTheLane() throws Exception {
        connect("localhost", other.getLocalPort());
        assertThat(next()).isEqualTo("open");
    }

    @Test
    void whereNobodyListensTheProcessIsNotThere() throws Exception {
        int port = other.getLocalPort();
        other.close();
        connect("127.0.0.1", port);
        assertThat(next()).isEqualTo("REFUSED");
    }

    @Test
    void aNameThatDoesNotExistTellsNothing() throws Exception {
        connect("no-such-host.invalid", 9092);
        assertThat(next()).isEqualTo("UNREACHABLE");
    }

    /** The kernel lets attempts hang when nobody accepts and the queue is full: as a cut network would. */
    @Test
    void whoDoesNotAnswerInTimeIsUnreachable() throws Exception {
        var filling = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 2; i++) {
                filling.add(new Socket(other.getInetAddress(), other.getLocalPort()));
            }
            connect("127.0.0.1", other.getLocalPort());
            assertThat(next()).isEqualTo("UNREACHABLE");
        } finally {
            for (var socket : filling) {
                socket.close();
            }
        }
    }

    @Test
    void whoClosesHearsNothingMore() throws Exception {
        var link = connect("127.0.0.1", other.getLocalPort());
        assertThat(next()).isEqualTo("open");
        try (var socket = other.accept()) {
            onLane(() -> {
                link.close();
                link.send(framed("into the void"));
                return null;
            });
            assertThat(socket.getInputStream().read()).as("end of the stream").isEqualTo(-1);
        }
        var early = onLane(() -> {
            var unused = peers.connect("127.0.0.1", other.getLocalPort(), new Diary());
            unused.close();
            return unused;
        });
        assertThat(early.isCongested()).isFalse();
        assertThat(onLane(heard::isEmpty)).isTrue();
    }

    @Test
    void anAnswerLongerThanAllowedEndsTheConnection() throws Exception {
        connect("127.0.0.1", other.getLocalPort());
        assertThat(next()).isEqualTo("open");
        try (var socket = other.accept()) {
            new DataOutputStream(socket.getOutputStream()).writeInt(SMALL.requestBytesMax() + 1);
            assertThat(next()).isEqualTo("LOST");
        }
    }

    @Test
    void aPeerThatDoesNotReadMakesTheLinkCongested() throws Exception {
        var link = connect("127.0.0.1", other.getLocalPort());
        assertThat(next()).isEqualTo("open");
        try (var socket = other.accept()) {
            var congested = new AtomicBoolean();
            for (int i = 0; i < 1_000 && !congested.get(); i++) {
                onLane(() -> {
                    link.send(framed("y".repeat(60_000)));
                    congested.set(link.isCongested());
                    return null;
                });
            }
            assertThat(congested).isTrue();
            var in = new DataInputStream(socket.getInputStream());
            while (onLane(link::isCongested)) {
                in.readNBytes(in.readInt());
            }
        }
    }

    @Test
    void whatAVisitDoesWrongCostsItsConnectionAlone() throws Exception {
        onLane(() -> peers.connect("127.0.0.1", other.getLocalPort(), new Diary() {
            @Override
            public void onOpen() {
                throw new IllegalStateException("not prepared");
            }
        }));
        assertThat(next()).isEqualTo("LOST");
        connect("127.0.0.1", other.getLocalPort());
        assertThat(next()).isEqualTo("open");
    }
}
