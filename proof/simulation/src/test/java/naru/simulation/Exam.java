package naru.simulation;

import java.util.List;
import java.util.Map;

/** Stories of one cast, told by seeds: the honest product walks free, and one with a bug is convicted. */
record Exam(Cast cast, long storyMs) {

    private static final int SEEDS_MAX = 200;

    /** How many stories an honest product has to live through; {@code -Dnaru.stories=N} for N. */
    static int stories(int otherwise) {
        return Integer.getInteger("naru.stories", otherwise);
    }

    Simulation story(long seed) {
        return story(seed, new RealBroker(Map.of()));
    }

    private Simulation story(long seed, BrokerUnderTest broker) {
        return new Simulation(seed, new Transcript(), broker).only(cast);
    }

    /** Tells the story of this seed, which has to end well. */
    Simulation honest(long seed) {
        var story = story(seed);
        try {
            System.out.println(cast + ", seed " + seed + ": " + story.run(storyMs));
            return story;
        } catch (RuntimeException | Error failure) {
            throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
        }
    }

    /** @param bug in all its parts */
    void convicts(Object name, Sabotage... bug) {
        var broker = PlantedBroker.with(List.of(bug), Map.of());
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            try {
                story(seed, broker).run(storyMs);
            } catch (Conviction convicted) {
                System.out.println(name + " is convicted by seed " + seed + ": " + convicted.getMessage());
                return;
            }
        }
        throw new AssertionError(name + " walked free under " + SEEDS_MAX + " seeds");
    }
}
