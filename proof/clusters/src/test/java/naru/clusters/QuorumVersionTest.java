package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose configurations name its voters becomes one whose log does, by Kafka's own tools (KIP-853). */
@Timeout(240)
class QuorumVersionTest {

    private static final int NODES = 3;
    private static final String ID = "aWQtb2YtdGhhdC1jbHVzdA";
    private static final long PATIENCE_S = 60;

    @TempDir
    private Path home;

    private final List<Integer> ports = NodeProcess.freePorts(2 * NODES + 2);
    private final String servers = "controller.quorum.bootstrap.servers=" + String.join(",", ports.subList(0, NODES + 1).stream()
            .map(port -> "127.0.0.1:" + port).toList());

    QuorumVersionTest() throws Exception {}

    private String controller(int id) {
        return "127.0.0.1:" + ports.get(id - 1);
    }

    private String broker(int id) {
        return "127.0.0.1:" + ports.get(NODES + id);
    }

    /** @param quorum the line that says where the quorum is */
    private NodeProcess node(int id, String quorum) throws Exception {
        return NodeProcess.of(home, id, "process.roles=broker,controller", quorum,
                "listeners=PLAINTEXT://" + broker(id) + ",CONTROLLER://" + controller(id));
    }

    private String byName() {
        var voters = new ArrayList<String>();
        for (int id = 1; id <= NODES; id++) {
            voters.add(id + "@" + controller(id));
        }
        return "controller.quorum.voters=" + String.join(",", voters);
    }

    private String features(KafkaTools tools) throws Exception {
        return tools.typed(KafkaTools.FEATURES, "--bootstrap-server", broker(3), "describe");
    }

    /** A broker hears of what was decided when it has followed the metadata so far. */
    private void awaitFeature(KafkaTools tools, String feature, String level) throws Exception {
        var pattern = Pattern.compile("Feature: " + feature + "\\s+.*FinalizedVersionLevel: " + level);
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        String said;
        do {
            said = features(tools);
            assertThat(System.nanoTime() - untilNs).as("waiting for %s at %s: %s", feature, level, said).isNegative();
        } while (!pattern.matcher(said).find());
    }

    /** Voters tell the leader what they support some seconds after it was elected; before that it cannot know. */
    private void awaitVotersToldWhatTheyKnow(KafkaTools tools) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        KafkaTools.Said said;
        do {
            assertThat(System.nanoTime() - untilNs).as("waiting for all voters to tell").isNegative();
            said = tools.type(KafkaTools.FEATURES, "--bootstrap-server", broker(1), "upgrade", "--feature", "kraft.version=1", "--dry-run");
            assertThat(said.text()).containsAnyOf("kraft.version can be upgraded to 1.",
                    "Invalid upgrade of kraft.version to KRAFT_VERSION_1 because not all of the voters support it");
        } while (said.code() != 0);
    }

    @Test
    void theLogNamesTheVotersFromThenOn() throws Exception {
        try (var tools = new KafkaTools(); var one = node(1, byName()).format(ID, "--release-version", "4.0").begin();
                var two = node(2, byName()).format(ID, "--release-version", "4.0").begin();
                var three = node(3, byName()).format(ID, "--release-version", "4.0").start()) {
            awaitVotersToldWhatTheyKnow(tools);
            assertThat(features(tools)).as("a rehearsal").containsPattern("Feature: kraft.version\\s+.*FinalizedVersionLevel: 0");

            assertThat(tools.typed(KafkaTools.FEATURES, "--bootstrap-controller", controller(2), "upgrade", "--release-version", "4.1"))
                    .contains("kraft.version was upgraded to 1.", "eligible.leader.replicas.version was upgraded to 1.");
            awaitFeature(tools, "kraft.version", "1");
            awaitFeature(tools, "metadata.version", "4.1-IV1");
            assertThat(tools.typed(KafkaTools.QUORUM, "--bootstrap-server", broker(1), "describe", "--status"))
                    .contains("\"directoryId\": \"" + one.directoryId() + "\"", "\"directoryId\": \"" + two.directoryId() + "\"",
                            "\"directoryId\": \"" + three.directoryId() + "\"");

            var back = tools.type(KafkaTools.FEATURES, "--bootstrap-server", broker(1), "downgrade", "--feature", "kraft.version=0");
            assertThat(back.code()).isOne();
            assertThat(back.text()).contains("Can't downgrade the version of this feature.");

            // Configurations that do not name the voters any more are enough, also on a node that saw no election since.
            one.stop();
            try (var again = node(1, servers).start()) {
                votersComeAndGo(tools, again);
            }
        }
    }

    private void votersComeAndGo(KafkaTools tools, NodeProcess one) throws Exception {
        try (var fourth = NodeProcess.of(home, 4, "process.roles=controller", servers, "listeners=CONTROLLER://" + controller(4))
                .format(ID, "--no-initial-controllers", "--release-version", "4.0").start()) {
            DynamicVotersTest.awaitObserver(tools, broker(2), 4);
            assertThat(DynamicVotersTest.add(tools, broker(2), fourth)).contains("Added controller 4 with directory id " + fourth.directoryId());
            assertThat(tools.typed(KafkaTools.QUORUM, "--bootstrap-controller", controller(4), "remove-controller", "--controller-id", "1",
                    "--controller-directory-id", one.directoryId())).contains("KRaft controller 1 with directory id");
            assertThat(DynamicVotersTest.voters(tools, broker(3)))
                    .doesNotContain("\"id\": 1,").contains("\"id\": 2,").contains("\"id\": 3,").contains("\"id\": 4,");
        }
    }
}
