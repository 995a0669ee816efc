package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/operating/three-machines.md} says, with three processes: from its file of a node to a disk that is lost. */
class ThreeMachinesTest {

    private static final Path PAGE = Path.of("../../docs/operating/three-machines.md");
    private static final String ID = "4L6g3nShT-eMCtK--X86sw";
    private static final String TOPIC = "orders";
    private static final int RECORDS = 100;
    private static final long PATIENCE_S = 60;

    @TempDir
    private Path home;

    private final List<NodeProcess> nodes = new ArrayList<>();
    private List<Integer> ports;
    private KafkaTools tools;

    @BeforeEach
    void threeFiles() throws Exception {
        tools = new KafkaTools();
        ports = NodeProcess.freePorts(6);
        for (int id = 1; id <= 3; id++) {
            nodes.add(NodeProcess.of(home, id, fileOf(id)));
        }
    }

    @AfterEach
    void everybodyStops() throws IOException {
        nodes.forEach(NodeProcess::close);
        tools.close();
    }

    /** The page's, with the ports of this machine for those of three. */
    private String[] fileOf(int id) throws IOException {
        String page = Files.readString(PAGE);
        String block = page.substring(page.indexOf("```properties\n"));
        block = block.substring(block.indexOf('\n') + 1, block.indexOf("\n```"));
        return block.lines().filter(line -> !line.matches("(node\\.id|log\\.dirs|controller\\.listener\\.names)=.*"))
                .map(line -> onThisMachine(line, id)).toArray(String[]::new);
    }

    private String onThisMachine(String line, int id) {
        String there = line.startsWith("advertised") ? line.replace("naru-1:", "naru-" + id + ":") : line.replace("//:", "//naru-" + id + ":");
        for (int node = 1; node <= 3; node++) {
            there = there.replace("naru-" + node + ":9092", "127.0.0.1:" + port(node))
                    .replace("naru-" + node + ":9093", "127.0.0.1:" + ports.get(2 + node));
        }
        return there;
    }

    private int port(int id) {
        return ports.get(id - 1);
    }

    private NodeProcess node(int id) {
        return nodes.get(id - 1);
    }

    private String bootstrap() {
        return "127.0.0.1:" + port(2);
    }

    private void addController(int id) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!tools.controller(bootstrap(), node(id).directoryId()).matches(KafkaTools.CAUGHT_UP)) {
            assertThat(System.nanoTime() - untilNs).as("controller %d has caught up", id).isNegative();
        }
        assertThat(tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap(), "--command-config", node(id).settings().toString(),
                "add-controller")).contains("Added controller " + id);
    }

    private void found() throws Exception {
        node(1).format(ID, "--standalone").begin();
        node(2).format(ID, "--no-initial-controllers").begin();
        node(3).format(ID, "--no-initial-controllers").start();
        node(2).awaitReady();
        addController(2);
        addController(3);
    }

    private List<Integer> voters() throws Exception {
        try (var admin = admin()) {
            return admin.describeMetadataQuorum().quorumInfo().get().voters().stream().map(voter -> voter.replicaId()).sorted().toList();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }

    private void write() {
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", bootstrap(), "acks", "all"), text, text)) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, Integer.toString(i)));
            }
        }
    }

    /** How many records are there, of so many that should be. */
    private int read(int wanted) {
        var text = new StringDeserializer();
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", bootstrap()), text, text)) {
            var partitions = List.of(new TopicPartition(TOPIC, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            int count = 0;
            while (count < wanted) {
                int next = consumer.poll(Duration.ofSeconds(PATIENCE_S)).count();
                assertThat(next).as("records after %d", count).isPositive();
                count += next;
            }
            return count;
        }
    }

    private void awaitTopic(String what, Predicate<TopicDescription> state) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        try (var admin = admin()) {
            while (!state.test(admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC))) {
                assertThat(System.nanoTime() - untilNs).as(what).isNegative();
            }
        }
    }

    /** Of the node that is gone, as the tool shows it. */
    private String directoryOf(int id) throws Exception {
        var said = tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap(), "describe", "--replication");
        return said.lines().map(line -> line.split("\\s+")).filter(words -> words[0].equals(Integer.toString(id))).findFirst().orElseThrow()[1];
    }

    @Test
    void aClusterIsFoundedAndOutlivesADisk() throws Exception {
        found();
        assertThat(voters()).containsExactly(1, 2, 3);
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty()))).all().get();
        }
        awaitTopic("three replicas are in sync", topic -> topic.partitions().getFirst().isr().size() == 3);
        write();
        node(1).kill();
        node(1).wipe();
        tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap(), "remove-controller", "--controller-id", "1",
                "--controller-directory-id", directoryOf(1));
        assertThat(voters()).containsExactly(2, 3);
        node(1).format(ID, "--no-initial-controllers").start();
        addController(1);
        assertThat(voters()).containsExactly(1, 2, 3);
        awaitTopic("the new disk has everything", topic -> topic.partitions().getFirst().isr().size() == 3);
        node(3).stop();
        awaitTopic("it is led", topic -> topic.partitions().getFirst().leader() != null && topic.partitions().getFirst().leader().id() != 3);
        assertThat(read(RECORDS)).isEqualTo(RECORDS);
        write();
        assertThat(read(2 * RECORDS)).isEqualTo(2 * RECORDS);
    }
}
