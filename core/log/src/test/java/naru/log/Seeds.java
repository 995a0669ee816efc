package naru.log;

import static org.assertj.core.api.Assertions.fail;

import java.util.function.LongFunction;
import java.util.function.ToIntFunction;

/** Tells a story for each of many seeds. {@code -Dnaru.NAME.seeds=N} tells N of them, {@code -Dnaru.NAME.seed=S} that one alone. */
final class Seeds {

    /** What one seed makes happen. */
    interface Story {
        void tell();

        /** How far it came and how it stands, for whoever reads of its failure. */
        default String standing() {
            return "";
        }
    }

    /** How many were told, and what they came to together. */
    record Told(int seeds, int sum) {}

    private Seeds() {}

    static <S extends Story> Told tell(String name, int usual, LongFunction<S> beginning) {
        return tell(name, usual, beginning, _ -> 0);
    }

    static <S extends Story> Told tell(String name, int usual, LongFunction<S> beginning, ToIntFunction<S> outcome) {
        Long only = Long.getLong("naru." + name + ".seed");
        long first = only == null ? 1 : only;
        int seeds = only == null ? Integer.getInteger("naru." + name + ".seeds", usual) : 1;
        int sum = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            var story = beginning.apply(seed);
            try {
                story.tell();
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + ": " + story.standing() + ": " + e.getMessage(), e);
            }
            sum += outcome.applyAsInt(story);
        }
        return new Told(seeds, sum);
    }
}
