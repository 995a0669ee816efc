package naru.clusters.trials;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How nodes reach each other and their clients: over the loopback, or, in a network that this process has to itself (it was
 * started under {@code unshare --net}), each from a room of its own by a cable that can be pulled.
 */
sealed interface Roads extends AutoCloseable {

    /** Where a node listens, counted from 1. */
    String host(int node);

    /** What a command begins with that is to run where the node is. */
    List<String> entering(int node);

    /** From now on nothing that the node sends arrives anywhere, and nothing reaches it; nobody is told. */
    void cut(int node) throws IOException;

    void mend(int node) throws IOException;

    @Override
    void close();

    /** One machine, no cables. */
    record Loopback() implements Roads {

        @Override
        public String host(int node) {
            return "127.0.0.1";
        }

        @Override
        public List<String> entering(int node) {
            return List.of();
        }

        @Override
        public void cut(int node) throws IOException {
            throw new IOException("the loopback cannot be cut: start this under unshare --net, with --rooms");
        }

        @Override
        public void mend(int node) {
            // it never was cut
        }

        @Override
        public void close() {
            // nothing was made
        }
    }

    /** A bridge in this process's network, and a pair of virtual cards for each node. */
    final class Rooms implements Roads {
        private static final String BRIDGE = "hub";
        private static final String BRIDGE_MAC = "02:00:00:00:00:fe";

        private final List<Process> keepers = new ArrayList<>();

        Rooms(int nodes) throws IOException {
            run("ip", "link", "set", "lo", "up");
            // Else it had the address of one of its cards, and what that node still sends would arrive here when it is cut off.
            run("ip", "link", "add", BRIDGE, "address", BRIDGE_MAC, "type", "bridge");
            run("ip", "addr", "add", "10.77.0.254/24", "dev", BRIDGE);
            run("ip", "link", "set", BRIDGE, "up");
            for (int node = 1; node <= nodes; node++) {
                furnish(node);
            }
        }

        /** A network lives as long as a process in it, so one waits there for the end of its input. */
        private void furnish(int node) throws IOException {
            var keeper = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo there; exec cat").redirectErrorStream(true).start();
            keepers.add(keeper);
            var said = new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.UTF_8)).readLine();
            if (!"there".equals(said)) {
                throw new IOException("no network of its own for node " + node + ": " + said);
            }
            run("ip", "link", "add", card(node), "type", "veth", "peer", "name", "eth0", "netns", Long.toString(keeper.pid()));
            run("ip", "link", "set", card(node), "master", BRIDGE, "up");
            inside(node, "ip", "link", "set", "lo", "up");
            inside(node, "ip", "addr", "add", host(node) + "/24", "dev", "eth0");
            inside(node, "ip", "link", "set", "eth0", "up");
        }

        private static String card(int node) {
            return "node" + node;
        }

        private void inside(int node, String... command) throws IOException {
            var all = new ArrayList<>(entering(node));
            all.addAll(List.of(command));
            run(all.toArray(String[]::new));
        }

        private static void run(String... command) throws IOException {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.onExit().join().exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        }

        @Override
        public String host(int node) {
            return "10.77.0." + node;
        }

        @Override
        public List<String> entering(int node) {
            return List.of("nsenter", "--target", Long.toString(keepers.get(node - 1).pid()), "--net", "--");
        }

        @Override
        public void cut(int node) throws IOException {
            run("ip", "link", "set", card(node), "nomaster");
        }

        @Override
        public void mend(int node) throws IOException {
            run("ip", "link", "set", card(node), "master", BRIDGE);
        }

        @Override
        public void close() {
            keepers.forEach(keeper -> {
                keeper.destroyForcibly();
                keeper.onExit().join();
            });
        }
    }
}
