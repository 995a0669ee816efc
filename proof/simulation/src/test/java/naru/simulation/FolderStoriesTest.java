package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import naru.base.Disk;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.metadata.BrokerNode;
import naru.metadata.Partition;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.ElectLeadersResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import naru.simulation.DiskFaults.Fault;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes with two log folders each (KIP-858): what a folder that fails takes along, and what is missing in one that comes back empty. */
class FolderStoriesTest {

    private static final String TOPIC = "spread";
    private static final int PARTITIONS = 12;
    private static final String SECOND = "/more";
    private static final long PATIENCE_MS = 20_000;

    private ClusterWorld world;
    /** The broker that this is about: it leads partitions in both of its folders. */
    private int hit;
    /** The ids of its folders. */
    private List<Uuid> folders;
    /** A partition that it leads, in its first folder. */
    private int inFirst;
    /** A partition that it leads, in its second folder. */
    private int inSecond;

    @BeforeEach
    void begin() {
        long seed = 1;
        do {
            world = new ClusterWorld(seed++, new Transcript(), new RealNode(Map.of("log.dirs", RealNode.FOLDER + "," + SECOND)), 3,
                    List.of(new TopicPartition(TOPIC, 0)));
        } while (world.limits() != Limits.PRODUCTION);
        world.becomeCalm();
        world.machines().forEach(world::start);
        await("all brokers serve", () -> brokers().size() == 3 && brokers().stream().allMatch(BrokerNode::isActive));
        create();
        await("it is known where each replica lies", () -> IntStream.rangeClosed(1, 3).allMatch(id ->
                IntStream.range(0, PARTITIONS).allMatch(i -> broker(id).directories().contains(folderOf(id, i)))));
        hit = IntStream.rangeClosed(1, 3).filter(id -> led(id, 0) >= 0 && led(id, 1) >= 0).findFirst().orElseThrow();
        folders = broker(hit).directories();
        inFirst = led(hit, 0);
        inSecond = led(hit, 1);
    }

    private void create() {
        var request = CreateTopicsRequest.builder().timeoutMs(10_000).topics(List.of(CreateTopicsRequest.CreatableTopic.builder()
                .name(TOPIC).numPartitions(PARTITIONS).replicationFactor((short) 3).build())).build();
        var answer = ask(1, ApiKey.CREATE_TOPICS, request, CreateTopicsResponse.class);
        assertThat(ErrorCode.of(answer.topics().getFirst().errorCode())).isEqualTo(ErrorCode.NONE);
    }

    private List<BrokerNode> brokers() {
        return world.metadata().count() == 0 ? List.of() : List.copyOf(world.metadata().cluster().brokers().values());
    }

    private BrokerNode broker(int id) {
        return world.metadata().cluster().brokers().get(id);
    }

    private Partition state(int partition) {
        return world.metadata().cluster().topic(TOPIC).partitions().get(partition);
    }

    private Uuid folderOf(int broker, int partition) {
        return state(partition).directories().get(state(partition).replicas().indexOf(broker));
    }

    /** A partition that the broker leads, in that folder of its own; -1 when there is none. */
    private int led(int broker, int folder) {
        return IntStream.range(0, PARTITIONS).filter(i -> state(i).leader() == broker
                && folderOf(broker, i).equals(broker(broker).directories().get(folder))).findFirst().orElse(-1);
    }

    private void await(String what, BooleanSupplier done) {
        if (!world.timeline().runUntil(world.timeline().nowNs() + PATIENCE_MS * 1_000_000, done)) {
            throw new AssertionError("not within " + PATIENCE_MS + " ms: " + what);
        }
    }

    private <A> A ask(int node, ApiKey api, Message request, Class<A> kind) {
        var asking = new Stranger(world, node, Machine.CLIENT_PORT, "a client").ask(api, request);
        await("there is an answer", () -> !asking.answers().isEmpty());
        return kind.cast(asking.answers().getFirst());
    }

