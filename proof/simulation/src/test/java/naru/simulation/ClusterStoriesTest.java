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

    private static ClusterSimulation.Report story(long seed, int nodes) {
        return new ClusterSimulation(seed, new Transcript(), new RealNode(Map.of()), nodes).run(STORY_MS);
    }

    @Test
    void whatWasAcknowledgedSurvives() {
        long first = Long.getLong("naru.cluster.seed", 0);
        long seeds = Long.getLong("naru.cluster.seeds", 3);
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                var report = story(seed, NODES);
                System.out.println("seed " + seed + ": " + report);
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(story(4711, NODES)).isEqualTo(story(4711, NODES));
    }
}
