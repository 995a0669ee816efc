package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import naru.base.TopicPartition;
import naru.metadata.Cluster;
import naru.metadata.Partition;
import naru.protocol.batch.BatchHeader;

/**
 * Looks into the machines of a cluster, past the product: into the files of their logs, and into the order of the metadata.
 *
 * <p>What holds in every moment: the same offset of the same leader epoch is the same batch wherever it lies; whoever is in
 * the committed in-sync set has everything that was acknowledged to all or shown to a consumer, from the moment on in which it
 * is let in; what is new of that is on as many machines as {@code min.insync.replicas} says; one leader an epoch; epochs only
 * rise. And within bounded time, who does not follow leaves the in-sync set.
 */
final class ClusterChecks {

    /** Where a batch has its checksum, which leaves out the offset and the leader epoch. */
    private static final int CRC_AT = 17;

    private static final long LOOK_NS = ClusterSimulation.LOOK_MS * 1_000_000;

    /**
     * Leaders notice within {@code replica.lag.time.max.ms} and half of that again; the rest is for a connection to the controller
     * that stands still.
     */
    private static final long LAG_NS_MAX = 8_000_000_000L;

    /** A replica in sync that does not have what its leader has; the same as long as it gets nothing. */
    private record Lag(TopicPartition partition, int leader, int leaderEpoch, int follower, long end) {}

    /** How much was relied upon, when it was to be on these. */
    private record Reliance(long end, List<Integer> replicas) {}

    private record At(String partition, long offset, int epoch) {}

    private record Batch(long base, long next, int epoch, long crc) {}

    private final ClusterWorld world;
    private final Map<At, Long> seen = new HashMap<>();
    /** By partition: what somebody relies upon, by its first offsets. */
    private final Map<TopicPartition, TreeMap<Long, Batch>> committed = new TreeMap<>();
    private final Map<String, Integer> leaderOfEpoch = new TreeMap<>();
    private final Map<TopicPartition, List<Integer>> inSync = new TreeMap<>();
    private final Map<TopicPartition, Reliance> reliedUponBefore = new TreeMap<>();
    /** How long, in ns of moments in which the leader could say so to a controller. */
    private final Map<Lag, Long> laggingForNs = new HashMap<>();
    /** How much enough machines had when one last lost bytes: a consumer may hear of it, and rely upon it, only later. */
    private final Map<TopicPartition, Long> heldBeforeWound = new TreeMap<>();
    private int woundsBefore;
    private int entriesLookedAt;
    private int elections;

    ClusterChecks(ClusterWorld world) {
        this.world = world;
        world.metadata().whenCommitted(this::lookWhoJoined);
        world.beforeWound(this::lookHowManyHave);
    }

    int elections() {
        return elections;
    }

    void look() {
        lookAtMetadata();
        var all = new TreeMap<Integer, Map<String, TreeMap<Long, Batch>>>();
        world.machines().forEach(machine -> all.put(machine.id(), logsOf(machine)));
        var logs = new TreeMap<>(all);
        // What a crash left is put in order by the next process, out of its journal.
        logs.keySet().removeIf(id -> !world.machine(id).isRunning());
        if (world.nodes().size() == 1) {
            seen.clear(); // who is alone begins no new epoch when it has lost what nobody relied upon
        }
        logs.forEach((node, its) -> its.forEach((partition, log) -> log.values().forEach(batch -> agree(node, partition, batch))));
        for (var partition : world.promises().partitions()) {
            checkInSync(partition, logs);
            checkHowManyHave(partition, all);
        }
        woundsBefore = world.wounds();
        checkLaggards(logs);
    }

    /** Something was committed: whoever is let into an in-sync set has everything in this moment, and not only soon after. */
    private void lookWhoJoined() {
        lookAtMetadata();
        for (var partition : world.promises().partitions()) {
            var topic = world.metadata().cluster().topic(partition.topic());
            var now = topic == null ? List.<Integer>of() : topic.partitions().get(partition.partition()).inSync();
            var before = inSync.put(partition, now);
            for (int node : now) {
                if (before != null && !before.contains(node) && world.machine(node).isRunning()) {
                    checkInSync(partition, Map.of(node, logsOf(world.machine(node), partition.toString()::equals)));
                }
            }
        }
    }

    private void lookAtMetadata() {
        while (entriesLookedAt < world.metadata().count()) {
            var cluster = world.metadata().clusterAt(entriesLookedAt++);
            for (var topic : cluster.topics()) {
                for (int i = 0; i < topic.partitions().size(); i++) {
                    lookAt(topic.id() + "-" + i, topic.name() + "-" + i, topic.partitions().get(i), cluster);
                }
            }
        }
    }

