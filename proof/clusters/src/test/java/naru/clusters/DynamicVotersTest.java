package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controllers come and go by Kafka's own tool (KIP-853), and so does the one that founded the cluster. */
@Timeout(180)
class DynamicVotersTest {

    private static final long PATIENCE_S = 60;

    @TempDir
    private Path home;

    static String voters(KafkaTools tools, String bootstrap) throws Exception {
        return tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap, "describe", "--status").lines()
                .filter(line -> line.startsWith("CurrentVoters:")).findFirst().orElseThrow();
    }

    private static String voter(int id, String directory, int port) {
        return "{\"id\": " + id + ", \"directoryId\": \"" + directory + "\", \"endpoints\": [\"CONTROLLER://127.0.0.1:" + port + "\"]}";
    }

    private static void create(String bootstrap, String topic, int replicas) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) replicas))).all().get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    private static List<Integer> brokers(String bootstrap) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            return admin.describeCluster().nodes().get(PATIENCE_S, TimeUnit.SECONDS).stream().map(Node::id).sorted().toList();
        }
    }

    @Test
    void aNodeThatBeganAloneTakesInOthersAndLeaves() throws Exception {
        var ports = NodeProcess.freePorts(5);
        String servers = "controller.quorum.bootstrap.servers=127.0.0.1:" + ports.get(0);
        String all = servers + ",127.0.0.1:" + ports.get(1) + ",127.0.0.1:" + ports.get(2);
        String first = "127.0.0.1:" + ports.get(3);
        String third = "127.0.0.1:" + ports.get(4);
        String[] founding = {"process.roles=broker,controller", servers,
            "listeners=PLAINTEXT://" + first + ",CONTROLLER://127.0.0.1:" + ports.get(0)};
        try (var tools = new KafkaTools(); var founder = NodeProcess.of(home, 1, founding).start()) {
            create(first, "before", 1);
            String id = founder.clusterId();
            assertThat(voters(tools, first)).contains("[" + voter(1, founder.directoryId(), ports.get(0)) + "]");
            try (var second = NodeProcess.of(home, 2, "process.roles=controller", all,
                            "listeners=CONTROLLER://127.0.0.1:" + ports.get(1)).format(id, "--no-initial-controllers").start();
                    var _ = NodeProcess.of(home, 3, "process.roles=broker", all, "listeners=PLAINTEXT://" + third)
                            .format(id).start();
                    var fourth = NodeProcess.of(home, 4, "process.roles=controller", all,
                            "listeners=CONTROLLER://127.0.0.1:" + ports.get(2)).format(id, "--no-initial-controllers").start()) {
                assertThat(brokers(third)).containsExactly(1, 3);
                awaitObserver(tools, first, 2);
                assertThat(add(tools, third, second)).contains("Added controller 2 with directory id " + second.directoryId());
                awaitObserver(tools, first, 4);
                assertThat(add(tools, first, fourth)).contains("Added controller 4 with directory id " + fourth.directoryId());
                assertThat(voters(tools, third)).contains(voter(1, founder.directoryId(), ports.get(0)))
                        .contains(voter(2, second.directoryId(), ports.get(1))).contains(voter(4, fourth.directoryId(), ports.get(2)));
                assertThat(tools.typed(KafkaTools.FEATURES, "--bootstrap-server", third, "describe"))
                        .containsPattern("Feature: kraft.version\\s+.*FinalizedVersionLevel: 1");
                create(third, "between", 2);

                // Once it does not vote it has to be told where the others are.
                founder.stop();
                founding[1] = all;
                try (var again = NodeProcess.of(home, 1, founding).start()) {
                    assertThat(tools.typed(KafkaTools.QUORUM, "--bootstrap-server", third, "remove-controller", "--controller-id", "1",
                            "--controller-directory-id", again.directoryId())).contains("KRaft controller 1 with directory id");
                    create(first, "after", 2);
                    assertThat(voters(tools, first)).doesNotContain("\"id\": 1,").contains("\"id\": 2,").contains("\"id\": 4,");
                    assertThat(tools.typed(KafkaTools.QUORUM, "--bootstrap-controller", "127.0.0.1:" + ports.get(1), "describe",
                            "--status")).containsPattern("LeaderId: +[24]\n");
                }
                create(third, "without-the-founder", 1);
                assertThat(brokers(third)).containsExactly(3);
            }
        }
    }

    /** A controller that lags behind is not taken in. */
    static void awaitObserver(KafkaTools tools, String bootstrap, int id) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        String said;
        do {
            said = tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap, "describe", "--replication");
            assertThat(System.nanoTime() - untilNs).as("waiting for %d in %s", id, said).isNegative();
        } while (said.lines().noneMatch(line -> line.matches(id + "\\s.*\\s[1-9]\\d+\\s+Observer\\s*")));
    }

    static String add(KafkaTools tools, String bootstrap, NodeProcess controller) throws Exception {
        return tools.typed(KafkaTools.QUORUM, "--bootstrap-server", bootstrap, "--command-config", controller.settings().toString(),
                "add-controller");
    }
}
