package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controllers register themselves, and tools that ask controllers directly find all of them at any of them (KIP-919). */
@Timeout(240)
class ControllerListenersTest {

    private static final String ID = "aWQtb2YtdGhhdC1jbHVzdA";
    private static final long PATIENCE_S = 60;

    @TempDir
    private Path home;

    private final List<Integer> ports = NodeProcess.freePorts(4);

    ControllerListenersTest() throws Exception {}

    private String controller(int id) {
        return "127.0.0.1:" + ports.get(id - 1);
    }

    private NodeProcess node(int id) throws Exception {
        return NodeProcess.of(home, id, "process.roles=" + (id == 1 ? "broker,controller" : "controller"),
                "listeners=" + (id == 1 ? "PLAINTEXT://127.0.0.1:" + ports.get(3) + "," : "") + "CONTROLLER://" + controller(id),
                "controller.quorum.voters=1@" + controller(1) + ",2@" + controller(2) + ",3@" + controller(3));
    }

    /** What a controller knows a moment after the cluster does. */
    private static void awaitControllers(String at, String... places) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        List<String> known;
        do {
            try (var admin = Admin.create(Map.of("bootstrap.controllers", at))) {
                var described = admin.describeCluster();
                known = described.nodes().get(PATIENCE_S, TimeUnit.SECONDS).stream()
                        .map(node -> node.id() + "@" + node.host() + ":" + node.port()).sorted().toList();
            } catch (ExecutionException early) {
                assertThat(early).hasCauseInstanceOf(UnsupportedVersionException.class); // it has not heard of the upgrade yet
                known = List.of();
            }
            assertThat(System.nanoTime() - untilNs).as("%s knows %s", at, known).isNegative();
        } while (!known.equals(List.of(places)));
    }

    @Test
    void allOfThemAreFoundAtAnyOfThem() throws Exception {
        String first = "127.0.0.1:" + ports.get(3);
        try (var tools = new KafkaTools(); var _ = node(2).format(ID, "--release-version", "3.6").begin();
                var third = node(3).format(ID, "--release-version", "3.6"); var _ = node(1).format(ID, "--release-version", "3.6").start()) {
            var early = tools.type(KafkaTools.CLUSTER, "list-endpoints", "--bootstrap-controller", controller(1));
            assertThat(early.text()).contains("Direct-to-controller communication is not supported with the current MetadataVersion.");

            tools.typed(KafkaTools.FEATURES, "--bootstrap-server", first, "upgrade", "--feature", "metadata.version=15");
            awaitControllers(controller(2), "1@" + controller(1), "2@" + controller(2));
            var missing = tools.type(KafkaTools.FEATURES, "--bootstrap-controller", controller(2), "upgrade", "--feature", "metadata.version=17");
            assertThat(missing.code()).isOne();
            assertThat(missing.text()).contains("controller 3 has not registered, and may not support this feature");

            third.start();
            awaitControllers(controller(3), "1@" + controller(1), "2@" + controller(2), "3@" + controller(3));
            assertThat(tools.typed(KafkaTools.FEATURES, "--bootstrap-controller", controller(3), "upgrade", "--feature", "metadata.version=17"))
                    .contains("metadata.version was upgraded to 17.");
        }
    }
}
