package naru.elections;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import naru.consensus.Address;
import naru.metadata.MetadataLog;
import naru.metadata.Resource;
import naru.peer.KafkaNode;
import naru.protocol.Message;
import naru.protocol.message.ConfigRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders that go to Apache Kafka 4.3.1 and come back, and a quorum in which it votes beside us. */
@Timeout(180)
class BesideKafkaTest {

    private static final Message SETTING = new ConfigRecord(Resource.BROKER, "1", "log.retention.ms", "123456789");

    @TempDir
    Path folder;

    private final Semaphore told = new Semaphore(0);

    private void await(String what, BooleanSupplier done) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!done.getAsBoolean()) {
            assertThat(told.tryAcquire(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)).as(what).isTrue();
        }
    }

    private static Address freeAddress() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    private static String settingAt(SocketNode node) {
        return node.known().cluster().config(Resource.broker(1)).get("log.retention.ms");
    }

    private long decide(SocketNode leader, Message record) throws InterruptedException {
        var outcome = new LinkedBlockingQueue<MetadataLog.Outcome>();
        leader.decide(List.of(record), outcome::add);
        return ((MetadataLog.Outcome.Committed) outcome.poll(30, TimeUnit.SECONDS)).endOffset();
    }

    @ParameterizedTest
    @EnumSource(KafkaNode.Voters.class)
    void aFolderGoesToKafkaAndComesBack(KafkaNode.Voters voters) throws Exception {
        var data = folder.resolve("data");
        boolean byLog = voters == KafkaNode.Voters.LOGGED;
        if (byLog) {
            KafkaNode.format(data, voters);
        }
        Files.createDirectories(data);
        var home = freeAddress();
        var node = new SocketNode(1, data, new TreeMap<>(java.util.Map.of(1, home)), home, byLog, told::release);
        await("it leads", () -> node.known().leads());
        decide(node, SETTING);
        node.leave();
        try (var kafka = KafkaNode.start(data, voters)) {
            KafkaNode.tool("org.apache.kafka.tools.TopicCommand",
                    "--bootstrap-server", kafka.bootstrap(), "--create", "--topic", "theirs", "--partitions", "2");
            assertThat(KafkaNode.tool("kafka.admin.ConfigCommand", "--bootstrap-server", kafka.bootstrap(),
                    "--entity-type", "brokers", "--entity-name", "1", "--describe")).contains("log.retention.ms=123456789");
        }
        var again = new SocketNode(1, data, new TreeMap<>(java.util.Map.of(1, home)), home, byLog, told::release);
        try {
            await("it leads again", () -> again.known().leads());
            assertThat(settingAt(again)).isEqualTo("123456789");
            assertThat(again.known().cluster().topic("theirs")).isNotNull();
        } finally {
            again.kill();
        }
    }

    @Test
    void oneOfThreeVotersIsKafkas() throws Exception {
        var homes = new TreeMap<Integer, Address>();
        for (int id = 1; id <= 3; id++) {
            homes.put(id, freeAddress());
        }
        var nodes = new TreeMap<Integer, SocketNode>();
        for (int id = 1; id <= 2; id++) {
            nodes.put(id, new SocketNode(
                    id, Files.createDirectories(folder.resolve("node" + id)), homes, homes.get(id), false, told::release));
        }
        var voters = homes.entrySet().stream()
                .map(voter -> voter.getKey() + "@" + voter.getValue().host() + ":" + voter.getValue().port()).toList();
        try (var kafka = KafkaNode.controller(
                folder.resolve("node3"), 3, "AAAAAAAAAAAAAAAAAAAAAg", String.join(",", voters), homes.get(3).port())) {
            await("somebody of ours leads", () -> nodes.values().stream().anyMatch(node -> node.known().leads()));
            var leader = nodes.values().stream().filter(node -> node.known().leads()).findFirst().orElseThrow();
            decide(leader, SETTING);
            var other = nodes.get(3 - leader.id());
            nodes.remove(other.id());
            other.kill();
            // Only with Kafka's vote, and its disk, is this a majority.
            long end = decide(leader, new ConfigRecord(Resource.BROKER, "1", "log.roll.ms", "3600000"));
            await("it is told", () -> leader.known().end() >= end);
            assertThat(kafka.port()).isEqualTo(homes.get(3).port());
        } finally {
            for (var node : nodes.values()) {
                node.kill();
            }
        }
    }
}
