package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in three processes: what one of them is asked, all of them know; and one of them may be killed. */
@Timeout(300)
class ThreeNodesTest {

    private static final int PATIENCE_S = 60;
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 500;

    @TempDir
    private Path home;

    private static Admin admin(String bootstrap) {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    private static List<Integer> alive(Admin admin) throws Exception {
        return admin.describeCluster().nodes().get(PATIENCE_S, TimeUnit.SECONDS).stream().map(Node::id).sorted().toList();
    }

    private static void awaitAlive(Admin admin, Integer... ids) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!alive(admin).equals(List.of(ids))) {
            assertThat(System.nanoTime() - untilNs).as("waiting for the brokers " + List.of(ids)).isNegative();
        }
    }

    @Test
    void oneOfThreeIsKilledWhileItLeadsAndNothingIsLostOrDoubled() throws Exception {
        try (var cluster = ClusterOfProcesses.start(home, 3);
                var admin = admin(cluster.bootstrap());
                var producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", cluster.bootstrap(), "acks", "all", "linger.ms", 1),
                        new StringSerializer(), new StringSerializer())) {
            createThroughEachNode(cluster);
            awaitAlive(admin, 1, 2, 3);
            var sent = new ArrayList<Future<?>>();
            for (int i = 0; i < RECORDS; i++) {
                sent.add(producer.send(new ProducerRecord<>("asked-of-1", i % PARTITIONS, null, "r" + i)));
            }
            int leader = leaderOf(admin, "asked-of-1");
            cluster.kill(leader);
            for (int i = RECORDS; i < 2 * RECORDS; i++) {
                sent.add(producer.send(new ProducerRecord<>("asked-of-1", i % PARTITIONS, null, "r" + i)));
            }
            for (var each : sent) {
                each.get(PATIENCE_S, TimeUnit.SECONDS);
            }
            assertThat(read(cluster.bootstrap(), "asked-of-1")).containsExactlyInAnyOrderElementsOf(
                    IntStream.range(0, 2 * RECORDS).mapToObj(i -> "r" + i).toList());
            // What tells the process after this one that it has all there was.
            assertThat(home.resolve("node-" + leader + "/data/naru-incarnation")).content()
                    .contains(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
            cluster.revive(leader);
            awaitAlive(admin, 1, 2, 3);
            assertThat(cluster.command("status")).contains("node 1  running").contains("node 2  running").contains("node 3  running");
        }
    }

    /** Two of three are not the controller, so at least two of these are passed on. */
    private static void createThroughEachNode(ClusterOfProcesses cluster) throws Exception {
        for (int node = 1; node <= 3; node++) {
            try (var one = admin(cluster.address(node))) {
                one.createTopics(List.of(new NewTopic("asked-of-" + node, PARTITIONS, (short) 3)))
                        .all().get(PATIENCE_S, TimeUnit.SECONDS);
            }
        }
    }

    private static int leaderOf(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get(PATIENCE_S, TimeUnit.SECONDS)
                .get(topic).partitions().getFirst().leader().id();
    }

    private static List<String> read(String bootstrap, String topic) {
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest"), new StringDeserializer(),
                new StringDeserializer())) {
            var all = IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)).toList();
            consumer.assign(all);
            var ends = consumer.endOffsets(all);
            consumer.seekToBeginning(all);
            while (all.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
