package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import naru.base.Limits;
import naru.disk.FileDisk;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.ApiVersionsResponse;
import naru.protocol.message.MetadataRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that ask much and hear little, say little for long, or come in crowds. */
class LoudClientsTest extends BesideABystander {

    private static final String TOPIC = "bulk";
    private static final int SMALL_BUFFER = 4_096;
    private static final int CONNECTIONS_MAX = 50;
    private static final int IDLE_CONNECTIONS = 5_000;

    /** Both ends of a connection, for both are in this process. */
    private static final long HEAP_BYTES_EACH = 12 << 10;

    /** Each story has a broker of its own kind. */
    @Override
    @BeforeEach
    void start() {
        log = new LogLines();
    }

    private void start(UnaryOperator<Limits> limits, String... settings) throws Exception {
        broker = BrokerHere.start(new FileDisk(), folder.resolve("data"), limits, settings);
        bystander = Bystander.beside(broker);
    }

    /** Writes until the broker takes no more; how much it took. */
    private static long pushUntilItStops(Wire client, byte[] request, long bytesMax) throws IOException {
        try (var pusher = new Pusher(client, request, bytesMax)) {
            return pusher.bytesTaken();
        }
    }

    private void fill(int batches) throws Exception {
        try (var writer = broker.connect()) {
            assertThat(writer.createTopic(TOPIC, 1)).isZero();
            for (int i = 0; i < batches; i++) {
                var batch = new BatchBuilder().add(i, null, ByteBuffer.allocate(500_000)).build();
                assertThat(writer.append(TOPIC, batch).errorCode()).isZero();
            }
        }
    }

    private static byte[] framed(byte[] frame) {
        return ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array();
    }

    @Test
    void aReaderThatNeverReadsIsNotReadFrom() throws Exception {
        start(UnaryOperator.identity());
        fill(64);
        long before = directBytes();
        try (var deaf = new Wire(broker.address(), SMALL_BUFFER)) {
            byte[] fetch = framed(Wire.frame(ApiKey.FETCH, Wire.FETCH_BY_NAME, 1, Wire.fetch(TOPIC, 0, 0)));
            long taken = pushUntilItStops(deaf, fetch, 64 << 20);
            assertThat(taken).as("bytes of requests that were taken").isLessThan(64 << 20);
            assertThat(directBytes() - before).as("memory for one who never reads")
                    .isLessThan(4L * Limits.PRODUCTION.answerBytesQueuedMax());
            bystander.goesOn();
            assertThat(log.about(deaf)).isEmpty();
        }
    }

    @Test
    void oneWhoAsksForMetadataAndNeverReadsIsNotReadFrom() throws Exception {
        start(UnaryOperator.identity());
        try (var client = broker.connect()) {
            assertThat(client.createTopic(TOPIC, 200)).isZero();
        }
        long before = directBytes();
        try (var deaf = new Wire(broker.address(), SMALL_BUFFER)) {
            byte[] request = framed(Wire.frame(ApiKey.METADATA, 12, 1, MetadataRequest.builder().topics(null).build()));
            assertThat(pushUntilItStops(deaf, request, 64 << 20)).isLessThan(64 << 20);
            assertThat(directBytes() - before).as("memory for one who never reads")
                    .isLessThan(4L * Limits.PRODUCTION.answerBytesQueuedMax());
            bystander.goesOn();
        }
    }

    @Test
    void aProducerThatNeverReadsIsNotReadFrom() throws Exception {
        start(UnaryOperator.identity());
        try (var client = broker.connect(); var deaf = new Wire(broker.address(), SMALL_BUFFER)) {
            assertThat(client.createTopic(TOPIC, 1)).isZero();
            byte[] request = framed(Wire.frame(ApiKey.PRODUCE, Wire.PRODUCE_BY_NAME, 1,
                    Wire.produce(TOPIC, 0, 1, SpoiledBatches.sound())));
            long taken = pushUntilItStops(deaf, request, 256 << 20);
            assertThat(taken).as("bytes of requests that were taken").isLessThan(256 << 20);
            bystander.goesOn();
        }
    }

