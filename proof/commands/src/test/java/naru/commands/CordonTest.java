package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import naru.clusters.ClusterOfProcesses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code naru cluster cordon} at two brokers. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class CordonTest {

    @TempDir
    private Path home;

    @Test
    void aCordonedBrokerGetsNothingNew() throws Exception {
        try (var cluster = ClusterOfProcesses.start(home, 2)) {
            var terminal = new Terminal(cluster.bootstrap());
            long closed = (Long) terminal.script("", "cluster quorum --json").object().get("leader");
            long open = 3 - closed;
            assertThat(terminal.type("cluster cordon " + closed)).isEqualTo(new Terminal.Shown(0,
                    "broker " + closed + " is given no new partitions; what it has stays, and moves with 'naru cluster reassign'\n", ""));
            // The controller hears of it with the broker's next heartbeat, and spreads partitions over both until then.
            int made = 0;
            String described;
            do {
                String topic = "made-" + made++;
                terminal.type("topics create " + topic + " --partitions 2 --replicas 1");
                described = terminal.script("", "topics describe " + topic + " --json").out();
            } while (described.contains("\"replicas\":[" + closed + "]") || !described.contains("\"replicas\":[" + open + "]"));
            assertThat(terminal.type("cluster uncordon " + closed).out()).isEqualTo("broker " + closed + " is given new partitions again\n");
            do {
                String topic = "made-" + made++;
                terminal.type("topics create " + topic + " --partitions 2 --replicas 1");
                described = terminal.script("", "topics describe " + topic + " --json").out();
            } while (!described.contains("\"replicas\":[" + closed + "]"));
            assertThat(terminal.type("cluster cordon 9").err()).isEqualTo("naru: broker 9 is not in the cluster, or not alive; there are brokers 1, 2\n");
            assertThat(terminal.type("cluster cordon x").err()).isEqualTo("naru: a broker is named by its number, not by 'x'; 'naru cluster nodes' lists them\n");
        }
    }
}
