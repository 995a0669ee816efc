package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import org.junit.jupiter.api.Test;

/** Coordinators at one broker, what they coordinate at others. */
class CoordinationAcrossBrokersTest {

    private static final String TOPIC = "payments";
    private static final String PAYER = "payer";
    private static final byte TRANSACTION = 1;

    private final SmallCluster cluster = new SmallCluster(7, 3, 1, Map.of());

    private void create() {
        var topic = CreateTopicsRequest.CreatableTopic.builder().name(TOPIC).numPartitions(-1).replicationFactor((short) -1)
                .assignments(List.of(
                        new CreateTopicsRequest.CreatableReplicaAssignment(0, List.of(1, 2)),
                        new CreateTopicsRequest.CreatableReplicaAssignment(1, List.of(2, 3)),
                        new CreateTopicsRequest.CreatableReplicaAssignment(2, List.of(3, 1))))
                .build();
        cluster.ask(1, ApiKey.CREATE_TOPICS,
                CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(1_000).build(), CreateTopicsResponse.class);
        cluster.runForMs(200);
    }

    private FindCoordinatorResponse.Coordinator coordinator(int asked) {
        return cluster.ask(asked, ApiKey.FIND_COORDINATOR,
                FindCoordinatorRequest.builder().keyType(TRANSACTION).coordinatorKeys(List.of(PAYER)).build(),
                FindCoordinatorResponse.class).coordinators().getFirst();
    }

    private InitProducerIdResponse init(int coordinator) {
        return cluster.ask(coordinator, ApiKey.INIT_PRODUCER_ID, InitProducerIdRequest.builder()
                .transactionalId(PAYER).transactionTimeoutMs(60_000).producerId(-1).producerEpoch((short) -1).build(),
                InitProducerIdResponse.class);
    }

    private ErrorCode pay(int partition, long producerId, short epoch, int sequence) {
        var batch = new BatchBuilder().producer(producerId, epoch, sequence).transactional()
                .add(SimulatedClock.FIRST_MS, null, ByteBuffer.wrap("1".getBytes(StandardCharsets.UTF_8))).build();
        var request = ProduceRequest.builder().transactionalId(PAYER).acks((short) -1).timeoutMs(5_000)
                .topicData(List.of(new ProduceRequest.TopicProduceData(TOPIC, cluster.cluster().topic(TOPIC).id(),
                        List.of(new ProduceRequest.PartitionProduceData(partition, new Records.InMemory(batch)))))).build();
        var answer = cluster.ask(partition + 1, ApiKey.PRODUCE, request, ProduceResponse.class);
        return ErrorCode.of(answer.responses().getFirst().partitionResponses().getFirst().errorCode());
    }

    private long lastStable(int partition) {
        var wanted = FetchRequest.FetchPartition.builder().partition(partition).partitionMaxBytes(1 << 20).build();
        var answer = cluster.ask(partition + 1, ApiKey.FETCH, FetchRequest.builder().maxWaitMs(0).maxBytes(1 << 20)
                .isolationLevel((byte) 1).topics(List.of(new FetchRequest.FetchTopic(
                        "", cluster.cluster().topic(TOPIC).id(), List.of(wanted)))).build(), FetchResponse.class);
        return answer.responses().getFirst().partitions().getFirst().lastStableOffset();
    }

    @Test
    void aTransactionReachesPartitionsOfEveryBroker() {
        create();
        cluster.await("there is a coordinator", () -> coordinator(1).errorCode() == ErrorCode.NONE.code());
        int coordinator = coordinator(2).nodeId();
        assertThat(coordinator(3).nodeId()).isEqualTo(coordinator);
        cluster.await("the coordinator is ready", () -> init(coordinator).errorCode() == ErrorCode.NONE.code());
        var producer = init(coordinator);
        int other = coordinator % 3 + 1;
        assertThat(ErrorCode.of(init(other).errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        for (int partition = 0; partition < 3; partition++) {
            int where = partition;
            cluster.await("partition " + where + " takes it", () ->
                    pay(where, producer.producerId(), producer.producerEpoch(), 0) == ErrorCode.NONE);
            assertThat(lastStable(partition)).isZero();
        }
        var ended = cluster.ask(coordinator, ApiKey.END_TXN, EndTxnRequest.builder().transactionalId(PAYER)
                .producerId(producer.producerId()).producerEpoch(producer.producerEpoch()).committed(true).build(), EndTxnResponse.class);
        assertThat(ErrorCode.of(ended.errorCode())).isEqualTo(ErrorCode.NONE);
        for (int partition = 0; partition < 3; partition++) {
            int where = partition;
            cluster.await("partition " + where + " has the marker", () -> lastStable(where) == 2);
        }
    }

    @Test
    void aCoordinatorMovesWithTheLeadership() {
        create();
        cluster.await("there is a coordinator", () -> coordinator(1).errorCode() == ErrorCode.NONE.code());
        int coordinator = coordinator(1).nodeId();
        cluster.await("the coordinator is ready", () -> init(coordinator).errorCode() == ErrorCode.NONE.code());
        var before = init(coordinator);
        cluster.moveEverything("__transaction_state");
        int next = coordinator(1).nodeId();
        assertThat(next).isNotEqualTo(coordinator);
        assertThat(ErrorCode.of(init(coordinator).errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        cluster.await("the new coordinator is ready", () -> init(next).errorCode() == ErrorCode.NONE.code());
        assertThat(init(next).producerId()).isEqualTo(before.producerId());
    }
}