    @Test
    void deepPipeliningIsAnsweredInOrder() throws Exception {
        start(UnaryOperator.identity());
        int depth = 20_000;
        try (var eager = broker.connect()) {
            var reading = new Thread(() -> {
                for (int i = 0; i < depth; i++) {
                    byte[] frame = Wire.frame(ApiKey.API_VERSIONS, 0, i, ApiVersionsRequest.builder().build());
                    try {
                        eager.sendFrame(frame);
                    } catch (IOException broken) {
                        return; // the reader sees it too
                    }
                }
            });
            reading.start();
            for (int i = 0; i < depth; i++) {
                assertThat(eager.receiveFrame().getInt(0)).as("correlation id").isEqualTo(i);
            }
            reading.join();
        }
    }

    @Test
    void aCrowdIsTurnedAwayAtTheDoorAndLetInWhenThereIsRoom() throws Exception {
        start(UnaryOperator.identity(), "max.connections=" + CONNECTIONS_MAX);
        var crowd = new ArrayList<Wire>();
        try {
            for (int i = 0; i < CONNECTIONS_MAX - 1; i++) {
                crowd.add(broker.connect());
                versions(crowd.getLast());
            }
            for (int i = 0; i < 20; i++) {
                try (var oneTooMany = broker.connect()) {
                    assertThat(oneTooMany.isHungUp()).isTrue();
                    assertThat(log.about(oneTooMany)).singleElement().asString()
                            .contains(CONNECTIONS_MAX + " connections are open already");
                }
            }
            bystander.goesOn();
            for (var wire : crowd) {
                versions(wire);
            }
        } finally {
            for (var wire : crowd) {
                wire.close();
            }
        }
        bystander.goesOn();
        letIn();
    }

    @Test
    void noAddressTakesMoreThanItsShare() throws Exception {
        start(UnaryOperator.identity(), "max.connections.per.ip=4", "max.connections.per.ip.overrides=127.0.0.2:6, 127.0.0.3:0");
        assertThat(letInFrom("127.0.0.1")).as("beside the bystander").isEqualTo(3);
        assertThat(letInFrom("127.0.0.2")).isEqualTo(6);
        assertThat(letInFrom("127.0.0.3")).isZero();
        assertThat(letInFrom("127.0.0.4")).isEqualTo(4);
        bystander.goesOn();
        letIn();
    }

    /** How many connections an address can have at once, and that the next one is told off once. */
    private int letInFrom(String address) throws Exception {
        var here = new ArrayList<Wire>();
        try {
            while (true) {
                var one = new Wire(broker.address(), 0, address);
                here.add(one);
                try {
                    versions(one);
                } catch (IOException _) {
                    assertThat(log.about(one)).singleElement().asString().contains("its address has");
                    return here.size() - 1;
                }
            }
        } finally {
            for (var wire : here) {
                wire.close();
            }
        }
    }

    @Test
    void theLongestRequestIsTheOperatorsChoice() throws Exception {
        start(UnaryOperator.identity(), "socket.request.max.bytes=10000");
        byte[] frame = Wire.frame(ApiKey.API_VERSIONS, 0, 1, ApiVersionsRequest.builder().build());
        try (var client = broker.connect(); var greedy = broker.connect()) {
            client.sendFrame(java.util.Arrays.copyOf(frame, 10_000)); // what follows a request's fields is left alone
            assertThat(client.receive(ApiKey.API_VERSIONS, 0)).isInstanceOf(ApiVersionsResponse.class);
            greedy.sendLength(10_001);
            assertThat(greedy.isHungUp()).isTrue();
            assertThat(log.about(greedy)).singleElement().asString().contains("10001 bytes was announced, at most 10000");
        }
    }

