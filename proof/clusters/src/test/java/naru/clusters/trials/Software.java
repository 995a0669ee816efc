package naru.clusters.trials;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the nodes of a trial run, all of it understanding one {@code server.properties}. */
sealed interface Software {

    /** The command that formats a node's folders. */
    List<String> format(String clusterId, Path settings);

    /** The command that becomes the node. */
    List<String> start(Path settings);

    /** What a node's log says when it serves. */
    String readyWords();

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Naru out of this process's class path. */
    record Built() implements Software {

        private static List<String> main(String name, String... words) {
            // Many start in a short time, and none of them lives long.
            var command = new ArrayList<>(List.of(java(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                    System.getProperty("java.class.path"), name));
            command.addAll(List.of(words));
            return command;
        }

        @Override
        public List<String> format(String clusterId, Path settings) {
            return main("naru.server.Storage", "format", "-t", clusterId, "-c", settings.toString());
        }

        @Override
        public List<String> start(Path settings) {
            return main("naru.server.Main", "start", "--config", settings.toString());
        }

        @Override
        public String readyWords() {
            return "naru is ready";
        }
    }

    /**
     * Naru as its users start it.
     *
     * @param home the checkout, or the unpacked download
     */
    record Installed(Path home) implements Software {

        @Override
        public List<String> format(String clusterId, Path settings) {
            return List.of(home.resolve("naru").toString(), "storage", "format", "-t", clusterId, "-c", settings.toString());
        }

        @Override
        public List<String> start(Path settings) {
            return List.of(home.resolve("naru").toString(), "start", "--config", settings.toString());
        }

        @Override
        public String readyWords() {
            return "naru is ready";
        }
    }

    /**
     * Apache Kafka, with the flags of its own scripts.
     *
     * @param libs the folder with its jars
     */
    record Kafka(Path libs) implements Software {

        private List<String> main(List<String> flags, String name, String... words) {
            var command = new ArrayList<>(List.of(java()));
            command.addAll(flags);
            command.addAll(List.of("-cp", libs + "/*", name));
            command.addAll(List.of(words));
            return command;
        }

        @Override
        public List<String> format(String clusterId, Path settings) {
            return main(List.of("-Dlog4j2.level=WARN"), "kafka.tools.StorageTool", "format", "-t", clusterId, "-c", settings.toString());
        }

        @Override
        public List<String> start(Path settings) {
            return main(List.of("-Xmx1G", "-Xms1G", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
                    "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true",
                    "-Dlog4j2.level=INFO"), "kafka.Kafka", settings.toString());
        }

        @Override
        public String readyWords() {
            return "Kafka Server started";
        }
    }

    /** Runs a command to its end; what it said, should it fail, is in the exception. */
    static void run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }
}
