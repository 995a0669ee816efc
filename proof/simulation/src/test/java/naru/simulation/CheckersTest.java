package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import naru.simulation.DiskFaults.Fault;
import naru.simulation.DiskFaults.Operation;
import naru.simulation.ToyBroker.Bug;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers are checked: an honest broker walks free under every seed, and every planted bug is convicted. */
class CheckersTest {

    private static final int SEEDS_MAX = 40;
    private static final long STORY_MS = 6_000;

    private static Simulation story(long seed, Bug bug) {
        return new Simulation(seed, new Transcript(), ToyBroker.with(bug));
    }

    @Test
    void anHonestBrokerWalksFree() {
        long acknowledged = 0;
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            try {
                acknowledged += story(seed, Bug.NONE).run(STORY_MS).acknowledged();
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        assertThat(acknowledged).isGreaterThan(SEEDS_MAX * 100L);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(story(4711, Bug.NONE).run(STORY_MS)).isEqualTo(story(4711, Bug.NONE).run(STORY_MS));
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void everyPlantedBugIsConvicted(Bug bug) {
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            var story = story(seed, bug);
            if (bug == Bug.LOSES_A_SYNC_FAILURE) {
                var dice = new SimulatedRandomness(seed);
                story.world().disk().faults((operation, path) ->
                        operation == Operation.SYNC && dice.onceIn(40) ? Fault.BROKEN : Fault.NONE);
            }
            try {
                story.run(STORY_MS);
            } catch (Conviction convicted) {
                System.out.println(bug + " is convicted by seed " + seed + ": " + convicted.getMessage());
                return;
            }
        }
        throw new AssertionError(bug + " walked free under " + SEEDS_MAX + " seeds");
    }

    @Test
    void aDiskThatLiesAboutSyncsIsConvicted() {
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            var story = story(seed, Bug.NONE);
            story.world().disk().faults((operation, path) -> operation == Operation.SYNC ? Fault.LIE : Fault.NONE);
            try {
                story.run(STORY_MS);
            } catch (Conviction convicted) {
                return;
            }
        }
        throw new AssertionError("a lying disk walked free");
    }
}
