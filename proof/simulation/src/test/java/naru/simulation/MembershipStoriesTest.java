package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.metadata.BrokerNode;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.message.AllocateProducerIdsRequest;
import naru.protocol.message.AllocateProducerIdsResponse;
import naru.protocol.message.AlterPartitionRequest;
import naru.protocol.message.AlterPartitionResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.AssignReplicasToDirsRequest;
import naru.protocol.message.AssignReplicasToDirsResponse;
import naru.protocol.message.BeginQuorumEpochRequest;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerHeartbeatResponse;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.ControllerRegistrationRequest;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DefaultPrincipalData;
import naru.protocol.message.EndQuorumEpochRequest;
import naru.protocol.message.EnvelopeRequest;
import naru.protocol.message.EnvelopeResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchSnapshotRequest;
import naru.protocol.message.RegisterControllerRecord;
import naru.protocol.message.RequestHeader;
import naru.protocol.message.UpdateRaftVoterRequest;
import naru.protocol.message.VoteRequest;
import org.junit.jupiter.api.Test;

/** Three nodes, each broker and controller: how brokers live in a cluster, how what they ask finds its way, and who is not heard. */
class MembershipStoriesTest {

    private static final String TOPIC = "orders";
    private static final long PATIENCE_MS = 20_000;
    private static final long SESSION_MS = 1_500;

    private ClusterWorld world;

    /** The first world with these limits, all of it running. */
    private void begin(Limits limits, Map<String, String> settings) {
        long seed = 1;
        do {
            world = new ClusterWorld(seed++, new Transcript(), new RealNode(settings), 3, List.of(new TopicPartition(TOPIC, 0)));
        } while (world.limits() != limits);
        world.becomeCalm();
        world.machines().forEach(world::start);
        await("all brokers serve", () -> brokers().size() == 3 && brokers().stream().allMatch(BrokerNode::isActive));
        runForMs(500);
    }

    private void begin() {
        begin(Limits.PRODUCTION, Map.of());
    }

    private List<BrokerNode> brokers() {
        return world.metadata().count() == 0 ? List.of() : List.copyOf(world.metadata().cluster().brokers().values());
    }

    private BrokerNode broker(int id) {
        return world.metadata().cluster().brokers().get(id);
    }

    private void runForMs(long ms) {
        world.timeline().runForMs(ms);
    }

    private void await(String what, BooleanSupplier done) {
        if (!world.timeline().runUntil(world.timeline().nowNs() + PATIENCE_MS * 1_000_000, done)) {
            throw new AssertionError("not within " + PATIENCE_MS + " ms: " + what);
        }
    }

    private int controller() {
        await("somebody decides", () -> world.metadata().leader() > 0);
        return world.metadata().leader();
    }

    private int notController() {
        return controller() % 3 + 1;
    }

    private long nowMs() {
        return world.timeline().nowNs() / 1_000_000;
    }

    private Stranger client(int node) {
        return new Stranger(world, node, Machine.CLIENT_PORT, "somebody");
    }

    private <A> A answer(Stranger asking, Class<A> kind) {
        await("there is an answer", () -> !asking.answers().isEmpty() || asking.isGone());
        assertThat(asking.isGone()).as("hung up").isFalse();
        return kind.cast(asking.answers().getFirst());
    }

    private static CreateTopicsRequest creation(String name) {
        return CreateTopicsRequest.builder().timeoutMs(10_000).topics(List.of(CreateTopicsRequest.CreatableTopic.builder()
                .name(name).numPartitions(1).replicationFactor((short) 3).build())).build();
    }

    private static ErrorCode created(Message answer) {
        return ErrorCode.of(((CreateTopicsResponse) answer).topics().getFirst().errorCode());
    }

    // --- a broker's life ---

    @Test
    void aBrokerWhoseProcessIsGoneIsFencedLongBeforeItsSessionIsOver() {
        begin();
        int gone = notController();
        long beganMs = nowMs();
        world.kill(world.machine(gone));
        await("it is fenced", () -> broker(gone).fenced());
        assertThat(nowMs() - beganMs).isLessThan(SESSION_MS / 3);
    }

