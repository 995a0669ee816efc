package naru.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** One node of Apache Kafka, broker and controller in one, in a process of its own. */
public final class KafkaNode implements AutoCloseable {

    /** How the voters of the quorum are named when a folder is formatted. */
    public enum Voters {
        /** By {@code controller.quorum.voters}: {@code kraft.version} 0. */
        CONFIGURED,
        /** By the log, formatted with {@code --standalone}: {@code kraft.version} 1. */
        LOGGED
    }

    private static final int NODE_ID = 1;
    private static final int PORT_MIN = 10_000;
    private static final int PORT_MAX = 12_900;

    private final Process process;
    private final String bootstrap;

    private KafkaNode(Process process, String bootstrap) {
        this.process = process;
        this.bootstrap = bootstrap;
    }

    /** Prepares an empty folder; {@code more} is said to the storage tool besides. */
    public static void format(Path data, Voters voters, String... more) throws IOException {
        var command = new ArrayList<>(List.of(
                "format", "--cluster-id", randomId(), "--config", configuration(data, voters, freePorts()).toString()));
        if (voters == Voters.LOGGED) {
            command.add("--standalone");
        }
        command.addAll(List.of(more));
        tool("kafka.tools.StorageTool", command.toArray(String[]::new));
    }

    private static String randomId() throws IOException {
        return tool("kafka.tools.StorageTool", "random-uuid").lines().reduce((_, last) -> last).orElseThrow();
    }

    /** Starts a node on a formatted folder, and waits until it serves. */
    public static KafkaNode start(Path data, Voters voters, String... settings) throws IOException {
        return start(freePorts(), data, voters, settings);
    }

    /** Starts a node on a formatted folder at the port where it was before, and waits until it serves. */
    public static KafkaNode startAt(int port, Path data, Voters voters, String... settings) throws IOException {
        return start(List.of(port, freePorts().get(1)), data, voters, settings);
    }

    /**
     * Formats an empty folder and starts a controller on it that is nothing besides, and waits until it runs.
     *
     * @param voters as {@code controller.quorum.voters} names them, this one among them
     */
    public static KafkaNode controller(Path data, int id, String clusterId, String voters, int port) throws IOException {
        var configuration = Files.write(data.resolveSibling(data.getFileName() + ".properties"), List.of(
                "process.roles=controller",
                "node.id=" + id,
                "controller.quorum.voters=" + voters,
                "listeners=CONTROLLER://127.0.0.1:" + port,
                "controller.listener.names=CONTROLLER",
                "log.dirs=" + data));
        tool("kafka.tools.StorageTool", "format", "--cluster-id", clusterId, "--config", configuration.toString());
        return started(configuration, port);
    }

    private static KafkaNode start(List<Integer> ports, Path data, Voters voters, String... settings) throws IOException {
        return started(configuration(data, voters, ports, settings), ports.get(0));
    }

    private static KafkaNode started(Path configuration, int port) throws IOException {
        var process = java(List.of("-Xmx512m", "-Dlog4j2.level=INFO"), "kafka.Kafka", configuration.toString());
        // Closed by the process's end.
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var said = new StringBuilder();
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains("Kafka Server started")) {
                Thread.ofPlatform().daemon().start(() -> swallow(out));
                return new KafkaNode(process, "127.0.0.1:" + port);
            }
            said.append(line).append('\n');
        }
        throw new IOException("Kafka did not start:\n" + said);
    }

    private static void swallow(BufferedReader out) {
        try {
            while (out.readLine() != null) { }
        } catch (IOException killed) {
            // its output ends with it
        }
    }

    /** Below those that the system gives to connections, so that nobody takes one before the node has it, or while it is down. */
    private static List<Integer> freePorts() throws IOException {
        var ports = new ArrayList<Integer>();
        while (ports.size() < 2) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (!ports.contains(port)) {
                    ports.add(socket.getLocalPort());
                }
            } catch (BindException _) {
                // somebody else's
            }
        }
        return ports;
    }

    private static Path configuration(Path data, Voters voters, List<Integer> ports, String... settings)
            throws IOException {
        String controller = "127.0.0.1:" + ports.get(1);
        var lines = new ArrayList<>(List.of(
                "process.roles=broker,controller",
                "node.id=" + NODE_ID,
                voters == Voters.CONFIGURED
                        ? "controller.quorum.voters=" + NODE_ID + "@" + controller
                        : "controller.quorum.bootstrap.servers=" + controller,
                "listeners=PLAINTEXT://127.0.0.1:" + ports.get(0) + ",CONTROLLER://" + controller,
                "controller.listener.names=CONTROLLER",
                "log.dirs=" + data,
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=3",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "group.initial.rebalance.delay.ms=0"));
        lines.addAll(List.of(settings));
        return Files.write(data.resolveSibling(data.getFileName() + ".properties"), lines);
    }

    /** Runs one of Kafka's tools to its end; what it said. */
    public static String tool(String tool, String... arguments) throws IOException {
        var process = java(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=WARN"), tool, arguments);
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.onExit().join().exitValue();
        if (code != 0) {
            throw new IOException(tool + " " + String.join(" ", arguments) + " ended with " + code + ":\n" + said);
        }
        return said;
    }

    private static Process java(List<String> flags, String main, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", libraries() + "/*", main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Where this module's build has put Kafka: beside its classes. */
    public static Path libraries() {
        try {
            var classes = Path.of(KafkaNode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return classes.resolveSibling("kafka");
        } catch (URISyntaxException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /** {@code HOST:PORT}, where clients begin. */
    public String bootstrap() {
        return bootstrap;
    }

    /** The port at which it listens for clients. */
    public int port() {
        return Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1));
    }

    /** {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGTERM, and waits for the end. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
