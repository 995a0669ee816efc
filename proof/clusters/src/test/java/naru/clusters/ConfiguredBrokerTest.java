package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What operators set in {@code server.properties} is what clients meet. */
@Execution(ExecutionMode.CONCURRENT)
class ConfiguredBrokerTest {

    private static final int PARTITIONS = 10;
    private static final long PATIENCE_S = 30;

    @TempDir
    Path home;

    @Test
    void eachListenerTellsItsOwnAddress() throws Exception {
        try (var broker = BrokerProcess.start(home.resolve("data"),
                "listeners=INTERNAL://127.0.0.1:0,EXTERNAL://127.0.0.1:0",
                "advertised.listeners=INTERNAL://127.0.0.1:0,EXTERNAL://localhost:0",
                "listener.security.protocol.map=INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT",
                "inter.broker.listener.name=INTERNAL")) {
            assertThat(broker.listening()).hasSize(2);
            assertThat(addressToldAt(broker.listening().getFirst())).isEqualTo(broker.listening().getFirst()).startsWith("127.0.0.1:");
            assertThat(addressToldAt(broker.listening().getLast())).isEqualTo(broker.listening().getLast()).startsWith("localhost:");
        }
    }

    @Test
    void aListenerOnEveryAddressTellsTheNameOfTheMachine() throws Exception {
        try (var broker = BrokerProcess.startAt("0.0.0.0:0", home.resolve("data"))) {
            var told = broker.bootstrap();
            int port = Integer.parseInt(told.substring(told.lastIndexOf(':') + 1));
            assertThat(told).isEqualTo(nameOfThisMachine() + ":" + port);
            assertThat(addressToldAt("127.0.0.1:" + port)).isEqualTo(told);
        }
    }

    /** A machine may have none; then its clients are expected to be on it. */
    private static String nameOfThisMachine() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }

    private static String addressToldAt(String bootstrap) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            var node = admin.describeCluster().nodes().get(PATIENCE_S, TimeUnit.SECONDS).iterator().next();
            return node.host() + ":" + node.port();
        }
    }

    @Test
    void partitionsAreSpreadOverTheLogFoldersAndStayThere() throws Exception {
        var folders = List.of(home.resolve("one").toString(), home.resolve("two").toString());
        var all = Path.of(String.join(",", folders));
        var before = new TreeSet<String>();
        try (var broker = BrokerProcess.start(all); var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic("spread", PARTITIONS, (short) 1))).all().get(PATIENCE_S, TimeUnit.SECONDS);
            writeOneEach(broker.bootstrap());
            before.addAll(places(admin));
            for (var folder : folders) {
                assertThat(before.stream().filter(place -> place.startsWith(folder + " "))).hasSize(PARTITIONS / 2);
            }
            broker.kill();
        }
        try (var broker = BrokerProcess.start(all); var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            assertThat(places(admin)).isEqualTo(before);
            for (int i = 0; i < PARTITIONS; i++) {
                var partition = new TopicPartition("spread", i);
                assertThat(admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition)
                        .get(PATIENCE_S, TimeUnit.SECONDS).offset()).isEqualTo(1);
            }
        }
    }

    private static void writeOneEach(String bootstrap) throws Exception {
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap, "acks", "all"), text, text)) {
            for (int i = 0; i < PARTITIONS; i++) {
                producer.send(new ProducerRecord<>("spread", i, "key", "value")).get(PATIENCE_S, TimeUnit.SECONDS);
            }
        }
    }

    /** Each as {@code FOLDER PARTITION}. */
    private static TreeSet<String> places(Admin admin) throws Exception {
        var places = new TreeSet<String>();
        int self = admin.describeCluster().nodes().get(PATIENCE_S, TimeUnit.SECONDS).iterator().next().id();
        var folders = admin.describeLogDirs(List.of(self)).allDescriptions().get(PATIENCE_S, TimeUnit.SECONDS).get(self);
        folders.forEach((folder, description) ->
                description.replicaInfos().keySet().stream().filter(partition -> partition.topic().equals("spread"))
                        .forEach(partition -> places.add(folder + " " + partition)));
        assertThat(places).hasSize(PARTITIONS);
        return places;
    }

    @Test
    void theFileOfKafkasOwnDownloadIsUnderstood() throws Exception {
        var settings = List.of(
                "process.roles=broker,controller", "node.id=7", "controller.quorum.bootstrap.servers=localhost:9093",
                "listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0", "inter.broker.listener.name=PLAINTEXT",
                "advertised.listeners=PLAINTEXT://localhost:0,CONTROLLER://localhost:0", "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL",
                "num.network.threads=3", "num.io.threads=8", "socket.send.buffer.bytes=102400", "socket.receive.buffer.bytes=102400",
                "socket.request.max.bytes=104857600", "num.partitions=3", "num.recovery.threads.per.data.dir=2",
                "offsets.topic.replication.factor=1", "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
                "log.retention.hours=168", "log.segment.bytes=1073741824", "log.retention.check.interval.ms=300000");
        try (var broker = BrokerProcess.start(home.resolve("data"), settings.toArray(String[]::new));
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            assertThat(admin.describeCluster().controller().get(PATIENCE_S, TimeUnit.SECONDS).id()).isEqualTo(7);
            admin.createTopics(List.of(new NewTopic("usual", Optional.empty(), Optional.empty())))
                    .all().get(PATIENCE_S, TimeUnit.SECONDS);
            var found = admin.describeTopics(List.of("usual")).allTopicNames().get(PATIENCE_S, TimeUnit.SECONDS).get("usual");
            assertThat(found.partitions()).extracting(partition -> partition.partition())
                    .isEqualTo(IntStream.range(0, 3).boxed().toList());
        }
    }
}