    @Test
    void aBrokerThatIsSilentIsFencedWhenItsSessionIsOverAndComesBack() {
        begin();
        int silent = notController();
        var machine = world.machine(silent);
        long beganMs = nowMs();
        long epoch = broker(silent).epoch();
        world.cut("a cut", world.waysOf(machine, true, true, true), 3 * SESSION_MS);
        await("it is fenced", () -> broker(silent).fenced());
        assertThat(nowMs() - beganMs).isBetween(SESSION_MS / 2, 2 * SESSION_MS);
        await("it is let in again", () -> broker(silent).isActive());
        assertThat(broker(silent).epoch()).as("the same registration").isEqualTo(epoch);
    }

    @Test
    void aBrokerThatLeavesGivesAwayWhatItLeadsBeforeItStops() {
        begin();
        assertThat(created(answer(client(1).ask(ApiKey.CREATE_TOPICS, creation("left")), Message.class))).isEqualTo(ErrorCode.NONE);
        int leader = leaderOf("left");
        var gone = new boolean[1];
        world.leave(world.machine(leader), () -> gone[0] = true);
        await("it has gone", () -> gone[0]);
        assertThat(leaderOf("left")).isPositive().isNotEqualTo(leader);
        await("it is fenced", () -> broker(leader).fenced());
    }

    private int leaderOf(String topic) {
        return world.metadata().cluster().topic(topic).partitions().getFirst().leader();
    }

    /** Who decides anew knocks at the doors of all brokers; where clients are sent by the first listener, nobody may listen for it. */
    @Test
    void aLiveBrokerIsNotFencedBecauseItsFirstAddressLeadsNowhere() {
        begin(Limits.PRODUCTION, Map.of(
                "listeners", "OUTSIDE://{host}:7777,PLAINTEXT://{host}:9092,CONTROLLER://{host}:9093",
                "listener.security.protocol.map", "OUTSIDE:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name", "PLAINTEXT"));
        int entries = world.metadata().count();
        for (int i = 0; i < 5; i++) {
            world.metadata().elect();
            runForMs(600);
        }
        for (int entry = entries; entry < world.metadata().count(); entry++) {
            assertThat(world.metadata().clusterAt(entry).brokers().values()).allMatch(BrokerNode::isActive);
        }
    }

    private SortedMap<Integer, RegisterControllerRecord> controllers() {
        return world.metadata().cluster().controllers();
    }

    /** Also when nobody decides at first, and whoever decides next has not heard of it. */
    @Test
    void controllersRegisterAndAgainWhenTheyWereStartedAnew() {
        begin();
        assertThat(controllers()).containsOnlyKeys(1, 2, 3);
        assertThat(controllers().get(2).endPoints()).containsExactly(new RegisterControllerRecord.ControllerEndpoint(
                "CONTROLLER", Machine.host(2), Machine.CONTROLLER_PORT, (short) 0));
        int again = notController();
        var before = controllers().get(again).incarnationId();
        int records = registrations(again);
        world.cut("the controller is cut off", world.waysOf(world.machine(controller()), false, true, true), 3_000);
        world.kill(world.machine(again));
        world.start(world.machine(again));
        await("another process is known", () -> !controllers().get(again).incarnationId().equals(before));
        runForMs(5_000);
        assertThat(registrations(again)).as("and it says so once").isEqualTo(records + 1);
    }

    /** How often this controller's registration was written. */
    private int registrations(int id) {
        int count = 0;
        for (int entry = 1; entry < world.metadata().count(); entry++) {
            count += world.metadata().clusterAt(entry).controllers().get(id) == world.metadata().clusterAt(entry - 1).controllers().get(id) ? 0 : 1;
        }
        return count;
    }

    // --- the way to the controller ---

