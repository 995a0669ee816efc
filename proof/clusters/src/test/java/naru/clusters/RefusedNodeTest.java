package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Nodes that must not become part of a cluster, or of this one: each ends with one line that says what to do. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class RefusedNodeTest {

    private static final String OTHER_CLUSTER = "AAAAAAAAAAAAAAAAAAAABQ";
    /** Of a batch: where its length, its checksum, and what that is of, begin. */
    private static final int LENGTH_AT = 8;
    private static final int CRC_AT = 17;
    private static final int SUMMED_FROM = 21;

    @TempDir
    private static Path home;

    private static NodeProcess founder;
    private static NodeProcess first;
    private static NodeProcess second;
    private static List<Integer> ports;

    @BeforeAll
    static void found() throws Exception {
        ports = NodeProcess.freePorts(12);
        founder = NodeProcess.of(home, 1, "process.roles=broker,controller", servers(),
                "listeners=PLAINTEXT://127.0.0.1:" + ports.get(0) + ",CONTROLLER://127.0.0.1:" + ports.get(1)).start();
        first = broker(home.resolve("first"), 4, 4).format(founder.clusterId()).start();
        second = broker(home.resolve("second"), 4, 5).format(founder.clusterId()).begin();
    }

    @AfterAll
    static void end() {
        second.close();
        first.close();
        founder.close();
    }

    private static String servers() {
        return "controller.quorum.bootstrap.servers=127.0.0.1:" + ports.get(1);
    }

    private static NodeProcess broker(Path folder, int id, int port) throws Exception {
        return NodeProcess.of(Files.createDirectories(folder), id, "process.roles=broker", servers(),
                "listeners=PLAINTEXT://127.0.0.1:" + ports.get(port));
    }

    private static void isRefused(NodeProcess node, String... words) throws Exception {
        isRefused(node.startInVain(), words);
    }

    private static void isRefused(BrokerProcess.Refusal refusal, String... words) {
        assertThat(refusal.said()).contains(words).doesNotContain("Exception");
        assertThat(refusal.exitCode()).isEqualTo(1);
    }

    @Test
    void aBrokerOfAnotherCluster() throws Exception {
        isRefused(broker(home.resolve("foreign"), 2, 2).format(OTHER_CLUSTER), "naru cannot start: ", "belongs to another cluster than "
                + OTHER_CLUSTER, "point this node at the controllers of its own cluster");
    }

    @Test
    void aControllerOfAnotherCluster() throws Exception {
        var node = NodeProcess.of(Files.createDirectories(home.resolve("controller")), 3, "process.roles=controller", servers(),
                "listeners=CONTROLLER://127.0.0.1:" + ports.get(3)).format(OTHER_CLUSTER, "--no-initial-controllers");
        isRefused(node, "belongs to another cluster than " + OTHER_CLUSTER, "127.0.0.1:" + ports.get(1));
    }

    /** For twenty seconds it might be the same broker that has come back after a crash; so it was begun before the other tests. */
    @Test
    void aSecondBrokerWithANumberThatIsTaken() throws Exception {
        isRefused(second.awaitRefusal(), "naru cannot start: ", "another process is alive in this cluster as node 4", "node.id");
    }

    @Test
    void aNodeWithoutFormattedFolders() throws Exception {
        isRefused(broker(home.resolve("fresh"), 5, 6), "naru cannot start: ", "is not formatted", "kafka-storage.sh format");
    }

    @Test
    void foldersOfTwoNodes() throws Exception {
        var node = broker(home.resolve("two"), 6, 6).format(founder.clusterId());
        var stranger = broker(home.resolve("two"), 7, 6).format(founder.clusterId());
        assertThat(stranger.clusterId()).isEqualTo(node.clusterId());
        var both = NodeProcess.of(home.resolve("two"), 6, "process.roles=broker", servers(),
                "listeners=PLAINTEXT://127.0.0.1:" + ports.get(6),
                "log.dirs=" + home.resolve("two/data-6") + "," + home.resolve("two/data-7"));
        isRefused(both, "naru cannot start: ", "data-7 belongs to node 7, this is node 6", "node.id=7");
    }

    /** A broker that was alone goes on where others may join, but not as one of several that it never voted with. */
    @Test
    void votersThatAreNotThoseOfBefore() throws Exception {
        var folder = Files.createDirectories(home.resolve("voters"));
        String clients = "listeners=PLAINTEXT://127.0.0.1:" + ports.get(8);
        String id;
        try (var alone = NodeProcess.of(folder, 8, clients).start()) {
            id = alone.clusterId();
        }
        String both = clients + ",CONTROLLER://127.0.0.1:" + ports.get(7);
        try (var open = NodeProcess.of(folder, 8, both).start()) {
            assertThat(open.clusterId()).isEqualTo(id);
        }
        isRefused(NodeProcess.of(folder, 8, both,
                "controller.quorum.voters=8@127.0.0.1:" + ports.get(7) + ",9@127.0.0.1:" + ports.get(9)), "naru cannot start: ", "the voters of this node's quorum are [8]",
                "controller.quorum.voters names [8, 9]", "the same on every node");
    }

    @Test
    void metadataOfTheFuture() throws Exception {
        var node = NodeProcess.of(Files.createDirectories(home.resolve("future")), 9, "process.roles=broker,controller",
                "controller.quorum.bootstrap.servers=127.0.0.1:" + ports.get(10),
                "listeners=PLAINTEXT://127.0.0.1:" + ports.get(11) + ",CONTROLLER://127.0.0.1:" + ports.get(10))
                .format(OTHER_CLUSTER, "--standalone");
        raise(home.resolve("future/data-9/bootstrap.checkpoint"));
        isRefused(node, "naru cannot start: ", "metadata.version 31 is newer than this version knows");
        var alone = NodeProcess.of(home.resolve("future"), 9, "process.roles=broker,controller",
                "listeners=PLAINTEXT://127.0.0.1:" + ports.get(11));
        isRefused(alone, "naru cannot start: ", "metadata.version 31 is newer than this version knows");
    }

    /** As a later version would have formatted the folder. */
    private static void raise(Path checkpoint) throws Exception {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(checkpoint));
        byte[] name = "metadata.version".getBytes(StandardCharsets.UTF_8);
        int raised = 0;
        for (int at = 0; at < bytes.limit();) {
            int end = at + LENGTH_AT + Integer.BYTES + bytes.getInt(at + LENGTH_AT);
            for (int i = at; i + name.length + Short.BYTES < end; i++) {
                if (ByteBuffer.wrap(name).equals(bytes.slice(i, name.length)) && bytes.getShort(i + name.length) == 30) {
                    bytes.putShort(i + name.length, (short) 31);
                    raised++;
                }
            }
            var sum = new CRC32C();
            sum.update(bytes.slice(at + SUMMED_FROM, end - at - SUMMED_FROM));
            bytes.putInt(at + CRC_AT, (int) sum.getValue());
            at = end;
        }
        assertThat(raised).isEqualTo(1);
        Files.write(checkpoint, bytes.array());
    }

    @Test
    void whatIsSaidOfZooKeeper() throws Exception {
        var node = NodeProcess.of(Files.createDirectories(home.resolve("keeper")), 10, "zookeeper.connect=localhost:2181",
                "listeners=PLAINTEXT://127.0.0.1:0");
        var refusal = node.startInVain();
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(node.said()).contains("zookeeper.connect=localhost:2181 has no meaning", "Write instead", "process.roles=broker,controller");
    }
}
