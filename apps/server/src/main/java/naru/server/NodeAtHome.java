package naru.server;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One node of a {@link ClusterAtHome}: a folder, and at times a process. */
record NodeAtHome(int number, Path folder) {

    static final String SETTINGS = "server.properties";

    private static final String READY = "naru is ready";
    private static final long LOOK_AGAIN_MS = 10;

    Path settings() {
        return folder.resolve(SETTINGS);
    }

    private Path pidFile() {
        return folder.resolve("pid");
    }

    /** What the process said, on both streams; begun anew by each. */
    Path log() {
        return folder.resolve("log");
    }

    /** Where clients reach it. */
    String address() throws IOException {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(settings(), StandardCharsets.UTF_8)) {
            properties.load(in);
        }
        String first = properties.getProperty("listeners").split(",", 2)[0];
        return first.substring(first.indexOf("://") + 3);
    }

    /** -1 when none was ever started. */
    long pid() throws IOException {
        return Files.exists(pidFile()) ? Long.parseLong(Files.readString(pidFile()).strip()) : -1;
    }

    /** Null when it does not run. Numbers of processes are used again, so the command is looked at too. */
    private ProcessHandle process() throws IOException {
        var handle = ProcessHandle.of(pid()).filter(ProcessHandle::isAlive).orElse(null);
        if (handle == null) {
            return null;
        }
        var arguments = handle.info().arguments();
        return arguments.isEmpty() || List.of(arguments.get()).contains(settings().toString()) ? handle : null;
    }

    boolean isRunning() throws IOException {
        return process() != null;
    }

    /** A process that may not serve yet. */
    record Starting(NodeAtHome node, Process process) {

        /** Returns when the node serves clients. */
        void await(int secondsMax) throws IOException, InterruptedException, ClusterAtHome.Impossible {
            long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
            while (!Files.readString(node.log()).contains(READY)) {
                boolean ended = process.waitFor(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
                if (ended || System.nanoTime() > untilNs) {
                    throw new ClusterAtHome.Impossible("node " + node.number()
                            + (ended ? " ended" : " does not serve after " + secondsMax + " s") + ": " + node.lastWords()
                            + "; all of it is in " + node.log());
                }
            }
        }
    }

    private String lastWords() throws IOException {
        var lines = Files.readAllLines(log());
        return lines.isEmpty() ? "it said nothing" : lines.getLast();
    }

    /** Starts a process like this one, with the same machine and the same memory flags. */
    Starting start() throws IOException {
        var command = new ArrayList<String>();
        // A session of its own, so that the terminal's end is not the cluster's.
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "naru.server.Main", "start",
                "--config", settings().toString()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log().toFile())
                .start();
        Files.writeString(pidFile(), Long.toString(process.pid()));
        return new Starting(this, process);
    }

    /** What this very process was started with, up to its class path. */
    private static List<String> flags() {
        var flags = new ArrayList<String>();
        for (var argument : ProcessHandle.current().info().arguments().orElse(new String[0])) {
            if (!argument.startsWith("-") || argument.equals("-cp") || argument.equals("-jar")) {
                break;
            }
            if (!argument.startsWith("-Dnaru.started.ms") && !argument.startsWith("-XX:AOTCacheOutput")) {
                flags.add(argument);
            }
        }
        return flags;
    }

    void kill() throws IOException, InterruptedException {
        var process = process();
        if (process != null) {
            process.destroyForcibly();
            awaitEnd(process, 10);
        }
    }

    void askToStop() throws IOException {
        var process = process();
        if (process != null) {
            process.destroy();
        }
    }

    /** Waits for the end of a process that was asked to stop; one that does not is killed. */
    void awaitEnd(int secondsMax) throws IOException, InterruptedException {
        var process = process();
        if (process != null && !awaitEnd(process, secondsMax)) {
            kill();
        }
    }

    private static boolean awaitEnd(ProcessHandle process, int secondsMax) throws InterruptedException {
        try {
            process.onExit().get(secondsMax, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
