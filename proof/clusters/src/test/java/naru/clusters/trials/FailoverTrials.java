package naru.clusters.trials;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.slf4j.LoggerFactory;

/**
 * Faults under load, one after the other, and the longest that a client waited for each: from when a record was due until
 * it was acknowledged, until it was read, and until a group's commit was granted. {@link #main} prints a line a trial.
 */
final class FailoverTrials implements AutoCloseable {

    private static final String TOPIC = "trial";
    private static final long BEFORE_MS = 500;
    private static final long AFTER_MS = 1_000;

    /** What a trial came to. */
    record Outcome(Fault fault, int node, Traffic.Gap during, Traffic.Gap after, long startedMs, long wholeMs, boolean moved) {

        private String line() {
            return "%s node=%d during: produce %d consume %d commit %d; undone: produce %d consume %d commit %d; serves %d whole %d ms%s"
                    .formatted(fault.name(), node, during.producerMs(), during.consumerMs(), during.commitMs(), after.producerMs(),
                            after.consumerMs(), after.commitMs(), startedMs, wholeMs, moved ? "; leaders moved" : "");
        }
    }

    private final Nodes nodes;
    private final Cluster cluster;
    private final Traffic traffic;

    private FailoverTrials(Nodes nodes, Cluster cluster, Traffic traffic) {
        this.nodes = nodes;
        this.cluster = cluster;
        this.traffic = traffic;
    }

    /** Producers over a topic of these partitions, which all nodes have. */
    static FailoverTrials over(Nodes nodes, int partitions, int perSecond, long seed) throws InterruptedException {
        var cluster = new Cluster(nodes.bootstrap(), nodes.count());
        cluster.create(TOPIC, partitions, (short) nodes.count(), Map.of("min.insync.replicas", "2"));
        cluster.awaitWhole(TOPIC);
        var traffic = Traffic.start(nodes.bootstrap(), TOPIC, partitions, 2, perSecond, seed);
        var trials = new FailoverTrials(nodes, cluster, traffic);
        rest(3 * AFTER_MS); // clients find everybody, and compilers what is used
        return trials;
    }

    Traffic traffic() {
        return traffic;
    }

