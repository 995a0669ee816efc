package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A coordinator that only clients reach has been replaced, and knows nothing of it: it does not tell what it remembers. */
class ReplacedCoordinatorTest {

    private static final String GROUP = "committer0";

    private static int coordinator(ClusterWorld world) {
        var offsets = world.metadata().cluster().topic("__consumer_offsets").partitions();
        return offsets.get(Math.abs(GROUP.hashCode()) % offsets.size()).leader();
    }

    /** The others are killed in between, so that clients look for their coordinators again, and some ask the one that was replaced. */
    @Test
    void whatAReplacedCoordinatorRemembersIsNotTold() {
        for (long seed : new long[] {3, 8}) {
            try {
                new ClusterSimulation(seed, new Transcript(), new RealNode(Map.of()), 3).run(world -> {
                    world.timeline().runForMs(1_500);
                    int replaced = coordinator(world);
                    world.cut("node " + replaced + " is cut from the others", world.waysOf(world.machine(replaced), false, true, true), 12_000);
                    world.timeline().runForMs(3_000);
                    assertThat(coordinator(world)).isNotEqualTo(replaced);
                    for (int i = 0; i < 3; i++) {
                        var other = world.machine(1 + (replaced + i % 2) % 3);
                        world.kill(other);
                        world.timeline().runForMs(100);
                        world.start(other);
                        world.timeline().runForMs(2_900);
                    }
                });
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }
}
