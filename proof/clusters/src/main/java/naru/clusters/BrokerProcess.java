package naru.clusters;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A broker in a process of its own, as its users run it. */
public final class BrokerProcess implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("naru is ready in \\d+ ms: kafka://(\\S+:\\d+(?:, kafka://\\S+:\\d+)*), data .*");
    private static final long STOP_S_MAX = 60;

    private final Process process;
    private final List<String> listening;

    private BrokerProcess(Process process, List<String> listening) {
        this.process = process;
        this.listening = listening;
    }

    /** What starting came to when it did not come up: its exit code, and all it said. */
    public record Refusal(int exitCode, String said) {}

    /** Starts a broker on a free port and waits until it is ready. */
    public static BrokerProcess start(Path data, String... settings) throws IOException {
        return startAt("127.0.0.1:0", data, settings);
    }

    /**
     * Starts a broker and waits until it is ready.
     *
     * @param listen {@code HOST:PORT}
     * @param settings each as {@code key=value}
     */
    public static BrokerProcess startAt(String listen, Path data, String... settings) throws IOException {
        return startInside(List.of(), listen, data, settings);
    }

    /**
     * Starts a broker in a world of its own, and waits until it is ready.
     *
     * @param entering the command that enters this world and goes on with what follows, such as {@code nsenter}
     */
    static BrokerProcess startInside(List<String> entering, String listen, Path data, String... settings) throws IOException {
        var command = new ArrayList<>(entering);
        command.addAll(command(data, listen, settings));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var ready = READY.matcher(String.valueOf(out.readLine()));
        if (!ready.matches()) {
            process.destroyForcibly();
            throw new IOException("the broker did not say that it is ready");
        }
        return new BrokerProcess(process, List.of(ready.group(1).split(", kafka://")));
    }

    /** Starts a broker that is expected not to come up. */
    public static Refusal startInVain(Path data, String... settings) throws IOException, InterruptedException {
        return startInVainInside(List.of(), data, settings);
    }

    static Refusal startInVainInside(List<String> entering, Path data, String... settings)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(entering);
        command.addAll(command(data, "127.0.0.1:0", settings));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!process.waitFor(STOP_S_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Refusal(process.waitFor(), said);
    }

    private static List<String> command(Path data, String listen, String... settings) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                "naru.server.Main", "start", "--data", data.toString(), "--listen", listen));
        for (var setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        return command;
    }

    /** {@code HOST:PORT}, where clients begin. */
    public String bootstrap() {
        return listening.getFirst();
    }

    /** {@code HOST:PORT} of each listener, in the order of the settings. */
    List<String> listening() {
        return listening;
    }

    /** {@code kill -9}: the process learns nothing of its end. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGTERM, and waits for the end; the exit code. */
    public int stop() {
        process.destroy();
        return process.onExit().join().exitValue();
    }

    @Override
    public void close() {
        stop();
    }
}
