package naru.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers in this virtual machine. */
@Timeout(180)
class NaruClusterTest {

    private static final int PATIENCE_S = 60;
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    @TempDir
    private Path home;

    private static int leader(Admin admin) throws Exception {
        return admin.describeTopics(List.of(ORDERS.topic())).allTopicNames().get(PATIENCE_S, TimeUnit.SECONDS)
                .get(ORDERS.topic()).partitions().getFirst().leader().id();
    }

    /** Waits until the broker that is asked has heard of the topic. */
    private static int leader(NaruCluster cluster) {
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", cluster.bootstrapServers()),
                new StringSerializer(), new StringSerializer())) {
            return producer.partitionsFor(ORDERS.topic()).getFirst().leader().id();
        }
    }

    private static List<String> read(String bootstrapServers) {
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(ORDERS));
            long end = consumer.endOffsets(List.of(ORDERS)).get(ORDERS);
            consumer.seekToBeginning(List.of(ORDERS));
            while (consumer.position(ORDERS) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private static void write(KafkaProducer<String, String> producer, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            producer.send(new ProducerRecord<>(ORDERS.topic(), 0, null, "r" + i)).get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    @Test
    void aLeaderThatIsKilledIsReplacedAndWhoIsCutOffIsNotWaitedFor() throws Exception {
        try (var cluster = NaruCluster.plan(3).with("min.insync.replicas", "2").start();
                var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
                var producer = new KafkaProducer<>(Map.of("bootstrap.servers", cluster.bootstrapServers(), "acks", "all",
                        "request.timeout.ms", 2_000, "linger.ms", 0),
                        new StringSerializer(), new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic(ORDERS.topic(), 1, (short) 3))).all().get(PATIENCE_S, TimeUnit.SECONDS);
            write(producer, 0, 10);
            int killed = leader(admin);
            cluster.node(killed).kill();
            write(producer, 10, 20);
            assertThat(leader(admin)).isNotEqualTo(killed);
            cluster.node(killed).revive();

            // Not the leader: a client that has connections to nobody else asks the one that is cut off, again and again.
            int cut = leader(admin) % 3 + 1;
            cluster.cut(cut);
            write(producer, 20, 21);
            cluster.heal(cut);
            assertThat(read(cluster.bootstrapServers())).containsExactlyElementsOf(IntStream.range(0, 21).mapToObj(i -> "r" + i).toList());
        }
    }

    /** It has connections to the leader, which goes on answering that it leads, and would wait for twenty seconds to hear that nothing came of it. */
    @Test
    void whoProducesToALeaderThatIsCutOffLooksElsewhere() throws Exception {
        try (var cluster = NaruCluster.plan(3).with("min.insync.replicas", "2").start();
                var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(ORDERS.topic(), 1, (short) 3))).all().get(PATIENCE_S, TimeUnit.SECONDS);
            int cut = leader(cluster);
            try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", cluster.node(cut).bootstrapServers(), "acks", "all",
                    "request.timeout.ms", 20_000, "linger.ms", 0), new StringSerializer(), new StringSerializer())) {
                write(producer, 0, 10);
                cluster.cut(cut);
                producer.send(new ProducerRecord<>(ORDERS.topic(), 0, null, "r10")).get(10, TimeUnit.SECONDS);
                cluster.heal(cut);
            }
            // Of another, as the one that was cut off may not have heard yet that it leads no more.
            assertThat(read(cluster.node(cut % 3 + 1).bootstrapServers())).containsExactlyElementsOf(IntStream.range(0, 11).mapToObj(i -> "r" + i).toList());
        }
    }

    @Test
    void whatIsOnDiskIsThereForTheNextOne() throws Exception {
        try (var _ = NaruCluster.plan(1).onDisk(home).start()) {
            assertThat(Files.exists(home.resolve("node-1/meta.properties"))).isTrue();
        }
    }
}