    /** Half of them say nothing, half begin a request and leave it at that. */
    @Test
    void thousandsWhoAreJustThereCostLittle() throws Exception {
        start(UnaryOperator.identity());
        int many = Math.min(IDLE_CONNECTIONS, filesLeft() / 2 - 200);
        System.out.println("LoudClientsTest: " + many + " idle connections");
        byte[] request = framed(Wire.frame(ApiKey.API_VERSIONS, 0, 1, ApiVersionsRequest.builder().build()));
        var idle = new ArrayList<SocketChannel>(many);
        long direct = directBytes();
        long heap = heapBytes();
        try {
            for (int i = 0; i < many; i++) {
                var one = SocketChannel.open(broker.address());
                idle.add(one);
                if (i % 2 == 0) {
                    one.write(ByteBuffer.wrap(request, 0, 1 + i % (request.length - 1)));
                }
            }
            bystander.goesOn();
            assertThat(directBytes() - direct).as("memory outside of the heap for " + many).isLessThan(8L << 20);
            assertThat(heapBytes() - heap).as("heap for " + many).isLessThan(many * HEAP_BYTES_EACH);
            for (int i = 0; i < many; i++) {
                int said = i % 2 == 0 ? 1 + i % (request.length - 1) : 0;
                idle.get(i).write(ByteBuffer.wrap(request, said, request.length - said));
            }
            for (var one : idle) {
                assertThat(one.read(ByteBuffer.allocate(8))).as("an answer's beginning").isPositive();
            }
        } finally {
            for (var one : idle) {
                one.close();
            }
        }
    }

