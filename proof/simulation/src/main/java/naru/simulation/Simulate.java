package naru.simulation;

import java.io.PrintStream;
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
            long seed = 0;
            long storyMs = DEFAULT_STORY_MS;
            int runs = 1;
            int kills = 0;
            Cast cast = null;
            for (int i = 0; i < args.length; i += 2) {
                if (i + 1 == args.length) {
                    throw new IllegalArgumentException(args[i] + " needs a value");
                }
                switch (args[i]) {
                    case "--seed" -> seed = Long.parseLong(args[i + 1]);
                    case "--minutes" -> storyMs = (long) (Double.parseDouble(args[i + 1]) * 60_000);
                    case "--runs" -> runs = Integer.parseInt(args[i + 1]);
                    case "--kills" -> kills = Integer.parseInt(args[i + 1]);
                    case "--only" -> cast = Cast.of(args[i + 1]);
                    default -> throw new IllegalArgumentException(
                            args[i] + " is unknown; there are --seed N, --minutes M, --runs K, --kills N and --only CAST");
                }
            }
            if (cast == null) {
                cast = kills > 0 ? Cast.PAYMENTS : Cast.EVERYBODY;
            }
            return new Plan(seed, storyMs, kills > 0 ? Integer.MAX_VALUE : runs, kills, cast, kills == 1 || kills == 0 && runs == 1);
        }

        private String replay(long failed) {
            return "./run simulate --seed " + failed + " --minutes " + storyMs / 60_000.0
                    + (cast == Cast.EVERYBODY ? "" : " --only " + cast.name().toLowerCase(java.util.Locale.ROOT));
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
                out.printf(java.util.Locale.ROOT,
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
