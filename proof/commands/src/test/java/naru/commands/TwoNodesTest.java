package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The second half of every introduction: two nodes, each from a {@code server.properties} of its own, with Kafka's scripts. One is killed, and what
 * {@code --describe} shows before and after is what people look at.
 */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class TwoNodesTest {

    private static final Pattern PARTITION = Pattern.compile("Partition: (\\d+)\\s+Leader: (\\S+)\\s+Replicas: (\\S+)\\s+Isr: (\\S+)");
    private static final String BOTH = "--bootstrap-server localhost:9092,localhost:9094";

    /** A line of {@code --describe}. */
    private record Described(int leader, Set<Integer> replicas, Set<Integer> inSync) {}

    @TempDir
    private Path home;
    private Walk walk;
    /** Of no other broker on this machine, which a script that stops brokers by their number would find. */
    private int first;
    private int second;

    @Test
    void oneOfTwoIsKilledAndComesBack() throws Exception {
        try (var begun = Walk.begin(home)) {
            walk = begun;
            first = Integer.parseInt(walk.real("9092"));
            second = Integer.parseInt(walk.real("9094"));
            writeSettings();
            formatAndStart();
            walk.see("bin/kafka-topics.sh " + BOTH + " --create --topic payments --partitions 4 --replication-factor 2");
            assertThat(described().values()).hasSize(4).allSatisfy(one -> {
                assertThat(one.replicas()).containsExactlyInAnyOrder(first, second);
                assertThat(one.inSync()).containsExactlyInAnyOrder(first, second);
            }).extracting(Described::leader).contains(first, second);
            writeAndRead();

            var broker = walk.broker("/tmp/data-2");
            walk.see("kill -9 " + broker.pid());
            broker.onExit().join();
            assertThat(describedOnce(first)).allSatisfy((_, one) -> {
                assertThat(one.leader()).isEqualTo(first);
                assertThat(one.replicas()).containsExactlyInAnyOrder(first, second);
            });
            lagGrowsAndGoes();

            // In a terminal this time, until ctrl-C.
            var foreground = walk.start("bin/kafka-server-start.sh config/server-2.properties");
            assertThat(describedOnce(first, second)).hasSize(4);
            foreground.interrupt();
            var ended = foreground.end();
            assertThat(ended.code()).isEqualTo(130);
            assertThat(ended.out()).startsWith("naru is ready in ");
            assertThat(ended.err()).doesNotContain("Exception", "\tat ");
            assertThat(describedOnce(first)).allSatisfy((_, one) -> assertThat(one.leader()).isEqualTo(first));

            var last = walk.broker("/tmp/data-1");
            walk.see("bin/kafka-server-stop.sh --node-id=" + first);
            last.onExit().join();
            assertThat(home.resolve("logs-1/server.log")).content().contains("naru is ready in").doesNotContain("\tat ");
        }
    }

    private void writeSettings() throws Exception {
        String both = """
                controller.quorum.voters=%1$d@localhost:9093
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                inter.broker.listener.name=PLAINTEXT
                offsets.topic.replication.factor=2
                group.initial.rebalance.delay.ms=0
                """.formatted(first);
        Files.writeString(home.resolve("config/server-1.properties"), walk.real("""
                process.roles=broker,controller
                node.id=%d
                listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
                advertised.listeners=PLAINTEXT://localhost:9092
                log.dirs=/tmp/data-1
                """.formatted(first) + both));
        Files.writeString(home.resolve("config/server-2.properties"), walk.real("""
                process.roles=broker
                node.id=%d
                listeners=PLAINTEXT://localhost:9094
                advertised.listeners=PLAINTEXT://localhost:9094
                log.dirs=/tmp/data-2
                """.formatted(second) + both));
    }

    private void formatAndStart() throws Exception {
        String id = walk.see("bin/kafka-storage.sh random-uuid").strip();
        var shown = walk.see("bin/kafka-storage.sh format -t " + id + " -c config/server-1.properties",
                "bin/kafka-storage.sh format -t " + id + " -c config/server-2.properties");
        assertThat(shown).isEqualTo(List.of(walk.real("Formatting metadata directory /tmp/data-1 with metadata.version 4.3-IV0.\n"),
                walk.real("Formatting metadata directory /tmp/data-2 with metadata.version 4.3-IV0.\n")));
        walk.see("LOG_DIR=/tmp/logs-1 KAFKA_HEAP_OPTS=-Xmx201m KAFKA_OPTS=-Dsaid=here JMX_PORT=9095 bin/kafka-server-start.sh -daemon config/server-1.properties");
        assertThat(Files.readString(Path.of("/proc/" + walk.broker("/tmp/data-1").pid() + "/cmdline"))).contains("-Xmx201m", "-Dsaid=here");
        try (var jmx = new Socket("localhost", Integer.parseInt(walk.real("9095")))) {
            assertThat(jmx.isConnected()).isTrue();
        }
        walk.see("LOG_DIR=/tmp/logs-2 bin/kafka-server-start.sh -daemon config/server-2.properties");
    }

    /** Each key stays in its partition, and a group reads all of it. */
    private void writeAndRead() throws Exception {
        walk.see("printf 'ada:1\\nbob:2\\neve:3\\nada:4\\n' | bin/kafka-console-producer.sh " + BOTH + " --topic payments "
                + "--reader-property parse.key=true --reader-property key.separator=:");
        String read = walk.see("bin/kafka-console-consumer.sh " + BOTH + " --topic payments --from-beginning --group ledger "
                + "--formatter-property print.key=true --formatter-property key.separator=: --max-messages 4");
        assertThat(read.lines()).containsExactlyInAnyOrder("ada:1", "bob:2", "eve:3", "ada:4").containsSubsequence("ada:1", "ada:4");
        assertThat(lag()).isZero();
    }

    /** The node that is left takes records, and the group goes on where it stopped. */
    private void lagGrowsAndGoes() throws Exception {
        walk.see("printf 'ada:5\\nbob:6\\n' | bin/kafka-console-producer.sh " + BOTH + " --topic payments "
                + "--reader-property parse.key=true --reader-property key.separator=:");
        assertThat(lag()).isEqualTo(2);
        String read = walk.see("bin/kafka-console-consumer.sh " + BOTH + " --topic payments --group ledger --max-messages 2");
        assertThat(read.lines()).containsExactlyInAnyOrder("5", "6");
        assertThat(lag()).isZero();
    }

    /** The sum of the column LAG. */
    private int lag() throws Exception {
        String shown = walk.see("bin/kafka-consumer-groups.sh " + BOTH + " --describe --group ledger");
        assertThat(shown).contains("CURRENT-OFFSET").contains("LOG-END-OFFSET").contains("LAG");
        return shown.lines().filter(line -> line.startsWith("ledger")).map(line -> line.split("\\s+")[5]).filter(lag -> !lag.equals("-"))
                .mapToInt(Integer::parseInt).sum();
    }

    /** By partition. */
    private TreeMap<Integer, Described> described() throws Exception {
        var found = new TreeMap<Integer, Described>();
        var matcher = PARTITION.matcher(walk.see("bin/kafka-topics.sh " + BOTH + " --describe --topic payments"));
        while (matcher.find()) {
            found.put(Integer.parseInt(matcher.group(1)),
                    new Described(Integer.parseInt(matcher.group(2).replace("none", "-1")), ids(matcher.group(3)), ids(matcher.group(4))));
        }
        return found;
    }

    /** Typed again and again, until every partition is in sync on these. */
    private TreeMap<Integer, Described> describedOnce(int... inSync) throws Exception {
        var wanted = new TreeSet<Integer>();
        for (int id : inSync) {
            wanted.add(id);
        }
        while (true) {
            var found = described();
            if (found.values().stream().allMatch(one -> one.inSync().equals(wanted))) {
                return found;
            }
        }
    }

    private static Set<Integer> ids(String list) {
        var ids = new TreeSet<Integer>();
        for (var id : list.split(",")) {
            ids.add(Integer.parseInt(id));
        }
        return ids;
    }
}
