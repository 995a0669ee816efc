package naru.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import naru.base.ClientLink;
import naru.base.DiskFile;
import naru.base.LaneProgram;
import naru.base.Limits;
import naru.base.Outgoing;
import naru.base.Outgoing.Piece;
import naru.base.Visit;
import naru.lanes.LaneGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets on loopback against a program that echoes, so that every byte can be accounted for. */
@Timeout(60)
class NetworkTest {

    private static final Limits SMALL = new Limits(
            1 << 20, 256, 256 << 10, 1 << 20, 64 << 10, 20, 4 << 20, 10, 1 << 20, 10, 10, 10, 10, 1 << 20, 10, 10, 10, 10, 10);

    /** Echoes each frame, or what {@link #answer} makes of it; keeps to the rules about congestion. */
    private class Echo implements LaneProgram {

        @Override
        public Visit onConnect(ClientLink link) {
            links.add(link);
            return new Visit() {
                @Override
                public void onFrame(ByteBuffer frame) {
                    frames.incrementAndGet();
                    int congestedBefore = congested.get();
                    answer(link, frame);
                    if (link.isCongested()) {
                        congested.set(congestedBefore + 1);
                        link.pause();
                    }
                }

                @Override
                public void onRoom() {
                    link.resume();
                }

                @Override
                public void onClosed() {
                    closed.add(link.id());
                }
            };
        }
    }

    private interface Answers {
        void answer(ClientLink link, ByteBuffer frame);
    }

    @TempDir
    private Path folder;

    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicInteger congested = new AtomicInteger();
    private final ConcurrentLinkedQueue<ClientLink> links = new ConcurrentLinkedQueue<>();
    private final LinkedBlockingQueue<Long> closed = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile Answers answers = NetworkTest::echo;
    private LaneGroup lanes;
    private Network network;
    private InetSocketAddress address;

    private void answer(ClientLink link, ByteBuffer frame) {
        answers.answer(link, frame);
    }

    private static void echo(ClientLink link, ByteBuffer frame) {
        var prefix = ByteBuffer.allocate(4).putInt(frame.remaining()).flip();
        link.send(new Outgoing(List.of(new Piece.Memory(prefix), new Piece.Memory(frame))));
    }