    private static void rest(long ms) {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        for (long leftNs = untilNs - System.nanoTime(); leftNs > 0; leftNs = untilNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }

    private static long msSince(long ns) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ns);
    }

    /** Who it is to be; -1 when nobody is. */
    private int victim(Fault.Target target) throws InterruptedException {
        int controller = cluster.controller();
        int coordinator = cluster.coordinator("members");
        return switch (target) {
            case CONTROLLER -> controller;
            case COORDINATOR -> coordinator;
            case LEADER -> {
                for (int node = 1; node <= nodes.count(); node++) {
                    if (node != controller && node != coordinator) {
                        yield node;
                    }
                }
                throw new IllegalStateException("one of three nodes is neither of two");
            }
        };
    }

    /** One fault, from a cluster that is whole to one that is whole again. */
    Outcome run(Fault fault) throws IOException, InterruptedException {
        cluster.awaitWhole(TOPIC);
        cluster.spreadLeaders(TOPIC);
        int node = victim(fault.target());
        var leaders = cluster.leaders(TOPIC);
        long epoch = cluster.controllerEpoch();
        rest(AFTER_MS);
        long beganNs = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(BEFORE_MS);
        System.err.println(LocalTime.now() + " " + fault.name() + " of node " + node);
        fault.begin(nodes, node);
        rest(fault.lastsMs());
        long undoneNs = System.nanoTime();
        System.err.println(LocalTime.now() + " undone");
        fault.end(nodes, node);
        long startedMs = msSince(undoneNs);
        cluster.awaitWhole(TOPIC);
        long wholeMs = msSince(undoneNs);
        rest(AFTER_MS);
        var during = traffic.gap(beganNs, undoneNs);
        var after = traffic.gap(undoneNs, System.nanoTime());
        boolean moved = !leaders.equals(cluster.leaders(TOPIC)) || epoch != cluster.controllerEpoch();
        return new Outcome(fault, node, during, after, startedMs, wholeMs, moved);
    }

    /** Each node is stopped in peace and started again, one after the other; how long producers waited, sorted, in microseconds. */
    List<Long> restartAll() throws IOException, InterruptedException {
        cluster.awaitWhole(TOPIC);
        cluster.spreadLeaders(TOPIC);
        rest(AFTER_MS);
        long beganNs = System.nanoTime();
        for (int node = 1; node <= nodes.count(); node++) {
            System.err.println(LocalTime.now() + " restart of node " + node);
            nodes.stop(node);
            nodes.startAgain(node);
            cluster.awaitWhole(TOPIC);
            cluster.spreadLeaders(TOPIC);
        }
        rest(AFTER_MS);
        long endedNs = System.nanoTime();
        traffic.gap(beganNs, endedNs);
        return traffic.waits(beganNs, endedNs);
    }

    @Override
    public void close() {
        traffic.close();
        cluster.close();
    }

    // --- as a program ---

    /** Names and values by turns: the words of a command line after the first. */
    private static Map<String, String> options(String... arguments) {
        var options = new HashMap<>(Map.of("partitions", "1000", "trials", "20", "rate", "400", "rolls", "0", "files", "0",
                "faults", "kill-leader,kill-controller,kill-coordinator,stop-leader,stop-controller,stop-coordinator,"
                        + "pause-leader,pause-controller,pause-coordinator",
                "set", ""));
        for (int i = 0; i < arguments.length; i += 2) {
            options.put(arguments[i].substring("--".length()), arguments[i + 1]);
        }
        return options;
    }

    private static Software software(Map<String, String> options) {
        if (options.containsKey("kafka")) {
            return new Software.Kafka(Path.of(options.get("kafka")));
        }
        return options.containsKey("naru") ? new Software.Installed(Path.of(options.get("naru"))) : new Software.Built();
    }

    /**
     * {@code [--naru HOME | --kafka LIBS] [--rooms yes] [--home FOLDER] [--partitions N] [--trials N] [--faults NAME,...]
     * [--rolls N] [--rate RECORDS_PER_SECOND] [--set KEY=VALUE;...]}. With rooms this process must have a network to itself.
     */
    public static void main(String... arguments) throws Exception {
        ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.ERROR);
        var options = options(arguments);
        var home = options.containsKey("home") ? Files.createDirectories(Path.of(options.get("home")))
                : Files.createTempDirectory("naru-trials");
        long seed = new Random().nextInt(1_000_000);
        var settings = new ArrayList<>(List.of("min.insync.replicas=2"));
        Arrays.stream(options.get("set").split(";")).filter(one -> !one.isBlank()).forEach(settings::add);
        boolean failed = false;
        try (Roads roads = options.containsKey("rooms") ? new Roads.Rooms(3) : new Roads.Loopback();
                var nodes = Nodes.start(roads, software(options), home, 3, settings);
                var trials = over(nodes, Integer.parseInt(options.get("partitions")), Integer.parseInt(options.get("rate")), seed)) {
            int rolls = Integer.parseInt(options.get("rolls"));
            for (int roll = 0; roll < rolls; roll++) {
                var waits = trials.restartAll();
                System.out.printf("roll: %d records, p50 %.2f p99 %.2f p999 %.2f worst %.2f ms, %d errors%n", waits.size(),
                        part(waits, 0.5), part(waits, 0.99), part(waits, 0.999), part(waits, 1), trials.traffic().errors().size());
            }
            for (var name : options.get("faults").split(",")) {
                if (!name.isBlank()) {
                    run(trials, Fault.of(name), Integer.parseInt(options.get("trials")));
                }
            }
            var findings = trials.traffic().judge();
            System.out.println("judged: " + trials.traffic().count() + " records, " + findings.size() + " findings, "
                    + trials.traffic().errors().size() + " errors");
            findings.forEach(System.out::println);
            trials.traffic().errors().forEach(System.out::println);
            failed = !findings.isEmpty() || !trials.traffic().errors().isEmpty();
        }
        System.exit(failed ? 1 : 0);
    }

    private static double part(List<Long> sorted, double part) {
        return sorted.get((int) Math.min(sorted.size() - 1L, (long) (part * sorted.size()))) / 1e3;
    }

    private static void run(FailoverTrials trials, Fault fault, int times) throws IOException, InterruptedException {
        var outcomes = new ArrayList<Outcome>();
        for (int i = 0; i < times; i++) {
            var outcome = trials.run(fault);
            System.out.println(outcome.line());
            outcomes.add(outcome);
        }
        System.out.println("summary " + fault.name() + ": " + times + " trials, "
                + summary("produce", outcomes, one -> one.during().producerMs()) + ", "
                + summary("consume", outcomes, one -> one.during().consumerMs()) + ", "
                + summary("commit", outcomes, one -> one.during().commitMs()) + ", "
                + summary("produce-undone", outcomes, one -> one.after().producerMs()) + ", "
                + summary("serves", outcomes, Outcome::startedMs) + ", " + summary("whole", outcomes, Outcome::wholeMs) + ", moved "
                + outcomes.stream().filter(Outcome::moved).count());
    }

    private static String summary(String what, List<Outcome> outcomes, ToLongFunction<Outcome> figure) {
        var sorted = outcomes.stream().mapToLong(figure).sorted().toArray();
        return what + " median " + sorted[sorted.length / 2] + " worst " + sorted[sorted.length - 1];
    }
}
