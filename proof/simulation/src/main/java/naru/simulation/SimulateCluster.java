package naru.simulation;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Runs stories of clusters by seed, one or many. What {@code ./run simulate --nodes K} calls. */
public final class SimulateCluster {

    private static final long DEFAULT_STORY_MS = 10_000;
    private static final double EXAM_CPU_SECONDS = 600;

    /**
     * What to run.
     *
     * @param seed the first seed; each further run takes the next one
     * @param storyMs virtual milliseconds of trouble in each story
     * @param runs how many stories
     * @param nodes how many machines
     * @param exam put known bugs back, one at a time, and see whether each is convicted
     */
    record Plan(long seed, long storyMs, int runs, int nodes, boolean exam) {

        static Plan of(String... args) {
            long seed = 0;
            long storyMs = DEFAULT_STORY_MS;
            int runs = 1;
            int nodes = 3;
            boolean exam = false;
            for (int i = 0; i < args.length; i += 2) {
                if (args[i].equals("--exam")) {
                    exam = true;
                    i--;
                    continue;
                }
                if (i + 1 == args.length) {
                    throw new IllegalArgumentException(args[i] + " needs a value");
                }
                switch (args[i]) {
                    case "--seed" -> seed = Long.parseLong(args[i + 1]);
                    case "--minutes" -> storyMs = (long) (Double.parseDouble(args[i + 1]) * 60_000);
                    case "--runs" -> runs = Integer.parseInt(args[i + 1]);
                    case "--nodes" -> nodes = Integer.parseInt(args[i + 1]);
                    default -> throw new IllegalArgumentException(
                            args[i] + " is unknown; for clusters there are --nodes K, --seed N, --minutes M, --runs K and --exam");
                }
            }
            return new Plan(seed, storyMs, runs, nodes, exam);
        }

        private String replay(long failed) {
            return "./run simulate --nodes " + nodes + " --seed " + failed + " --minutes " + storyMs / 60_000.0;
        }
    }

    private SimulateCluster() {}

    /** {@code ./run simulate --nodes K [--seed N] [--minutes M] [--runs K] [--exam]}. */
    public static void main(String... arguments) {
        Plan plan;
        try {
            plan = Plan.of(arguments);
        } catch (IllegalArgumentException unusable) {
            System.err.println("simulate: " + unusable.getMessage());
            System.exit(2);
            return;
        }
        if (plan.exam()) {
            System.exit(ClusterExam.run(plan.nodes(), plan.storyMs(), EXAM_CPU_SECONDS, System.out) ? 0 : 1);
        }
        System.exit(run(plan, new RealNode(Map.of()), System.out) ? 0 : 1);
    }

    /** True when every story ended well. Goes on behind a failed one, so that a night tells of all. */
    static boolean run(Plan plan, NodeUnderTest product, PrintStream out) {
        int failed = 0;
        long virtualMs = 0;
        for (long seed = plan.seed(); seed < plan.seed() + plan.runs(); seed++) {
            var transcript = new Transcript(plan.runs() == 1 ? out : null);
            try {
                var report = new ClusterSimulation(seed, transcript, product, plan.nodes()).run(plan.storyMs());
                virtualMs += report.virtualMs();
                out.println("seed " + seed + ": " + report);
            } catch (RuntimeException | Error failure) {
                failed++;
                if (plan.runs() > 1) {
                    transcript.lastLines().forEach(out::println);
                }
                failure.printStackTrace(out);
                out.println("seed " + seed + " failed: " + failure.getMessage());
                out.println("replay it with: " + plan.replay(seed));
            }
        }
        out.printf(Locale.ROOT, "%d stories, %d failed, %.3f hours of virtual time%n",
                plan.runs(), failed, virtualMs / 3_600_000.0);
        return failed == 0;
    }
}
