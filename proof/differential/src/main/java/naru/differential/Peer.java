package naru.differential;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Apache Kafka, one combined node in a process of its own, formatted afresh. */
final class Peer implements AutoCloseable {

    private static final long START_MS_MAX = 60_000;
    private static final long STOP_S_MAX = 30;

    /** What Naru does not do yet, and says so: a Kafka that does it would answer differently in many places. */
    private static final List<String> FEATURES_OFF = List.of("streams.version");

    private final Process process;
    private final int port;

    private Peer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it and waits until it serves.
     *
     * @param libraries the folder with its jars
     * @param home an empty folder for its data
     */
    static Peer start(Path libraries, Path home, Map<String, String> settings) throws IOException, InterruptedException {
        int port = freePort();
        int controllerPort = freePort();
        var lines = new ArrayList<>(List.of(
                "process.roles=broker,controller",
                "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
                "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners=PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names=CONTROLLER",
                "inter.broker.listener.name=PLAINTEXT",
                "log.dirs=" + home.resolve("data")));
        settings.forEach((key, value) -> lines.add(key + "=" + value));
        var file = home.resolve("server.properties");
        Files.write(file, lines);
        var format = new ArrayList<>(List.of(
                "kafka.tools.StorageTool", "format", "-t", "naruAndKafkaCompared1A", "-c", file.toString()));
        FEATURES_OFF.forEach(feature -> format.addAll(List.of("--feature", feature + "=0")));
        run(libraries, home, format.toArray(String[]::new));
        var process = builder(libraries, home, "kafka.Kafka", file.toString()).start();
        var peer = new Peer(process, port);
        peer.awaitPort();
        return peer;
    }

    private static void run(Path libraries, Path home, String... arguments) throws IOException, InterruptedException {
        int exit = builder(libraries, home, arguments).start().waitFor();
        if (exit != 0) {
            throw new IOException("Kafka's " + arguments[0] + " failed; see " + home.resolve("kafka.log"));
        }
    }

    private static ProcessBuilder builder(Path libraries, Path home, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m", "-Dlog4j2.level=INFO", "-cp", libraries + "/*"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("kafka.log").toFile()));
    }

    private void awaitPort() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_MS_MAX * 1_000_000;
        while (System.nanoTime() < deadline) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException _) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new IOException("Kafka ended while it started");
                }
            }
        }
        close();
        throw new IOException("Kafka did not start in time");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_S_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
