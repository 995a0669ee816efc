package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import naru.protocol.message.DeleteTopicsResponse;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import naru.protocol.message.IncrementalAlterConfigsResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The controller against a model that is a map of topics, under random commands; and what must not grow by squares. */
class ControllerProperties {

    private static final int RUNS = 200;
    private static final int STEPS = 60;
    /** Names among which every kind of meeting happens: the same, colliding, illegal. */
    private static final List<String> NAMES = List.of("a", "b", "a.b", "a_b", "a.b_c", "a_b.c", "", ".", "x y");
    private static final List<String> VALUES = List.of("1", "-1", "7000", "-2", "soon");

    /** What the model knows of a topic. */
    private record Known(int partitions, TreeMap<String, String> configs) {}

    private final Controller controller = new Controller(BrokerSettings.parse(Map.of()), "here");
    private TreeMap<String, Known> model;
    private Cluster cluster;
    private long end;
    private Random dice;

    @Test
    void topics_are_what_the_answers_said() {
        for (int run = 0; run < RUNS; run++) {
            long seed = new Random(run).nextLong();
            dice = new Random(seed);
            model = new TreeMap<>();
            cluster = withBrokers(1 + dice.nextInt(3));
            for (int step = 0; step < STEPS; step++) {
                switch (dice.nextInt(5)) {
                    case 0, 1 -> create();
                    case 2 -> delete();
                    case 3 -> grow();
                    default -> configure();
                }
                check(seed);
            }
        }
    }

    private Cluster withBrokers(int count) {
        cluster = Cluster.EMPTY;
        for (int id = 1; id <= count; id++) {
            ask(registration(id, 1));
        }
        return cluster;
    }

    private static Command registration(int id, long incarnation) {
        return new Command.RegisterLoneBroker(BrokerRegistrationRequest.builder()
                .brokerId(id).incarnationId(new Uuid(incarnation, id)).rack(null).logDirs(List.of(new Uuid(2, id))).build());
    }

    private Message ask(Command command) {
        var decision = controller.decide(command, new Situation(cluster, end, new BrokerSessions(1_500), 0, (short) 0), randomness());
        // One at a time and all at once come to the same.
        var slowly = cluster;
        for (var record : decision.records()) {
            slowly = slowly.with(record);
        }
        cluster = cluster.withAll(decision.records());
        end += decision.records().size();
        assertThat(cluster.toRecords()).isEqualTo(slowly.toRecords());
        return decision.reply();
    }

    private Randomness randomness() {
        var seeded = dice;
        return new Randomness() {
            @Override
            public long nextLong() {
                return seeded.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                return seeded.nextInt(bound);
            }
        };
    }

    private <T> T any(List<T> all) {
        return all.get(dice.nextInt(all.size()));
    }

    private List<String> someNames() {
        var names = new ArrayList<String>();
        for (int i = dice.nextInt(3); i >= 0; i--) {
            names.add(any(NAMES));
        }
        return names;
    }

    private void create() {
        var topics = new ArrayList<CreatableTopic>();
        for (var name : someNames()) {
            var configs = dice.nextBoolean() ? List.<CreatableTopicConfig>of()
                    : List.of(new CreatableTopicConfig("retention.ms", any(VALUES)));
            topics.add(new CreatableTopic(name, dice.nextInt(6) - 1, (short) (dice.nextInt(6) - 1), List.of(), configs));
        }
        boolean validateOnly = dice.nextInt(5) == 0;
        var reply = (CreateTopicsResponse) ask(new Command.CreateTopics(new CreateTopicsRequest(topics, 1, validateOnly)));
        var made = new TreeMap<String, Known>();
        for (var topic : topics) {
            var result = reply.topics().stream().filter(one -> one.name().equals(topic.name())).findFirst().orElseThrow();
            boolean isTwice = topics.stream().filter(one -> one.name().equals(topic.name())).count() > 1;
            boolean collides = model.keySet().stream().anyMatch(one -> flat(one).equals(flat(topic.name())))
                    || made.keySet().stream().anyMatch(one -> flat(one).equals(flat(topic.name())));
            String retention = topic.configs().isEmpty() ? "1" : topic.configs().getFirst().value();
            boolean isFine = !isTwice && !collides && !List.of("", ".", "x y").contains(topic.name())
                    && topic.numPartitions() != 0 && topic.replicationFactor() != 0
                    && topic.replicationFactor() <= cluster.brokers().size() && !List.of("-2", "soon").contains(retention);
            assertThat(result.errorCode() == ErrorCode.NONE.code()).as("%s: %s", topic, result).isEqualTo(isFine);
            if (isFine) {
                var configs = new TreeMap<String, String>();
                topic.configs().forEach(one -> configs.put(one.name(), one.value()));
                made.put(topic.name(), new Known(Math.max(1, topic.numPartitions()), configs));
            }
        }
        if (!validateOnly) {
            model.putAll(made);
        }
    }

    private static String flat(String name) {
        return name.replace('.', '_');
    }

    private void delete() {
        var names = someNames();
        var states = names.stream().map(name -> new DeleteTopicState(name, Uuid.ZERO)).toList();
        var reply = (DeleteTopicsResponse) ask(new Command.DeleteTopics(new DeleteTopicsRequest(states, List.of(), 1)));
        for (var result : reply.responses()) {
            boolean isFine = model.containsKey(result.name()) && names.stream().filter(result.name()::equals).count() == 1;
            assertThat(result.errorCode() == ErrorCode.NONE.code()).as("%s", result).isEqualTo(isFine);
            if (isFine) {
                model.remove(result.name());
            }
        }
    }

