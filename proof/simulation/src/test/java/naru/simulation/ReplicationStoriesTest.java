package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import naru.base.Limits;
import naru.client.Reply;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;
import naru.protocol.message.ApiKey;
import naru.protocol.message.BrokerRegistrationChangeRecord;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteRecordsRequest;
import naru.protocol.message.DeleteRecordsResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsResponse;
import naru.protocol.message.PartitionChangeRecord;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import naru.protocol.message.ProduceResponse.PartitionProduceResponse;
import org.junit.jupiter.api.Test;

/** Three brokers, one partition at each of them: who leads changes, and what was acknowledged stays. */
class ReplicationStoriesTest {

    private static final String TOPIC = "orders";
    private static final short ALL = -1;
    private static final short LEADER = 1;

    /** Made with the topic, if a test has not made another. */
    private SmallCluster cluster;

    private void create(int minInSync) {
        create(minInSync, List.of(1, 2, 3));
    }

    private void create(int minInSync, List<Integer> replicas) {
        if (cluster == null) {
            cluster = new SmallCluster(1, 3, 1, Map.of());
        }
        var topic = CreateTopicsRequest.CreatableTopic.builder().name(TOPIC)
                .numPartitions(-1).replicationFactor((short) -1)
                .assignments(List.of(new CreateTopicsRequest.CreatableReplicaAssignment(0, replicas)))
                .configs(List.of(new CreateTopicsRequest.CreatableTopicConfig("min.insync.replicas", Integer.toString(minInSync))))
                .build();
        var answer = cluster.ask(1, ApiKey.CREATE_TOPICS,
                CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(1_000).build(), CreateTopicsResponse.class);
        assertThat(ErrorCode.of(answer.topics().getFirst().errorCode())).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(200);
    }

    private naru.metadata.Partition state() {
        return cluster.cluster().topic(TOPIC).partitions().getFirst();
    }

    private void change(Consumer<PartitionChangeRecord.Builder> what) {
        var change = PartitionChangeRecord.builder().topicId(cluster.cluster().topic(TOPIC).id()).partitionId(0);
        what.accept(change);
        cluster.commit(change.build());
        cluster.runForMs(20);
    }

    /** As the controller does when it hears of it. */
    private void kill(int broker) {
        cluster.kill(broker);
        var epoch = cluster.cluster().brokers().get(broker).epoch();
        cluster.commit(BrokerRegistrationChangeRecord.builder().brokerId(broker).brokerEpoch(epoch).fenced((byte) 1).build());
    }

    private void lead(int broker, Integer... inSync) {
        change(record -> record.leader(broker).isr(List.of(inSync)));
    }

