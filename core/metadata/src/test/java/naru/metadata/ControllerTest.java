package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsResponse;
import naru.protocol.message.PartitionChangeRecord;
import org.junit.jupiter.api.Test;

class ControllerTest {

    private final BrokerSettings settings = BrokerSettings.parse(Map.of());
    private final Controller controller = new Controller(settings, "here");
    private final Random seeded = new Random(7);
    private final Randomness randomness = new Randomness() {
        @Override
        public long nextLong() {
            return seeded.nextLong();
        }

        @Override
        public int nextInt(int bound) {
            return seeded.nextInt(bound);
        }
    };
    private Cluster cluster = Cluster.EMPTY;
    private long end;

    private Object ask(Command command) {
        var decision = controller.decide(command, new Situation(cluster, end, new BrokerSessions(1_500), 0, (short) 0), randomness);
        cluster = cluster.withAll(decision.records());
        end += decision.records().size();
        assertThat(Cluster.EMPTY.withAll(cluster.toRecords())).isEqualTo(cluster);
        return decision.reply();
    }

    private static Command registration(int id, long incarnation) {
        return new Command.RegisterLoneBroker(BrokerRegistrationRequest.builder()
                .brokerId(id).incarnationId(new Uuid(incarnation, id)).rack(null).logDirs(List.of(new Uuid(2, id))).build());
    }

    private void brokers(int count) {
        for (int id = 1; id <= count; id++) {
            ask(registration(id, 1));
        }
    }

    private CreateTopicsResponse.CreatableTopicResult create(String name, int partitions, int copies, CreatableTopicConfig... configs) {
        var topic = new CreatableTopic(name, partitions, (short) copies, List.of(), List.of(configs));
        var request = new CreateTopicsRequest(List.of(topic), 1_000, false);
        return ((CreateTopicsResponse) ask(new Command.CreateTopics(request))).topics().getFirst();
    }

    @Test
    void a_topic_is_created_with_the_defaults() {
        brokers(1);
        assertThat(create("orders", -1, -1).errorCode()).isZero();
        var partition = cluster.topic("orders").partitions().getFirst();
        assertThat(partition.leader()).isEqualTo(1);
        assertThat(partition.inSync()).containsExactly(1);
        assertThat(create("orders", -1, -1).errorMessage()).isEqualTo("Topic 'orders' already exists.");
    }

    @Test
    void replicas_are_spread_over_brokers() {
        brokers(3);
        create("orders", 6, 2);
        for (int id = 1; id <= 3; id++) {
            int broker = id;
            assertThat(cluster.topic("orders").partitions()).filteredOn(one -> one.leader() == broker).hasSize(2);
        }
    }

    @Test
    void what_cannot_be_is_refused() {
        brokers(1);
        create("a.b", 1, 1);
        assertThat(create("a_b", 1, 1).errorMessage()).isEqualTo("Topic 'a_b' collides with existing topic: a.b");
        assertThat(create("a b", 1, 1).errorCode()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION.code());
        assertThat(create("c", 0, 1).errorCode()).isEqualTo(ErrorCode.INVALID_PARTITIONS.code());
        assertThat(create("c", 1, 3).errorCode()).isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR.code());
        assertThat(create("c", 1, 1, new CreatableTopicConfig("retention.ms", "soon")).errorCode())
                .isEqualTo(ErrorCode.INVALID_CONFIG.code());
        assertThat(create("c", 1, 1, new CreatableTopicConfig("colour", "red")).errorMessage())
                .isEqualTo("Unknown topic config name: colour");
    }

    @Test
    void partitions_can_only_become_more() {
        brokers(1);
        create("orders", 2, 1);
        for (var count : List.of(2, 1, 4)) {
            var wanted = new CreatePartitionsRequest.CreatePartitionsTopic("orders", count, null);
            var reply = (CreatePartitionsResponse) ask(new Command.CreatePartitions(
                    new CreatePartitionsRequest(List.of(wanted), 1_000, false)));
            assertThat(reply.results().getFirst().errorCode())
                    .isEqualTo((count == 4 ? ErrorCode.NONE : ErrorCode.INVALID_PARTITIONS).code());
        }
        assertThat(cluster.topic("orders").partitions()).hasSize(4);
    }

    @Test
    void a_deleted_topic_takes_its_configuration_along() {
        brokers(1);
        create("orders", 1, 1, new CreatableTopicConfig("retention.ms", "1000"));
        assertThat(new ConfigView(cluster, settings).ofTopic("orders", "retention.ms")).isEqualTo("1000");
        ask(new Command.DeleteTopics(new DeleteTopicsRequest(List.of(), List.of("orders"), 1_000)));
        assertThat(cluster.topic("orders")).isNull();
        assertThat(cluster.configs()).isEmpty();
    }

    @Test
    void configurations_change_step_by_step() {
        brokers(1);
        create("orders", 1, 1);
        assertThat(alter("cleanup.policy", 2, "compact")).isZero();
        assertThat(new ConfigView(cluster, settings).ofTopic("orders", "cleanup.policy")).isEqualTo("delete,compact");
        assertThat(alter("cleanup.policy", 3, "delete")).isZero();
        assertThat(new ConfigView(cluster, settings).ofTopic("orders", "cleanup.policy")).isEqualTo("compact");
        assertThat(alter("cleanup.policy", 1, null)).isZero();
        assertThat(cluster.configs()).isEmpty();
        assertThat(alter("segment.bytes", 0, "1")).isEqualTo(ErrorCode.INVALID_CONFIG.code());
    }

    /** As Kafka leaves a partition behind: nobody in sync, but eligible (KIP-966). */
    @Test
    void a_broker_that_comes_back_leads_what_it_was_the_last_to_lead() {
        brokers(2);
        create("orders", 3, 2);
        var id = cluster.topic("orders").id();
        leave(id, 0, List.of(), List.of(1, 2), List.of());
        leave(id, 1, List.of(), List.of(), List.of(1));
        leave(id, 2, List.of(2), List.of(), List.of());
        ask(registration(1, 3));
        var partitions = cluster.topic("orders").partitions();
        assertThat(partitions).extracting(Partition::leader).containsExactly(1, 1, 2);
        assertThat(partitions.get(0).inSync()).containsExactly(1);
        assertThat(partitions.get(0).eligible()).isEmpty();
        assertThat(partitions.get(1).inSync()).containsExactly(1);
        assertThat(partitions.get(1).lastKnownEligible()).isEmpty();
        assertThat(partitions.get(0).leaderEpoch()).isEqualTo(2);
    }

    private void leave(Uuid topic, int number, List<Integer> inSync, List<Integer> eligible, List<Integer> lastKnown) {
        cluster = cluster.with(PartitionChangeRecord.builder().topicId(topic).partitionId(number).leader(-1).isr(inSync)
                .eligibleLeaderReplicas(eligible).lastKnownElr(lastKnown).build());
    }

    private short alter(String name, int operation, String value) {
        var step = new IncrementalAlterConfigsRequest.AlterableConfig(name, (byte) operation, value);
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource(Resource.TOPIC, "orders", List.of(step));
        var reply = (IncrementalAlterConfigsResponse) ask(new Command.IncrementalAlterConfigs(
                new IncrementalAlterConfigsRequest(List.of(resource), false)));
        return reply.responses().getFirst().errorCode();
    }
}
