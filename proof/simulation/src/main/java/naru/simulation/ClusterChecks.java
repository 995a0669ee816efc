package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.metadata.Cluster;
import naru.metadata.Partition;
import naru.protocol.batch.BatchHeader;

/**
 * Looks into the machines of a cluster, past the product: into the files of their logs, and into the order of the metadata.
 *
 * <p>What holds in every moment: the same offset of the same leader epoch is the same batch wherever it lies; whoever is in
 * the committed in-sync set has everything that was acknowledged to all or shown to a consumer; one leader an epoch;
 * epochs only rise.
 */
final class ClusterChecks {

    /** Where a batch has its checksum, which leaves out the offset and the leader epoch. */
    private static final int CRC_AT = 17;

    private record At(String partition, long offset, int epoch) {}

    private record Batch(long base, long next, int epoch, long crc) {}

    private final ClusterWorld world;
    private final Map<At, Long> seen = new HashMap<>();
    /** By partition: what somebody relies upon, by its first offsets. */
    private final Map<TopicPartition, TreeMap<Long, Batch>> committed = new TreeMap<>();
    private final Map<String, Integer> leaderOfEpoch = new TreeMap<>();
    private int entriesLookedAt;
    private int elections;

    ClusterChecks(ClusterWorld world) {
        this.world = world;
    }

    int elections() {
        return elections;
    }

    void look() {
        lookAtMetadata();
        var logs = new TreeMap<Integer, Map<String, TreeMap<Long, Batch>>>();
        for (var machine : world.machines()) {
            if (!machine.isRunning()) {
                continue; // what a crash left is put in order by the next process, out of its journal
            }
            logs.put(machine.id(), logsOf(machine));
        }
        if (world.nodes().size() == 1) {
            seen.clear(); // who is alone begins no new epoch when it has lost what nobody relied upon
        }
        logs.forEach((node, all) -> all.forEach((partition, log) -> log.values().forEach(batch -> agree(node, partition, batch))));
        for (var partition : world.promises().partitions()) {
            checkInSync(partition, logs);
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
        var logs = new TreeMap<String, TreeMap<Long, Batch>>();
        String prefix = RealNode.FOLDER + "/";
        for (var path : machine.disk().files()) {
            String full = path.startsWith("/") ? path : "/" + path;
            int slash = full.lastIndexOf('/');
            if (full.startsWith(prefix) && full.endsWith(".log") && slash > prefix.length()) {
                String folder = full.substring(prefix.length(), slash);
                if (isOfClients(folder)) {
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
            long has = log.isEmpty() ? 0 : log.lastEntry().getValue().next();
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
                ends.put(machine.id(), log.isEmpty() ? 0 : log.lastEntry().getValue().next());
            }
        }
        return ends;
    }
}
