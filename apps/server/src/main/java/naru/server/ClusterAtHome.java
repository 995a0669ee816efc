package naru.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import naru.disk.FileDisk;

/**
 * A cluster on one machine, for trying things out: {@code naru cluster start|status|kill|revive|stop}. Each node is a
 * process with a folder of its own, which has its {@code server.properties}, its data, its log and the number of its process.
 */
final class ClusterAtHome {

    static final String USAGE = """
            usage: naru cluster start [--nodes N] [--data DIR] [--set key=value ...]
                   naru cluster status|stop [--data DIR]
                   naru cluster kill|revive N [--data DIR]

              --data DIR   where the cluster lies (default ./cluster); the same for every
                           command
              --nodes N    how many nodes a new cluster has, 1 to 9 (default 3); each is a
                           broker and a controller
            """;

    private static final int NODES_MAX = 9;
    private static final int START_S_MAX = 120;
    private static final int STOP_S_MAX = 60;

    private final Path home;

    ClusterAtHome(Path home) {
        this.home = home.toAbsolutePath().normalize();
    }

    /** It cannot be done; the message is for the person who asked. */
    static final class Impossible extends Exception {
        private static final long serialVersionUID = 1;

        Impossible(String message) {
            super(message);
        }
    }

    private NodeAtHome node(int number) throws Impossible {
        var node = new NodeAtHome(number, home.resolve("node-" + number));
        if (!Files.exists(node.settings())) {
            throw new Impossible("there is no node " + number + " in " + home + "; it has " + nodes(count()));
        }
        return node;
    }

    private int count() {
        int count = 0;
        while (Files.exists(home.resolve("node-" + (count + 1)).resolve(NodeAtHome.SETTINGS))) {
            count++;
        }
        return count;
    }

    private static String nodes(int count) {
        return count + (count == 1 ? " node" : " nodes");
    }

    private List<NodeAtHome> nodes() throws Impossible {
        var nodes = new ArrayList<NodeAtHome>();
        for (int i = 1; i <= count(); i++) {
            nodes.add(node(i));
        }
        if (nodes.isEmpty()) {
            throw new Impossible("there is no cluster in " + home + "; 'naru cluster start --data " + home + "' makes one");
        }
        return nodes;
    }

    /** Makes a cluster where there is none, and starts every node that does not run. Comes back when all of them serve. */
    String start(int nodes, List<String> settings) throws IOException, InterruptedException, Impossible {
        if (nodes < 1 || nodes > NODES_MAX) {
            throw new Impossible("a cluster on one machine has 1 to " + NODES_MAX + " nodes, not " + nodes);
        }
        if (count() == 0) {
            make(nodes, settings);
        }
        var all = nodes();
        var started = new ArrayList<NodeAtHome.Starting>();
        for (var node : all) {
            if (!node.isRunning()) {
                started.add(node.start());
            }
        }
        for (var starting : started) {
            starting.await(START_S_MAX);
        }
        return bootstrap(all);
    }

    private static String bootstrap(List<NodeAtHome> nodes) throws IOException {
        var addresses = new ArrayList<String>();
        for (var node : nodes) {
            addresses.add(node.address());
        }
        return "kafka://" + String.join(",", addresses);
    }

    private void make(int nodes, List<String> settings) throws IOException {
        for (var node : NewCluster.of(nodes, id -> home.resolve("node-" + id).resolve("data").toString())) {
            var folder = Files.createDirectories(home.resolve("node-" + node.id()));
            var lines = new ArrayList<String>();
            node.settings().forEach((key, value) -> lines.add(key + "=" + value));
            lines.addAll(settings);
            node.format(new FileDisk());
            // Last, because a node is one that has settings.
            Files.write(folder.resolve(NodeAtHome.SETTINGS), lines);
        }
    }

    String status() throws IOException, Impossible {
        var lines = new ArrayList<String>();
        for (var node : nodes()) {
            lines.add("node " + node.number() + "  " + (node.isRunning() ? "running, process " + node.pid() : "stopped")
                    + "  kafka://" + node.address() + "  " + node.folder());
        }
        return String.join("\n", lines);
    }

    /** {@code kill -9}. */
    String kill(int number) throws IOException, InterruptedException, Impossible {
        var node = node(number);
        if (!node.isRunning()) {
            throw new Impossible("node " + number + " does not run");
        }
        node.kill();
        return "node " + number + " is killed";
    }

    String revive(int number) throws IOException, InterruptedException, Impossible {
        var node = node(number);
        if (node.isRunning()) {
            throw new Impossible("node " + number + " runs already, process " + node.pid());
        }
        node.start().await(START_S_MAX);
        return "node " + number + " serves again: kafka://" + node.address();
    }

    /** All at once: each gives away what it leads as long as there is somebody to take it. */
    String stop() throws IOException, InterruptedException, Impossible {
        var running = new ArrayList<NodeAtHome>();
        for (var node : nodes()) {
            if (node.isRunning()) {
                node.askToStop();
                running.add(node);
            }
        }
        for (var node : running) {
            node.awaitEnd(STOP_S_MAX);
        }
        return running.isEmpty() ? "no node was running" : "stopped " + nodes(running.size());
    }
}
