package naru.clusters.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Under load, each of three nodes is restarted in peace, and one is killed while it decides for the cluster: no client
 * loses a record, has one twice, or hears of an error that it cannot get over by itself. How long clients wait is
 * measured by {@code ./run bench --only failover}; here somebody else may need the processors.
 */
@Timeout(300)
class FailoverTest {

    private static final int PARTITIONS = 30;
    private static final int RECORDS_A_SECOND = 200;
    private static final long GAP_MS_MAX = 30_000;

    @TempDir
    private Path home;

    @Test
    void clientsDoNotMindTheEndOfANode() throws Exception {
        long seed = new Random().nextInt(1_000_000);
        System.out.println("seed " + seed);
        try (var nodes = Nodes.start(new Roads.Loopback(), new Software.Built(), home, 3, List.of("min.insync.replicas=2"));
                var trials = FailoverTrials.over(nodes, PARTITIONS, RECORDS_A_SECOND, seed)) {
            assertThat(trials.restartAll()).isNotEmpty();
            assertThat(trials.traffic().errors()).as("errors of clients while nodes were restarted in peace").isEmpty();
            var killed = trials.run(new Fault(Fault.Kind.KILL, Fault.Target.CONTROLLER, 1_000));
            assertThat(killed.moved()).as("others took over").isTrue();
            assertThat(killed.during().producerMs()).isLessThan(GAP_MS_MAX);
            assertThat(trials.traffic().judge()).isEmpty();
            assertThat(trials.traffic().errors()).isEmpty();
        }
    }
}