    private void lookAt(String id, String name, Partition state, Cluster then) {
        world.machines().stream().filter(machine -> !state.inSync().contains(machine.id()))
                .forEach(machine -> world.leftInSyncSet(machine.id(), name, then));
        if (state.leader() < 0) {
            return;
        }
        var before = leaderOfEpoch.putIfAbsent(id + " " + state.leaderEpoch(), state.leader());
        elections += before == null ? 1 : 0;
        unless(before == null || before == state.leader(),
                name + " has two leaders in epoch " + state.leaderEpoch() + ": " + before + " and " + state.leader());
        unless(state.inSync().contains(state.leader()), name + "'s leader " + state.leader() + " is not in its in-sync set");
        unless(state.replicas().containsAll(state.inSync()), name + " has replicas in sync that it does not have");
    }

    /** The batches that lie in a machine's files, by their first offsets; torn ends are left out. */
    private static Map<String, TreeMap<Long, Batch>> logsOf(Machine machine) {
        return logsOf(machine, ClusterChecks::isOfClients);
    }

    private static Map<String, TreeMap<Long, Batch>> logsOf(Machine machine, Predicate<String> folders) {
        var logs = new TreeMap<String, TreeMap<Long, Batch>>();
        String prefix = RealNode.FOLDER + "/";
        for (var path : machine.disk().files()) {
            String full = path.startsWith("/") ? path : "/" + path;
            int slash = full.lastIndexOf('/');
            if (full.startsWith(prefix) && full.endsWith(".log") && slash > prefix.length()) {
                String folder = full.substring(prefix.length(), slash);
                if (folders.test(folder)) {
                    walk(ByteBuffer.wrap(machine.disk().content(path)), logs.computeIfAbsent(folder, _ -> new TreeMap<>()));
                }
            }
        }
        return logs;
    }

    private static boolean isOfClients(String folder) {
        boolean isDeletedNowAndThen = folder.startsWith(Leaflets.NAME);
        return !folder.startsWith("__") && !folder.endsWith("-delete") && !isDeletedNowAndThen;
    }

    private static void walk(ByteBuffer bytes, TreeMap<Long, Batch> into) {
        int at = 0;
        while (bytes.limit() - at >= BatchHeader.SIZE) {
            int size = BatchHeader.sizeInBytes(bytes, at);
            if (size < BatchHeader.SIZE || size > bytes.limit() - at || !BatchHeader.isCrcRight(bytes, at)) {
                return;
            }
            long base = BatchHeader.baseOffset(bytes, at);
            into.put(base, new Batch(base, BatchHeader.nextOffset(bytes, at),
                    BatchHeader.leaderEpoch(bytes, at), bytes.getInt(at + CRC_AT)));
            at += size;
        }
    }

    private void agree(int node, String partition, Batch batch) {
        var place = new At(partition, batch.base(), batch.epoch());
        var before = seen.putIfAbsent(place, batch.crc());
        unless(before == null || before == batch.crc(), partition + "@" + batch.base() + " of epoch " + batch.epoch()
                + " was something else once than what node " + node + " has");
    }

    /** Replicas in sync hold all that somebody relies on. One whose machine lost bytes is in sync in name only. */
    private void checkInSync(TopicPartition partition, Map<Integer, Map<String, TreeMap<Long, Batch>>> logs) {
        var topic = world.metadata().cluster().topic(partition.topic());
        if (topic == null) {
            return;
        }
        long end = world.promises().reliedUpon(partition);
        var state = topic.partitions().get(partition.partition());
        for (int node : state.inSync()) {
            if (!logs.containsKey(node) || world.isWounded(node, partition)) {
                continue;
            }
            var log = logs.get(node).getOrDefault(partition.toString(), new TreeMap<>());
            long has = endOf(log);
            unless(has >= end, partition + " ends at " + has + " on node " + node + ", which is in sync, and "
                    + end + " was relied upon");
            agreeOnCommitted(partition, node, new TreeMap<>(log.headMap(end)));
        }
    }

    /** Below what is relied upon, all that are in sync have the same batches, and for ever. */
    private void agreeOnCommitted(TopicPartition partition, int node, TreeMap<Long, Batch> has) {
        var before = committed.get(partition);
        if (before == null || before.size() < has.size()) {
            committed.put(partition, has);
        }
        if (before == null) {
            return;
        }
        before.forEach((base, batch) -> unless(batch.equals(has.get(base)), partition + "@" + base + " is " + has.get(base)
                + " on node " + node + ", which is in sync, and " + batch + " was relied upon"));
        var known = committed.get(partition);
        has.forEach((base, batch) -> unless(batch.equals(known.get(base)), partition + "@" + base + " is " + batch
                + " on node " + node + ", which is in sync, and other replicas do not have it, although it is relied upon"));
    }

    private static long endOf(TreeMap<Long, Batch> log) {
        return log == null || log.isEmpty() ? 0 : log.lastEntry().getValue().next();
    }

