package naru.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import naru.server.NewCluster;

/**
 * Several brokers inside the virtual machine of a test, which elect, replicate and fail over as they do in production, with their
 * data in memory unless a folder is named. Nodes count from 1.
 *
 * <pre>{@code
 * try (var cluster = NaruCluster.start(3)) {
 *     cluster.kill(2);
 *     cluster.cut(3);
 * }
 * }</pre>
 *
 * <p>Safe for use from any thread, one call at a time.
 */
public final class NaruCluster implements AutoCloseable {

    /** What a cluster is to be like. Every method gives a new value; none changes this one. */
    public static final class Plan {
        private final int nodes;
        private final Map<String, String> settings;
        private final Path folder;

        private Plan(int nodes, Map<String, String> settings, Path folder) {
            this.nodes = nodes;
            this.settings = settings;
            this.folder = folder;
        }

        /** A setting of {@code server.properties} for every node, such as {@code min.insync.replicas}. */
        public Plan with(String key, String value) {
            var more = new TreeMap<>(settings);
            more.put(key, value);
            return new Plan(nodes, more, folder);
        }

        /** Keeps data in folders of this one, {@code node-1} and so on, which are made and stay behind. */
        public Plan onDisk(Path home) {
            return new Plan(nodes, settings, home);
        }

        /** Returns when every node serves. */
        public NaruCluster start() {
            return new NaruCluster(this);
        }
    }

    private final List<NaruBroker> nodes = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "naru-cuts");
        thread.setDaemon(true);
        return thread;
    });
    private final Cuts cuts = new Cuts(clock);

    private NaruCluster(Plan plan) {
        try {
            for (var node : NewCluster.of(plan.nodes, id -> plan.folder == null ? "/memory" : plan.folder.resolve("node-" + id).toString())) {
                var settings = new TreeMap<>(node.settings());
                int copies = Math.min(3, plan.nodes);
                settings.put("default.replication.factor", Integer.toString(copies));
                settings.put("offsets.topic.replication.factor", Integer.toString(copies));
                settings.put("transaction.state.log.replication.factor", Integer.toString(copies));
                settings.put("transaction.state.log.min.isr", Integer.toString(Math.min(2, copies)));
                settings.put("share.coordinator.state.topic.replication.factor", Integer.toString(copies));
                settings.put("share.coordinator.state.topic.min.isr", Integer.toString(Math.min(2, copies)));
                settings.putAll(plan.settings);
                cuts.listens(node.id(), node.port());
                cuts.listens(node.id(), node.controllerPort());
                nodes.add(NaruBroker.node(node, settings, plan.folder == null, cuts));
            }
            together(nodes.stream().map(node -> (Callable<Object>) () -> {
                node.revive();
                return node;
            }).toList());
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed instanceof RuntimeException bug ? bug : new IllegalStateException("the cluster did not start: " + failed.getMessage(), failed);
        }
    }

    /** Brokers in memory on free ports, with the settings a newcomer has; topics have three replicas, or as many as there are nodes. */
    public static NaruCluster start(int nodes) {
        return plan(nodes).start();
    }

    public static Plan plan(int nodes) {
        if (nodes < 1) {
            throw new IllegalArgumentException("a cluster has at least one node, not " + nodes);
        }
        return new Plan(nodes, new TreeMap<>(), null);
    }

    /** For {@code bootstrap.servers}: every node, running or not; the same for as long as this object lives. */
    public String bootstrapServers() {
        return nodes.stream().map(NaruBroker::bootstrapServers).collect(Collectors.joining(","));
    }

    /** One of the nodes, to be killed, revived, paused and resumed; its {@code node.id} is this number. */
    public NaruBroker node(int number) {
        return nodes.get(number - 1);
    }

    /** Pulls a node's cable to the other nodes: what they say to each other vanishes. Its clients still reach it. */
    public void cut(int node) {
        cuts.cut(node);
    }

    /** Puts the cable back. */
    public void heal(int node) {
        cuts.heal(node);
    }

    /** A node that stops gives away what it leads, and one that starts waits for others; so each on a thread of its own. */
    private static void together(List<Callable<Object>> tasks) {
        try (ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, tasks.size()))) {
            for (Future<Object> done : threads.invokeAll(tasks)) {
                done.get();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a cluster started or stopped", interrupted);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException bug ? bug : new IllegalStateException(failed.getCause());
        }
    }

    /**
     * Stops every node cleanly.
     *
     * @throws IllegalStateException when one of them broke while it ran, with what broke it
     */
    @Override
    public void close() {
        try {
            for (int node = 1; node <= nodes.size(); node++) {
                cuts.heal(node);
            }
            together(nodes.stream().map(node -> (Callable<Object>) () -> {
                if (node.isInMemory()) {
                    node.kill(); // nobody will open it again
                }
                node.close();
                return node;
            }).toList());
        } finally {
            clock.shutdownNow();
        }
    }
}
