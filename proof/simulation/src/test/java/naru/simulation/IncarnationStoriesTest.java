package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import naru.metadata.Cluster;
import org.junit.jupiter.api.Test;

/**
 * Processes that crash keep what they wrote, machines that lose their power do not, and the cluster knows which is which. Where
 * eligible replicas are kept, that decides who may lead when too few were in sync to the end.
 */
class IncarnationStoriesTest {

    private static final int SEEDS = 6;

    /** @param plot told for some seeds in whose worlds eligible replicas are kept */
    private static void tell(ClusterSimulation.Plot plot) {
        long[] seeds = LongStream.iterate(1, seed -> seed + 1).filter(IncarnationStoriesTest::keepsEligible).limit(SEEDS).toArray();
        for (long seed : seeds) {
            try {
                story(seed).run(plot);
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    private static ClusterSimulation story(long seed) {
        return new ClusterSimulation(seed, new Transcript(), new RealNode(Map.of()), 3);
    }

    private static boolean keepsEligible(long seed) {
        var world = story(seed).world();
        return world.keepsEligible() && !world.syncsAll();
    }

    private static List<Machine> othersThan(ClusterWorld world, Machine machine) {
        return world.machines().stream().filter(other -> other != machine).toList();
    }

    /** The machine that lost bytes counts as alive until its session is over; the others were killed meanwhile, and have everything. */
    @Test
    void whoLostItsPowerDoesNotLeadWhileOthersWereKilledOnly() {
        tell(world -> {
            world.timeline().runForMs(700);
            var first = world.machine(1 + world.dice().fork("first").nextInt(3));
            world.cutPower(first);
            world.timeline().runForMs(200);
            othersThan(world, first).forEach(world::kill);
            world.timeline().runForMs(20);
            othersThan(world, first).forEach(world::start);
            world.timeline().runForMs(2_500);
            world.start(first);
            world.timeline().runForMs(1_000);
        });
    }

    @Test
    void whoeverWasKilledLeadsAgainAndNothingIsTakenForLost() {
        tell(world -> {
            world.timeline().runForMs(700);
            for (int round = 0; round < 3; round++) {
                world.machines().forEach(world::kill);
                world.timeline().runForMs(20);
                world.machines().forEach(world::start);
                world.timeline().runForMs(2_500);
            }
            assertThat(elections(world)).isPositive();
            for (int i = 0; i < world.metadata().count(); i++) {
                assertThat(isAnyRecovering(world.metadata().clusterAt(i))).isFalse();
            }
        });
    }

    private static long elections(ClusterWorld world) {
        return world.metadata().cluster().topics().stream()
                .mapToLong(topic -> topic.partitions().stream().mapToInt(partition -> partition.leaderEpoch()).sum()).sum();
    }

    /** But for the topic whose operators ask for unclean elections. */
    private static boolean isAnyRecovering(Cluster cluster) {
        return cluster.topics().stream().filter(topic -> !topic.name().equals(Gambles.NAME)).anyMatch(topic -> topic.partitions().stream().anyMatch(partition -> partition.recoveryState() != 0));
    }
}