    /**
     * Those who died had it, too; of a machine without power, or one that lost bytes, nobody knows what it had; and who is not to hold
     * the partition any more has deleted it.
     */
    private void checkHowManyHave(TopicPartition partition, Map<Integer, Map<String, TreeMap<Long, Batch>>> all) {
        long end = world.promises().reliedUpon(partition);
        var topic = world.metadata().cluster().topic(partition.topic());
        if (topic == null) {
            return;
        }
        var replicas = topic.partitions().get(partition.partition()).replicas();
        var before = reliedUponBefore.put(partition, new Reliance(end, replicas));
        boolean isNew = before != null && before.end() < end && before.replicas().equals(replicas)
                && end > heldBeforeWound.getOrDefault(partition, 0L);
        if (!isNew || world.hasWounds() || world.wounds() != woundsBefore) {
            return;
        }
        int owed = owed(replicas);
        long have = world.machines().stream().filter(machine -> !machine.isPowered()
                || endOf(all.get(machine.id()).get(partition.toString())) >= end).count();
        unless(have >= owed, partition + " was relied upon up to " + end + ", and only " + have + " machines have that: "
                + endsOf(partition.toString()));
    }

    private static int owed(List<Integer> replicas) {
        return Math.min(RealNode.IN_SYNC_MIN, replicas.size());
    }

    private void lookHowManyHave() {
        var all = world.machines().stream().map(ClusterChecks::logsOf).toList();
        for (var partition : world.promises().partitions()) {
            var topic = world.metadata().cluster().topic(partition.topic());
            if (topic != null) {
                int owed = owed(topic.partitions().get(partition.partition()).replicas());
                var ends = all.stream().mapToLong(logs -> -endOf(logs.get(partition.toString()))).sorted().toArray();
                heldBeforeWound.put(partition, -ends[owed - 1]);
            }
        }
    }

    private void checkLaggards(Map<Integer, Map<String, TreeMap<Long, Batch>>> logs) {
        var now = new HashSet<Lag>();
        for (var partition : world.promises().partitions()) {
            var topic = world.metadata().cluster().topic(partition.topic());
            if (topic != null) {
                addLaggards(partition, topic.partitions().get(partition.partition()), logs, now);
            }
        }
        laggingForNs.keySet().retainAll(now);
        for (var lag : now) {
            long forNs = laggingForNs.merge(lag, canPropose(lag.leader()) ? LOOK_NS : 0, Long::sum);
            unless(forNs <= LAG_NS_MAX, lag.partition() + " ends at " + lag.end() + " on node " + lag.follower() + ", which"
                    + " gets nothing of its leader " + lag.leader() + " for " + forNs / 1_000_000 + " ms, and is in sync");
        }
    }

    private void addLaggards(TopicPartition partition, Partition state, Map<Integer, Map<String, TreeMap<Long, Batch>>> logs,
            Set<Lag> into) {
        int leader = state.leader();
        if (leader < 0 || !logs.containsKey(leader) || !world.machine(leader).isAwake()) {
            return;
        }
        long end = endOf(logs.get(leader).get(partition.toString()));
        for (int follower : state.inSync()) {
            if (follower != leader && logs.containsKey(follower)) {
                long has = endOf(logs.get(follower).get(partition.toString()));
                if (has < end) {
                    into.add(new Lag(partition, leader, state.leaderEpoch(), follower, has));
                }
            }
        }
    }

    private boolean areApart(int one, int other) {
        var roads = world.switchboard().roads();
        return one != other && (roads.isCut(Machine.host(one), Machine.host(other)) || roads.isCut(Machine.host(other), Machine.host(one)));
    }

    private boolean canPropose(int leader) {
        int controller = world.metadata().leader();
        return controller >= 0 && world.metadata().canLead(controller) && !areApart(leader, controller);
    }

    /** For the story of a failure: where everything stands. */
    void tellState() {
        var cluster = world.metadata().cluster();
        world.timeline().tell("controller " + world.metadata().leader() + " in epoch " + world.metadata().epoch());
        cluster.brokers().values().forEach(broker -> world.timeline().tell("broker " + broker.id()
                + (broker.fenced() ? " fenced" : "") + (world.machine(broker.id()).isAwake() ? "" : " not awake")));
        cluster.topics().forEach(topic -> {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var state = topic.partitions().get(i);
                world.timeline().tell(topic.name() + "-" + i + ": leader " + state.leader() + ", epoch " + state.leaderEpoch()
                        + ", in sync " + state.inSync() + " of " + state.replicas() + ", ends " + endsOf(topic.name() + "-" + i));
            }
        });
    }

    private Map<Integer, Long> endsOf(String partition) {
        var ends = new TreeMap<Integer, Long>();
        for (var machine : world.machines()) {
            var log = logsOf(machine).get(partition);
            if (log != null) {
                ends.put(machine.id(), endOf(log));
            }
        }
        return ends;
    }
}
