package naru.commands;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Naru as a download lays it out, in a folder of its own, and a shell in that folder, into which lines are typed as documents
 * have them. Their ports (9092 and the like) become free ones, and {@code /tmp/} this folder. Several may be typed at the same time.
 */
final class Walk implements AutoCloseable {

    /** What a line came to. */
    record Shown(int code, String out, String err) {}

    private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern PORT = Pattern.compile("\\b909[0-9]\\b");
    private static final List<String> PARTS = List.of("server", "cli");
    private static final int PATIENCE_S = 120;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 12_000;

    private final Path home;
    private final Map<String, String> ports = new TreeMap<>();
    private final AtomicInteger typed = new AtomicInteger();

    private Walk(Path home) {
        this.home = home;
    }

    static Walk begin(Path home) throws IOException, InterruptedException {
        var walk = new Walk(home);
        walk.fetchTools();
        walk.layOut();
        return walk;
    }

    /** A checkout fetches Kafka's command lines on their first use. */
    private void fetchTools() throws IOException, InterruptedException {
        var fetched = run(CHECKOUT, "bin/kafka-run-class.sh org.apache.kafka.tools.TopicCommand --version").end();
        if (fetched.code() != 0) {
            throw new IOException(fetched.err());
        }
    }

    /** The classes of the build stand in for the jars. */
    private void layOut() throws IOException {
        for (var folder : List.of("bin", "config", "build")) {
            copy(CHECKOUT.resolve(folder), home.resolve(folder));
        }
        Files.copy(CHECKOUT.resolve("naru"), home.resolve("naru"));
        home.resolve("naru").toFile().setExecutable(true);
        for (var part : PARTS) {
            var libs = Files.createDirectories(home.resolve("libs").resolve(part));
            int number = 1_000;
            for (var entry : System.getProperty("java.class.path").split(":")) {
                Files.createSymbolicLink(libs.resolve(number + ".jar"), Path.of(entry).toAbsolutePath());
                number++;
            }
        }
        Files.createSymbolicLink(home.resolve("libs/tools"), CHECKOUT.resolve("apps/dist/target/tools"));
    }

    private void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var copy = Files.writeString(to.resolve(file.getFileName()),
                        to.endsWith("config") ? real(Files.readString(file)) : Files.readString(file));
                if (Files.isExecutable(file)) {
                    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }

    /** The words of a document with the ports and folders that they have here. */
    String real(String words) {
        return PORT.matcher(words).replaceAll(port -> port(port.group())).replace("/tmp/", home + "/");
    }

    /** The free port that stands for one of a document; outside the range from which the system gives ports to clients. */
    private synchronized String port(String documented) {
        return ports.computeIfAbsent(documented, _ -> {
            var random = new Random();
            while (true) {
                int port = FIRST_PORT + random.nextInt(PORTS);
                if (!ports.containsValue(Integer.toString(port)) && isFree(port)) {
                    return Integer.toString(port);
                }
            }
        });
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    Path home() {
        return home;
    }

    /** A line that has not come to its end yet. */
    final class Typed {
        private final String line;
        private final Process process;
        private final Path out;
        private final Path err;

        private Typed(String line, Process process, Path out, Path err) {
            this.line = line;
            this.process = process;
            this.out = out;
            this.err = err;
        }

        String shownSoFar() throws IOException {
            return Files.readString(out, StandardCharsets.UTF_8);
        }

        boolean isOver() {
            return !process.isAlive();
        }

        void interrupt() throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        }

        Shown end() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("has not ended: " + line + "\n" + shownSoFar() + Files.readString(err));
            }
            return new Shown(process.exitValue(), shownSoFar(), Files.readString(err, StandardCharsets.UTF_8));
        }
    }

    /** Types a line and does not wait for it. */
    Typed start(String line) throws IOException {
        return run(home, real(line));
    }

    private Typed run(Path where, String line) throws IOException {
        int number = typed.incrementAndGet();
        var out = home.resolve("out-" + number);
        var err = home.resolve("err-" + number);
        // Whoever runs the tests in the background ignores the interrupt, and children inherit that.
        var builder = new ProcessBuilder("env", "--default-signal=INT", "bash", "-c", line)
                .directory(where.toFile()).redirectInput(Path.of("/dev/null").toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // What makes every later start quick takes longer than all these first ones.
        builder.environment().put("NARU_REHEARSE", "no");
        builder.environment().putIfAbsent("NARU_TOOLS_CACHE", "off");
        return new Typed(line, builder.start(), out, err);
    }

    /** Types a line and waits for its end. */
    Shown type(String line) throws IOException, InterruptedException {
        return start(line).end();
    }

    /** What a line shows that is expected to go well. */
    String see(String line) throws IOException, InterruptedException {
        var shown = type(line);
        if (shown.code() != 0) {
            throw new AssertionError(line + " ended with " + shown.code() + "\n" + shown.out() + shown.err());
        }
        return shown.out();
    }

    /** What lines show that have nothing to do with each other, typed at the same time. */
    List<String> see(String first, String second, String... more) throws IOException, InterruptedException {
        var lines = new ArrayList<>(List.of(first, second));
        lines.addAll(List.of(more));
        var all = new ArrayList<Typed>();
        for (var line : lines) {
            all.add(start(line));
        }
        var shown = new ArrayList<String>();
        for (var one : all) {
            var end = one.end();
            if (end.code() != 0) {
                throw new AssertionError(one.line + " ended with " + end.code() + "\n" + end.out() + end.err());
            }
            shown.add(end.out());
        }
        return shown;
    }

    /** The process of the broker with this data folder. */
    ProcessHandle broker(String data) throws IOException {
        long pid = Long.parseLong(Files.readAllLines(Path.of(real(data)).resolve("naru.pid")).getFirst());
        return ProcessHandle.of(pid).orElseThrow();
    }

    /** Ends what was started here and still runs. */
    @Override
    public void close() throws IOException {
        var ours = new TreeSet<ProcessHandle>();
        ProcessHandle.allProcesses()
                .filter(one -> one.info().commandLine().orElse("").contains(home + "/libs/"))
                .forEach(ours::add);
        ours.forEach(ProcessHandle::destroyForcibly);
        ours.forEach(one -> one.onExit().join());
        Files.deleteIfExists(home.resolve("libs/tools"));
        for (var part : PARTS) {
            try (var links = Files.list(home.resolve("libs").resolve(part))) {
                for (var link : links.toList()) {
                    Files.delete(link);
                }
            }
        }
    }
}
