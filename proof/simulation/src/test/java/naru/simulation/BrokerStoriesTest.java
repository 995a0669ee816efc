package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.util.Map;
import naru.quorum.DamagedMetadata;
import naru.simulation.DiskFaults.Fault;
import naru.simulation.DiskFaults.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The product lives through crashes, power cuts, bad disks and bad networks under clients that remember everything. */
class BrokerStoriesTest {

    private static final int SEEDS = 45;
    private static final int EXAM_SEEDS_MAX = 60;
    private static final long STORY_MS = 6_000;

    /** What is taken away from the product for the exam. */
    private enum Planted {
        ANSWERS_BEFORE_THE_SYNC,
        NEVER_SYNCS_THE_JOURNAL,
        NEVER_SYNCS_THE_METADATA,
        NEVER_SYNCS_FOLDERS,
        NEVER_SYNCS_ANYTHING;

        Map<String, String> settings() {
            return this == ANSWERS_BEFORE_THE_SYNC ? Map.of("naru.durability", "memory") : Map.of();
        }

        boolean drops(Operation operation, String path) {
            boolean file = operation == Operation.SYNC;
            return switch (this) {
                case ANSWERS_BEFORE_THE_SYNC -> false;
                case NEVER_SYNCS_THE_JOURNAL -> file && path.contains("naru-journal");
                case NEVER_SYNCS_THE_METADATA -> file && path.contains("__cluster_metadata");
                case NEVER_SYNCS_FOLDERS -> operation == Operation.SYNC_FOLDER;
                case NEVER_SYNCS_ANYTHING -> file || operation == Operation.SYNC_FOLDER || operation == Operation.SYNC_ALL;
            };
        }
    }

    @Test
    void whatWasAcknowledgedSurvives() {
        var plan = new Simulate.Plan(0, STORY_MS, SEEDS, 0, Cast.EVERYBODY, false);
        assertThat(Simulate.run(plan, new RealBroker(Map.of()), new PrintStream(System.out, true))).isTrue();
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(story(4711, Map.of()).run(STORY_MS)).isEqualTo(story(4711, Map.of()).run(STORY_MS));
    }

    @ParameterizedTest
    @EnumSource
    void everyPlantedBugIsConvicted(Planted bug) {
        for (long seed = 0; seed < EXAM_SEEDS_MAX; seed++) {
            var story = story(seed, bug.settings());
            story.world().disk().faults((operation, path) -> bug.drops(operation, path) ? Fault.LIE : Fault.NONE);
            try {
                story.run(STORY_MS);
            } catch (Conviction | DamagedMetadata convicted) { // or it finds out by itself, and does not start again
                System.out.println(bug + " is convicted by seed " + seed + ": " + convicted.getMessage());
                return;
            }
        }
        throw new AssertionError(bug + " walked free under " + EXAM_SEEDS_MAX + " seeds");
    }

    private static Simulation story(long seed, Map<String, String> settings) {
        return new Simulation(seed, new Transcript(), new RealBroker(settings));
    }
}
