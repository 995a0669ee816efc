package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code naru cluster}, as far as one broker goes. */
class ClusterTest {

    @TempDir
    private Path data;

    @Test
    void aClusterOfOne() throws IOException {
        try (var broker = BrokerProcess.start(data)) {
            var terminal = new Terminal(broker.bootstrap());
            terminal.type("topics create alone --partitions 2");
            assertThat(terminal.script("", "cluster nodes --json").out()).isEqualTo(
                    "[\n  {\"broker\":1,\"address\":\"" + broker.bootstrap() + "\",\"rack\":null,\"state\":\"alive\"}\n]\n");
            assertThat(terminal.type("cluster reassign alone")).isEqualTo(new Terminal.Shown(0, "", "everything is where it shall be\n"));
            assertThat(terminal.type("cluster reassign alone --replicas 2").err()).isEqualTo(
                    "naru: 2 replicas need as many brokers, and there is 1; name more with --brokers, or fewer --replicas\n");
            assertThat(terminal.type("cluster reassign alone --brokers 1,9").err()).startsWith("naru: broker 9 is not in the cluster, or not alive");
            assertThat(terminal.type("cluster reassign alone --brokers x").err()).isEqualTo("naru: --brokers wants ids, not 'x'; write for example 1,2,3\n");
            assertThat(terminal.type("cluster elect alone")).isEqualTo(new Terminal.Shown(0, "", "every partition has its preferred leader already\n"));
            assertThat(terminal.type("cluster reassignments")).isEqualTo(new Terminal.Shown(0, "", "no partition is being moved\n"));
            assertThat(terminal.type("cluster quorum").out()).matches("leader     1\nepoch      1\ncommitted  \\d+\n\n"
                    + "NODE  ROLE +END  LAG  FETCHED  CAUGHT UP\n   1  leader +\\d+    0     0 ms       0 ms\n");
        }
    }
}
