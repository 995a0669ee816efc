package naru.clusters;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.ThreadLocalRandom;

/** One node of a cluster, with a {@code server.properties} of its own: broker, controller, or both; as an operator sets it up. */
final class NodeProcess implements AutoCloseable {

    private static final long START_S_MAX = 120;
    private static final int PORT_MIN = 13_000;
    private static final int PORT_MAX = 19_900;

    private final Path settings;
    private final Path log;
    private Process process;

    private NodeProcess(Path settings) {
        this.settings = settings;
        this.log = settings.resolveSibling(settings.getFileName() + ".log");
    }

    /** Writes its settings; it does not run yet. */
    static NodeProcess of(Path folder, int id, String... lines) throws IOException {
        var all = new ArrayList<>(List.of("node.id=" + id, "log.dirs=" + folder.resolve("data-" + id),
                "controller.listener.names=CONTROLLER"));
        all.addAll(List.of(lines));
        return new NodeProcess(Files.write(folder.resolve("node-" + id + ".properties"), all));
    }

    /** Below those that the system gives to connections: a node that comes back finds its own free. */
    static List<Integer> freePorts(int count) throws IOException {
        var ports = new TreeSet<Integer>();
        int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
        while (ports.size() < count) {
            port = port == PORT_MAX ? PORT_MIN : port + 1;
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(socket.getLocalPort());
            } catch (java.net.BindException _) {
                // somebody else's
            }
        }
        return List.copyOf(ports);
    }

    private static List<String> java(String main, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return command;
    }

    /** {@code kafka-storage.sh format}, and what it said. */
    NodeProcess format(String clusterId, String... options) throws IOException, InterruptedException {
        var command = java("naru.server.Storage", "format", "-t", clusterId, "-c", settings.toString());
        command.addAll(List.of(options));
        var tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tool.waitFor() != 0) {
            throw new IOException(said);
        }
        return this;
    }

    /** Starts it and waits until it serves. */
    NodeProcess start() throws IOException, InterruptedException {
        begin();
        return awaitReady();
    }

    /** Waits until a node that was begun serves. */
    NodeProcess awaitReady() throws IOException, InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_S_MAX);
        while (!Files.readString(log).contains("naru is ready")) {
            if (process.waitFor(10, TimeUnit.MILLISECONDS) || System.nanoTime() > untilNs) {
                throw new IOException(settings.getFileName() + " did not start:\n" + Files.readString(log));
            }
        }
        return this;
    }

    /** Starts it without waiting. */
    NodeProcess begin() throws IOException {
        process = new ProcessBuilder(java("naru.server.Main", "start", "--config", settings.toString()))
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return this;
    }

    /** Starts it, expecting that it does not come up: its exit code, and the last line it said. */
    BrokerProcess.Refusal startInVain() throws IOException, InterruptedException {
        return begin().awaitRefusal();
    }

    /** Of a node that was begun. */
    BrokerProcess.Refusal awaitRefusal() throws IOException, InterruptedException {
        if (!process.waitFor(START_S_MAX, TimeUnit.SECONDS)) {
            kill();
            return new BrokerProcess.Refusal(-1, "it runs:\n" + Files.readString(log));
        }
        var lines = Files.readAllLines(log);
        return new BrokerProcess.Refusal(process.exitValue(), lines.isEmpty() ? "" : lines.getLast());
    }

    /** All of it, since it was started last. */
    String said() throws IOException {
        return Files.readString(log);
    }

    Path settings() {
        return settings;
    }

    private Path data() throws IOException {
        var data = Files.readAllLines(settings).stream().filter(line -> line.startsWith("log.dirs=")).findFirst().orElseThrow();
        return Path.of(data.substring("log.dirs=".length()));
    }

    private String meta(String key) throws IOException {
        var found = new Properties();
        try (var in = Files.newBufferedReader(data().resolve("meta.properties"))) {
            found.load(in);
        }
        return found.getProperty(key);
    }

    String clusterId() throws IOException {
        return meta("cluster.id");
    }

    /** Of its folder. */
    String directoryId() throws IOException {
        return meta("directory.id");
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Its disk is lost; it does not run. */
    void wipe() throws IOException {
        try (var files = Files.walk(data())) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** SIGTERM, and waits for the end. */
    void stop() {
        process.destroy();
        process.onExit().join();
    }

    @Override
    public void close() {
        if (process != null) {
            stop();
        }
    }
}
