package naru.clusters.trials;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three or more nodes, each in a process of its own, to which everything may happen. */
final class Nodes implements AutoCloseable {

    private static final String CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
    private static final int PORT_IN_ROOM = 9092;
    private static final long START_S_MAX = 120;
    private static final long STOP_S_MAX = 90;
    private static final long LOOK_AGAIN_MS = 5;

    private final Roads roads;
    private final Software software;
    private final Path home;
    private final int count;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> controllers;
    private final Process[] processes;

    private Nodes(Roads roads, Software software, Path home, int count, List<Integer> controllers) {
        this.roads = roads;
        this.software = software;
        this.home = home;
        this.count = count;
        this.controllers = controllers;
        this.processes = new Process[all() + 1];
    }

    /**
     * Formats and starts them, each a broker and a controller, and waits until all serve.
     *
     * @param settings besides those that make them a cluster, each as {@code key=value}
     */
    static Nodes start(Roads roads, Software software, Path home, int count, List<String> settings)
            throws IOException, InterruptedException {
        return start(new Nodes(roads, software, home, count, IntStream.rangeClosed(1, count).boxed().toList()), settings);
    }

    /** As many brokers, and one controller besides, which has the number after the last of them. */
    static Nodes startApart(Roads roads, Software software, Path home, int brokers, List<String> settings)
            throws IOException, InterruptedException {
        return start(new Nodes(roads, software, home, brokers, List.of(brokers + 1)), settings);
    }

    private static Nodes start(Nodes nodes, List<String> settings) throws IOException, InterruptedException {
        nodes.choosePorts();
        try {
            for (int node = 1; node <= nodes.all(); node++) {
                Files.createDirectories(nodes.folder(node));
                Files.write(nodes.settings(node), nodes.properties(node, settings));
                Software.run(nodes.software.format(CLUSTER_ID, nodes.settings(node)));
            }
            for (int node = 1; node <= nodes.all(); node++) {
                nodes.begin(node);
            }
            for (int node = 1; node <= nodes.all(); node++) {
                nodes.awaitReady(node);
            }
        } catch (IOException | InterruptedException failure) {
            nodes.close();
            throw failure;
        }
        return nodes;
    }

    /** Of brokers, and of controllers that are no brokers. */
    private int all() {
        return Math.max(count, controllers.getLast());
    }

    private void choosePorts() throws IOException {
        var held = new ArrayList<ServerSocket>();
        for (int i = 0; i < 2 * all(); i++) {
            if (roads instanceof Roads.Rooms) {
                ports.add(PORT_IN_ROOM + i / all());
            } else {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
        }
        for (var socket : held) {
            socket.close();
        }
    }

    private Path folder(int node) {
        return home.resolve("node-" + node);
    }

    private Path settings(int node) {
        return folder(node).resolve("server.properties");
    }

    /** What the process has said since it was started last. */
    Path log(int node) {
        return folder(node).resolve("log");
    }

    private List<String> properties(int node, List<String> settings) {
        String voters = controllers.stream().map(id -> id + "@" + controllerAddress(id)).collect(Collectors.joining(","));
        boolean isBroker = node <= count;
        boolean isController = controllers.contains(node);
        var lines = new ArrayList<>(List.of(
                "process.roles=" + (isBroker ? isController ? "broker,controller" : "broker" : "controller"),
                "node.id=" + node, "controller.quorum.voters=" + voters, "controller.listener.names=CONTROLLER",
                "listeners=" + (isBroker ? "PLAINTEXT://" + address(node) : "") + (isBroker && isController ? "," : "")
                        + (isController ? "CONTROLLER://" + controllerAddress(node) : ""),
                "log.dirs=" + folder(node).resolve("data"),
                "default.replication.factor=" + count, "offsets.topic.replication.factor=" + count, "offsets.topic.num.partitions=3",
                "transaction.state.log.replication.factor=" + count, "transaction.state.log.num.partitions=3",
                "group.initial.rebalance.delay.ms=0"));
        if (isBroker) {
            lines.add("advertised.listeners=PLAINTEXT://" + address(node));
            lines.add("inter.broker.listener.name=PLAINTEXT");
        }
        lines.addAll(settings);
        return lines;
    }

    /** {@code HOST:PORT} where clients reach it. */
    String address(int node) {
        return roads.host(node) + ":" + ports.get(node - 1);
    }

    private String controllerAddress(int node) {
        return roads.host(node) + ":" + ports.get(all() + node - 1);
    }

    String bootstrap() {
        return IntStream.rangeClosed(1, count).mapToObj(this::address).collect(Collectors.joining(","));
    }

    /** Of brokers. */
    int count() {
        return count;
    }

    private void begin(int node) throws IOException {
        var command = new ArrayList<>(roads.entering(node));
        command.addAll(software.start(settings(node)));
        processes[node] = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(node).toFile()).start();
    }

    private void awaitReady(int node) throws IOException, InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_S_MAX);
        while (!Files.readString(log(node)).contains(software.readyWords())) {
            boolean ended = processes[node].waitFor(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
            if (ended || System.nanoTime() > untilNs) {
                throw new IOException("node " + node + (ended ? " ended" : " does not serve") + "; see " + log(node));
            }
        }
    }

    /** Starts one that does not run, and waits until it serves. What the process before it said is kept. */
    void startAgain(int node) throws IOException, InterruptedException {
        Files.write(folder(node).resolve("log.before"), Files.readAllBytes(log(node)),
                java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
        begin(node);
        awaitReady(node);
    }

    long pid(int node) {
        return processes[node].pid();
    }

    /** {@code kill -9}. */
    void kill(int node) {
        processes[node].destroyForcibly();
        processes[node].onExit().join();
    }

    /** SIGTERM, and waits for the end. */
    void stop(int node) throws IOException, InterruptedException {
        processes[node].destroy();
        if (!processes[node].waitFor(STOP_S_MAX, TimeUnit.SECONDS)) {
            throw new IOException("node " + node + " does not stop; see " + log(node));
        }
    }

    /** SIGSTOP. */
    void hold(int node) throws IOException {
        Software.run(List.of("kill", "-STOP", Long.toString(pid(node))));
    }

    /** SIGCONT. */
    void letGo(int node) throws IOException {
        Software.run(List.of("kill", "-CONT", Long.toString(pid(node))));
    }

    void cut(int node) throws IOException {
        roads.cut(node);
    }

    void mend(int node) throws IOException {
        roads.mend(node);
    }

    @Override
    public void close() {
        for (int node = 1; node <= all(); node++) {
            if (processes[node] != null) {
                kill(node);
            }
        }
    }
}
