package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import naru.base.LaneProgram;
import naru.base.Uuid;
import naru.broker.Broker;
import naru.configuration.BrokerSettings;
import naru.quorum.MetaProperties;

/** The product as one node of a cluster, with the simulated world in place of the real one. */
final class RealNode implements NodeUnderTest {

    static final String FOLDER = "/data";
    /** {@code min.insync.replicas}, where there are so many. */
    static final int IN_SYNC_MIN = 2;
    private static final long LEAVE_MS_MAX = 10_000;
    static final String CLUSTER_ID = new Uuid(4, 4711).toString();

    private final Map<String, String> more;

    /** @param more settings beside those of every story; {@code {host}} in them is the node's own */
    RealNode(Map<String, String> more) {
        this.more = new TreeMap<>(more);
    }

    @Override
    public Node start(Ports ports) {
        var settings = settings(ports);
        var folderIds = new ArrayList<Uuid>();
        for (var folder : settings.logFolders()) {
            ports.disk().establishFolders(folder);
            folderIds.add(MetaProperties.claim(ports.disk(), folder, ports.nodeId(), CLUSTER_ID, ports.randomness()).directory());
        }
        var broker = new Broker(
                new Broker.World(ports.clock(), ports.disk(), ports.lanes(), ports.peers()), ports.limits(), settings,
                new Broker.Identity(ports.nodeId(), CLUSTER_ID, folderIds), ports.metadata(), ports.quorum());
        var programs = new ArrayList<LaneProgram>();
        for (int lane = 0; lane < ports.lanes().count(); lane++) {
            programs.add(broker.program(lane, ports.randomness()));
        }
        // The lanes begin after this method; the second post comes behind their beginning.
        if (ports.voters().contains(ports.nodeId())) {
            ports.lanes().post(0, () -> broker.enrol(settings.controllerListeners()));
        }
        ports.lanes().post(0, () -> broker.advertise(settings.advertised(), () -> {}));
        return new Node() {
            @Override
            public List<LaneProgram> programs() {
                return programs;
            }

            @Override
            public void leave(Runnable whenGone) {
                broker.leave(LEAVE_MS_MAX, whenGone);
            }

            @Override
            public void close() {
                broker.close();
            }
        };
    }

    private BrokerSettings settings(Ports ports) {
        var settings = new TreeMap<String, String>();
        String host = Machine.host(ports.nodeId());
        int replicas = Math.min(3, ports.nodes());
        settings.put("node.id", Integer.toString(ports.nodeId()));
        settings.put("log.dirs", FOLDER);
        String listener = "PLAINTEXT://" + host + ":" + Machine.CLIENT_PORT;
        boolean votes = ports.voters().contains(ports.nodeId());
        settings.put("process.roles", votes ? "broker,controller" : "broker");
        settings.put("listeners", votes ? listener + ",CONTROLLER://" + host + ":" + Machine.CONTROLLER_PORT : listener);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", ports.voters().stream()
                .map(id -> id + "@" + Machine.host(id) + ":" + Machine.CONTROLLER_PORT).collect(Collectors.joining(",")));
        settings.put("num.partitions", Integer.toString(ports.partitions()));
        settings.put("default.replication.factor", Integer.toString(replicas));
        settings.put("min.insync.replicas", Integer.toString(Math.min(IN_SYNC_MIN, replicas)));
        for (var log : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            settings.put(log + ".num.partitions", "2");
            settings.put(log + ".replication.factor", Integer.toString(replicas));
        }
        settings.put("transaction.state.log.min.isr", Integer.toString(Math.min(IN_SYNC_MIN, replicas)));
        settings.put("share.coordinator.state.topic.min.isr", Integer.toString(Math.min(IN_SYNC_MIN, replicas)));
        if (ports.randomness().nextInt(2) == 0) {
            // Hardly more than a batch at a time: who catches up does so in many steps.
            settings.put("replica.fetch.max.bytes", "400");
        }
        // So short that whoever is cut off or stopped falls behind while the story lasts.
        settings.put("replica.lag.time.max.ms", "1500");
        settings.put("log.flush.offset.checkpoint.interval.ms", "700");
        settings.put("log.retention.check.interval.ms", "900");
        settings.put("naru.durability", ports.syncsAll() ? "fsync" : "auto");
        more.forEach((key, value) -> settings.put(key, value.replace("{host}", host)));
        return BrokerSettings.parse(settings);
    }
}
