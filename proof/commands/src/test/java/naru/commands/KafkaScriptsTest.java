package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is typed from Kafka's documents, with the scripts in {@code bin/}: today's spellings, and those of long ago. */
class KafkaScriptsTest {

    private static final Path BIN = Path.of("..", "..", "bin").toAbsolutePath().normalize();

    /** What a script came to. */
    private record Shown(int code, String out, String err) {}

    @TempDir
    private Path folder;

    private Shown type(String input, String script, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(BIN.resolve(script).toString());
        command.addAll(List.of(arguments));
        var in = Files.writeString(folder.resolve("in"), input);
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        int code = new ProcessBuilder(command)
                .redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
        return new Shown(code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void theWalkOfTheQuickStart() throws Exception {
        try (var broker = BrokerProcess.start(folder.resolve("data"))) {
            String at = broker.bootstrap();
            assertThat(type("", "kafka-topics.sh", "--create", "--topic", "quickstart-events", "--partitions", "2",
                    "--replication-factor", "1", "--bootstrap-server", at).out()).contains("Created topic quickstart-events.");
            assertThat(type("", "kafka-topics.sh", "--describe", "--topic", "quickstart-events", "--bootstrap-server", at).out())
                    .contains("PartitionCount: 2").contains("Topic: quickstart-events\tPartition: 1\tLeader: 1\tReplicas: 1\tIsr: 1");
            assertThat(type("k1:first\nk2:second\n", "kafka-console-producer.sh", "--broker-list", at, "--topic", "quickstart-events",
                    "--property", "parse.key=true", "--property", "key.separator=:").code()).isZero();
            assertThat(type("", "kafka-console-consumer.sh", "--bootstrap-server", at, "--topic", "quickstart-events", "--from-beginning",
                    "--property", "print.key=true", "--max-messages", "2", "--group", "walkers", "--timeout-ms", "60000").out().lines())
                    .contains("k1\tfirst", "k2\tsecond");
            assertThat(type("", "kafka-consumer-groups.sh", "--bootstrap-server", at, "--group", "walkers", "--reset-offsets",
                    "--to-earliest", "--topic", "quickstart-events", "--execute").out()).contains("walkers", "NEW-OFFSET");
            assertThat(type("", "kafka-consumer-groups.sh", "--bootstrap-server", at, "--describe", "--group", "walkers").out())
                    .contains("CURRENT-OFFSET  LOG-END-OFFSET  LAG");
            assertThat(type("", "kafka-configs.sh", "--bootstrap-server", at, "--entity-type", "topics", "--entity-name",
                    "quickstart-events", "--alter", "--add-config", "retention.ms=100000").out()).contains("Completed updating config");
        }
    }

    @Test
    void spellingsOfLongAgo() throws Exception {
        try (var broker = BrokerProcess.start(folder.resolve("data"))) {
            var listed = type("", "kafka-run-class.sh", "kafka.admin.TopicCommand", "--list", "--bootstrap-server", broker.bootstrap());
            assertThat(listed).isEqualTo(new Shown(0, "\n", ""));
        }
        var altered = type("", "kafka-topics.sh", "--zookeeper", "localhost:2181", "--alter", "--topic", "t", "--partitions", "3");
        assertThat(altered.code()).isEqualTo(1);
        assertThat(altered.err()).contains("there is no ZooKeeper any more").contains("--bootstrap-server");
        assertThat(type("", "zookeeper-server-start.sh", "config/zookeeper.properties").code()).isZero();
    }

    @Test
    void foldersAreFormattedAsKafkasToolDoes() throws Exception {
        var data = folder.resolve("data");
        var config = Files.writeString(folder.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=7
                controller.quorum.voters=7@localhost:9093,8@localhost:9094
                listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
                controller.listener.names=CONTROLLER
                log.dirs=%s
                """.formatted(data)).toString();
        String id = type("", "kafka-storage.sh", "random-uuid").out().strip();
        assertThat(id).hasSize(22);
        assertThat(type("", "kafka-storage.sh", "info", "-c", config).out()).contains("Found problem:", data + " does not exist");
        assertThat(type("", "kafka-storage.sh", "format", "-t", id, "-c", config)).isEqualTo(
                new Shown(0, "Formatting metadata directory " + data + " with metadata.version 4.3-IV0.\n", ""));
        assertThat(Files.readString(data.resolve("meta.properties"))).contains("cluster.id=" + id, "node.id=7");
        var again = type("", "kafka-storage.sh", "format", "-t", id, "-c", config);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("--ignore-formatted");
        assertThat(type("", "kafka-storage.sh", "format", "-g", "-t", id, "-c", config).out())
                .isEqualTo("All of the log directories are already formatted.\n");
        assertThat(type("", "kafka-storage.sh", "info", "-c", config).out()).contains("cluster.id=" + id);
        assertThat(type("", "kafka-storage.sh", "format", "-c", config).err()).contains("--cluster-id/-t is required");
    }
}
