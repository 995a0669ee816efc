package naru.clusters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A cluster on this machine, as {@code naru cluster} makes it for its users: each node is a process. */
public final class ClusterOfProcesses implements AutoCloseable {

    private final Path home;
    private final List<String> addresses;

    private ClusterOfProcesses(Path home, List<String> addresses) {
        this.home = home;
        this.addresses = addresses;
    }

    /** Starts a new one and waits until every node serves. */
    public static ClusterOfProcesses start(Path home, int nodes, String... settings) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("start", "--nodes", Integer.toString(nodes)));
        for (var setting : settings) {
            words.add("--set");
            words.add(setting);
        }
        String said = run(home, words.toArray(String[]::new));
        if (!said.startsWith("kafka://")) {
            throw new IOException("the cluster did not start: " + said);
        }
        return new ClusterOfProcesses(home, List.of(said.substring("kafka://".length()).split(",")));
    }

    private static String run(Path home, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "naru.server.Main", "cluster"));
        command.addAll(List.of(words));
        command.addAll(List.of("--data", home.toString()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return said;
    }

    /** Of all nodes, running or not. */
    public String bootstrap() {
        return String.join(",", addresses);
    }

    /** {@code HOST:PORT} where this node serves clients; nodes count from 1. */
    public String address(int node) {
        return addresses.get(node - 1);
    }

    /** {@code naru cluster VERB ...}, and what it said. */
    public String command(String... words) throws IOException, InterruptedException {
        return run(home, words);
    }

    /** {@code kill -9}. */
    public void kill(int node) throws IOException, InterruptedException {
        expect("killed", command("kill", Integer.toString(node)));
    }

    /** Returns when the node serves again. */
    public void revive(int node) throws IOException, InterruptedException {
        expect("serves again", command("revive", Integer.toString(node)));
    }

    private static void expect(String word, String said) throws IOException {
        if (!said.contains(word)) {
            throw new IOException(said);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            command("stop");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