    @Test
    void whatIsAskedWhileNobodyDecidesIsDecidedLater() {
        begin();
        int asked = notController();
        var machine = world.machine(controller());
        world.cut("the controller is cut off", world.waysOf(machine, false, true, true), 10_000);
        var asking = client(asked).ask(ApiKey.CREATE_TOPICS, creation("later"));
        assertThat(created(answer(asking, Message.class))).isEqualTo(ErrorCode.NONE);
        assertThat(world.metadata().cluster().topic("later")).isNotNull();
    }

    @Test
    void whatIsAskedTwiceBecauseTheControllerWasKilledIsDoneOnce() {
        begin();
        int asked = notController();
        int decides = controller();
        var asking = client(asked).ask(ApiKey.CREATE_TOPICS, creation("once"));
        runForMs(2);
        world.kill(world.machine(decides));
        var told = created(answer(asking, Message.class));
        assertThat(told).isIn(ErrorCode.NONE, ErrorCode.TOPIC_ALREADY_EXISTS);
        assertThat(world.metadata().cluster().topic("once").partitions()).hasSize(1);
    }

    @Test
    void onlySoManyQuestionsWaitForAController() {
        begin(Limits.CRAMPED, Map.of());
        int asked = notController();
        world.cut("nobody can decide", IntStream.of(1, 2, 3).mapToObj(world::machine)
                .flatMap(machine -> world.waysOf(machine, false, true, true).stream()).toList(), 3_000);
        runForMs(1_000);
        var all = new ArrayList<Stranger>();
        for (int i = 0; i < 3 * Limits.CRAMPED.commandsWaitingMax(); i++) {
            all.add(client(asked).ask(ApiKey.CREATE_TOPICS, creation("t" + i)));
        }
        runForMs(500);
        assertThat(all.stream().filter(one -> !one.answers().isEmpty()).map(one -> created(one.answers().getFirst())))
                .hasSizeGreaterThanOrEqualTo(2 * Limits.CRAMPED.commandsWaitingMax() - 1).containsOnly(ErrorCode.NOT_CONTROLLER);
        await("the others are answered", () -> all.stream().noneMatch(one -> one.answers().isEmpty()));
        assertThat(all.stream().map(one -> created(one.answers().getFirst()))).contains(ErrorCode.NONE);
    }

    // --- who is not heard ---

    @Test
    void clientsAreNotServedWhatOnlyNodesAsk() {
        begin();
        var requests = new ArrayList<Message>(List.of(
                EnvelopeRequest.DEFAULT, BrokerRegistrationRequest.DEFAULT, BrokerHeartbeatRequest.DEFAULT, AlterPartitionRequest.DEFAULT,
                AllocateProducerIdsRequest.DEFAULT, AssignReplicasToDirsRequest.DEFAULT, ControllerRegistrationRequest.DEFAULT,
                VoteRequest.DEFAULT, BeginQuorumEpochRequest.DEFAULT, EndQuorumEpochRequest.DEFAULT, FetchSnapshotRequest.DEFAULT,
                UpdateRaftVoterRequest.DEFAULT));
        for (var request : requests) {
            var stranger = client(1).ask(ApiKey.of(request.apiNumber()), request);
            await(ApiKey.of(request.apiNumber()) + " is hung up on", stranger::isGone);
            assertThat(stranger.answers()).isEmpty();
        }
    }

    @Test
    void anEnvelopeIsOpenedForBrokersAlone() {
        begin();
        var sealed = sealed(ApiKey.CREATE_TOPICS, creation("sealed"));
        for (var name : List.of("somebody", "broker-9-forwarding", "", "broker-one", "99999999999")) {
            var refused = answer(new Stranger(world, controller(), Machine.CONTROLLER_PORT, name).ask(ApiKey.ENVELOPE, sealed), EnvelopeResponse.class);
            assertThat(ErrorCode.of(refused.errorCode())).as(name).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
        }
        assertThat(world.metadata().cluster().topic("sealed")).isNull();
        for (var name : List.of("broker-1-forwarding", "2")) {
            var opened = answer(new Stranger(world, controller(), Machine.CONTROLLER_PORT, name).ask(ApiKey.ENVELOPE, sealed), EnvelopeResponse.class);
            assertThat(ErrorCode.of(opened.errorCode())).as(name).isEqualTo(ErrorCode.NONE);
        }
        assertThat(world.metadata().cluster().topic("sealed")).isNotNull();
    }

