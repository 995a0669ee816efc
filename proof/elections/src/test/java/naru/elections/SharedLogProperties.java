package naru.elections;

import naru.simulation.SimulatedRandomness;
import org.junit.jupiter.api.Test;

/** The shared log beside a list of batches, through truncation, snapshots, new segments and power cuts. */
class SharedLogProperties {

    private static final int SEEDS = Integer.getInteger("naru.seeds", 12);
    private static final long FIRST_SEED = Long.getLong("naru.seed", 1);
    private static final int STEPS = 150;

    @Test
    void theLogIsAListOfBatches() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            int step = 0;
            try {
                var story = new SharedLogStory(new SimulatedRandomness(seed));
                for (; step < STEPS; step++) {
                    story.step();
                    story.compare();
                }
            } catch (Throwable wrong) {
                throw new AssertionError("seed " + seed + " step " + step, wrong);
            }
        }
    }
}
