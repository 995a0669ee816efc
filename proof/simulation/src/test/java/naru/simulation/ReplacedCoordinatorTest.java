package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A coordinator that only clients reach goes on telling what it knew: nobody is convicted of that, and nothing that was committed is lost. */
class ReplacedCoordinatorTest {

    private static final String GROUP = "committer0";

    /** The others are killed in between, so that clients look for their coordinators again, and some ask the one that was replaced. */
    @Test
    void whatAReplacedCoordinatorTellsIsOldAndNotLost() {
        for (long seed : new long[] {3, 8}) {
            try {
                new ClusterSimulation(seed, new Transcript(), new RealNode(Map.of()), 3).run(world -> {
                    world.timeline().runForMs(1_500);
                    int replaced = world.coordinator(GROUP);
                    world.cut("node " + replaced + " is cut from the others", world.waysOf(world.machine(replaced), false, true, true), 12_000);
                    world.timeline().runForMs(3_000);
                    assertThat(world.coordinator(GROUP)).isNotEqualTo(replaced);
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
