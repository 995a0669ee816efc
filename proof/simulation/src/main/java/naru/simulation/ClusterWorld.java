package naru.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;
import naru.quorum.Formatting;
import naru.quorum.MetaProperties;
import naru.quorum.ReleaseVersions;

/** Many machines, a node of the cluster on each, the network between all of them and the clients; out of one seed. */
final class ClusterWorld extends World {

    private static final long DRIFT_PPM_MAX = 20_000;
    /** After the last trouble: until then, who waits may wait for what the trouble left behind. */
    private static final long SETTLING_NS = 20_000_000_000L;

    private final NodeUnderTest product;
    private final SortedMap<Integer, Machine> machines = new TreeMap<>();
    private final Switchboard switchboard;
    private final MetadataHistory metadata;
    private final boolean hasEngine;
    private final List<Integer> voters;
    private final int partitions;
    private final boolean syncsAll;
    private final boolean keepsEligible;
    private final boolean modern;
    /**
     * Replicas, by node and partition, that lost bytes; with the registration of the process that had them. Until the next process has
     * registered, they may be taken for in sync, or be let in for what was heard of that one: nobody knows better.
     */
    private final Map<String, Long> wounded = new TreeMap<>();
    private int wounds;
    private Runnable beforeWound = () -> {};
    private long calmSinceNs = Long.MAX_VALUE;

    ClusterWorld(long seed, Transcript transcript, NodeUnderTest product, int nodes, List<TopicPartition> partitions) {
        this(seed, transcript, product, nodes, partitions, false);
    }

    /**
     * @param nodes how many machines; the first three, or the one, vote
     * @param hasEngine the metadata is decided by the quorum's own engine, and not by the dice
     */
    ClusterWorld(long seed, Transcript transcript, NodeUnderTest product, int nodes, List<TopicPartition> partitions,
            boolean hasEngine) {
        super(seed, transcript, partitions);
        this.product = product;
        this.partitions = partitions.size();
        this.syncsAll = dice().fork("durability").onceIn(3);
        this.keepsEligible = dice().fork("eligible").onceIn(2);
        this.modern = dice().fork("generation").onceIn(2);
        for (int id = 1; id <= nodes; id++) {
            var machine = new Machine(id, timeline(), dice().fork("machine" + id));
            machine.clock().driftPpm(dice().fork("drift" + id).between(-DRIFT_PPM_MAX, DRIFT_PPM_MAX));
            machines.put(id, machine);
        }
        this.switchboard = new Switchboard(
                timeline(), dice().fork("switchboard"), machines.values(), limits().answerBytesQueuedMax(), modern);
        this.voters = machines.keySet().stream().limit(nodes < 3 ? 1 : 3).toList();
        this.hasEngine = hasEngine;
        var reach = new MetadataOrder.Reach() {
            @Override
            public boolean isAwake(int node) {
                return machines.get(node).isAwake();
            }

            @Override
            public boolean hears(int to, int from) {
                return !switchboard.roads().isCut(Machine.host(from), Machine.host(to));
            }
        };
        if (hasEngine) {
            machines.values().forEach(this::format);
            this.metadata = new QuorumHistory(timeline(), node -> MetadataOrder.isHeardByMost(node, voters, reach));
        } else {
            this.metadata = new MetadataOrder(timeline(), dice().fork("metadata"), voters, reach, keepsEligible);
        }
    }

    /** As an operator does before a node is started for the first time. */
    private void format(Machine machine) {
        var features = Map.of("eligible.leader.replicas.version", (short) (keepsEligible ? 1 : 0));
        Formatting.format(machine.disk(), new Formatting.Request(RealNode.CLUSTER_ID, machine.id(), List.of(RealNode.FOLDER),
                RealNode.FOLDER, "CONTROLLER", new Formatting.Voters.AsConfigured(), ReleaseVersions.levelOf("4.3"), features, false),
                dice().fork("format" + machine.id()), SimulatedClock.FIRST_MS);
    }

    @Override
    Router router(String name, Caller.User user) {
        return new Router(name, this, user);
    }

    @Override
    boolean isWhole() {
        return true;
    }

    Collection<Integer> nodes() {
        return machines.keySet();
    }

