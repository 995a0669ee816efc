package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What is typed from Kafka's documents and from introductions to it, with the scripts in {@code bin/} against one broker that
 * Kafka's own {@code server.properties} describes: today's spellings, and those of long ago.
 */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class KafkaScriptsTest {

    @TempDir
    private static Path home;
    private static Walk walk;
    /** Of no other broker on this machine, which a script that stops brokers by their number would find. */
    private static String node;

    @BeforeAll
    static void theServerIsFormattedAndStarted() throws Exception {
        walk = Walk.begin(home);
        node = walk.real("9092");
        var config = home.resolve("config/server.properties");
        Files.writeString(config, Files.readString(config).replace("node.id=1", "node.id=" + node));
        String formatted = walk.see("KAFKA_CLUSTER_ID=\"$(bin/kafka-storage.sh random-uuid)\"; "
                + "bin/kafka-storage.sh format --standalone -t $KAFKA_CLUSTER_ID -c config/server.properties");
        assertThat(formatted).isEqualTo(
                walk.real("Formatting dynamic metadata voter directory /tmp/kraft-combined-logs with metadata.version 4.3-IV0.\n"));
        assertThat(walk.see("bin/kafka-server-start.sh -daemon config/server.properties --override group.initial.rebalance.delay.ms=0")).isEmpty();
    }

    @AfterAll
    static void theServerIsStopped() throws Exception {
        try (var _ = walk) {
            var broker = walk.broker("/tmp/kraft-combined-logs");
            walk.see("bin/kafka-server-stop.sh --node-id=" + node);
            broker.onExit().join();
            assertThat(walk.type("bin/kafka-server-stop.sh --node-id=" + node)).isEqualTo(new Walk.Shown(1, "", "No kafka server to stop\n"));
            assertThat(home.resolve("logs/server.log")).content().contains("naru is ready in");
        }
    }

    @Test
    void theQuickStart() throws Exception {
        assertThat(walk.see("bin/kafka-topics.sh --create --topic quickstart-events --bootstrap-server localhost:9092"))
                .isEqualTo("Created topic quickstart-events.\n");
        var shown = walk.see("bin/kafka-topics.sh --describe --topic quickstart-events --bootstrap-server localhost:9092",
                "printf 'This is my first event\\nThis is my second event\\n' | "
                        + "bin/kafka-console-producer.sh --topic quickstart-events --bootstrap-server localhost:9092");
        assertThat(shown.getFirst()).matches("(?s)Topic: quickstart-events\\s+TopicId: \\S{22}\\s+PartitionCount: 1\\s+ReplicationFactor: 1\\s+Configs: .*"
                + "Topic: quickstart-events\\s+Partition: 0\\s+Leader: " + node + "\\s+Replicas: " + node + "\\s+Isr: " + node + "\\s.*");
        // Until Ctrl-C, as the document has it.
        var consumer = walk.start("bin/kafka-console-consumer.sh --topic quickstart-events --from-beginning --bootstrap-server localhost:9092");
        while (!consumer.isOver() && consumer.shownSoFar().lines().count() < 2) {
            Thread.onSpinWait();
        }
        consumer.interrupt();
        var ended = consumer.end();
        assertThat(ended.out()).isEqualTo("This is my first event\nThis is my second event\n");
        assertThat(ended.err()).contains("Processed a total of 2 messages");
        assertThat(ended.code()).isEqualTo(130);
    }

    @Test
    void keysAndGroupsAndTheirLag() throws Exception {
        assertThat(walk.see("bin/kafka-topics.sh --bootstrap-server localhost:9092 --create --topic orders --partitions 2 --replication-factor 1 "
                + "--config retention.ms=604800000")).contains("Created topic orders.");
        var shown = walk.see("printf 'k1:first\\nk2:second\\nk1:third\\n' | bin/kafka-console-producer.sh --broker-list localhost:9092 --topic orders "
                        + "--property parse.key=true --property key.separator=:",
                "bin/kafka-topics.sh --list --bootstrap-server localhost:9092");
        assertThat(shown.getLast().lines()).contains("orders");
        String read = walk.see("bin/kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic orders --from-beginning --group walkers "
                + "--property print.key=true --property key.separator=: --max-messages 3");
        assertThat(read.lines().filter(line -> !line.contains(" is deprecated "))).containsExactlyInAnyOrder("k1:first", "k2:second", "k1:third");
        assertThat(lags("walkers")).containsOnly("0");
        walk.see("printf 'k1:fourth\\nk1:fifth\\n' | bin/kafka-console-producer.sh --bootstrap-server localhost:9092 --topic orders "
                + "--reader-property parse.key=true --reader-property key.separator=:");
        assertThat(lags("walkers")).contains("2");
        shown = walk.see("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --list",
                "bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group walkers --state",
                "bin/kafka-get-offsets.sh --bootstrap-server localhost:9092 --topic orders",
                "bin/kafka-run-class.sh kafka.tools.GetOffsetShell --broker-list localhost:9092 --topic orders --time -2");
        assertThat(shown.getFirst().lines()).contains("walkers");
        assertThat(shown.get(1)).contains("Empty");
        assertThat(shown.get(2).lines().mapToInt(line -> Integer.parseInt(line.split(":")[2])).sum()).isEqualTo(5);
        assertThat(shown.get(3)).isEqualTo("orders:0:0\norders:1:0\n");

        String preview = walk.see("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group walkers --reset-offsets --to-earliest "
                + "--topic orders --dry-run");
        assertThat(preview).contains("NEW-OFFSET").contains("walkers");
        assertThat(lags("walkers")).contains("2");
        walk.see("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group walkers --reset-offsets --to-earliest --topic orders --execute");
        assertThat(lags("walkers").stream().mapToInt(Integer::parseInt).sum()).isEqualTo(5);
        int partition = 1;
        String set = walk.see("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group walkers --reset-offsets --to-offset 1 "
                + "--topic orders:" + partition + " --execute");
        assertThat(set.lines().filter(line -> line.startsWith("walkers"))).singleElement()
                .satisfies(line -> assertThat(line.split("\\s+")).containsSubsequence("orders", "1", "1"));
        shown = walk.see("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --delete --group walkers",
                "bin/kafka-configs.sh --bootstrap-server localhost:9092 --entity-type topics --entity-name orders --alter --add-config retention.ms=100000",
                "bin/kafka-topics.sh --bootstrap-server localhost:9092 --alter --topic orders --partitions 3");
        assertThat(shown.getFirst()).contains("was successful");
        assertThat(shown.get(1)).contains("Completed updating config");
        assertThat(walk.see("bin/kafka-topics.sh --bootstrap-server localhost:9092 --describe --topic orders"))
                .contains("PartitionCount: 3").contains("retention.ms=100000");
        walk.see("bin/kafka-topics.sh --bootstrap-server localhost:9092 --delete --topic orders");
    }

    /** The column LAG of {@code --describe}. */
    private static List<String> lags(String group) throws Exception {
        String shown = walk.see("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group " + group);
        assertThat(shown).contains("CURRENT-OFFSET").contains("LOG-END-OFFSET").contains("LAG");
        return shown.lines().filter(line -> line.startsWith(group)).map(line -> line.split("\\s+")[5]).toList();
    }

    @Test
    void howFastItIsAndWhetherItIsWhole() throws Exception {
        walk.see("bin/kafka-topics.sh --create --topic perf --partitions 1 --bootstrap-server localhost:9092",
                "bin/kafka-topics.sh --create --topic verified --partitions 1 --bootstrap-server localhost:9092");
        var shown = walk.see("bin/kafka-producer-perf-test.sh --topic perf --num-records 20000 --record-size 100 --throughput -1 "
                        + "--producer-props bootstrap.servers=localhost:9092 acks=1",
                "bin/kafka-verifiable-producer.sh --bootstrap-server localhost:9092 --topic verified --max-messages 200");
        assertThat(shown.getFirst()).contains("20000 records sent, ").contains("ms 99th");
        assertThat(shown.getLast()).contains("\"name\":\"tool_data\"").contains("\"sent\":200").contains("\"acked\":200");
        shown = walk.see("bin/kafka-consumer-perf-test.sh --bootstrap-server localhost:9092 --topic perf --messages 20000",
                "bin/kafka-verifiable-consumer.sh --bootstrap-server localhost:9092 --topic verified --group-id verifiers --max-messages 200",
                "bin/kafka-run-class.sh kafka.tools.EndToEndLatency localhost:9092 latency 50 all 100");
        assertThat(shown.getFirst()).contains("data.consumed.in.MB").contains(", 20000, ");
        assertThat(shown.get(1)).contains("\"name\":\"records_consumed\"").contains("\"name\":\"offsets_committed\"").contains("\"success\":true");
        assertThat(shown.get(2)).contains("Avg latency: ").contains("99.9th = ");
        shown = walk.see("bin/kafka-dump-log.sh --print-data-log --files /tmp/kraft-combined-logs/verified-0/00000000000000000000.log",
                "bin/kafka-run-class.sh kafka.tools.DumpLogSegments --deep-iteration --files /tmp/kraft-combined-logs/verified-0/00000000000000000000.log");
        assertThat(shown.getFirst()).contains("Log starting offset: 0").contains("payload: 0\n").contains("payload: 199\n").contains("isvalid: true");
        assertThat(shown.get(1)).contains("offset: 199");
    }

    @Test
    void spellingsOfLongAgo() throws Exception {
        assertThat(walk.see("bin/kafka-run-class.sh kafka.admin.TopicCommand --describe --topic none-of-them --if-exists --bootstrap-server localhost:9092"))
                .isEmpty();
        var altered = walk.type("bin/kafka-topics.sh --zookeeper localhost:2181 --alter --topic t --partitions 3");
        assertThat(altered.code()).isEqualTo(1);
        assertThat(altered.err()).contains("there is no ZooKeeper any more").contains("--bootstrap-server");
        walk.see("bin/zookeeper-server-start.sh config/zookeeper.properties");
    }

    /** The first run takes notes, from which a cache is made behind it; from then on a command starts from that. */
    @Test
    void theSecondStartOfAClassIsMadeQuick() throws Exception {
        String line = "NARU_TOOLS_CACHE=/tmp/caches bin/kafka-topics.sh --list --bootstrap-server localhost:9092";
        walk.see(line);
        var caches = Path.of(walk.real("/tmp/caches"));
        while (true) {
            try (var files = Files.list(caches)) {
                if (files.anyMatch(file -> file.toString().endsWith(".aot"))) {
                    break;
                }
            }
        }
        assertThat(walk.see("KAFKA_OPTS=-Xlog:class+load=info " + line)).contains("org.apache.kafka.tools.TopicCommand source: shared objects file");
    }

    /** In the words of Kafka's tool; features that are not known here are left out. */
    @Test
    void featuresOfAReleaseAndWhatTheyNeed() throws Exception {
        var shown = walk.see("bin/kafka-storage.sh version-mapping --release-version 4.1", "bin/kafka-storage.sh version-mapping",
                "bin/kafka-storage.sh feature-dependencies --feature eligible.leader.replicas.version=1 -f group.version=1");
        assertThat(shown.getFirst()).isEqualTo("metadata.version=27 (4.1-IV1)\nkraft.version=1\ntransaction.version=2\ngroup.version=1\n"
                + "eligible.leader.replicas.version=1\nshare.version=0\n");
        assertThat(shown.get(1)).startsWith("metadata.version=30 (4.3-IV0)\n");
        assertThat(shown.get(2)).isEqualTo("eligible.leader.replicas.version=1 requires:\n    metadata.version=23 (4.0-IV1)\n"
                + "group.version=1 has no dependencies.\n");
        var unknown = walk.type("bin/kafka-storage.sh feature-dependencies --feature moon.version=1");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).startsWith("Unknown feature: moon.version").hasLineCount(1);
    }

    @Test
    void foldersAreFormattedAsKafkasToolDoes() throws Exception {
        Files.writeString(home.resolve("several.properties"), walk.real("""
                process.roles=broker,controller
                node.id=7
                controller.quorum.voters=7@localhost:9093,8@localhost:9094
                listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
                controller.listener.names=CONTROLLER
                log.dirs=/tmp/several
                """));
        var data = home.resolve("several");
        String id = walk.see("bin/kafka-storage.sh random-uuid").strip();
        assertThat(id).hasSize(22);
        assertThat(walk.type("bin/kafka-storage.sh info -c several.properties").out()).contains("Found problem:", data + " does not exist");
        assertThat(walk.see("bin/kafka-storage.sh format -t " + id + " -c several.properties"))
                .isEqualTo("Formatting metadata directory " + data + " with metadata.version 4.3-IV0.\n");
        assertThat(Files.readString(data.resolve("meta.properties"))).contains("cluster.id=" + id, "node.id=7");
        var again = walk.type("bin/kafka-storage.sh format -t " + id + " -c several.properties");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("--ignore-formatted");
        var shown = walk.see("bin/kafka-storage.sh format -g -t " + id + " -c several.properties", "bin/kafka-storage.sh info -c several.properties");
        assertThat(shown.getFirst()).isEqualTo("All of the log directories are already formatted.\n");
        assertThat(shown.getLast()).contains("cluster.id=" + id);
        assertThat(walk.type("bin/kafka-storage.sh format -c several.properties").err()).contains("--cluster-id/-t is required");
    }
}