    private ErrorCode append(int node, int partition, String value) {
        var batch = new BatchBuilder().add(SimulatedClock.FIRST_MS, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
        var request = ProduceRequest.builder().acks((short) -1).timeoutMs(5_000).topicData(List.of(new ProduceRequest.TopicProduceData(
                TOPIC, world.metadata().cluster().topic(TOPIC).id(),
                List.of(new ProduceRequest.PartitionProduceData(partition, new Records.InMemory(batch.build())))))).build();
        return ErrorCode.of(ask(node, ApiKey.PRODUCE, request, ProduceResponse.class).responses().getFirst()
                .partitionResponses().getFirst().errorCode());
    }

    /** The bytes of all records that a consumer finds there, as soon as its leader knows that they may be read. */
    private int read(int node, int partition) {
        int bytes;
        long untilNs = world.timeline().nowNs() + PATIENCE_MS * 1_000_000;
        do {
            assertThat(world.timeline().nowNs()).as("waiting for records").isLessThan(untilNs);
            bytes = readNow(node, partition);
        } while (bytes == 0);
        return bytes;
    }

    private int readNow(int node, int partition) {
        var request = FetchRequest.builder().maxWaitMs(100).minBytes(1).maxBytes(1 << 20).sessionEpoch(-1)
                .topics(List.of(new FetchRequest.FetchTopic("", world.metadata().cluster().topic(TOPIC).id(),
                        List.of(FetchRequest.FetchPartition.builder().partition(partition).partitionMaxBytes(1 << 20).build())))).build();
        var found = ask(node, ApiKey.FETCH, request, FetchResponse.class).responses().getFirst().partitions().getFirst();
        assertThat(ErrorCode.of(found.errorCode())).isEqualTo(ErrorCode.NONE);
        return found.records().sizeInBytes();
    }

    @Test
    void aFolderThatFailsTakesAlongWhatLiesInItAndNothingElse() {
        assertThat(append(hit, inSecond, "kept")).isEqualTo(ErrorCode.NONE);
        world.machine(hit).disk().faults((_, path) -> path.startsWith(SECOND) ? Fault.BROKEN : Fault.NONE);
        await("another leads it", () -> state(inSecond).leader() > 0 && state(inSecond).leader() != hit);
        read(state(inSecond).leader(), inSecond);
        assertThat(state(inFirst).leader()).isEqualTo(hit);
        assertThat(append(hit, inFirst, "more")).isEqualTo(ErrorCode.NONE);
        for (int i = 0; i < PARTITIONS; i++) {
            assertThat(state(i).inSync().contains(hit)).as("partition %s", i).isEqualTo(folderOf(hit, i).equals(folders.getFirst()));
        }
    }

    @Test
    void whatLayInAFolderThatComesBackEmptyIsCopiedBeforeItIsLedThere() {
        assertThat(append(hit, inSecond, "kept")).isEqualTo(ErrorCode.NONE);
        long before = broker(hit).epoch();
        world.kill(world.machine(hit));
        await("another leads it", () -> state(inSecond).leader() > 0 && state(inSecond).leader() != hit);
        int whole = read(state(inSecond).leader(), inSecond);
        wipe(world.machine(hit).disk(), SECOND);
        world.start(world.machine(hit));
        await("it is back", () -> broker(hit).epoch() > before);
        assertThat(state(inSecond).inSync()).doesNotContain(hit);
        await("it is in sync", () -> state(inSecond).inSync().contains(hit) && broker(hit).directories().contains(folderOf(hit, inSecond)));
        assertThat(broker(hit).directories()).startsWith(folders.getFirst()).doesNotContain(folders.getLast());

        // It was its leader at first, so it is who should lead it.
        var election = ElectLeadersRequest.builder().electionType((byte) 0).timeoutMs(5_000)
                .topicPartitions(List.of(new ElectLeadersRequest.TopicPartitions(TOPIC, List.of(inSecond)))).build();
        var elected = ask(1, ApiKey.ELECT_LEADERS, election, ElectLeadersResponse.class);
        assertThat(ErrorCode.of(elected.errorCode())).isEqualTo(ErrorCode.NONE);
        await("it leads", () -> state(inSecond).leader() == hit);
        assertThat(read(hit, inSecond)).isEqualTo(whole);
    }

    private static void wipe(Disk disk, String folder) {
        for (var name : disk.list(folder)) {
            var path = folder + "/" + name;
            if (disk.isFolder(path)) {
                wipe(disk, path);
            }
            disk.delete(path);
        }
    }
}
