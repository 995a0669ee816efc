package naru.simulation;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

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
     * @param bugs which, in an exam
     * @param hasEngine the metadata is decided by the quorum's own engine, and not by the dice
     */
    record Plan(long seed, long storyMs, int runs, int nodes, boolean exam, List<ClusterBug> bugs, boolean hasEngine) {

        static Plan of(String... args) {
            var options = new Options(
                    List.of("--nodes K", "--seed N", "--minutes M", "--runs K", "--engine", "--exam", "--bugs NAME,..."), args);
            String bugs = options.text("--bugs", null);
            return new Plan(options.number("--seed", 0), options.storyMs(DEFAULT_STORY_MS), (int) options.number("--runs", 1),
                    (int) options.number("--nodes", 3), options.has("--exam"), bugs == null ? List.of(ClusterBug.values())
                            : Stream.of(bugs.split(",")).map(ClusterBug::valueOf).toList(), options.has("--engine"));
        }

        private String replay(long failed) {
            return "./run simulate --nodes " + nodes + (hasEngine ? " --engine" : "") + " --seed " + failed + Options.minutes(storyMs);
        }
    }

    private SimulateCluster() {}

    /** {@code ./run simulate --nodes K [--engine] [--seed N] [--minutes M] [--runs K] [--exam [--bugs NAME,...]]}. */
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
            var exam = new ClusterExam(plan.seed(), plan.nodes(), plan.storyMs(), EXAM_CPU_SECONDS);
            System.exit(exam.run(plan.bugs(), System.out) ? 0 : 1);
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
                var report = new ClusterSimulation(seed, transcript, product, plan.nodes(), plan.hasEngine()).run(plan.storyMs());
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
