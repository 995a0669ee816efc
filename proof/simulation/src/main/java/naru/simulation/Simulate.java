package naru.simulation;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs stories by seed, one or many, and says how to see a failed one again. What {@code ./run simulate} calls. */
public final class Simulate {

    private static final long DEFAULT_STORY_MS = 10_000;

    /**
     * What to run.
     *
     * @param seed the first seed; each further run takes the next one
     * @param storyMs virtual milliseconds of trouble in each story
     * @param runs how many stories
     * @param kills go on until so many were killed; 0 to go on until all runs are done
     * @param cast who plays; with kills and nobody named, nobody but payments
     * @param loud print every line of the story; done when a single seed, or a single kill, is asked for
     */
    record Plan(long seed, long storyMs, int runs, int kills, Cast cast, boolean loud) {

        static Plan of(String... args) {
            var options = new Options(List.of("--seed N", "--minutes M", "--runs K", "--kills N", "--only CAST"), args);
            int kills = (int) options.number("--kills", 0);
            int runs = kills > 0 ? Integer.MAX_VALUE : (int) options.number("--runs", 1);
            var cast = Cast.of(options.text("--only", (kills > 0 ? Cast.PAYMENTS : Cast.EVERYBODY).name()));
            return new Plan(options.number("--seed", 0), options.storyMs(DEFAULT_STORY_MS), runs, kills, cast,
                    kills == 1 || kills == 0 && runs == 1);
        }

        private String replay(long failed) {
            return "./run simulate --seed " + failed + Options.minutes(storyMs)
                    + (cast == Cast.EVERYBODY ? "" : " --only " + cast.name().toLowerCase(Locale.ROOT));
        }
    }

    private Simulate() {}

    /** {@code ./run simulate [--seed N] [--minutes M] [--runs K] [--kills N] [--only CAST]}. */
    public static void main(String... arguments) {
        Plan plan;
        try {
            plan = Plan.of(arguments);
        } catch (IllegalArgumentException unusable) {
            System.err.println("simulate: " + unusable.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(plan, new RealBroker(Map.of()), System.out) ? 0 : 1);
    }

    /** True when every story ended well. */
    static boolean run(Plan plan, BrokerUnderTest broker, PrintStream out) {
        int killed = 0;
        for (long seed = plan.seed(); seed < plan.seed() + plan.runs(); seed++) {
            var transcript = new Transcript(plan.loud() ? out : null);
            try {
                var report = new Simulation(seed, transcript, broker).only(plan.cast()).run(plan.storyMs());
                out.printf(Locale.ROOT,
                        "seed %d: story %016x, %d crashes, %d acknowledged, %d read, %d clients killed, %s%n",
                        seed, report.transcriptHash(), report.crashes(), report.acknowledged(), report.read(),
                        report.clientsKilled(), report.tally());
                killed += report.crashes() + report.clientsKilled();
                if (plan.kills() > 0 && killed >= plan.kills()) {
                    out.println(killed + " kills");
                    return true;
                }
            } catch (RuntimeException | Error failure) {
                if (!plan.loud()) {
                    transcript.lastLines().forEach(out::println);
                }
                failure.printStackTrace(out);
                out.println("seed " + seed + " failed: " + failure.getMessage());
                out.println("replay it with: " + plan.replay(seed));
                return false;
            }
        }
        return true;
    }
}
