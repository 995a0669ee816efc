package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Clusters of the product live through killed and stopped processes, power cuts, cut roads, bad disks and clocks.
 * More of them: {@code -Dnaru.cluster.seeds=N}, and {@code -Dnaru.cluster.seed=FIRST}, and
 * {@code -Dnaru.cluster.nodes=K}.
 */
class ClusterStoriesTest {

    private static final long STORY_MS = 3_000;

    private static final int NODES = Integer.getInteger("naru.cluster.nodes", 3);

    private static ClusterSimulation.Report story(long seed, int nodes, boolean hasEngine) {
        return new ClusterSimulation(seed, new Transcript(), new RealNode(Map.of()), nodes, hasEngine).run(STORY_MS);
    }

    @Test
    void whatWasAcknowledgedSurvives() {
        survives(Long.getLong("naru.cluster.seeds", 3), false);
    }

    /** {@code -Dnaru.engine.seeds=N} for more. */
    @Test
    void itSurvivesAlsoWhereTheQuorumsOwnEngineDecides() {
        survives(Long.getLong("naru.engine.seeds", 2), true);
    }

    private static void survives(long seeds, boolean hasEngine) {
        long first = Long.getLong("naru.cluster.seed", 0);
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                var report = story(seed, NODES, hasEngine);
                System.out.println("seed " + seed + ": " + report);
                assertThat(report.acknowledged()).as("a story in which nothing is promised tells nothing").isPositive();
                assertThat(report.read()).isGreaterThanOrEqualTo(report.acknowledged());
                assertThat(report.transactions()).isPositive();
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(story(4711, NODES, false)).isEqualTo(story(4711, NODES, false));
    }

    @Test
    void theSameSeedTellsTheSameStoryOfTheEngine() {
        assertThat(story(4712, NODES, true)).isEqualTo(story(4712, NODES, true));
    }
}
