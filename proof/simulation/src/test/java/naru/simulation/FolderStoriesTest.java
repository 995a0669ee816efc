package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
import naru.protocol.message.AlterReplicaLogDirsRequest;
import naru.protocol.message.AlterReplicaLogDirsResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DescribeLogDirsRequest;
import naru.protocol.message.DescribeLogDirsResponse;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.ElectLeadersResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import naru.simulation.DiskFaults.Fault;
import naru.simulation.DiskFaults.Operation;
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

    /** As clients do: who leads by the controller's word may not have heard of it. */
    private void appendToLeader(String value) {
        long untilNs = world.timeline().nowNs() + PATIENCE_MS * 1_000_000;
        ErrorCode told;
        do {
            assertThat(world.timeline().nowNs()).as("waiting for a leader").isLessThan(untilNs);
            told = append(state(inSecond).leader(), inSecond, value);
        } while (told == ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(told).isEqualTo(ErrorCode.NONE);
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

    /** It was its leader at first, so it is who should lead it. */
    private void elect() {
        var election = ElectLeadersRequest.builder().electionType((byte) 0).timeoutMs(5_000)
                .topicPartitions(List.of(new ElectLeadersRequest.TopicPartitions(TOPIC, List.of(inSecond)))).build();
        var elected = ask(1, ApiKey.ELECT_LEADERS, election, ElectLeadersResponse.class);
        assertThat(ErrorCode.of(elected.errorCode())).isEqualTo(ErrorCode.NONE);
        await("it leads", () -> state(inSecond).leader() == hit);
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

        elect();
        assertThat(read(hit, inSecond)).isEqualTo(whole);
    }

    // --- moves between folders (KIP-113) ---

    /** Power went between the new name and the end of the old one; and then the folder it had gone to broke. */
    @Test
    void anOldLogIsNotServedInThePlaceOfOneThatIsOutOfReach() {
        var node = world.machine(hit);
        var disk = node.disk();
        world.kill(node);
        String folder = "/" + TOPIC + "-" + inSecond;
        disk.createFolders(RealNode.FOLDER + folder);
        for (var name : disk.list(SECOND + folder)) {
            try (var copy = disk.open(RealNode.FOLDER + folder + "/" + name)) {
                copy.write(new ByteBuffer[] {ByteBuffer.wrap(disk.readAll(SECOND + folder + "/" + name))}, 0);
            }
        }
        disk.faults((operation, path) -> operation == Operation.LIST && path.equals(SECOND) ? Fault.BROKEN : Fault.NONE);
        world.start(node);
        await("it is back", () -> broker(hit).isActive() && state(inFirst).inSync().contains(hit));
        assertThat(whereIs(hit, inFirst)).containsExactly(RealNode.FOLDER);
        assertThat(whereIs(hit, inSecond)).isEmpty();
        assertThat(state(inSecond).inSync()).doesNotContain(hit);
    }

    private ErrorCode move(int node, int partition, String folder) {
        var request = AlterReplicaLogDirsRequest.builder().dirs(List.of(new AlterReplicaLogDirsRequest.AlterReplicaLogDir(folder,
                List.of(new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic(TOPIC, List.of(partition)))))).build();
        return ErrorCode.of(ask(node, ApiKey.ALTER_REPLICA_LOG_DIRS, request, AlterReplicaLogDirsResponse.class).results().getFirst()
                .partitions().getFirst().errorCode());
    }

    /** The folders that the partition is in at this node, as operators are shown them; where it is only a copy, with a question mark. */
    private List<String> whereIs(int node, int partition) {
        var all = new ArrayList<String>();
        var request = DescribeLogDirsRequest.builder()
                .topics(List.of(new DescribeLogDirsRequest.DescribableLogDirTopic(TOPIC, List.of(partition)))).build();
        for (var folder : ask(node, ApiKey.DESCRIBE_LOG_DIRS, request, DescribeLogDirsResponse.class).results()) {
            folder.topics().forEach(topic -> topic.partitions().forEach(one -> all.add(folder.logDir() + (one.isFutureKey() ? "?" : ""))));
        }
        return all;
    }

    private void awaitArrival(int node, int partition, String folder) {
        long untilNs = world.timeline().nowNs() + PATIENCE_MS * 1_000_000;
        while (!whereIs(node, partition).equals(List.of(folder))) {
            assertThat(world.timeline().nowNs()).as("waiting for the move").isLessThan(untilNs);
        }
    }

    @Test
    void aPartitionMovesToTheOtherFolderAndItsControllerHearsOfIt() {
        for (int i = 0; i < 5; i++) {
            assertThat(append(hit, inSecond, "before " + i)).isEqualTo(ErrorCode.NONE);
        }
        int before = read(hit, inSecond);
        assertThat(whereIs(hit, inSecond)).containsExactly(SECOND);
        assertThat(move(hit, inSecond, RealNode.FOLDER)).isEqualTo(ErrorCode.NONE);
        awaitArrival(hit, inSecond, RealNode.FOLDER);
        assertThat(folderOf(hit, inSecond)).isEqualTo(folders.getFirst());
        assertThat(state(inSecond).leader()).isEqualTo(hit);
        assertThat(read(hit, inSecond)).isEqualTo(before);
        assertThat(append(hit, inSecond, "after")).isEqualTo(ErrorCode.NONE);
        assertThat(move(hit, inSecond, "/nowhere")).isEqualTo(ErrorCode.LOG_DIR_NOT_FOUND);
    }

    /** There and back, and its node dies at another moment each time; what was acknowledged meanwhile is there when it leads again. */
    @Test
    void aMoveThatDiesWithItsNodeGoesOnAndLosesNothing() {
        for (int round = 0; round < 16; round++) {
            String to = round % 2 == 0 ? RealNode.FOLDER : SECOND;
            appendToLeader("round " + round);
            assertThat(move(hit, inSecond, to)).isEqualTo(ErrorCode.NONE);
            world.timeline().runForMs(3L * round);
            if (round % 3 == 0) {
                world.cutPower(world.machine(hit));
            } else {
                world.kill(world.machine(hit));
            }
            await("another leads it", () -> state(inSecond).leader() > 0 && state(inSecond).leader() != hit);
            appendToLeader("without it " + round);
            world.start(world.machine(hit));
            await("it is in sync", () -> broker(hit).isActive() && state(inSecond).inSync().contains(hit));
            // Power that goes in the moment when it is asked for takes the wish along.
            assertThat(move(hit, inSecond, to)).isEqualTo(ErrorCode.NONE);
            awaitArrival(hit, inSecond, to);
        }
        int whole = read(state(inSecond).leader(), inSecond);
        elect();
        assertThat(read(hit, inSecond)).isEqualTo(whole);
    }

    /** The topic of one copy has gone, that of another has given its name to a new one; of a third this broker holds nothing any more. */
    @Test
    void aCopyOfWhatWasDeletedWhileItsNodeWasDownGoesWhenItStarts() {
        var node = world.machine(hit);
        long before = broker(hit).epoch();
        world.kill(node);
        var disk = node.disk();
        var deleted = copyOf(disk, "gone-0", new Uuid(5, 6));
        var another = copyOf(disk, TOPIC + "-" + inSecond, new Uuid(5, 6));
        var elsewhere = copyOf(disk, TOPIC + "-" + PARTITIONS, world.metadata().cluster().topic(TOPIC).id());
        var wanted = copyOf(disk, TOPIC + "-" + inFirst, world.metadata().cluster().topic(TOPIC).id());
        world.start(node);
        await("it is back", () -> broker(hit).epoch() > before && broker(hit).isActive()
                && state(inFirst).inSync().contains(hit) && state(inSecond).inSync().contains(hit));
        assertThat(List.of(deleted, another, elsewhere)).noneMatch(disk::isFolder);
        assertThat(whereIs(hit, inSecond)).as("nobody asked to move the new one").containsExactly(SECOND);
        assertThat(wanted).as("goes on").endsWith("-future");
        awaitArrival(hit, inFirst, SECOND);
    }

    /** In the folder in which the partition is not. */
    private String copyOf(Disk disk, String partition, Uuid topicId) {
        String folder = (partition.equals(TOPIC + "-" + inSecond) ? RealNode.FOLDER : SECOND) + "/" + partition + ".0123456789abcdef0123456789abcdef-future";
        disk.createFolders(folder);
        disk.replace(folder + "/partition.metadata", ("version: 0\ntopic_id: " + topicId + "\n").getBytes(StandardCharsets.UTF_8));
        disk.syncAll(folder);
        return folder;
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