    private void start(int count, Limits limits, NetworkSettings settings) throws Exception {
        lanes = LaneGroup.of(count, (where, why) -> failures.add(why));
        lanes.start((lane, random) -> new Echo());
        network = new Network(lanes, limits, settings);
        address = network.listen(
                new ListenerAt("PLAINTEXT", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    private void start() throws Exception {
        start(1, SMALL, NetworkSettings.DEFAULTS);
    }

    @AfterEach
    void end() {
        network.close();
        lanes.close();
        assertThat(failures).isEmpty();
        assertThat(network.connectionCount()).isZero();
    }

    private final class Client implements AutoCloseable {
        final Socket socket;
        final DataOutputStream out;
        final DataInputStream in;

        Client() throws IOException {
            socket = new Socket();
            socket.setReceiveBufferSize(32 << 10);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            socket.connect(address);
            out = new DataOutputStream(socket.getOutputStream());
            in = new DataInputStream(socket.getInputStream());
        }

        void say(byte[] frame) throws IOException {
            var whole = ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame);
            out.write(whole.array());
        }

        byte[] hear() throws IOException {
            var frame = new byte[in.readInt()];
            in.readFully(frame);
            return frame;
        }

        boolean isCutOff() throws IOException {
            try {
                in.readFully(new byte[1]);
                return false;
            } catch (EOFException | SocketException _) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] bytes(long seed, int length) {
        var content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    @Test
    void answersAFrameThatComesByteByByte() throws Exception {
        start();
        try (var client = new Client()) {
            for (byte b : new byte[] {0, 0, 0, 3, 'a', 'b', 'c'}) {
                client.out.write(b);
            }
            assertThat(client.hear()).containsExactly('a', 'b', 'c');
        }
    }

    @Test
    void answersManyFramesOfOneReadInOrder() throws Exception {
        start();
        try (var client = new Client()) {
            var all = ByteBuffer.allocate(10_000 * 8);
            for (int i = 0; i < 10_000; i++) {
                all.putInt(4).putInt(i);
            }
            Thread.ofVirtual().start(() -> {
                try {
                    client.out.write(all.array());
                } catch (IOException fault) {
                    failures.add(fault);
                }
            });
            for (int i = 0; i < 10_000; i++) {
                assertThat(ByteBuffer.wrap(client.hear()).getInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void keepsFramesOfAllSizesWholeHoweverTheyAreCut() throws Exception {
        start();
        long seed = System.nanoTime();
        System.out.println("frames of all sizes: seed " + seed);
        var random = new Random(seed);
        var sent = new ArrayList<byte[]>();
        for (int i = 0; i < 300; i++) {
            int magnitude = 1 << random.nextInt(18);
            sent.add(bytes(seed + i, random.nextInt(magnitude + 1)));
        }
        try (var client = new Client()) {
            Thread.ofVirtual().start(() -> writeInPieces(client, sent, random));
            for (var frame : sent) {
                assertThat(client.hear()).as("seed %d", seed).isEqualTo(frame);
            }
        }
    }

    private void writeInPieces(Client client, List<byte[]> sent, Random random) {
        var all = ByteBuffer.allocate(sent.stream().mapToInt(frame -> frame.length + 4).sum());
        sent.forEach(frame -> all.putInt(frame.length).put(frame));
        try {
            for (int at = 0; at < all.capacity(); ) {
                int length = Math.min(1 + random.nextInt(1 << random.nextInt(18)), all.capacity() - at);
                client.out.write(all.array(), at, length);
                at += length;
            }
        } catch (IOException fault) {
            failures.add(fault);
        }
    }

    @Test
    void largestFrameIsServedAndOneByteMoreIsNot() throws Exception {
        start();
        try (var client = new Client()) {
            var largest = bytes(7, SMALL.requestBytesMax());
            Thread.ofVirtual().start(() -> {
                try {
                    client.say(largest);
                } catch (IOException fault) {
                    failures.add(fault);
                }
            });
            assertThat(client.hear()).isEqualTo(largest);
            client.out.writeInt(SMALL.requestBytesMax() + 1);
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void cutsOffWhoAnnouncesTooMuchOrLessThanNothing() throws Exception {
        start();
        for (int length : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0x16030100}) {
            try (var client = new Client(); var other = new Client()) {
                client.out.writeInt(length);
                assertThat(client.isCutOff()).as("length %d", length).isTrue();
                other.say(new byte[] {1});
                assertThat(other.hear()).containsExactly(1);
            }
        }
    }

    @Test
    void halfRequestsOfManyClientsStayInsideTheirMemory() throws Exception {
        start();
        var half = bytes(1, 600 << 10);
        var clients = new ArrayList<Client>();
        int cut = 0;
        for (int i = 0; i < 8; i++) {
            var client = new Client();
            clients.add(client);
            client.out.writeInt(1 << 20);
            try {
                client.out.write(half);
            } catch (SocketException _) {
                // cut off while writing
            }
        }
        // 8 x 1 MB do not fit into 4 MB: some were cut off; each close is reported.
        while (cut < 4) {
            assertThat(closed.poll(10, TimeUnit.SECONDS)).isNotNull();
            cut++;
        }
        try (var quiet = new Client()) {
            quiet.say(new byte[] {9});
            assertThat(quiet.hear()).containsExactly(9);
        }
        for (var client : clients) {
            client.close();
        }
    }

    @Test
    void aClientThatNeverReadsStopsBeingRead() throws Exception {
        start();
        var asked = new CountDownLatch(1);
        answers = (link, frame) -> {
            for (int i = 0; i < 64; i++) {
                echo(link, ByteBuffer.allocate(16 << 10));
            }
            asked.countDown();
        };
        try (var client = new Client()) {
            for (int i = 0; i < 50; i++) {
                client.say(new byte[] {1});
            }
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            // Everything arrives once the client reads, so nothing was lost while it was not read.
            for (int i = 0; i < 50 * 64; i++) {
                assertThat(client.hear()).hasSize(16 << 10);
            }
            assertThat(congested.get()).isPositive();
            assertThat(frames.get()).isEqualTo(50);
        }
    }

    /** Each of them alone stays inside what one connection may have waiting. */
    @Test
    void clientsThatNeverReadTogetherStayInsideTheirMemory() throws Exception {
        start();
        answers = (link, frame) -> echo(link, ByteBuffer.allocate(16 << 10));
        var clients = new ArrayList<Client>();
        for (int i = 0; i < SMALL.connectionsMax() - 1; i++) {
            clients.add(new Client());
            for (int asked = 0; asked < 400; asked++) {
                clients.getLast().say(new byte[] {1});
            }
        }
        var waiting = new LinkedBlockingQueue<Long>();
        long most = 0;
        try (var another = new Client()) {
            for (int look = 0; look < 200; look++) {
                lanes.post(0, () -> waiting.add(network.home(0).answerBytes()));
                most = Math.max(most, waiting.poll(10, TimeUnit.SECONDS));
                another.say(new byte[] {1});
                assertThat(another.hear()).hasSize(16 << 10);
            }
        }
        // One more answer than fits, and what everybody may have waiting in any case.
        assertThat(most).isLessThan(SMALL.answerMemoryBytesMax() + clients.size() * (96L << 10));
        for (var client : clients) {
            for (int asked = 0; asked < 400; asked++) {
                assertThat(client.hear()).hasSize(16 << 10);
            }
            client.close();
        }
    }

    @Test
    void refusesConnectionsAboveTheLimit() throws Exception {
        start();
        var clients = new ArrayList<Client>();
        for (int i = 0; i < SMALL.connectionsMax(); i++) {
            var client = new Client();
            clients.add(client);
            client.say(new byte[] {1});
            assertThat(client.hear()).hasSize(1);
        }
        try (var tooMany = new Client()) {
            assertThat(tooMany.isCutOff()).isTrue();
        }
        for (var client : clients) {
            client.close();
        }
        for (int i = 0; i < clients.size(); i++) {
            assertThat(closed.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
        try (var again = new Client()) {
            again.say(new byte[] {2});
            assertThat(again.hear()).containsExactly(2);
        }
    }

    @Test
    void closesWhoIsQuietForTooLong() throws Exception {
        start(1, SMALL, new NetworkSettings(50, 100, -1, -1, AddressQuota.NONE, 5_000));
        try (var client = new Client()) {
            client.say(new byte[] {1});
            assertThat(client.hear()).hasSize(1);
            assertThat(client.isCutOff()).isTrue();
        }
    }

    /** An idle period is ten minutes, and clients that come and go a thousand times a second are no reason to remember them. */
    @Test
    void forgetsWhoHasGone() throws Exception {
        start();
        for (int i = 0; i < 200; i++) {
            try (var client = new Client()) {
                client.say(new byte[] {1});
                assertThat(client.hear()).hasSize(1);
            }
            assertThat(closed.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
        var held = new LinkedBlockingQueue<Integer>();
        lanes.post(0, () -> held.add(network.home(0).held()));
        assertThat(held.poll(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void dealsConnectionsToAllLanes() throws Exception {
        start(2, SMALL, NetworkSettings.DEFAULTS);
        var seen = new ConcurrentLinkedQueue<Integer>();
        answers = (link, frame) -> {
            seen.add(lanes.current());
            echo(link, frame);
        };
        try (var one = new Client(); var two = new Client()) {
            one.say(new byte[] {1});
            two.say(new byte[] {2});
            assertThat(one.hear()).containsExactly(1);
            assertThat(two.hear()).containsExactly(2);
        }
        assertThat(seen).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void saysWhatWasQueuedBeforeItCloses() throws Exception {
        start();
        answers = (link, frame) -> {
            echo(link, frame);
            link.close("asked to");
        };
        try (var client = new Client()) {
            client.say(bytes(3, 200_000));
            assertThat(client.hear()).isEqualTo(bytes(3, 200_000));
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void aFaultInOneVisitCostsThatConnectionOnly() throws Exception {
        start();
        answers = (link, frame) -> {
            if (frame.get(0) == 13) {
                throw new IllegalStateException("planted");
            }
            echo(link, frame);
        };
        try (var bad = new Client(); var good = new Client()) {
            bad.say(new byte[] {13});
            assertThat(bad.isCutOff()).isTrue();
            good.say(new byte[] {1});
            assertThat(good.hear()).containsExactly(1);
        }
    }

    /** A file that counts its holders. */
    private static final class CountedFile implements DiskFile {
        final FileChannel channel;
        final AtomicInteger holders = new AtomicInteger();
        final LinkedBlockingQueue<Integer> left = new LinkedBlockingQueue<>();

        CountedFile(Path path) throws IOException {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }

        @Override
        public String path() {
            return "counted";
        }

        @Override
        public long size() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer into, long position) {
            try {
                return channel.read(into, position);
            } catch (IOException fault) {
                throw new java.io.UncheckedIOException(fault);
            }
        }

        @Override
        public void write(ByteBuffer[] pieces, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {}

        @Override
        public void readAhead(long position, long length) {}

        @Override
        public void startWriteback(long position, long length) {}

        @Override
        public void allocate(long size) {}

        @Override
        public DiskFile retain() {
            holders.incrementAndGet();
            return this;
        }

        @Override
        public Optional<FileChannel> channel() {
            return Optional.of(channel);
        }

        @Override
        public void close() {
            left.add(holders.decrementAndGet());
        }
    }

    private static void sendFile(ClientLink link, CountedFile file, int length) {
        var prefix = ByteBuffer.allocate(4).putInt(length).flip();
        link.send(new Outgoing(
                List.of(new Piece.Memory(prefix), new Piece.InFile(file.retain(), 0, length))));
    }

    @Test
    void sendsPartsOfFilesAndGivesThemBack() throws Exception {
        start();
        var content = bytes(5, 3 << 20);
        var file = new CountedFile(Files.write(folder.resolve("part"), content));
        for (int length : new int[] {0, 1, 1_000, 16 << 10, (16 << 10) + 1, 3 << 20}) {
            answers = (link, frame) -> sendFile(link, file, length);
            try (var client = new Client()) {
                client.say(new byte[] {1});
                assertThat(client.hear()).isEqualTo(java.util.Arrays.copyOf(content, length));
            }
            assertThat(file.left.poll(10, TimeUnit.SECONDS)).isZero();
        }
        file.channel.close();
    }

    @Test
    void givesFilesBackWhenTheClientDiesInTheMiddle() throws Exception {
        start();
        var file = new CountedFile(Files.write(folder.resolve("large"), bytes(6, 16 << 20)));
        answers = (link, frame) -> sendFile(link, file, 16 << 20);
        try (var client = new Client()) {
            client.say(new byte[] {1});
            client.in.readInt();
            client.socket.setSoLinger(true, 0);
        }
        assertThat(file.left.poll(10, TimeUnit.SECONDS)).isZero();
        file.channel.close();
    }

    @Test
    void givesFilesBackWhenTheyAreShorterThanPromised() throws Exception {
        start();
        var file = new CountedFile(Files.write(folder.resolve("short"), bytes(6, 40_000)));
        for (int length : new int[] {80_000, 10_000}) {
            answers = (link, frame) -> {
                var prefix = ByteBuffer.allocate(4).putInt(length).flip();
                link.send(new Outgoing(
                        List.of(new Piece.Memory(prefix), new Piece.InFile(file.retain(), 35_000, length))));
            };
            try (var client = new Client()) {
                client.say(new byte[] {1});
                client.in.readInt();
                var rest = client.in.readAllBytes();
                assertThat(rest.length).isLessThan(length);
            } catch (EOFException | SocketException _) {
                // nothing of the answer left
            }
            assertThat(file.left.poll(10, TimeUnit.SECONDS)).isZero();
        }
        file.channel.close();
    }

    @Test
    void randomBytesHurtNobody() throws Exception {
        start();
        long seed = System.nanoTime();
        System.out.println("random bytes: seed " + seed);
        try (var good = new Client()) {
            for (int i = 0; i < 50; i++) {
                try (var bad = new Client()) {
                    bad.out.write(bytes(seed + i, 1 + (int) ((seed + i) & 0xfff)));
                } catch (SocketException _) {
                    // cut off while writing
                }
                good.say(new byte[] {(byte) i});
                assertThat(good.hear()).containsExactly((byte) i);
            }
        }
    }
}
