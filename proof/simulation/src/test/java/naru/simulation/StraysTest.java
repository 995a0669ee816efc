package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import naru.base.Uuid;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import naru.protocol.message.DeleteTopicsResponse;
import naru.protocol.message.PartitionChangeRecord;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import org.junit.jupiter.api.Test;

/** What a broker finds in its log folder that it does not hold any more is set aside: neither kept as if it were served, nor deleted. */
class StraysTest {

    private static final String ORDERS = "orders";
    private static final String KEPT = "kept";

    private final SmallCluster cluster = new SmallCluster(11, 3, 2, Map.of("default.replication.factor", "3"));

    private void create(String name) {
        var topic = CreateTopicsRequest.CreatableTopic.builder().name(name).numPartitions(2).replicationFactor((short) 3).build();
        cluster.ask(1, ApiKey.CREATE_TOPICS,
                CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(1_000).build(), CreateTopicsResponse.class);
        cluster.runForMs(200);
    }

    private void delete() {
        cluster.ask(1, ApiKey.DELETE_TOPICS, DeleteTopicsRequest.builder()
                .topics(List.of(new DeleteTopicState(ORDERS, Uuid.ZERO))).timeoutMs(1_000).build(), DeleteTopicsResponse.class);
        cluster.runForMs(200);
    }

    private List<String> ofOrders() {
        return cluster.names(3).stream().filter(name -> name.startsWith(ORDERS)).toList();
    }

    private void startAgain() {
        long epoch = cluster.cluster().brokers().get(3).epoch();
        cluster.start(3);
        cluster.await("it serves again", () -> cluster.cluster().brokers().get(3).epoch() > epoch
                && cluster.cluster().brokers().get(3).isActive());
        cluster.runForMs(500);
    }

    private void write() {
        var topic = cluster.cluster().topic(ORDERS);
        for (int i = 0; i < 2; i++) {
            var batch = new BatchBuilder().add(SimulatedClock.FIRST_MS, null, ByteBuffer.wrap(new byte[10])).build();
            cluster.ask(topic.partitions().get(i).leader(), ApiKey.PRODUCE, ProduceRequest.builder().acks((short) -1).timeoutMs(5_000)
                    .topicData(List.of(new ProduceRequest.TopicProduceData(ORDERS, topic.id(),
                            List.of(new ProduceRequest.PartitionProduceData(i, new Records.InMemory(batch)))))).build(), ProduceResponse.class);
        }
    }

    private int bytes(String folder) {
        return cluster.size(3, folder + "/00000000000000000000.log");
    }

    @Test
    void whatWasDeletedWhileItDidNotRunIsSetAside() {
        create(ORDERS);
        write();
        create(KEPT);
        assertThat(ofOrders()).containsExactlyInAnyOrder("orders-0", "orders-1");
        cluster.kill(3);
        delete();
        startAgain();
        assertThat(ofOrders()).hasSize(2).allMatch(name -> name.matches("orders-[01]\\.[0-9a-f]{32}-stray") && bytes(name) > 0);
        assertThat(cluster.names(3)).contains("kept-0", "kept-1");
    }

    @Test
    void whatWasGivenToOthersWhileItDidNotRunIsSetAside() {
        create(ORDERS);
        cluster.kill(3);
        var id = cluster.cluster().topic(ORDERS).id();
        cluster.commit(PartitionChangeRecord.builder().topicId(id).partitionId(1).replicas(List.of(1, 2)).isr(List.of(1, 2)).leader(1).build());
        startAgain();
        assertThat(ofOrders()).hasSize(2).contains("orders-0").anyMatch(name -> name.matches("orders-1\\.[0-9a-f]{32}-stray"));
    }

    /** It is done once: what stands aside is nobody's partition. */
    @Test
    void whatWasSetAsideStaysWhereItIs() {
        create(ORDERS);
        cluster.kill(3);
        delete();
        startAgain();
        var aside = ofOrders();
        create(ORDERS);
        cluster.kill(3);
        startAgain();
        assertThat(ofOrders()).containsAll(aside).contains("orders-0", "orders-1").hasSize(4);
    }

    @Test
    void aTopicThatHasTheNameOfADeletedOneBeginsEmpty() {
        create(ORDERS);
        write();
        cluster.kill(3);
        delete();
        create(ORDERS);
        startAgain();
        assertThat(ofOrders()).hasSize(4).contains("orders-0", "orders-1");
        assertThat(ofOrders().stream().filter(name -> name.endsWith("-stray"))).hasSize(2).allMatch(name -> bytes(name) > 0);
        assertThat(bytes("orders-0") + bytes("orders-1")).isZero();
    }
}
