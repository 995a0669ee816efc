package naru.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import naru.base.Disk;
import naru.lanes.Dice;
import naru.quorum.Formatting;
import naru.quorum.ReleaseVersions;

/** The nodes of a new cluster on one machine, each of them broker and controller, at ports that are free now. */
public final class NewCluster {

    private static final String HOST = "127.0.0.1";
    private static final String RELEASE = "4.3";

    /** Below the ports that systems give to connections that leave, so that nobody takes one by chance. */
    private static final int PORT_MIN = 20_000;
    private static final int PORT_MAX = 32_000;

    private NewCluster() {}

    /**
     * One node.
     *
     * @param port where it serves clients and other brokers
     * @param controllerPort where controllers are asked
     * @param settings as in {@code server.properties}
     */
    public record Node(int id, String clusterId, int port, int controllerPort, String folder, SortedMap<String, String> settings) {

        /** Marks the folder as this node's. */
        public void format(Disk disk) {
            Formatting.format(disk, new Formatting.Request(clusterId, id, List.of(folder), folder, "CONTROLLER",
                    new Formatting.Voters.AsConfigured(), ReleaseVersions.levelOf(RELEASE), Map.of(), true), new Dice(), System.currentTimeMillis());
        }
    }

    /**
     * So many nodes, whose numbers count from 1.
     *
     * @param folderOf where a node keeps its data, by its number
     */
    public static List<Node> of(int nodes, IntFunction<String> folderOf) throws IOException {
        var ports = freePorts(2 * nodes);
        var voters = IntStream.rangeClosed(1, nodes).mapToObj(id -> id + "@" + HOST + ":" + ports.get(nodes + id - 1))
                .collect(Collectors.joining(","));
        String clusterId = new Dice().nextUuid().toString();
        var all = new ArrayList<Node>();
        for (int id = 1; id <= nodes; id++) {
            int port = ports.get(id - 1);
            int controllerPort = ports.get(nodes + id - 1);
            var settings = new TreeMap<String, String>();
            settings.put("process.roles", "broker,controller");
            settings.put("node.id", Integer.toString(id));
            settings.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
            settings.put("controller.listener.names", "CONTROLLER");
            settings.put("controller.quorum.voters", voters);
            settings.put("log.dirs", folderOf.apply(id));
            all.add(new Node(id, clusterId, port, controllerPort, folderOf.apply(id), settings));
        }
        return all;
    }

    private static List<Integer> freePorts(int count) throws IOException {
        var ports = new ArrayList<Integer>();
        int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX - 100);
        while (ports.size() < count && port < PORT_MAX) {
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
                ports.add(port);
            } catch (BindException _) {
                // somebody else's
            }
            port++;
        }
        if (ports.size() < count) {
            throw new IOException("no " + count + " ports are free between " + PORT_MIN + " and " + PORT_MAX);
        }
        return ports;
    }
}
