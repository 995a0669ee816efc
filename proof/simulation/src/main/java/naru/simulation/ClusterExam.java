package naru.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;

/**
 * The exam of the simulation: known bugs are put back one at a time, and each has to be convicted. The product and the
 * simulation are loaded once more for each bug, which is planted on the way.
 */
final class ClusterExam extends ClassLoader {

    /** What is made of one bug. */
    record Verdict(ClusterBug bug, long seed, double cpuSeconds, String conviction) {

        boolean isConvicted() {
            return conviction != null;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-40s %s", bug, isConvicted()
                    ? String.format(Locale.ROOT, "convicted by seed %d after %.1f s of CPU: %s", seed, cpuSeconds, conviction)
                    : String.format(Locale.ROOT, "walks free after %.1f s of CPU", cpuSeconds));
        }
    }

    private final ClusterBug bug;
    private boolean planted;

    private ClusterExam(ClusterBug bug) {
        super(ClusterExam.class.getClassLoader());
        this.bug = bug;
    }

    /** Tells stories with the bug in them until one convicts it, or the time is over. */
    static Verdict examine(ClusterBug bug, int nodes, long storyMs, double cpuSecondsMax) {
        try {
            var loader = new ClusterExam(bug);
            if (bug.owner() != null) {
                loader.loadClass(bug.owner());
                if (!loader.planted) {
                    throw new AssertionError("there is no " + bug.owner() + "." + bug.method() + " to plant a bug in");
                }
            }
            var trial = loader.loadClass(ClusterExam.class.getName())
                    .getDeclaredMethod("trial", String.class, long.class, int.class, long.class);
            trial.setAccessible(true);
            long beganNs = cpuNs();
            double spent = 0;
            long seed = 0;
            while (spent < cpuSecondsMax) {
                var conviction = (String) trial.invoke(null, bug.name(), seed, nodes, storyMs);
                spent = (cpuNs() - beganNs) / 1e9;
                // A story that the honest product does not live through says nothing about the bug.
                if (conviction != null && honest(seed, nodes, storyMs)) {
                    return new Verdict(bug, seed, spent, conviction);
                }
                seed++;
            }
            return new Verdict(bug, -1, spent, null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean honest(long seed, int nodes, long storyMs) {
        return trial(null, seed, nodes, storyMs) == null;
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

    /** All bugs; true when each is convicted. */
    static boolean run(int nodes, long storyMs, double cpuSecondsMax, PrintStream out) {
        int free = 0;
        for (var bug : ClusterBug.values()) {
            var verdict = examine(bug, nodes, storyMs, cpuSecondsMax);
            out.println(verdict);
            free += verdict.isConvicted() ? 0 : 1;
        }
        out.println(ClusterBug.values().length - free + " of " + ClusterBug.values().length + " convicted");
        return free == 0;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("naru.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes;
        try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            bytes = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (name.equals(bug.owner())) {
            var file = ClassFile.of();
            bytes = file.transformClass(file.parse(bytes), ClassTransform.transformingMethodBodies(this::isPlace, body()));
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private boolean isPlace(MethodModel method) {
        boolean place = method.methodName().equalsString(bug.method());
        planted |= place;
        return place;
    }

    /** The method does nothing but what the bug says. */
    private CodeTransform body() {
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder builder) {
                bug.body().accept(builder);
            }

            @Override
            public void accept(CodeBuilder builder, CodeElement element) {
                // what was there is left out
            }
        };
    }
}