    private Message produce(short acks, int timeoutMs, String... values) {
        var batch = new BatchBuilder();
        for (var value : values) {
            batch.add(SimulatedClock.FIRST_MS, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
        }
        return ProduceRequest.builder().acks(acks).timeoutMs(timeoutMs)
                .topicData(List.of(new ProduceRequest.TopicProduceData(TOPIC, cluster.cluster().topic(TOPIC).id(),
                        List.of(new ProduceRequest.PartitionProduceData(0, new Records.InMemory(batch.build()))))))
                .build();
    }

    private PartitionProduceResponse told(ProduceResponse answer) {
        return answer.responses().getFirst().partitionResponses().getFirst();
    }

    private ErrorCode append(int broker, short acks, String... values) {
        return ErrorCode.of(told(cluster.ask(broker, ApiKey.PRODUCE, produce(acks, 1_000, values), ProduceResponse.class)).errorCode());
    }

    private FetchResponse.PartitionData fetch(int broker, long offset) {
        return fetch(broker, 0, offset);
    }

    private FetchResponse.PartitionData fetch(int broker, int number, long offset) {
        var partition = FetchRequest.FetchPartition.builder().partition(number).fetchOffset(offset).partitionMaxBytes(1 << 20).build();
        var request = FetchRequest.builder().maxWaitMs(50).minBytes(1).maxBytes(1 << 20)
                .topics(List.of(new FetchRequest.FetchTopic("", cluster.cluster().topic(TOPIC).id(), List.of(partition)))).build();
        var answer = cluster.ask(broker, ApiKey.FETCH, request, FetchResponse.class);
        return answer.responses().getFirst().partitions().getFirst();
    }

    /** What a consumer reads there from the beginning. */
    private List<String> read(int broker) {
        var values = new ArrayList<String>();
        long next = 0;
        while (true) {
            var part = fetch(broker, next);
            assertThat(ErrorCode.of(part.errorCode())).isEqualTo(ErrorCode.NONE);
            var bytes = ((Records.InMemory) part.records()).bytes();
            if (!bytes.hasRemaining()) {
                return values;
            }
            for (int at = bytes.position(); at < bytes.limit(); at += BatchHeader.sizeInBytes(bytes, at)) {
                for (var record : new RecordReader(1 << 20).read(bytes, at)) {
                    values.add(StandardCharsets.UTF_8.decode(record.value().duplicate()).toString());
                }
                next = BatchHeader.nextOffset(bytes, at);
            }
        }
    }

    /** The journal still speaks of what it had before; what it has then is made when that is over. */
    @Test
    void whoIsGivenUpAndGivenBackInOneGoHasWhatItsLeaderHas() {
        cluster = new SmallCluster(1, 3, 1, Map.of("naru.durability", "fsync"));
        create(1);
        assertThat(append(1, ALL, "a", "b")).isEqualTo(ErrorCode.NONE);
        var before = state();
        var topic = cluster.cluster().topic(TOPIC).id();
        cluster.commit(PartitionChangeRecord.builder().topicId(topic).partitionId(0).leader(1).isr(List.of(1, 2))
                .replicas(List.of(1, 2)).directories(before.directories().subList(0, 2)).build());
        cluster.commit(PartitionChangeRecord.builder().topicId(topic).partitionId(0)
                .replicas(before.replicas()).directories(before.directories()).build());
        assertThat(append(1, ALL, "c")).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(1_000);
        assertThat(state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(read(3)).containsExactly("a", "b", "c");
        cluster.kill(3);
        cluster.start(3);
        cluster.runForMs(1_000);
        assertThat(read(3)).containsExactly("a", "b", "c");
    }

    @Test
    void whatAllInSyncReplicasHaveIsAcknowledged() {
        create(2);
        assertThat(append(1, ALL, "a", "b")).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(100);
        assertThat(read(1)).containsExactly("a", "b");
        assertThat(read(2)).containsExactly("a", "b");
        assertThat(read(3)).containsExactly("a", "b");
    }

    @Test
    void nobodyIsAcknowledgedWhileAMemberOfTheInSyncSetIsMissing() {
        create(1);
        kill(3);
        var waiting = cluster.begin(1, ApiKey.PRODUCE, produce(ALL, 10_000, "a"));
        cluster.runForMs(2_000);
        assertThat(waiting[0]).isNull();
        change(record -> record.isr(List.of(1, 2)));
        cluster.await("the append is acknowledged", () -> waiting[0] != null);
        assertThat(read(1)).containsExactly("a");
    }

    @Test
    void whoWaitsTooLongIsTold() {
        create(1);
        kill(3);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
    }

    @Test
    void aTopicThatIsNamedTwiceIsToldTwice() {
        create(1);
        kill(3);
        var first = partitionOf(produce(ALL, 100, "a"));
        var nowhere = new ProduceRequest.PartitionProduceData(7, first.records());
        var id = cluster.cluster().topic(TOPIC).id();
        var answer = cluster.ask(1, ApiKey.PRODUCE, ProduceRequest.builder().acks(ALL).timeoutMs(100).topicData(List.of(
                new ProduceRequest.TopicProduceData(TOPIC, id, List.of(first)),
                new ProduceRequest.TopicProduceData(TOPIC, id, List.of(nowhere, partitionOf(produce(ALL, 100, "b")))))).build(), ProduceResponse.class);
        assertThat(answer.responses().stream().flatMap(topic -> topic.partitionResponses().stream())
                .map(one -> one.index() + " " + ErrorCode.of(one.errorCode()))).containsExactly(
                        "0 REQUEST_TIMED_OUT", "7 UNKNOWN_TOPIC_OR_PARTITION", "0 REQUEST_TIMED_OUT");
    }

    private static ProduceRequest.PartitionProduceData partitionOf(Message request) {
        return ((ProduceRequest) request).topicData().getFirst().partitionData().getFirst();
    }

    @Test
    void aNewLeaderHasEverythingAcknowledged() {
        create(2);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        assertThat(append(1, ALL, "b")).isEqualTo(ErrorCode.NONE);
        kill(1);
        lead(2, 2, 3);
        assertThat(append(2, ALL, "c")).isEqualTo(ErrorCode.NONE);
        assertThat(read(2)).containsExactly("a", "b", "c");
    }

    @Test
    void whoHasOtherRecordsThanTheLeaderDropsThem() {
        create(1);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(1_000);
        cluster.cut(1);
        assertThat(append(1, LEADER, "lost", "lost", "lost")).isEqualTo(ErrorCode.NONE);
        kill(1);
        lead(2, 2, 3);
        assertThat(append(2, ALL, "b")).isEqualTo(ErrorCode.NONE);
        cluster.heal();
        cluster.start(1);
        cluster.await("the old leader has what the new one has", () -> read(1).equals(List.of("a", "b")));
        lead(1, 1, 2, 3);
        assertThat(append(1, ALL, "c")).isEqualTo(ErrorCode.NONE);
        assertThat(read(1)).containsExactly("a", "b", "c");
    }

    /** Its log has been cut, and the medium is still waited for: what a leader begins with is what is left. */
    @Test
    void whoIsMadeTheLeaderWhileItsLogIsCutLeadsWithWhatIsLeft() {
        create(1);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(1_000);
        cluster.cut(1);
        assertThat(append(1, LEADER, "lost", "lost", "lost")).isEqualTo(ErrorCode.NONE);
        kill(1);
        lead(2, 2, 3);
        cluster.heal();
        cluster.start(1);
        String log = TOPIC + "-0/00000000000000000000.log";
        int before = cluster.size(1, log);
        cluster.await("the old leader's log is cut", () -> cluster.size(1, log) < before);
        lead(1, 1, 2, 3);
        assertThat(append(1, ALL, "b")).isEqualTo(ErrorCode.NONE);
        assertThat(read(1)).containsExactly("a", "b");
        assertThat(read(2)).containsExactly("a", "b");
    }

    /**
     * More faults than the policy stands: both members of the in-sync set lose their power, and the one that comes back first
     * leads with what it has. Whoever has more drops it, and goes on.
     */
    @Test
    void whoIsAheadOfANewLeaderDropsWhatTheClusterHasLost() {
        for (int seed = 1; seed <= 20; seed++) {
            cluster = new SmallCluster(seed, 3, 1 + seed % 3, Map.of());
            create(1);
            for (int i = 0; i < 10; i++) {
                assertThat(append(1, ALL, "value" + i)).isEqualTo(ErrorCode.NONE);
            }
            cluster.runForMs(seed % 2 * 600);
            for (int broker : List.of(1, 2)) {
                cluster.cutPower(broker);
                kill(broker);
            }
            lead(-1, 1, 2);
            cluster.start(1);
            cluster.runForMs(300);
            lead(1, 1);
            var left = read(1);
            assertThat(append(1, ALL, "after")).isEqualTo(ErrorCode.NONE);
            cluster.start(2);
            left.add("after");
            for (int broker : List.of(3, 2)) {
                cluster.await("broker " + broker + " has what the leader has", () -> ErrorCode.of(fetch(broker, 0).errorCode()) == ErrorCode.NONE
                        && read(broker).equals(left));
                cluster.await("broker " + broker + " is in sync", () -> state().inSync().contains(broker));
            }
            assertThat(append(1, ALL, "more")).isEqualTo(ErrorCode.NONE);
        }
    }

    /** The first request of a connection waits at the leader when a new epoch begins: what it is told then is no answer to what is asked next. */
    @Test
    void anAnswerToAVoidQuestionLeavesTheNextOneOpen() {
        create(1);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        for (int i = 0; i < 10; i++) {
            cluster.cut(2);
            cluster.heal();
            cluster.runForMs(60 + i);
            lead(1, 1, 2, 3);
        }
        assertThat(append(1, ALL, "b")).isEqualTo(ErrorCode.NONE);
        cluster.await("broker 2 has what the leader has", () -> read(2).equals(List.of("a", "b")));
    }

    /** It fetched all the time, so it has nothing new to say. */
    @Test
    void whoWasFencedForAMomentIsInSyncAsSoonAsItIsLetIn() {
        create(1);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(1_000);
        var epoch = cluster.cluster().brokers().get(2).epoch();
        cluster.commit(BrokerRegistrationChangeRecord.builder().brokerId(2).brokerEpoch(epoch).fenced((byte) 1).build());
        change(record -> record.isr(List.of(1, 3)));
        cluster.runForMs(500); // by its next heartbeat it is let in
        assertThat(cluster.cluster().brokers().get(2).fenced()).isFalse();
        assertThat(state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
    }

    /** They are made over several turns; whoever hears that the topic exists can use all of it. */
    @Test
    void whoGetsNothingLeavesTheInSyncSetThoughTheLeadersClockIsSetBack() {
        cluster = new SmallCluster(1, 3, 1, Map.of("replica.lag.time.max.ms", "1500"));
        create(1);

        cluster.setClock(1, -600_000);
        cluster.cut(3);
        assertThat(append(1, LEADER, "a")).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(3_000);

        assertThat(state().inSync()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void whoIsBehindForAMomentStaysInSyncThoughTheLeadersClockIsSetForward() {
        cluster = new SmallCluster(1, 3, 1, Map.of("replica.lag.time.max.ms", "1500"));
        create(1);

        cluster.setClock(1, 600_000);
        cluster.cut(3);
        assertThat(append(1, LEADER, "a")).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(1_000);

        assertThat(state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void whoCreatesManyPartitionsHearsOfItWhenAllHaveTheirRoles() {
        cluster = new SmallCluster(1, 1, 1, Map.of());
        int all = 5 * Limits.PRODUCTION.partitionsOpenedPerTurnMax();
        cluster.ask(1, ApiKey.CREATE_TOPICS, CreateTopicsRequest.builder().timeoutMs(1_000).topics(List.of(
                CreateTopicsRequest.CreatableTopic.builder().name(TOPIC).numPartitions(all).replicationFactor((short) 1).build())).build(),
                CreateTopicsResponse.class);
        for (int i = 0; i < all; i += all / 10) {
            assertThat(ErrorCode.of(fetch(1, i, 0).errorCode())).isEqualTo(ErrorCode.NONE);
        }
        assertThat(ErrorCode.of(fetch(1, all - 1, 0).errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void tooFewInSyncMayBeReadAndNotWritten() {
        create(2);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        kill(2);
        kill(3);
        change(record -> record.isr(List.of(1)));
        assertThat(append(1, ALL, "b")).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(read(1)).containsExactly("a");
        cluster.start(2);
        cluster.runForMs(1_000);
        change(record -> record.isr(List.of(1, 2)));
        assertThat(append(1, ALL, "c")).isEqualTo(ErrorCode.NONE);
        assertThat(read(1)).containsExactly("a", "c");
    }

    @Test
    void whoIsNoLeaderSaysWhoIs() {
        create(1);
        var answer = cluster.ask(2, ApiKey.PRODUCE, produce(ALL, 1_000, "a"), ProduceResponse.class);
        assertThat(ErrorCode.of(told(answer).errorCode())).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(told(answer).currentLeader()).isEqualTo(new ProduceResponse.LeaderIdAndEpoch(1, 0));
        assertThat(answer.nodeEndpoints()).containsExactly(new ProduceResponse.NodeEndpoint(1, "broker1", 1, "rack1"));
        var offsets = cluster.ask(2, ApiKey.LIST_OFFSETS, ListOffsetsRequest.builder().replicaId(-1)
                .topics(List.of(new ListOffsetsRequest.ListOffsetsTopic(TOPIC, List.of(ListOffsetsRequest.ListOffsetsPartition.builder()
                        .partitionIndex(0).currentLeaderEpoch(-1).timestamp(-1).build())))).build(), ListOffsetsResponse.class);
        assertThat(offsets.topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void whoStopsLeadingTellsThoseWhoWait() {
        create(1);
        cluster.cut(1);
        var waiting = cluster.begin(1, ApiKey.PRODUCE, produce(ALL, 60_000, "a"));
        cluster.runForMs(500);
        assertThat(waiting[0]).isNull();
        lead(2, 2, 3);
        cluster.await("the producer is told", () -> waiting[0] != null);
        var answer = (ProduceResponse) ((Reply.Answered) waiting[0]).answer();
        assertThat(ErrorCode.of(told(answer).errorCode())).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(told(answer).currentLeader().leaderId()).isEqualTo(2);
    }

    @Test
    void aReplicaThatIsTakenAwayHoldsNothingAndOneThatIsAddedHoldsAll() {
        create(1, List.of(1, 2));
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        change(record -> record.replicas(List.of(1, 3)).isr(List.of(1)).directories(List.of(naru.base.Uuid.ZERO, naru.base.Uuid.ZERO)));
        cluster.await("the new replica has caught up", () -> ErrorCode.of(fetch(3, 0).errorCode()) == ErrorCode.NONE
                && read(3).equals(List.of("a")));
        assertThat(ErrorCode.of(fetch(2, 0).errorCode())).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void aConsumerIsSentToTheReplicaInItsRack() {
        create(1);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        cluster.runForMs(100);
        var partition = FetchRequest.FetchPartition.builder().partition(0).fetchOffset(0).partitionMaxBytes(1 << 20).build();
        var request = FetchRequest.builder().maxWaitMs(5_000).minBytes(1).maxBytes(1 << 20).rackId("rack3")
                .topics(List.of(new FetchRequest.FetchTopic("", cluster.cluster().topic(TOPIC).id(), List.of(partition)))).build();
        var sent = cluster.ask(1, ApiKey.FETCH, request, FetchResponse.class).responses().getFirst().partitions().getFirst();
        assertThat(sent.preferredReadReplica()).isEqualTo(3);
        assertThat(sent.records().sizeInBytes()).isZero();
        var there = cluster.ask(3, ApiKey.FETCH, request, FetchResponse.class).responses().getFirst().partitions().getFirst();
        assertThat(there.preferredReadReplica()).isEqualTo(-1);
        assertThat(there.records().sizeInBytes()).isPositive();
        assertThat(ErrorCode.of(fetch(3, 9).errorCode())).isEqualTo(ErrorCode.OFFSET_NOT_AVAILABLE);
    }

    @Test
    void whatIsDeletedIsDeletedAtEveryReplica() {
        create(1);
        assertThat(append(1, ALL, "a", "b", "c")).isEqualTo(ErrorCode.NONE);
        assertThat(append(1, ALL, "d")).isEqualTo(ErrorCode.NONE);
        var told = deleteBefore(3, 5_000);
        assertThat(ErrorCode.of(told.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(told.lowWatermark()).isEqualTo(3);
        assertThat(ErrorCode.of(fetch(2, 0).errorCode())).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(ErrorCode.of(fetch(3, 0).errorCode())).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        kill(3);
        assertThat(ErrorCode.of(deleteBefore(4, 5_000).errorCode())).isEqualTo(ErrorCode.NONE);
    }

    private DeleteRecordsResponse.DeleteRecordsPartitionResult deleteBefore(long offset, int timeoutMs) {
        var wanted = new DeleteRecordsRequest.DeleteRecordsPartition(0, offset);
        return cluster.ask(1, ApiKey.DELETE_RECORDS, new DeleteRecordsRequest(
                List.of(new DeleteRecordsRequest.DeleteRecordsTopic(TOPIC, List.of(wanted))), timeoutMs), DeleteRecordsResponse.class)
                .topics().getFirst().partitions().getFirst();
    }

    @Test
    void whoAsksAgainToDeleteWaitsForReplicasAsWell() {
        create(1);
        assertThat(append(1, ALL, "a", "b", "c")).isEqualTo(ErrorCode.NONE);
        cluster.cut(3);
        assertThat(ErrorCode.of(deleteBefore(3, 300).errorCode())).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(ErrorCode.of(deleteBefore(3, 300).errorCode())).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        cluster.heal();
        assertThat(ErrorCode.of(deleteBefore(3, 10_000).errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void nobodyPassesForTheLeaderAsItsOwnReplica() {
        create(1);
        assertThat(append(1, ALL, "a")).isEqualTo(ErrorCode.NONE);
        var partition = FetchRequest.FetchPartition.builder().partition(0).currentLeaderEpoch(-1).partitionMaxBytes(1 << 20).build();
        var request = FetchRequest.builder().replicaId(1).replicaState(FetchRequest.ReplicaState.builder().replicaId(1).build())
                .maxWaitMs(50).minBytes(1).maxBytes(1 << 20)
                .topics(List.of(new FetchRequest.FetchTopic("", cluster.cluster().topic(TOPIC).id(), List.of(partition)))).build();
        var told = cluster.ask(1, ApiKey.FETCH, request, FetchResponse.class).responses().getFirst().partitions().getFirst();
        assertThat(ErrorCode.of(told.errorCode())).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void lanesDoNotMatter() {
        cluster = new SmallCluster(2, 3, 3, Map.of());
        create(2);
        for (int i = 0; i < 20; i++) {
            assertThat(append(1, ALL, "value" + i)).isEqualTo(ErrorCode.NONE);
        }
        kill(1);
        lead(3, 2, 3);
        assertThat(read(3)).hasSize(20);
        assertThat(append(3, ALL, "more")).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void everythingIsOnEveryDiskWhereTheTopicWantsIt() {
        cluster = new SmallCluster(3, 3, 1, Map.of("naru.durability", "fsync"));
        create(2);
        assertThat(append(1, ALL, "a", "b")).isEqualTo(ErrorCode.NONE);
        assertThat(append(1, ALL, "c")).isEqualTo(ErrorCode.NONE);
        assertThat(read(1)).containsExactly("a", "b", "c");
    }

    /** Each partition has more than a replica takes at a time, and after that nobody writes any more. */
    @Test
    void whoTakesLittleAtATimeGetsAllOfEveryPartition() {
        cluster = new SmallCluster(4, 3, 1, Map.of("replica.fetch.max.bytes", "100"));
        var assignments = IntStream.range(0, 3)
                .mapToObj(i -> new CreateTopicsRequest.CreatableReplicaAssignment(i, List.of(1, 2, 3))).toList();
        var topic = CreateTopicsRequest.CreatableTopic.builder().name(TOPIC).numPartitions(-1).replicationFactor((short) -1)
                .assignments(assignments).build();
        cluster.ask(1, ApiKey.CREATE_TOPICS,
                CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(1_000).build(), CreateTopicsResponse.class);
        cluster.runForMs(200);
        var parts = IntStream.range(0, 3).mapToObj(i -> new ProduceRequest.PartitionProduceData(i, new Records.InMemory(
                new BatchBuilder().add(SimulatedClock.FIRST_MS, null, ByteBuffer.wrap(new byte[300])).build()))).toList();
        var request = ProduceRequest.builder().acks(ALL).timeoutMs(1_000).topicData(List.of(new ProduceRequest.TopicProduceData(
                TOPIC, cluster.cluster().topic(TOPIC).id(), parts))).build();
        var answer = cluster.ask(1, ApiKey.PRODUCE, request, ProduceResponse.class);
        assertThat(answer.responses().getFirst().partitionResponses())
                .allSatisfy(part -> assertThat(ErrorCode.of(part.errorCode())).isEqualTo(ErrorCode.NONE));
    }
}
