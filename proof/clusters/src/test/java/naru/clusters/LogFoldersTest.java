package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.LogDirNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker with two log folders, whose partitions are moved from one to the other by Kafka's own tool (KIP-113). */
@Timeout(120)
class LogFoldersTest {

    private static final long PATIENCE_S = 60;
    private static final int RECORD_BYTES = 10_000;
    private static final int RECORDS = 300;

    @TempDir
    Path home;

    private String one;
    private String two;
    private KafkaTools tools;
    private BrokerProcess broker;
    private Admin admin;

    @BeforeEach
    void start() throws Exception {
        one = home.resolve("one").toString();
        two = home.resolve("two").toString();
        tools = new KafkaTools();
        startBroker();
    }

    private void startBroker(String... settings) throws IOException {
        broker = BrokerProcess.start(Path.of(one + "," + two), settings);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
    }

    private void restart() throws Exception {
        admin.close();
        broker.kill();
        startBroker();
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
        broker.close();
        tools.close();
    }

    private void create(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private KafkaProducer<Integer, byte[]> producer() {
        return new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrap(), "acks", "all"),
                new IntegerSerializer(), new ByteArraySerializer());
    }

    private void fill(String topic) {
        try (var producer = producer()) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(topic, i, new byte[RECORD_BYTES]));
            }
        }
    }

    /** In the order of the log; each has the number in it with which it was sent. */
    private void assertThatAllAreThere(String topic, int count) {
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", broker.bootstrap()),
                new IntegerDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int next = 0;
            while (next < count) {
                for (var record : consumer.poll(Duration.ofSeconds(PATIENCE_S))) {
                    assertThat(record.key()).isEqualTo(next);
                    assertThat(record.offset()).isEqualTo(next++);
                }
            }
            assertThat(consumer.endOffsets(List.of(partition))).containsValue((long) count);
        }
    }

    private String whereIs(String topic) throws Exception {
        var replica = new TopicPartitionReplica(topic, 0, 1);
        return admin.describeReplicaLogDirs(List.of(replica)).values().get(replica).get(PATIENCE_S, TimeUnit.SECONDS)
                .getCurrentReplicaLogDir();
    }

    private String other(String folder) {
        return folder.equals(one) ? two : one;
    }

    private String plan(String topic, String folder) throws IOException {
        return Files.writeString(home.resolve("plan.json"), "{\"version\":1,\"partitions\":[{\"topic\":\"" + topic
                + "\",\"partition\":0,\"replicas\":[1],\"log_dirs\":[\"" + folder + "\"]}]}").toString();
    }

    private String reassign(String... arguments) throws Exception {
        var all = new java.util.ArrayList<>(List.of("--bootstrap-server", broker.bootstrap()));
        all.addAll(List.of(arguments));
        return tools.typed(KafkaTools.REASSIGN, all.toArray(String[]::new));
    }

    private void awaitArrival(String topic, String folder) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!whereIs(topic).equals(folder)) {
            assertThat(System.nanoTime() - untilNs).as("waiting for %s to lie in %s", topic, folder).isNegative();
        }
    }

    @Test
    void aPartitionMovesAtThePaceThatIsAllowedWhileItIsWrittenAndRead() throws Exception {
        create("moved");
        fill("moved");
        String from = whereIs("moved");
        String to = other(from);
        String plan = plan("moved", to);
        long beganNs = System.nanoTime();
        assertThat(reassign("--execute", "--reassignment-json-file", plan, "--replica-alter-log-dirs-throttle", "600000"))
                .contains("Successfully started moving log directory to " + to + " for replica moved-0 with broker 1");
        assertThat(reassign("--verify", "--preserve-throttles", "--reassignment-json-file", plan))
                .contains("Reassignment of replica moved-0-1 is still in progress.");
        assertThat(tools.typed(KafkaTools.LOG_DIRS, "--bootstrap-server", broker.bootstrap(), "--describe", "--topic-list", "moved"))
                .containsPattern("\"partition\":\"moved-0\",\"size\":\\d{7},\"offsetLag\":0,\"isFuture\":false")
                .containsPattern("\"partition\":\"moved-0\",\"size\":\\d+,\"offsetLag\":[1-9]\\d*,\"isFuture\":true");

        var sent = new AtomicInteger(RECORDS);
        var arrived = new AtomicBoolean();
        var writing = Thread.ofPlatform().start(() -> {
            try (var producer = producer()) {
                while (!arrived.get()) {
                    producer.send(new ProducerRecord<>("moved", sent.getAndIncrement(), new byte[100])).get();
                }
            } catch (Exception e) {
                throw new AssertionError("a record was refused while its partition moved", e);
            }
        });
        awaitArrival("moved", to);
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
        arrived.set(true);
        writing.join();
        System.out.println("3 MB at 0.6 MB/s were moved in " + tookMs + " ms, beside " + (sent.get() - RECORDS) + " records");
        assertThat(tookMs).as("a second's worth goes at once").isGreaterThan(3_000);
        assertThatAllAreThere("moved", sent.get());
        assertThat(reassign("--verify", "--reassignment-json-file", plan))
                .contains("Reassignment of replica moved-0-1 completed successfully.");
        awaitNothingLeftIn(from, "moved");
        assertThat(Files.exists(Path.of(to, "moved-0"))).isTrue();

        restart();
        assertThat(whereIs("moved")).isEqualTo(to);
        assertThatAllAreThere("moved", sent.get());
    }

    /** Its folder gets another name at once, and is deleted a minute later. */
    private static void awaitNothingLeftIn(String folder, String topic) {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (Files.exists(Path.of(folder, topic + "-0"))) {
            assertThat(System.nanoTime() - untilNs).as("%s leaves %s", topic, folder).isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    void aMoveGoesOnAfterAKillAndCanBeCalledOff() throws Exception {
        create("moved");
        fill("moved");
        String from = whereIs("moved");
        String plan = plan("moved", other(from));
        reassign("--execute", "--reassignment-json-file", plan, "--replica-alter-log-dirs-throttle", "300000");
        awaitCopied(other(from));
        restart();
        assertThat(whereIs("moved")).isEqualTo(from);
        assertThat(futureOf("moved")).isEqualTo(other(from));
        reassign("--execute", "--additional", "--reassignment-json-file", plan("moved", from));
        assertThat(futureOf("moved")).isNull();
        assertThatAllAreThere("moved", RECORDS);

        assertThat(reassign("--execute", "--reassignment-json-file", plan("moved", other(from)), "--replica-alter-log-dirs-throttle", "1000000000"))
                .contains("Successfully started moving log directory to " + other(from) + " for replica moved-0 with broker 1");
        awaitArrival("moved", other(from));
        assertThatAllAreThere("moved", RECORDS);
    }

    private String futureOf(String topic) throws Exception {
        var replica = new TopicPartitionReplica(topic, 0, 1);
        return admin.describeReplicaLogDirs(List.of(replica)).values().get(replica).get(PATIENCE_S, TimeUnit.SECONDS)
                .getFutureReplicaLogDir();
    }

    /** By names alone: files come and go beside it, which a walk that asks each for its attributes does not survive. */
    private static List<File> inside(File folder, Predicate<String> names) {
        var found = folder.listFiles((_, name) -> names.test(name));
        return found == null ? List.of() : List.of(found);
    }

    private static List<File> copiesIn(String folder) {
        return inside(new File(folder), name -> name.endsWith("-future"));
    }

    private void awaitCopied(String folder) {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        long copied;
        do {
            assertThat(System.nanoTime() - untilNs).as("something is copied to %s", folder).isNegative();
            copied = copiesIn(folder).stream().flatMap(copy -> inside(copy, name -> name.endsWith(".log")).stream())
                    .mapToLong(File::length).sum();
        } while (copied == 0);
    }

    @Test
    void aTopicIsDeletedWhileItMovesAndACordonedFolderIsRefused() throws Exception {
        create("moved");
        fill("moved");
        String from = whereIs("moved");
        reassign("--execute", "--reassignment-json-file", plan("moved", other(from)), "--replica-alter-log-dirs-throttle", "100000");
        admin.deleteTopics(List.of("moved")).all().get(PATIENCE_S, TimeUnit.SECONDS);
        create("moved");
        assertThat(copiesIn(from)).isEmpty();
        assertThat(copiesIn(other(from))).isEmpty();
        String cordoned = other(whereIs("moved"));
        tools.typed(KafkaTools.CONFIGS, "--bootstrap-server", broker.bootstrap(), "--entity-type", "brokers", "--entity-name", "1",
                "--alter", "--add-config", "cordoned.log.dirs=[" + cordoned + "]");
        assertThatThrownBy(() -> place("moved", cordoned)).cause().isInstanceOf(InvalidReplicaAssignmentException.class);
        assertThatThrownBy(() -> place("moved", "/nowhere")).cause().isInstanceOf(LogDirNotFoundException.class);
        String wished = cordoned.equals(one) ? two : one;
        assertThatThrownBy(() -> place("unborn", wished)).cause().isInstanceOf(UnknownTopicOrPartitionException.class);
        create("unborn");
        assertThat(whereIs("unborn")).isEqualTo(wished);
    }

    private void place(String topic, String folder) throws Exception {
        admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica(topic, 0, 1), folder)).all().get(PATIENCE_S, TimeUnit.SECONDS);
    }
}