    private static EnvelopeRequest sealed(ApiKey api, Message request) {
        var letter = new Writer(256);
        new RequestHeader(api.id(), api.stableMax(), 0, "a client").write(letter, api.requestHeaderVersion(api.stableMax()));
        request.write(letter, api.stableMax());
        var principal = new Writer(64);
        principal.int16((short) 0);
        new DefaultPrincipalData("User", "ANONYMOUS", false).write(principal, (short) 0);
        return new EnvelopeRequest(ByteBuffer.wrap(letter.toBytes()), ByteBuffer.wrap(principal.toBytes()),
                ByteBuffer.wrap(new byte[] {10, 0, 0, 9}));
    }

    @Test
    void whoIsNoBrokerIsToldSoByTheController() {
        begin();
        int at = controller();
        var somebody = "somebody";
        var heartbeat = answer(new Stranger(world, at, Machine.CONTROLLER_PORT, somebody)
                .ask(ApiKey.BROKER_HEARTBEAT, BrokerHeartbeatRequest.builder().brokerId(9).brokerEpoch(1).build()), BrokerHeartbeatResponse.class);
        assertThat(ErrorCode.of(heartbeat.errorCode())).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
        var ids = answer(new Stranger(world, at, Machine.CONTROLLER_PORT, somebody)
                .ask(ApiKey.ALLOCATE_PRODUCER_IDS, AllocateProducerIdsRequest.builder().brokerId(9).brokerEpoch(1).build()),
                AllocateProducerIdsResponse.class);
        assertThat(ErrorCode.of(ids.errorCode())).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
        var stale = answer(new Stranger(world, at, Machine.CONTROLLER_PORT, somebody)
                .ask(ApiKey.ALTER_PARTITION, AlterPartitionRequest.builder().brokerId(1).brokerEpoch(broker(1).epoch() - 1).build()),
                AlterPartitionResponse.class);
        assertThat(ErrorCode.of(stale.errorCode())).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
        var folders = answer(new Stranger(world, at, Machine.CONTROLLER_PORT, somebody)
                .ask(ApiKey.ASSIGN_REPLICAS_TO_DIRS, AssignReplicasToDirsRequest.builder().brokerId(9).brokerEpoch(1).build()),
                AssignReplicasToDirsResponse.class);
        assertThat(ErrorCode.of(folders.errorCode())).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
    }

    /** As any other fetch, one that says it is a replica's waits only while there is room for it. */
    @Test
    void onlySoManyFetchesOfReplicasWait() {
        begin(Limits.CRAMPED, Map.of());
        assertThat(created(answer(client(1).ask(ApiKey.CREATE_TOPICS, creation("watched")), Message.class))).isEqualTo(ErrorCode.NONE);
        runForMs(1_000);
        int leader = leaderOf("watched");
        Uuid id = world.metadata().cluster().topic("watched").id();
        var partition = FetchRequest.FetchPartition.builder().partition(0).currentLeaderEpoch(-1).partitionMaxBytes(1_000).build();
        var fetch = FetchRequest.builder().maxWaitMs(5_000).minBytes(1).maxBytes(1_000)
                .replicaState(new FetchRequest.ReplicaState(leader % 3 + 1, -1)).sessionEpoch(-1)
                .topics(List.of(new FetchRequest.FetchTopic("", id, List.of(partition)))).build();
        var all = new ArrayList<Stranger>();
        for (int i = 0; i < 12; i++) {
            all.add(client(leader).ask(ApiKey.FETCH, fetch));
        }
        runForMs(300);
        long waiting = all.stream().filter(one -> one.answers().isEmpty()).count();
        assertThat(waiting).isLessThanOrEqualTo(2L * Limits.CRAMPED.waitingFetchesMax()); // of each lane so many
        await("all are answered", () -> all.stream().noneMatch(one -> one.answers().isEmpty()));
    }
}
