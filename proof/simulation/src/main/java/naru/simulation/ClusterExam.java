package naru.simulation;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The exam of the simulation: known bugs are put back one at a time, and each has to be convicted. The product and the
 * simulation are loaded once more for each bug, which is planted on the way.
 *
 * @param seed of the first story that is told with a bug
 * @param nodes how many machines
 * @param storyMs virtual milliseconds of trouble in each story
 * @param cpuSecondsMax after which a bug walks free
 */
record ClusterExam(long seed, int nodes, long storyMs, double cpuSecondsMax) {

    /** What is made of one bug. */
    record Verdict(ClusterBug bug, long seed, long stories, double cpuSeconds, String conviction) {

        boolean isConvicted() {
            return conviction != null;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-48s %s after %.1f s of CPU and %d stories%s", bug,
                    isConvicted() ? "convicted" : "walks free", cpuSeconds, stories,
                    isConvicted() ? String.format(Locale.ROOT, ", by seed %d: %s", seed, conviction) : "");
        }
    }

    /** Tells stories with the bug in them until one convicts it, or the time is over. */
    Verdict examine(ClusterBug bug) {
        try {
            var trial = new SabotagedClasses(List.of(), bug.places()).load(ClusterExam.class.getName())
                    .getDeclaredMethod("trial", String.class, long.class, int.class, long.class);
            trial.setAccessible(true);
            long beganNs = cpuNs();
            double spent = 0;
            for (long told = 0; spent < cpuSecondsMax; told++) {
                var conviction = (String) trial.invoke(null, bug.name(), seed + told, nodes, storyMs);
                spent = (cpuNs() - beganNs) / 1e9;
                // A story that the honest product does not live through says nothing about the bug.
                if (conviction != null && trial(null, seed + told, nodes, storyMs) == null) {
                    return new Verdict(bug, seed + told, told + 1, spent, conviction);
                }
                if (spent >= cpuSecondsMax) {
                    return new Verdict(bug, -1, told + 1, spent, null);
                }
            }
            throw new AssertionError("an exam without time");
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** One story, on the planted side; what convicted the bug, or null. A product that notices by itself has noticed. */
    static String trial(String bug, long seed, int nodes, long storyMs) {
        try {
            var story = new ClusterSimulation(seed, new Transcript(), new RealNode(Map.of()), nodes);
            if (bug != null) {
                ClusterBug.valueOf(bug).plantIn(story.world());
            }
            story.run(storyMs);
            return null;
        } catch (RuntimeException | Error convicted) {
            return String.valueOf(convicted.getMessage());
        }
    }

    /** All of these bugs; true when each is convicted. */
    boolean run(List<ClusterBug> bugs, PrintStream out) {
        int convicted = 0;
        for (var bug : bugs) {
            var verdict = examine(bug);
            out.println(verdict);
            convicted += verdict.isConvicted() ? 1 : 0;
        }
        out.println(convicted + " of " + bugs.size() + " convicted");
        return convicted == bugs.size();
    }
}
