package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
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

/** What a container does, without containers: its entry point as a process, with the environment of the compose files on other ports. */
class ContainerTest {

    private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path DOCKER = CHECKOUT.resolve("apps/dist/docker");
    private static final String HOST = "127.0.0.1";
    private static final Pattern OWN_PORT = Pattern.compile("://:(\\d+)");
    private static final Pattern SERVICE_PORT = Pattern.compile("(naru(?:-\\d)?):(\\d+)");
    private static final Pattern PUBLISHED_PORT = Pattern.compile("localhost:(\\d+)");
    private static final Pattern EXTERNAL = Pattern.compile("EXTERNAL://([^,]+)");
    private static final int PATIENCE_S = 60;

    @TempDir
    private Path folder;
    private Path home;
    private final List<Process> running = new ArrayList<>();
    /** Ports of this machine for those of the containers, by {@code SERVICE:PORT}. */
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final List<ServerSocket> taken = new ArrayList<>();

    @BeforeEach
    void anInstallation() throws IOException {
        home = Files.createDirectories(folder.resolve("opt/naru"));
        Files.createDirectories(home.resolve("bin"));
        Files.copy(CHECKOUT.resolve("bin/kafka-storage.sh"), home.resolve("bin/kafka-storage.sh"));
        script("""
                #!/usr/bin/env bash
                main=Main
                if [ "$1" = storage ]; then main=Storage && shift; fi
                exec '%s/bin/java' -Xmx128m --enable-native-access=ALL-UNNAMED -cp '%s' naru.server.$main "$@"
                """.formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
    }

    @AfterEach
    void everybodyStops() {
        running.forEach(Process::destroy);
        running.forEach(process -> process.onExit().join());
    }

    private void script(String text) throws IOException {
        var naru = Files.writeString(home.resolve("naru"), text);
        assertThat(naru.toFile().setExecutable(true)).isTrue();
    }

    private ProcessBuilder entryPoint(String name, Map<String, String> environment) {
        var builder = new ProcessBuilder(DOCKER.resolve("entrypoint.sh").toString());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("NARU_HOME", home.toString());
        builder.environment().put("NARU_CONFIG", folder.resolve("server.properties").toString());
        builder.environment().put("NARU_DATA", folder.resolve(name).toString());
        builder.environment().putAll(environment);
        return builder;
    }

    /** The settings that the entry point hands over, from an installation that only shows them. */
    private SortedMap<String, String> settings(Map<String, String> environment) throws Exception {
        script("#!/usr/bin/env bash\n[ \"$1 $2\" = 'start --config' ] && cat \"$3\"\n");
        var process = entryPoint("data", environment).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        var properties = new Properties();
        properties.load(new StringReader(said));
        var settings = new TreeMap<String, String>();
        properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
        return settings;
    }

    @Test
    void variablesAreSettings() throws Exception {
        assertThat(settings(Map.of(
                "KAFKA_BROKER_ID", "7",
                "KAFKA_LISTENERS", "INTERNAL://:19092,EXTERNAL://:9092",
                "KAFKA_ADVERTISED_LISTENERS", "INTERNAL://naru:19092,EXTERNAL://localhost:9092",
                "KAFKA_CFG_LOG_RETENTION_HOURS", "24",
                "KAFKA_SSL_KEYSTORE_LOCATION", "C:\\keys",
                "KAFKA_HEAP_OPTS", "-Xmx1g",
                "KAFKA_LOG4J_ROOT_LOGLEVEL", "WARN",
                "KAFKA_PORT", "tcp://10.0.0.1:9092",
                "KAFKA_SERVICE_HOST", "10.0.0.1"))).isEqualTo(new TreeMap<>(Map.of(
                "node.id", "7",
                "listeners", "INTERNAL://:19092,EXTERNAL://:9092",
                "advertised.listeners", "INTERNAL://naru:19092,EXTERNAL://localhost:9092",
                "log.retention.hours", "24",
                "ssl.keystore.location", "C:\\keys",
                "log.dirs", folder.resolve("data").toString())));
    }

    @Test
    void withoutVariablesThereIsABrokerThatThisMachineReaches() throws Exception {
        assertThat(settings(Map.of())).containsEntry("listeners", "PLAINTEXT://:9092")
                .containsEntry("advertised.listeners", "PLAINTEXT://localhost:9092").containsEntry("node.id", "1");
    }

    @Test
    void theEnvironmentWinsOverAMountedFile() throws Exception {
        Files.writeString(folder.resolve("server.properties"), "node.id=3\nlog.retention.hours=1\nnum.partitions=4");
        assertThat(settings(Map.of("KAFKA_LOG_RETENTION_HOURS", "24"))).containsEntry("log.retention.hours", "24")
                .containsEntry("node.id", "3").containsEntry("num.partitions", "4");
    }

    /** With which options folders are formatted, from an installation that only shows them. */
    private String formatted(Map<String, String> environment) throws Exception {
        var storage = home.resolve("bin/kafka-storage.sh");
        Files.writeString(storage, "#!/usr/bin/env bash\necho \"$@\"\n");
        script("#!/usr/bin/env bash\n");
        var all = new TreeMap<>(Map.of("CLUSTER_ID", "4L6g3nShT-eMCtK--X86sw", "KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"));
        all.putAll(environment);
        var process = entryPoint("data", all).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip().replaceFirst(".*server\\.properties ?", "");
    }

    /** Two that each vote alone would be two clusters. */
    @Test
    void whoVotesAtFirstIsSaidOrIsTheOnlyController() throws Exception {
        String several = "naru-1:29092,naru-2:29092";
        assertThat(formatted(Map.of())).isEqualTo("--standalone");
        assertThat(formatted(Map.of("KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS", "naru-1:29092"))).isEqualTo("--standalone");
        assertThat(formatted(Map.of("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@naru-1:29092"))).isEmpty();
        assertThat(formatted(Map.of("KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS", several))).isEqualTo("--no-initial-controllers");
        assertThat(formatted(Map.of("KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS", several, "NARU_FORMAT_OPTS", "--standalone")))
                .isEqualTo("--standalone");
        assertThat(formatted(Map.of("KAFKA_PROCESS_ROLES", "broker", "KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS", "naru-1:29092")))
                .isEqualTo("--no-initial-controllers");
    }

    @Test
    void oneNode() throws Exception {
        var compose = ComposeFile.read(DOCKER.resolve("compose.yaml"));
        var external = up(compose);
        writeAndRead(external, 1);
    }

    @Test
    void threeNodes() throws Exception {
        var compose = ComposeFile.read(DOCKER.resolve("compose-three.yaml"));
        assertThat(compose.services()).hasSize(3);
        var external = up(compose);
        try (var admin = Admin.create(Map.of("bootstrap.servers", external))) {
            var nodes = admin.describeCluster().nodes().get();
            assertThat(nodes).hasSize(3);
            assertThat(nodes.stream().map(node -> node.host() + ":" + node.port())).containsExactlyInAnyOrder(external.split(","));
        }
        writeAndRead(external, 3);
    }

    /** Starts every service; where its clients outside of the containers begin, separated by commas. */
    private String up(ComposeFile compose) throws IOException {
        compose.services().forEach((name, service) -> {
            String outside = port(EXTERNAL, service.environment().get("KAFKA_ADVERTISED_LISTENERS"));
            assertThat(port(EXTERNAL, service.environment().get("KAFKA_LISTENERS"))).as(name + " listens where it says").isEqualTo(outside);
            assertThat(service.ports()).as(name + " publishes it").containsExactly(outside + ":" + outside);
        });
        var environments = new TreeMap<String, SortedMap<String, String>>();
        compose.services().forEach((name, service) -> environments.put(name, onThisMachine(name, service.environment())));
        for (var socket : taken) {
            socket.close();
        }
        var outputs = new ArrayList<Process>();
        for (var one : environments.entrySet()) {
            var process = entryPoint(one.getKey(), one.getValue()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            running.add(process);
            outputs.add(process);
        }
        var external = new ArrayList<String>();
        for (var process : outputs) {
            awaitReady(process);
        }
        environments.values().forEach(environment -> {
            var address = EXTERNAL.matcher(environment.get("KAFKA_ADVERTISED_LISTENERS"));
            assertThat(address.find()).isTrue();
            external.add(address.group(1));
        });
        return String.join(",", external);
    }

    private static String port(Pattern listener, String listeners) {
        var found = listener.matcher(listeners);
        assertThat(found.find()).as(listeners).isTrue();
        return found.group(1).substring(found.group(1).lastIndexOf(':') + 1);
    }

    private static void awaitReady(Process process) throws IOException {
        var out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        while (line != null && !line.startsWith("naru is ready")) {
            line = out.readLine();
        }
        assertThat(line).as("the node became ready").isNotNull();
    }

    private SortedMap<String, String> onThisMachine(String service, SortedMap<String, String> environment) {
        var here = new TreeMap<String, String>();
        environment.forEach((key, value) -> {
            String moved = OWN_PORT.matcher(value).replaceAll(port -> "://" + HOST + ":" + portOf(service, port.group(1)));
            moved = SERVICE_PORT.matcher(moved).replaceAll((MatchResult at) -> HOST + ":" + portOf(at.group(1), at.group(2)));
            here.put(key, PUBLISHED_PORT.matcher(moved).replaceAll(port -> HOST + ":" + portOf(service, port.group(1))));
        });
        return here;
    }

    private int portOf(String service, String port) {
        return ports.computeIfAbsent(service + ":" + port, _ -> {
            try {
                var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                taken.add(socket);
                return socket.getLocalPort();
            } catch (IOException none) {
                throw new AssertionError("no free port", none);
            }
        });
    }

    private static void writeAndRead(String bootstrap, int replicas) throws Exception {
        var writer = Map.<String, Object>of("bootstrap.servers", bootstrap, "acks", "all");
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<String, String>(writer, text, text)) {
            var at = producer.send(new ProducerRecord<>("through-external", "hello")).get(PATIENCE_S, java.util.concurrent.TimeUnit.SECONDS);
            assertThat(at.offset()).isZero();
            assertThat(producer.partitionsFor("through-external").getFirst().replicas()).hasSize(replicas);
        }
        var reader = Map.<String, Object>of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(reader, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("through-external", 0)));
            var records = consumer.poll(Duration.ofSeconds(PATIENCE_S));
            assertThat(records).extracting(record -> record.value()).containsExactly("hello");
        }
    }
}