    Machine machine(int id) {
        return machines.get(id);
    }

    Collection<Machine> machines() {
        return machines.values();
    }

    Switchboard switchboard() {
        return switchboard;
    }

    MetadataHistory metadata() {
        return metadata;
    }

    /** For the exam: what a controller had decided before another was elected is committed after all. */
    void believeOldControllers() {
        ((MetadataOrder) metadata).believeOldLeaders();
    }

    /** Every replica syncs before it counts, so that all machines may lose their power at once. */
    boolean syncsAll() {
        return syncsAll;
    }

    /** Eligible leader replicas are remembered (KIP-966). */
    boolean keepsEligible() {
        return keepsEligible;
    }

    @Override
    boolean isModern() {
        return modern;
    }

    @Override
    boolean hasManyBrokers() {
        return true;
    }

    @Override
    boolean keeps(short acks) {
        return acks == -1;
    }

    @Override
    long knownHighWatermark(TopicPartition partition) {
        return 0; // who leads anew may know less of it than the one before
    }

    /** Somebody looks at what the machines have, in the last moment in which they have it all. */
    void beforeWound(Runnable looks) {
        beforeWound = looks;
    }

    /** What was written to this machine's disk and not synced is gone, or may be. */
    void wound(Machine machine) {
        if (syncsAll) {
            return; // nobody counts what is not synced
        }
        beforeWound.run();
        wounds++;
        for (var topic : metadata.cluster().topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var state = topic.partitions().get(i);
                if (state.replicas().contains(machine.id())) {
                    wounded.put(machine.id() + " " + topic.name() + "-" + i, epochOf(metadata.cluster(), machine.id()));
                }
            }
        }
    }

    boolean isWounded(int node, TopicPartition partition) {
        return wounded.containsKey(node + " " + partition);
    }

    /** How often a machine lost bytes that others counted. */
    int wounds() {
        return wounds;
    }

    boolean hasWounds() {
        return !wounded.isEmpty();
    }

    /** @param then a cluster in which the replica is not in sync */
    void leftInSyncSet(int node, String partition, Cluster then) {
        wounded.computeIfPresent(node + " " + partition, (_, epoch) -> epochOf(then, node) > epoch ? null : epoch);
    }

    private static long epochOf(Cluster cluster, int node) {
        var broker = cluster.brokers().get(node);
        return broker == null ? -1 : broker.epoch();
    }

    /** All trouble has been over for so long that nobody need wait any more. */
    boolean isSettled() {
        return calmSinceNs != Long.MAX_VALUE && timeline().nowNs() - calmSinceNs > SETTLING_NS;
    }

    @Override
    void becomeCalm() {
        super.becomeCalm();
        calmSinceNs = timeline().nowNs();
        switchboard.becomeCalm();
        for (var machine : machines.values()) {
            machine.disk().totalBytes(SimulatedDisk.ROOMY_BYTES);
            machine.disk().faults(DiskFaults.NONE);
            machine.disk().slowness(1);
        }
    }

    void start(Machine machine) {
        if (machine.isRunning()) {
            return;
        }
        if (!machine.isPowered()) {
            // Now its kernel answers again, and what it says to old connections is that it knows nothing of them.
            machine.power(true);
            switchboard.processDied(machine);
        }
        var dice = dice().fork("node" + machine.id() + "@" + timeline().nowNs());
        int laneCount = 1 + dice.nextInt(2);
        timeline().tell("node " + machine.id() + " starts with " + laneCount + " lanes");
        var process = new SimulatedLanes(laneCount, timeline(), machine.clock(), dice.fork("lanes"), machine.disk(),
                failure -> gaveUp(machine, failure));
        var peers = new SimulatedPeers(
                machine, process, switchboard, timeline(), dice.fork("peers"), limits().answerBytesQueuedMax());
        NodeUnderTest.Node node;
        machine.runs(process);
        try {
            MetadataLog log = hasEngine ? engine(machine, process, peers, dice.fork("log"))
                    : new SimulatedMetadataLog(machine.id(), (MetadataOrder) metadata, process, timeline(), dice.fork("log"));
            node = product.start(new NodeUnderTest.Ports(machine.id(), machines.size(), voters, partitions, syncsAll, machine.clock(),
                    dice.fork("broker"), machine.disk(), process, limits(), peers, log, log instanceof QuorumRequests door ? door : null));
        } catch (DiskFailure failure) {
            gaveUp(machine, failure);
            return;
        }
        machine.hasStarted(node);
        for (int lane = 0; lane < node.programs().size(); lane++) {
            process.run(lane, node.programs().get(lane));
        }
    }

    private EngineMetadataLog engine(Machine machine, SimulatedLanes process, SimulatedPeers peers, SimulatedRandomness dice) {
        var directory = MetaProperties.read(machine.disk(), RealNode.FOLDER).directory();
        return new EngineMetadataLog(machine, directory, RealNode.CLUSTER_ID, voters, (QuorumHistory) metadata, process, peers,
                timeline(), dice, failure -> gaveUp(machine, failure));
    }

    /** The process ended itself because of its disk; somebody starts it again. */
    private void gaveUp(Machine machine, DiskFailure failure) {
        Conviction.unless(!isCalm(), "node " + machine.id() + " ends itself on a sound disk: " + failure.getMessage());
        timeline().tell("node " + machine.id() + " gives up: " + failure.getMessage());
        kill(machine);
        timeline().afterMs(500, () -> start(machine));
    }

    /** kill -9: the page cache stays. */
    void kill(Machine machine) {
        if (machine.isRunning()) {
            timeline().tell("node " + machine.id() + " is killed");
            end(machine);
            machine.disk().killProcess();
            switchboard.processDied(machine);
        }
    }

    /** SIGTERM: the node gives away what it leads and ends; hears when it has. It may be killed meanwhile. */
    void leave(Machine machine, Runnable whenGone) {
        if (!machine.isAwake() || machine.node() == null) {
            return;
        }
        timeline().tell("node " + machine.id() + " is told to stop");
        var process = machine.process();
        var node = machine.node();
        node.leave(() -> timeline().after(0, () -> {
            if (machine.process() == process) {
                timeline().tell("node " + machine.id() + " stops");
                end(machine);
                close(node);
                machine.disk().killProcess();
                switchboard.processDied(machine);
                whenGone.run();
            }
        }));
    }

    /** A disk that refuses now has refused before. */
    private void close(NodeUnderTest.Node node) {
        try {
            node.close();
        } catch (DiskFailure failure) {
            timeline().tell("its files are as after a crash: " + failure.getMessage());
        }
    }

    void cutPower(Machine machine) {
        timeline().tell("node " + machine.id() + " loses its power");
        if (machine.isRunning()) {
            end(machine);
        }
        machine.power(false);
        wound(machine);
        machine.disk().losePower();
    }

    private void end(Machine machine) {
        machine.process().kill();
        machine.runs(null);
    }

    /** SIGSTOP, and SIGCONT after a while. */
    void pause(Machine machine, long forMs) {
        if (machine.isAwake()) {
            timeline().tell("node " + machine.id() + " is stopped for " + forMs + " ms");
            var process = machine.process();
            process.stop();
            timeline().afterMs(forMs, process::goOn);
        }
    }

    /** A way from one place to another, in this direction. */
    record Way(String from, String to) {}

    /** Silence on these ways for a while. */
    void cut(String what, List<Way> ways, long forMs) {
        timeline().tell(what + " for " + forMs + " ms");
        ways.forEach(way -> switchboard.roads().cut(way.from(), way.to()));
        timeline().afterMs(forMs, () -> ways.forEach(way -> switchboard.roads().heal(way.from(), way.to())));
    }

    /** All ways between a machine and the others, and the clients if they are meant too. */
    List<Way> waysOf(Machine machine, boolean withClients, boolean in, boolean out) {
        var places = new ArrayList<String>();
        machines.values().stream().filter(other -> other != machine).forEach(other -> places.add(other.host()));
        if (withClients) {
            places.add(Switchboard.CLIENTS);
        }
        var ways = new ArrayList<Way>();
        for (var place : places) {
            if (in) {
                ways.add(new Way(place, machine.host()));
            }
            if (out) {
                ways.add(new Way(machine.host(), place));
            }
        }
        return ways;
    }
}
