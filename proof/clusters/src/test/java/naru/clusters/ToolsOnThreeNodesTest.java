package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own command lines against three nodes: what they are told, and what they make of it. */
@Timeout(240)
class ToolsOnThreeNodesTest {

    private static final long PATIENCE_S = 60;
    /** Records of a topic that takes a while to move when it is throttled. */
    private static final int RECORDS = 60;
    private static final int RECORD_BYTES = 100_000;

    @TempDir
    private static Path home;

    private static ClusterOfProcesses cluster;
    private static KafkaTools tools;
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        cluster = ClusterOfProcesses.start(home.resolve("cluster"), 3);
        tools = new KafkaTools();
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
        tools.close();
        cluster.close();
    }

    private static String type(String tool, String... arguments) throws Exception {
        var all = new java.util.ArrayList<>(List.of("--bootstrap-server", cluster.bootstrap()));
        all.addAll(List.of(arguments));
        return tools.typed(tool, all.toArray(String[]::new));
    }

    /** Of the node that is asked and no other, so that what it does not decide itself is passed on. */
    private static String typeAt(int node, String tool, String... arguments) throws Exception {
        var all = new java.util.ArrayList<>(List.of("--bootstrap-server", cluster.address(node)));
        all.addAll(List.of(arguments));
        return tools.typed(tool, all.toArray(String[]::new));
    }

    private static String file(String name, String text) throws Exception {
        return Files.writeString(home.resolve(name), text).toString();
    }

    @Test
    void topicsAreCreatedAndDescribed() throws Exception {
        assertThat(typeAt(2, KafkaTools.TOPICS, "--create", "--topic", "described", "--partitions", "3", "--replication-factor", "3"))
                .contains("Created topic described.");
        assertThat(describedByAnyNode("described"))
                .contains("PartitionCount: 3\tReplicationFactor: 3")
                .containsPattern("Partition: 0\tLeader: [123]\tReplicas: [123],[123],[123]\tIsr: [123],[123],[123]\tElr: \tLastKnownElr: ");
        assertThat(tools.type(KafkaTools.TOPICS, "--bootstrap-server", cluster.bootstrap(), "--create", "--topic", "too-many",
                "--partitions", "1", "--replication-factor", "4"))
                .satisfies(said -> assertThat(said.code()).isOne())
                .satisfies(said -> assertThat(said.text()).contains("Unable to replicate the partition 4 time(s)"));
    }

    /** Whichever node is asked may hear of a new topic a moment later than the one that created it. */
    private static String describedByAnyNode(String topic) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        KafkaTools.Said said;
        do {
            said = tools.type(KafkaTools.TOPICS, "--bootstrap-server", cluster.bootstrap(), "--describe", "--topic", topic);
            assertThat(System.nanoTime() - untilNs).as("%s is not known: %s", topic, said).isNegative();
        } while (said.code() != 0);
        return said.text();
    }

    @Test
    void theQuorumIsDescribed() throws Exception {
        assertThat(typeAt(1, KafkaTools.QUORUM, "describe", "--status"))
                .containsPattern("LeaderId: +[123]\n").containsPattern("LeaderEpoch: +\\d+\n").containsPattern("HighWatermark: +\\d+\n")
                .containsPattern("CurrentVoters: +\\[\\{\"id\": 1, \"endpoints\": \\[\"CONTROLLER://127.0.0.1:\\d+\"\\]\\}, \\{\"id\": 2,")
                .containsPattern("CurrentObservers: +\\[\\]");
        assertThat(typeAt(3, KafkaTools.QUORUM, "describe", "--replication").lines())
                .anyMatch(line -> line.matches("NodeId\tDirectoryId\\s+LogEndOffset\tLag\tLastFetchTimestamp\tLastCaughtUpTimestamp\tStatus\\s*"))
                .anyMatch(line -> line.matches("[123] +\t\\S{22}\t\\d+ +\t0 .*Leader\\s*"))
                .filteredOn(line -> line.matches("[123] +\t\\S{22}\t\\d+ .*Follower\\s*")).hasSize(2);
        var refused = tools.type(KafkaTools.QUORUM, "--bootstrap-server", cluster.address(2),
                "remove-controller", "-i", "1", "-d", "AAAAAAAAAAAAAAAAAAAAAQ");
        assertThat(refused.code()).isOne();
        assertThat(refused.text()).contains("Cluster doesn't support removing voter because the kraft.version feature is 0");
    }

    @Test
    void featuresFoldersAndEndpointsAreDescribed() throws Exception {
        assertThat(type(KafkaTools.FEATURES, "describe"))
                .containsPattern("Feature: kraft.version\\s+SupportedMinVersion: 0\\s+SupportedMaxVersion: 1\\s+FinalizedVersionLevel: 0")
                .containsPattern("Feature: metadata.version\\s+.*FinalizedVersionLevel: 4.3-IV0")
                .containsPattern("Feature: eligible.leader.replicas.version\\s+.*FinalizedVersionLevel: 1");
        type(KafkaTools.TOPICS, "--create", "--topic", "lies-somewhere", "--partitions", "1", "--replication-factor", "3");
        assertThat(type(KafkaTools.LOG_DIRS, "--describe", "--topic-list", "lies-somewhere"))
                .contains("\"broker\":1", "\"broker\":2", "\"broker\":3", "\"partition\":\"lies-somewhere-0\"", "\"offsetLag\":0");
        assertThat(tools.typed(KafkaTools.CLUSTER, "list-endpoints", "--bootstrap-server", cluster.bootstrap()).lines().filter(line -> line.matches("[123] +127.0.0.1 .*unfenced +broker\\s*")))
                .hasSize(3);
        assertThat(tools.typed(KafkaTools.CLUSTER, "cluster-id", "--bootstrap-server", cluster.bootstrap())).startsWith("Cluster ID: ");
        var unknown = tools.type(KafkaTools.CLUSTER, "unregister", "--bootstrap-server", cluster.bootstrap(), "--id", "9");
        assertThat(unknown.text()).contains("9");
    }

    @Test
    void configurationsOfEveryBrokerChange() throws Exception {
        for (var node : List.of("1", "2", "3")) {
            assertThat(type(KafkaTools.CONFIGS, "--entity-type", "brokers", "--entity-name", node, "--alter", "--add-config",
                    "log.retention.ms=12345" + node)).contains("Completed updating config for broker " + node);
        }
        for (var node : List.of("1", "2", "3")) {
            assertThat(type(KafkaTools.CONFIGS, "--entity-type", "brokers", "--entity-name", node, "--describe"))
                    .contains("log.retention.ms=12345" + node);
            type(KafkaTools.CONFIGS, "--entity-type", "brokers", "--entity-name", node, "--alter", "--delete-config", "log.retention.ms");
        }
    }

    @Test
    void aPreferredLeaderIsElected() throws Exception {
        type(KafkaTools.TOPICS, "--create", "--topic", "elected", "--replica-assignment", "3:1:2");
        var elected = new TopicPartition("elected", 0);
        move(elected, 1, 3, 2);
        awaitLeader(elected, 3);
        assertThat(type(KafkaTools.ELECT, "--election-type", "preferred", "--topic", "elected", "--partition", "0"))
                .contains("Successfully completed leader election (PREFERRED) for partitions elected-0");
        awaitLeader(elected, 1);
        assertThat(type(KafkaTools.ELECT, "--election-type", "preferred", "--topic", "elected", "--partition", "0"))
                .contains("Valid replica already elected for partitions elected-0");
        assertThat(type(KafkaTools.ELECT, "--election-type", "preferred", "--all-topic-partitions")).as("nothing to do").isEmpty();
    }

    private static void move(TopicPartition partition, Integer... to) throws Exception {
        admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(to)))))
                .all().get(PATIENCE_S, TimeUnit.SECONDS);
        while (!admin.listPartitionReassignments().reassignments().get(PATIENCE_S, TimeUnit.SECONDS).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    /** A broker that is asked hears of it a moment after the controller has decided it. */
    private static void awaitLeader(TopicPartition partition, int wanted) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (leader(partition) != wanted) {
            assertThat(System.nanoTime() - untilNs).as("waiting for %d to lead %s", wanted, partition).isNegative();
        }
    }

    private static int leader(TopicPartition partition) throws Exception {
        return admin.describeTopics(List.of(partition.topic())).allTopicNames().get(PATIENCE_S, TimeUnit.SECONDS)
                .get(partition.topic()).partitions().get(partition.partition()).leader().id();
    }

    private static void fill(String topic) throws Exception {
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", cluster.bootstrap(), "acks", "all"),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[RECORD_BYTES]));
            }
        }
    }

    /** Six megabytes at one a second: the first second's worth goes at once, and the last fetch brings what it brings. */
    @Test
    void partitionsAreMovedAtThePaceThatIsAllowedAndBackWhenAsked() throws Exception {
        type(KafkaTools.TOPICS, "--create", "--topic", "moved", "--replica-assignment", "1:2");
        fill("moved");
        String topics = file("topics.json", "{\"topics\":[{\"topic\":\"moved\"}],\"version\":1}");
        assertThat(type(KafkaTools.REASSIGN, "--generate", "--topics-to-move-json-file", topics, "--broker-list", "1,2,3"))
                .contains("Current partition replica assignment", "\"topic\":\"moved\",\"partition\":0,\"replicas\":[1,2]",
                        "Proposed partition reassignment configuration");
        String plan = file("plan.json",
                "{\"version\":1,\"partitions\":[{\"topic\":\"moved\",\"partition\":0,\"replicas\":[1,3]}]}");
        assertThat(type(KafkaTools.REASSIGN, "--execute", "--reassignment-json-file", plan, "--throttle", "100000"))
                .contains("The inter-broker throttle limit was set to 100000 B/s", "Successfully started partition reassignment for moved-0");
        assertThat(type(KafkaTools.REASSIGN, "--list")).contains("moved-0: replicas: 1,3,2. adding: 3. removing: 2.");
        assertThat(type(KafkaTools.REASSIGN, "--verify", "--reassignment-json-file", plan))
                .contains("Reassignment of partition moved-0 is still in progress.");
        assertThat(type(KafkaTools.REASSIGN, "--cancel", "--reassignment-json-file", plan))
                .contains("Successfully cancelled partition reassignment for: moved-0");
        assertThat(type(KafkaTools.REASSIGN, "--list")).contains("No partition reassignments found.");

        long beganNs = System.nanoTime();
        type(KafkaTools.REASSIGN, "--execute", "--reassignment-json-file", plan, "--throttle", "1000000");
        String said;
        do {
            said = type(KafkaTools.REASSIGN, "--verify", "--reassignment-json-file", plan);
            assertThat(System.nanoTime() - beganNs).as(said).isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_S));
        } while (!said.contains("is completed")); // the tool asks two nodes, of which one may not have heard of the end
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
        assertThat(said).contains("Reassignment of partition moved-0 is completed.", "Clearing broker-level throttles on brokers 1,2,3",
                "Clearing topic-level throttles on topic moved");
        System.out.println("6 MB at 1 MB/s were moved in " + tookMs + " ms");
        assertThat(tookMs).isGreaterThan(3_000);
        while (!throttles().isEmpty()) {
            Thread.onSpinWait(); // a broker hears of it a moment later
        }
    }

    private static List<ConfigEntry> throttles() throws Exception {
        var resources = List.of(new ConfigResource(ConfigResource.Type.TOPIC, "moved"),
                new ConfigResource(ConfigResource.Type.BROKER, "1"), new ConfigResource(ConfigResource.Type.BROKER, "3"));
        return admin.describeConfigs(resources).all().get(PATIENCE_S, TimeUnit.SECONDS).values().stream()
                .flatMap(config -> config.entries().stream())
                .filter(entry -> entry.name().contains("throttled") && !entry.isDefault()
                        && entry.source() != ConfigEntry.ConfigSource.DEFAULT_CONFIG).toList();
    }
}
