package naru.compatibility;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A client that was written by somebody else, and the program that does with it what applications do.
 *
 * @param name with the version
 * @param command how its program is started; bootstrap, prefix and scenario follow
 * @param scenarios what it can do
 * @param codecs which compressions its program is to try; empty when the program knows best
 */
record ForeignClient(String name, List<String> command, List<String> scenarios, String codecs) {

    private static final Path HERE = Path.of("").toAbsolutePath();
    private static final List<String> ALL = List.of("acks-and-compression", "seek", "commit", "reset", "idempotent");
    private static final List<String> WITH_TRANSACTIONS =
            List.of("acks-and-compression", "seek", "commit", "reset", "idempotent", "transactions");
    private static final long SECONDS_MAX = 120;
    private static final int TOO_LATE = -1;

    static List<ForeignClient> all() {
        return List.of(
                java("1.0.2", "none,gzip,snappy,lz4"),
                java("2.0.1", "none,gzip,snappy,lz4"),
                java("2.8.2", "none,gzip,snappy,lz4,zstd"),
                java("3.9.1", "none,gzip,snappy,lz4,zstd"),
                java("4.4.0", "none,gzip,snappy,lz4,zstd"),
                new ForeignClient("kcat 1.7.1", List.of(HERE.resolve("clients/kcat/scenarios.sh").toString()), ALL, ""),
                new ForeignClient("kafka-python 2.0.2",
                        List.of("/usr/bin/python3", HERE.resolve("clients/python/scenarios.py").toString()),
                        // It has no idempotent producer.
                        List.of("acks-and-compression", "seek", "commit", "reset"), ""),
                node("kafkajs 2.2.4", "kafkajs.mjs"),
                node("@platformatic/kafka 1.35.0", "platformatic.mjs"));
    }

    private static ForeignClient java(String version, String codecs) {
        return new ForeignClient("kafka-clients " + version,
                javaCommand(version, "naru.compatibility.scenario.JavaScenarios"), WITH_TRANSACTIONS, codecs);
    }

    /** How a program of ours is started with this version of Kafka's Java client and the libraries of its time. */
    static List<String> javaCommand(String version, String main) {
        var jars = HERE.resolve("target/clients/" + version).toFile().listFiles();
        if (jars == null) {
            throw new IllegalStateException("the build did not fetch kafka-clients " + version);
        }
        var classPath = Arrays.stream(jars).map(File::getPath).sorted().collect(Collectors.joining(File.pathSeparator))
                + File.pathSeparator + HERE.resolve("target/test-classes");
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "-Xmx256m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", classPath, main);
    }

    private static ForeignClient node(String name, String program) {
        var node = HERE.resolve("target/node/node_modules/.bin/node").toString();
        return new ForeignClient(name, List.of(node, HERE.resolve("target/node/" + program).toString()), WITH_TRANSACTIONS, "");
    }

    /** Starts the program; it runs until its scenario is over. */
    Process start(String bootstrap, String prefix, String scenario) throws IOException {
        return builder(bootstrap, prefix, scenario).start();
    }

    private ProcessBuilder builder(String bootstrap, String prefix, String scenario) {
        var all = new ArrayList<>(command);
        all.addAll(List.of(bootstrap, prefix, scenario, codecs));
        return new ProcessBuilder(all).redirectErrorStream(true);
    }

    /** What its program says of itself: the name with the version. */
    String calledItself() throws IOException, InterruptedException {
        return run("", "", "version").said().strip();
    }

    /** Runs a scenario to its end; null when it went well, else what the program said. */
    String complaint(String bootstrap, String prefix, String scenario) throws IOException, InterruptedException {
        var ran = run(bootstrap, prefix, scenario);
        if (ran.exitCode() == 0) {
            return null;
        }
        var said = ran.said().substring(Math.max(0, ran.said().length() - 4_000));
        return (ran.exitCode() == TOO_LATE ? "was not done after " + SECONDS_MAX + " s" : "ended with " + ran.exitCode())
                + ":\n" + said;
    }

    private record Ran(int exitCode, String said) {}

    private Ran run(String bootstrap, String prefix, String scenario) throws IOException, InterruptedException {
        var said = Files.createTempFile("naru-compatibility", ".txt");
        try {
            var process = builder(bootstrap, prefix, scenario).redirectOutput(said.toFile()).start();
            boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
            process.destroyForcibly();
            return new Ran(ended ? process.exitValue() : TOO_LATE, Files.readString(said));
        } finally {
            Files.delete(said);
        }
    }
}
