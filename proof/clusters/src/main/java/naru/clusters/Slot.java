package naru.clusters;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A place for one client process: when one is killed or gives up, the next comes, under a name of its own. A process says
 * that it achieved something by a line on its output, and is asked to end by the end of its input.
 */
public final class Slot implements AutoCloseable {

    private static final long STOP_S_MAX = 60;

    private final String name;
    private final Class<?> main;
    private final Function<String, List<String>> arguments;
    private int generation;
    private int gaveUp;
    private Process process;
    private AtomicLong progress;

    /** @param arguments of the main class, for a process of this name */
    public Slot(String name, Class<?> main, Function<String, List<String>> arguments) throws IOException {
        this.name = name;
        this.main = main;
        this.arguments = arguments;
        start();
    }

    private void start() throws IOException {
        generation++;
        String who = name + "." + generation;
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED", main.getName()));
        command.addAll(arguments.apply(who));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var counter = new AtomicLong();
        progress = counter;
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (out.readLine() != null) {
                    counter.incrementAndGet();
                }
            } catch (IOException killed) {
                counter.get(); // its pipe went with it
            }
        });
    }

    /** {@code kill -9}: nobody comes until {@link #look}. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** {@code kill -9}, and the next one. */
    public void killAndStart() throws IOException {
        kill();
        start();
    }

    /** Brings the next one where the last gave up by itself, as clients in doubt do. */
    public void look() throws IOException {
        if (!process.isAlive()) {
            gaveUp++;
            start();
        }
    }

    /** How often the present process achieved something. */
    public long progress() {
        return progress.get();
    }

    /** How often a process of this place ended by itself. */
    public int gaveUp() {
        return gaveUp;
    }

    /** Asks it to finish what it is doing; true when it ended in peace. */
    public boolean stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return process.waitFor(STOP_S_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return name;
    }
}