    private static int filesLeft() {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount());
    }

    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void versions(Wire wire) throws IOException {
        assertThat(wire.ask(ApiKey.API_VERSIONS, 0, ApiVersionsRequest.builder().build(), ApiVersionsResponse.class)
                .errorCode()).isZero();
    }

    /** The broker hears of each goodbye in its own time; every attempt until then is answered by a closed door. */
    private void letIn() throws Exception {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            try (var again = broker.connect()) {
                versions(again);
                return;
            } catch (IOException _) {
                bystander.goesOn();
            }
        }
        throw new AssertionError("nobody was let in again");
    }

    @Test
    void manySlowWritersHoldNoMoreThanTheirShare() throws Exception {
        start(UnaryOperator.identity());
        long before = directBytes();
        var slow = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 200; i++) {
                var one = broker.connect();
                slow.add(one);
                one.sendLength(90 << 20);
                one.sendRaw(new byte[] {0});
            }
            bystander.goesOn();
            for (var one : slow) {
                one.sendRaw(new byte[] {0, 0, 0});
            }
            bystander.goesOn();
            assertThat(directBytes() - before).as("memory for 200 who announced 90 MB each")
                    .isLessThan(16L << 20);
            assertThat(slow).allSatisfy(one -> assertThat(log.about(one)).isEmpty());
        } finally {
            for (var one : slow) {
                one.close();
            }
        }
    }

    @Test
    void memoryForArrivingRequestsIsBoundedAndComesBack() throws Exception {
        start(usual -> withRequestMemory(usual, 16 << 20), "socket.request.max.bytes=8388608");
        long before = directBytes();
        var greedy = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 10; i++) {
                var one = broker.connect();
                greedy.add(one);
                one.sendLength(8 << 20);
                pushUntilItStops(one, new byte[64 << 10], (8 << 20) - (64 << 10));
            }
            bystander.goesOn();
            assertThat(directBytes() - before).isLessThan(24L << 20);
        } finally {
            for (var one : greedy) {
                one.close();
            }
        }
        try (var client = broker.connect()) {
            assertThat(client.createTopic(TOPIC, 1)).isZero();
            var batch = new BatchBuilder().add(1, null, ByteBuffer.allocate(900_000)).build();
            assertThat(client.append(TOPIC, batch).errorCode()).isZero();
        }
    }

    @Test
    void whoIsQuietForTooLongIsShownTheDoorOnce() throws Exception {
        start(UnaryOperator.identity(), "connections.max.idle.ms=300");
        try (var quiet = broker.connect(); var half = broker.connect()) {
            half.sendLength(1_000);
            assertThat(quiet.isHungUp()).isTrue();
            assertThat(half.isHungUp()).isTrue();
            bystander.goesOn();
            assertThat(List.of(quiet, half)).allSatisfy(one -> assertThat(log.about(one)).singleElement().asString()
                    .contains("nothing was heard for 300 ms"));
        }
    }

    /** Nonsense after questions whose answers are never read: the goodbye cannot be delivered, and is said once. */
    @Test
    void whoNeverReadsAndTalksNonsenseIsNamedOnce() throws Exception {
        start(UnaryOperator.identity(), "connections.max.idle.ms=2000");
        fill(8);
        try (var deaf = new Wire(broker.address(), SMALL_BUFFER)) {
            deaf.send(ApiKey.FETCH, Wire.FETCH_BY_NAME, Wire.fetch(TOPIC, 0, 0));
            deaf.sendFrame(new byte[] {1, 2, 3});
            while (log.about(deaf).isEmpty()) {
                bystander.goesOn();
            }
            bystander.goesOn();
            try (var quiet = broker.connect()) {
                assertThat(quiet.isHungUp()).as("an idle period has passed").isTrue();
            }
            try (var quiet = broker.connect()) {
                assertThat(quiet.isHungUp()).as("and another").isTrue();
            }
            assertThat(log.about(deaf)).hasSize(1);
        }
    }

    /** What the network has taken outside of the heap. */
    private static long directBytes() {
        long bytes = PlatformDependent.usedDirectMemory();
        assertThat(bytes).as("direct memory is counted").isPositive();
        return bytes;
    }

    private static Limits withRequestMemory(Limits usual, long bytesMax) {
        return new Limits(
                usual.requestBytesMax(), usual.requestsInFlightMax(), usual.answerBytesQueuedMax(), usual.answerMemoryBytesMax(),
                usual.readBytesPerTurnMax(), usual.connectionsMax(), bytesMax, usual.fetchSessionsMax(),
                usual.fetchBytesMax(), usual.waitingFetchesMax(), usual.fetchPositionsMax(), usual.openFilesMax(),
                usual.logProducersMax(), usual.decompressedBytesMax(),
                usual.groupsMax(), usual.groupMembersMax(), usual.commandsWaitingMax(), usual.topicsPerRequestMax(),
                usual.partitionsOpenedPerTurnMax());
    }

    /** A thread that writes, and a look at whether it still gets on. */
    private static final class Pusher implements AutoCloseable {
        private static final int STILL_MS = 700;
        private final Wire client;
        private final Thread thread;
        private long taken;

        private Pusher(Wire client, byte[] request, long bytesMax) {
            this.client = client;
            this.thread = new Thread(() -> push(request, bytesMax), "pusher");
            thread.setDaemon(true);
            thread.start();
        }

        private void push(byte[] request, long bytesMax) {
            try {
                for (long sent = 0; sent < bytesMax; sent += request.length) {
                    client.sendRaw(request);
                    synchronized (this) {
                        taken += request.length;
                        notifyAll();
                    }
                }
            } catch (IOException _) {
                // closed at the end of the test
            }
        }

        /** What was taken when nothing more was taken for a while, or when all was. */
        private synchronized long bytesTaken() {
            try {
                long seen;
                do {
                    seen = taken;
                    wait(STILL_MS);
                } while (taken != seen && thread.isAlive());
                return taken;
            } catch (InterruptedException interrupted) {
                throw new AssertionError("the test was told to end", interrupted);
            }
        }

        @Override
        public void close() {
            // the thread ends with its connection
        }
    }
}
