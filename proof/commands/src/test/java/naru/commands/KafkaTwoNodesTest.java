package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes from two files, as introductions to Kafka set them up with its scripts; one of them is killed. */
@Timeout(300)
class KafkaTwoNodesTest {

    private static final String FIRST = """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@localhost:9093
            listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
            inter.broker.listener.name=PLAINTEXT
            advertised.listeners=PLAINTEXT://localhost:9092
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
            log.dirs=/tmp/server-1/kraft-combined-logs
            offsets.topic.replication.factor=2
            group.initial.rebalance.delay.ms=0
            """;
    private static final String SECOND = """
            process.roles=broker
            node.id=2
            controller.quorum.voters=1@localhost:9093
            listeners=PLAINTEXT://localhost:9094
            inter.broker.listener.name=PLAINTEXT
            advertised.listeners=PLAINTEXT://localhost:9094
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
            log.dirs=/tmp/server-2/kraft-combined-logs
            offsets.topic.replication.factor=2
            group.initial.rebalance.delay.ms=0
            """;

    @TempDir
    private Path home;

    @Test
    void oneOfTwoIsKilledAndTheOtherLeads() throws Exception {
        try (var walk = Walk.begin(home)) {
            Files.writeString(home.resolve("config/server-1.properties"), walk.real(FIRST));
            Files.writeString(home.resolve("config/server-2.properties"), walk.real(SECOND));
            String id = walk.see("bin/kafka-storage.sh random-uuid").strip();
            walk.see("bin/kafka-storage.sh format -t " + id + " -c config/server-1.properties",
                    "bin/kafka-storage.sh format -t " + id + " -c config/server-2.properties");
            walk.see("bin/kafka-server-start.sh -daemon config/server-1.properties",
                    "LOG_DIR=logs-2 bin/kafka-server-start.sh -daemon config/server-2.properties");

            walk.see("bin/kafka-topics.sh --bootstrap-server localhost:9092 --create --replication-factor 2 --partitions 4 --topic my-topic");
            var before = described(walk);
            while (!before.stream().allMatch(line -> line.matches(".*Replicas: (1,2|2,1)\\s+Isr: (1,2|2,1)\\s.*"))
                    || before.stream().noneMatch(line -> line.contains("Leader: 2"))) {
                // On a machine that has other things to do, one of them may have been missed for a moment, and the other one leads all.
                walk.type("bin/kafka-leader-election.sh --bootstrap-server localhost:9092 --election-type preferred --all-topic-partitions");
                before = described(walk);
            }
            assertThat(before).hasSize(4);
            walk.see("printf 'a\\nb\\nc\\n' | bin/kafka-console-producer.sh --bootstrap-server localhost:9092,localhost:9094 --topic my-topic "
                    + "--producer-property acks=all");
            assertThat(walk.see("bin/kafka-console-consumer.sh --bootstrap-server localhost:9092,localhost:9094 --topic my-topic --from-beginning "
                    + "--group readers --max-messages 3").lines()).containsExactlyInAnyOrder("a", "b", "c");

            walk.broker("/tmp/server-2/kraft-combined-logs").destroyForcibly();
            var after = described(walk);
            while (after.stream().anyMatch(line -> line.contains("Leader: 2") || !line.matches(".*Isr: 1\\s.*"))) {
                after = described(walk);
            }
            assertThat(after).hasSize(4).allSatisfy(line -> assertThat(line).contains("Leader: 1").matches(".*Replicas: (1,2|2,1)\\s+Isr: 1\\s.*"));
            assertThat(walk.see("bin/kafka-topics.sh --bootstrap-server localhost:9092 --describe --under-replicated-partitions").lines()
                    .filter(line -> line.contains("Topic: my-topic"))).hasSize(4);
            walk.see("echo d | bin/kafka-console-producer.sh --bootstrap-server localhost:9092,localhost:9094 --topic my-topic");
            assertThat(walk.see("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092,localhost:9094 --describe --group readers").lines()
                    .filter(line -> line.startsWith("readers")).mapToInt(line -> Integer.parseInt(line.split("\\s+")[5])).sum()).isOne();
            assertThat(walk.see("bin/kafka-console-consumer.sh --bootstrap-server localhost:9092,localhost:9094 --topic my-topic "
                    + "--group readers --max-messages 1")).isEqualTo("d\n");

            walk.see("LOG_DIR=logs-2 bin/kafka-server-start.sh -daemon config/server-2.properties");
            var back = described(walk);
            while (!back.stream().allMatch(line -> line.matches(".*Isr: (1,2|2,1)\\s.*"))) {
                back = described(walk);
            }
            aCordonedBrokerGetsNothingNew(walk);
        }
    }

    /** The controller knows of it with the broker's next heartbeat, and spreads partitions over all until then. */
    private static void aCordonedBrokerGetsNothingNew(Walk walk) throws Exception {
        walk.see("./naru cluster cordon 1 --bootstrap-server localhost:9092");
        int made = 0;
        String replicas;
        do {
            String topic = "made-" + made++;
            walk.see("./naru topics create " + topic + " --partitions 2 --bootstrap-server localhost:9092");
            replicas = walk.see("./naru topics describe " + topic + " --json --bootstrap-server localhost:9092");
        } while (!replicas.contains("\"replicas\":[2]") || replicas.contains("\"replicas\":[1]"));
        walk.see("./naru cluster uncordon 1 --bootstrap-server localhost:9092");
        assertThat(walk.see("bin/kafka-configs.sh --bootstrap-server localhost:9092 --entity-type brokers --entity-name 1 --describe"))
                .doesNotContain("cordoned.log.dirs=*");
    }

    /** A line for each partition. */
    private static List<String> described(Walk walk) throws Exception {
        return walk.see("bin/kafka-topics.sh --bootstrap-server localhost:9092,localhost:9094 --describe --topic my-topic").lines()
                .filter(line -> line.contains("Partition: ")).toList();
    }
}