    private void grow() {
        var topics = new ArrayList<CreatePartitionsTopic>();
        someNames().forEach(name -> topics.add(new CreatePartitionsTopic(name, dice.nextInt(12), null)));
        var reply = (CreatePartitionsResponse) ask(new Command.CreatePartitions(new CreatePartitionsRequest(topics, 1, false)));
        for (var result : reply.results()) {
            var asked = topics.stream().filter(one -> one.name().equals(result.name())).toList();
            var known = model.get(result.name());
            boolean isFine = asked.size() == 1 && known != null && asked.getFirst().count() > known.partitions();
            assertThat(result.errorCode() == ErrorCode.NONE.code()).as("%s", result).isEqualTo(isFine);
            if (isFine) {
                model.put(result.name(), new Known(asked.getFirst().count(), known.configs()));
            }
        }
    }

    private void configure() {
        String name = any(NAMES);
        boolean delete = dice.nextInt(3) == 0;
        String value = any(VALUES);
        var step = new AlterableConfig("retention.ms", (byte) (delete ? 1 : 0), delete ? null : value);
        var reply = (IncrementalAlterConfigsResponse) ask(new Command.IncrementalAlterConfigs(
                new IncrementalAlterConfigsRequest(
                        List.of(new AlterConfigsResource(Resource.TOPIC, name, List.of(step))), false)));
        boolean isFine = model.containsKey(name) && (delete || !List.of("-2", "soon").contains(value));
        assertThat(reply.responses().getFirst().errorCode() == ErrorCode.NONE.code()).as("%s", reply).isEqualTo(isFine);
        if (isFine && delete) {
            model.get(name).configs().remove("retention.ms");
        } else if (isFine) {
            model.get(name).configs().put("retention.ms", value);
        }
    }

    private void check(long seed) {
        assertThat(cluster.topics()).as("seed %s", seed).extracting(Topic::name).containsExactlyElementsOf(model.keySet());
        model.forEach((name, known) -> {
            assertThat(cluster.topic(name).partitions()).as("seed %s", seed).hasSize(known.partitions());
            assertThat(new TreeMap<>(cluster.config(Resource.topic(name)))).as("seed %s", seed).isEqualTo(known.configs());
        });
        assertThat(cluster.configs()).as("seed %s", seed)
                .hasSize((int) model.values().stream().filter(one -> !one.configs().isEmpty()).count());
        assertThat(Cluster.EMPTY.withAll(cluster.toRecords())).as("seed %s", seed).isEqualTo(cluster);
    }

    /** Each of these took minutes, or hours, while the work grew by squares. */
    @Test
    @Timeout(60)
    void many_at_once_are_little_more_than_many_one_by_one() {
        dice = new Random(1);
        cluster = withBrokers(1);
        var million = new ArrayList<CreatableTopic>();
        for (int i = 0; i < 1_000_000; i++) {
            million.add(new CreatableTopic("t." + i, -1, (short) -1, List.of(), List.of()));
        }
        var reply = (CreateTopicsResponse) ask(new Command.CreateTopics(new CreateTopicsRequest(million, 1, false)));
        assertThat(reply.topics()).hasSize(1_000_000)
                .allMatch(one -> one.errorCode() == ErrorCode.POLICY_VIOLATION.code());
        assertThat(cluster.topicCount()).isZero();

        ask(new Command.CreateTopics(new CreateTopicsRequest(million.subList(0, 5_000), 1, false)));
        assertThat(cluster.topicCount()).isEqualTo(5_000);
        var wide = new CreatableTopic("wide", 10_000, (short) 1, List.of(), List.of());
        ask(new Command.CreateTopics(new CreateTopicsRequest(List.of(wide), 1, false)));
        assertThat(cluster.topic("wide").partitions()).hasSize(10_000);

        var names = million.stream().map(CreatableTopic::name).toList();
        var deleted = (DeleteTopicsResponse) ask(new Command.DeleteTopics(new DeleteTopicsRequest(List.of(), names, 1)));
        assertThat(deleted.responses()).hasSize(1_000_000);
        assertThat(cluster.topicCount()).isEqualTo(1);

        var grown = names.stream().map(name -> new CreatePartitionsTopic(name, 2, null)).toList();
        var results = (CreatePartitionsResponse) ask(new Command.CreatePartitions(new CreatePartitionsRequest(grown, 1, false)));
        assertThat(results.results()).hasSize(1_000_000);

        var far = new CreatePartitionsTopic("wide", Integer.MAX_VALUE, null);
        var refused = (CreatePartitionsResponse) ask(new Command.CreatePartitions(
                new CreatePartitionsRequest(List.of(far), 1, false)));
        assertThat(refused.results().getFirst().errorCode()).isEqualTo(ErrorCode.POLICY_VIOLATION.code());

        var steps = names.stream().map(name -> new AlterConfigsResource(Resource.TOPIC, name, List.of())).toList();
        var altered = (IncrementalAlterConfigsResponse) ask(new Command.IncrementalAlterConfigs(
                new IncrementalAlterConfigsRequest(steps, false)));
        assertThat(altered.responses()).hasSize(1_000_000);
    }
}
