package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk was exchanged for an empty one comes back under its old number: it neither votes for nor leads what it no longer holds. */
@Timeout(180)
class WipedDiskTest {

    private static final long PATIENCE_S = 60;
    private static final int RECORDS = 200;
    private static final TopicPartition KEPT = new TopicPartition("kept", 0);

    @TempDir
    private Path home;

    private static TopicPartitionInfo state(Admin admin) throws Exception {
        return admin.describeTopics(List.of(KEPT.topic())).allTopicNames().get(PATIENCE_S, TimeUnit.SECONDS)
                .get(KEPT.topic()).partitions().getFirst();
    }

    private static boolean isLed(Admin admin) throws Exception {
        var leader = state(admin).leader();
        return leader != null && !leader.isEmpty();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.holds()) {
            assertThat(System.nanoTime() - untilNs).as("waiting: %s", what).isNegative();
        }
    }

    @Test
    void aReplicaIsNotLedByABrokerThatHasLostIt() throws Exception {
        var ports = NodeProcess.freePorts(4);
        String servers = "controller.quorum.bootstrap.servers=127.0.0.1:" + ports.get(0);
        var second = NodeProcess.of(home, 2, "process.roles=broker", servers, "listeners=PLAINTEXT://127.0.0.1:" + ports.get(2));
        var third = NodeProcess.of(home, 3, "process.roles=broker", servers, "listeners=PLAINTEXT://127.0.0.1:" + ports.get(3));
        try (var controller = NodeProcess.of(home, 1, "process.roles=broker,controller", servers,
                "listeners=PLAINTEXT://127.0.0.1:" + ports.get(1) + ",CONTROLLER://127.0.0.1:" + ports.get(0)).start()) {
            String id = controller.clusterId();
            second.format(id).start();
            third.format(id).start();
            String bootstrap = "127.0.0.1:" + ports.get(1);
            try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
                admin.createTopics(List.of(new NewTopic(KEPT.topic(), Map.of(0, List.of(2, 3)))
                        .configs(Map.of("min.insync.replicas", "2")))).all().get(PATIENCE_S, TimeUnit.SECONDS);
                fill(bootstrap);
                assertThat(state(admin).isr()).hasSize(2);

                third.kill();
                // Else the one that is to lose its disk may be taken for the last that has everything.
                await("broker 3 is missed", () -> state(admin).isr().size() == 1);
                second.kill();
                third.wipe();
                third.format(id).start();
                await("broker 3 is back", () -> admin.describeCluster().nodes().get(PATIENCE_S, TimeUnit.SECONDS).stream()
                        .anyMatch(node -> node.id() == 3));
                assertThat(isLed(admin)).as("led by a broker that holds nothing of it").isFalse();
                assertThat(state(admin).isr()).noneMatch(node -> node.id() == 3);

                second.start();
                await("broker 2 leads", () -> isLed(admin));
                assertThat(state(admin).leader().id()).isEqualTo(2);
                assertThatAllAreThere(bootstrap);
                await("broker 3 has copied it", () -> state(admin).isr().size() == 2);
            }
        } finally {
            second.close();
            third.close();
        }
    }

    private static void fill(String bootstrap) {
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap, "acks", "all"),
                new IntegerSerializer(), new IntegerSerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(KEPT.topic(), 0, i, i));
            }
        }
    }

    private static void assertThatAllAreThere(String bootstrap) {
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap),
                new IntegerDeserializer(), new IntegerDeserializer())) {
            consumer.assign(List.of(KEPT));
            consumer.seekToBeginning(List.of(KEPT));
            int next = 0;
            while (next < RECORDS) {
                for (var record : consumer.poll(Duration.ofSeconds(PATIENCE_S))) {
                    assertThat(record.value()).isEqualTo(next++);
                }
            }
        }
    }

    @Test
    void aControllerWithAnEmptyDiskDoesNotVoteInTheNameOfTheOneBefore() throws Exception {
        var ports = NodeProcess.freePorts(4);
        String servers = "controller.quorum.bootstrap.servers=127.0.0.1:" + ports.get(0);
        String bootstrap = "127.0.0.1:" + ports.get(1);
        try (var tools = new KafkaTools();
                var founder = NodeProcess.of(home, 1, "process.roles=broker,controller", servers,
                        "listeners=PLAINTEXT://" + bootstrap + ",CONTROLLER://127.0.0.1:" + ports.get(0)).start();
                var second = NodeProcess.of(home, 2, "process.roles=controller", servers, "listeners=CONTROLLER://127.0.0.1:" + ports.get(2));
                var third = NodeProcess.of(home, 3, "process.roles=controller", servers, "listeners=CONTROLLER://127.0.0.1:" + ports.get(3))) {
            join(tools, bootstrap, founder, second);
            join(tools, bootstrap, founder, third);
            String before = second.directoryId();
            second.kill();
            second.wipe();
            var refusal = second.startInVain();
            assertThat(refusal.said()).contains("naru cannot start: ", "is not formatted");
            assertThat(refusal.exitCode()).isOne();

            second.format(founder.clusterId(), "--no-initial-controllers").start();
            String now = second.directoryId();
            assertThat(now).isNotEqualTo(before);
            await("it only looks on", () -> tools.controller(bootstrap, now).matches(KafkaTools.CAUGHT_UP));
            assertThat(tools.controller(bootstrap, before)).as("its vote is nobody's").endsWith("Follower");
            assertThat(tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap, "remove-controller", "--controller-id", "2",
                    "--controller-directory-id", before)).contains("KRaft controller 2 with directory id " + before);
            assertThat(tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap, "--command-config", second.settings().toString(),
                    "add-controller")).contains("controller 2 with directory id " + now);
        }
    }

    private static void join(KafkaTools tools, String bootstrap, NodeProcess founder, NodeProcess other) throws Exception {
        other.format(founder.clusterId(), "--no-initial-controllers").start();
        String directory = other.directoryId();
        await("it is there", () -> tools.controller(bootstrap, directory).matches(KafkaTools.CAUGHT_UP));
        assertThat(tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap, "--command-config", other.settings().toString(),
                "add-controller")).contains("with directory id " + directory);
    }
}
