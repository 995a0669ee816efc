package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Map;
import naru.protocol.message.ApiKey;
import org.junit.jupiter.api.Test;

/**
 * A replica that begins behind and gets less than clients write never comes to its leader's end: nobody is convicted of that, but
 * once they rest it is in sync, and then they go on.
 */
class LateReplicaTest {

    private static final long FIRST_SEED = 9;
    private static final long SEEDS_MAX = 20;
    private static final long LATE_MS = 1_000;
    private static final long ROUND_MS = 40;

    /** In some stories little is written, or in many partitions, and even such a replica keeps up. */
    @Test
    void whoGetsLessThanIsWrittenIsInSyncWhenClientsRest() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS_MAX; seed++) {
            try {
                if (mustRest(seed)) {
                    return;
                }
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        fail("in none of these stories a replica gets less than is written");
    }

    private static boolean mustRest(long seed) {
        var transcript = new Transcript();
        var story = new ClusterSimulation(seed, transcript, new RealNode(Map.of("replica.fetch.max.bytes", "400")), 3);
        var world = story.world();
        var late = world.machine(3);
        // It is registered, so that it gets its replicas, and is not in sync with the first.
        world.machines().forEach(machine -> world.switchboard().snag(late.host(), machine, ApiKey.BROKER_HEARTBEAT, 5_000, LATE_MS, () -> {}));
        slowDown(world, late);
        var rested = new boolean[1];
        story.run(told -> {
            rested[0] = transcript.lastLines().stream().anyMatch(line -> line.contains("clients rest until"));
            assertThat(ClusterTrouble.isHealthy(told)).isTrue();
            long before = told.promises().acknowledgedCount();
            told.timeline().runForMs(1_000);
            assertThat(told.promises().acknowledgedCount()).isGreaterThan(before);
        });
        return rested[0];
    }

    /** Answers of other brokers reach it together, from time to time; and at first hardly at all. */
    private static void slowDown(ClusterWorld world, Machine late) {
        if (world.isCalm()) {
            return;
        }
        long untilMs = Math.max(ROUND_MS, LATE_MS + 200 - world.timeline().nowNs() / 1_000_000);
        for (var machine : world.machines()) {
            world.switchboard().between(late.host(), machine).stream().filter(link -> link.listener().equals("PLAINTEXT"))
                    .forEach(link -> link.stall(false, true, untilMs - 1));
        }
        world.timeline().afterMs(ROUND_MS, () -> slowDown(world, late));
    }
}
