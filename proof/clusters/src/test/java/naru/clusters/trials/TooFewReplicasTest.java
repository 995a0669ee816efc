package naru.clusters.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers, of which too few are left; the controller is a node of its own, which stays. What is promised to more
 * replicas than there are is refused, what was promised is kept, and nothing is given up that nobody said may be.
 */
@Timeout(300)
class TooFewReplicasTest {

    private static final int PATIENCE_S = 60;
    private static final int CONTROLLER = 4;
    private static final int FEW = 20;

    @TempDir
    private static Path home;

    private static Nodes nodes;
    private static Cluster cluster;

    @BeforeAll
    static void start() throws Exception {
        nodes = Nodes.startApart(new Roads.Loopback(), new Software.Built(), home, 3, List.of("controlled.shutdown.enable=true"));
        cluster = new Cluster(nodes.bootstrap(), nodes.count());
    }

    @AfterAll
    static void stop() {
        if (nodes != null) {
            cluster.close();
            nodes.close();
        }
    }

    private static KafkaProducer<String, String> producer(int deliveryMsMax) {
        return new KafkaProducer<>(Map.of("bootstrap.servers", nodes.bootstrap(), "acks", "all", "linger.ms", 0,
                "request.timeout.ms", Math.min(1_500, deliveryMsMax), "delivery.timeout.ms", deliveryMsMax),
                new StringSerializer(), new StringSerializer());
    }

    private static void write(KafkaProducer<String, String> producer, String topic, String prefix, int count) throws Exception {
        var sent = new ArrayList<Future<?>>();
        for (int i = 0; i < count; i++) {
            sent.add(producer.send(new ProducerRecord<>(topic, 0, null, prefix + i)));
        }
        for (var each : sent) {
            each.get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(String topic, int count) {
        var partition = new TopicPartition(topic, 0);
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", nodes.bootstrap()),
                new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
            while (values.size() < count && System.nanoTime() < untilNs) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private static List<String> named(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static List<String> both(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    @Test
    void writesAreRefusedAndReadsGoOnUntilEnoughReplicasAreBack() throws Exception {
        cluster.create("two", 1, (short) 3, Map.of("min.insync.replicas", "2"));
        cluster.awaitWhole("two");
        try (var producer = producer(60_000)) {
            write(producer, "two", "a", FEW);
            int left = cluster.leaders("two").get(0);
            var others = IntStream.rangeClosed(1, 3).filter(node -> node != left).toArray();
            nodes.kill(others[0]);
            nodes.kill(others[1]);
            cluster.awaitInSync("two", 1);
            assertThat(cluster.eligible("two")).as("who left when nothing could be acknowledged any more").isNotEmpty().isSubsetOf(others[0], others[1]);
            try (var impatient = producer(2_000)) {
                var refused = impatient.send(new ProducerRecord<>("two", 0, null, "refused"));
                assertThat(failure(refused)).isInstanceOfAny(
                        NotEnoughReplicasException.class, org.apache.kafka.common.errors.TimeoutException.class);
            }
            try (var once = onceTrying()) {
                assertThat(failure(once.send(new ProducerRecord<>("two", 0, null, "refused"))))
                        .isInstanceOf(NotEnoughReplicasException.class);
            }
            assertThat(read("two", FEW)).isEqualTo(named("a", FEW));
            var waiting = producer.send(new ProducerRecord<>("two", 0, null, "b0"));
            nodes.startAgain(others[0]);
            waiting.get(PATIENCE_S, TimeUnit.SECONDS);
            write(producer, "two", "c", FEW);
            nodes.startAgain(others[1]);
            cluster.awaitWhole("two");
            assertThat(read("two", 2 * FEW + 1)).isEqualTo(both(both(named("a", FEW), List.of("b0")), named("c", FEW)));
        }
    }

    /** One that does not try again says what it was refused with. */
    private static KafkaProducer<String, String> onceTrying() {
        return new KafkaProducer<>(Map.of("bootstrap.servers", nodes.bootstrap(), "acks", "all", "retries", 0,
                "enable.idempotence", false), new StringSerializer(), new StringSerializer());
    }

    private static Throwable failure(Future<?> sent) throws Exception {
        try {
            sent.get(PATIENCE_S, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    @Test
    void aStaleReplicaLeadsOnlyWhenSomebodySaysSoAndThenItIsTold() throws Exception {
        cluster.create("stale", 1, (short) 3, Map.of("min.insync.replicas", "1"));
        cluster.awaitWhole("stale");
        var replicas = List.of(1, 2, 3);
        int last = cluster.leaders("stale").get(0);
        int first = replicas.stream().filter(node -> node != last).findFirst().orElseThrow();
        int second = replicas.stream().filter(node -> node != last && node != first).findFirst().orElseThrow();
        try (var producer = producer(60_000)) {
            write(producer, "stale", "everywhere", FEW);
            nodes.stop(first);
            cluster.awaitInSync("stale", 2);
            write(producer, "stale", "on-two", FEW);
            nodes.stop(second);
            cluster.awaitInSync("stale", 1);
            write(producer, "stale", "on-one", FEW);
        }
        nodes.kill(last);
        nodes.startAgain(first);
        try (var one = Admin.create(Map.of("bootstrap.servers", nodes.address(first), "request.timeout.ms", 3_000))) {
            assertThat(one.describeTopics(List.of("stale")).allTopicNames().get(PATIENCE_S, TimeUnit.SECONDS).get("stale")
                    .partitions().getFirst().leader()).as("a leader that lacks records, unasked").isNull();
            var partition = new TopicPartition("stale", 0);
            one.electLeaders(ElectionType.UNCLEAN, java.util.Set.of(partition)).all().get(PATIENCE_S, TimeUnit.SECONDS);
            assertThat(one.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition)
                    .get(PATIENCE_S, TimeUnit.SECONDS).offset()).isEqualTo(FEW);
        }
        assertThat(Files.readString(nodes.log(CONTROLLER)))
                .contains("stale-0 is led by broker " + first + ", which was not in sync: what only brokers [" + last
                        + "] had is lost (unclean leader election)");
        nodes.startAgain(last);
        nodes.startAgain(second);
        cluster.awaitWhole("stale");
        assertThat(Files.readString(nodes.log(last))).as("the one who had the records tells what went").contains("stale-0");
        try (var producer = producer(60_000)) {
            write(producer, "stale", "anew", FEW);
        }
        assertThat(read("stale", 2 * FEW)).isEqualTo(both(named("everywhere", FEW), named("anew", FEW)));
    }
}
