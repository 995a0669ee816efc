package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.metadata.Cluster;
import naru.protocol.Message;
import naru.protocol.message.FeatureLevelRecord;

/**
 * The one order of a cluster's metadata, as a quorum would have it: what is committed stays, one node at a time may add
 * to it, and that node is another whenever it dies, sleeps, is cut off, or the dice want it.
 */
final class MetadataOrder implements MetadataHistory {

    /** What the order needs to know of the world. */
    interface Reach {
        /** The process on that machine runs and is not stopped. */
        boolean isAwake(int node);

        /** What one says reaches the other. */
        boolean hears(int to, int from);
    }

    private record Entry(List<Message> batch, long endOffset, Cluster after) {}

    /** A batch that a leader has sent to the others. */
    record UnderWay(SimulatedMetadataLog from, int epoch, List<Message> batch, Runnable whenCommitted) {}

    private static final long LOOK_MS = 20;
    private static final int NOBODY = -1;

    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final List<Integer> voters;
    private final Reach reach;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, SimulatedMetadataLog> processes = new TreeMap<>();
    private final Deque<UnderWay> underWay = new ArrayDeque<>();
    private boolean believesOldLeaders;
    private Runnable whenCommitted = () -> {};
    private int epoch;
    private int leader = NOBODY;
    private long leaderlessNs;
    private int moves;

    /** @param keepsEligible eligible leader replicas are remembered (KIP-966) */
    MetadataOrder(Timeline timeline, SimulatedRandomness dice, List<Integer> voters, Reach reach, boolean keepsEligible) {
        this.timeline = timeline;
        this.dice = dice;
        this.voters = voters;
        this.reach = reach;
        // What a new cluster is formatted with: Kafka 4.3's levels.
        add(List.of(new FeatureLevelRecord("metadata.version", (short) 30),
                new FeatureLevelRecord("group.version", (short) 1), new FeatureLevelRecord("transaction.version", (short) 2),
                new FeatureLevelRecord("eligible.leader.replicas.version", (short) (keepsEligible ? 1 : 0))));
        look();
    }

    /** For the exam: what a leader sent is committed even after another was elected. */
    void believeOldLeaders() {
        believesOldLeaders = true;
    }

    @Override
    public void whenCommitted(Runnable looks) {
        whenCommitted = looks;
    }

    @Override
    public Cluster cluster() {
        return entries.getLast().after();
    }

    @Override
    public int leader() {
        return leader;
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public int moves() {
        return moves;
    }

    @Override
    public int count() {
        return entries.size();
    }

    @Override
    public Cluster clusterAt(int entry) {
        return entries.get(entry).after();
    }

    List<Message> batchAt(int entry) {
        return entries.get(entry).batch();
    }

    long endAt(int entry) {
        return entries.get(entry).endOffset();
    }

    /** A process has started on this node; it takes the place of the one before. */
    void attach(int node, SimulatedMetadataLog process) {
        processes.put(node, process);
        resign(node);
    }

    private void add(List<Message> batch) {
        long before = entries.isEmpty() ? 0 : entries.getLast().endOffset();
        var cluster = entries.isEmpty() ? Cluster.EMPTY : cluster();
        entries.add(new Entry(List.copyOf(batch), before + batch.size(), cluster.withAll(batch)));
        whenCommitted.run();
    }

    private void look() {
        if (leader != NOBODY && canLead(leader)) {
            leaderlessNs = -1;
        } else if (leaderlessNs < 0) {
            leaderlessNs = timeline.nowNs() + dice.between(50, 1_500) * 1_000_000;
        } else if (timeline.nowNs() >= leaderlessNs) {
            elect();
        }
        processes.values().forEach(SimulatedMetadataLog::resignWhenCutOff);
        timeline.afterMs(LOOK_MS, this::look);
    }

    @Override
    public boolean canLead(int node) {
        return isHeardByMost(node, voters, reach);
    }

    static boolean isHeardByMost(int node, List<Integer> voters, Reach reach) {
        if (!reach.isAwake(node)) {
            return false;
        }
        long heard = voters.stream().filter(other -> other == node
                || reach.isAwake(other) && reach.hears(other, node) && reach.hears(node, other)).count();
        return 2 * heard > voters.size();
    }

    /** Somebody can be heard who hears a majority: this node can learn what is committed. */
    boolean canLearn(int node) {
        return node == leader || voters.stream().anyMatch(other -> other != node && canLead(other) && reach.hears(node, other)
                && reach.hears(other, node));
    }

    /** Maybe to the same as before. */
    @Override
    public void elect() {
        var candidates = voters.stream().filter(this::canLead).filter(processes::containsKey).toList();
        if (candidates.isEmpty()) {
            return;
        }
        settle();
        epoch++;
        moves++;
        leader = candidates.get(dice.nextInt(candidates.size()));
        leaderlessNs = -1;
        timeline.tell("node " + leader + " leads the metadata in epoch " + epoch);
        tellAll();
    }

    /** Of what the last leader had sent, a majority may have some; the new one keeps that, and the rest is lost. */
    private void settle() {
        int kept = dice.nextInt(underWay.size() + 1);
        for (int i = 0; i < kept; i++) {
            add(underWay.removeFirst().batch());
        }
        var lost = List.copyOf(underWay);
        underWay.clear();
        if (believesOldLeaders) {
            timeline.afterMs(dice.between(1, 300), () -> lost.forEach(one -> add(one.batch())));
        }
    }

    void resign(int node) {
        if (leader == node) {
            leader = NOBODY;
            leaderlessNs = timeline.nowNs();
        }
    }

    /** Sent by a node that believes to lead. */
    void send(UnderWay batch) {
        if (batch.epoch() != epoch) {
            if (believesOldLeaders) {
                add(batch.batch());
            }
            return; // it will hear that another leads, and that tells it what became of this
        }
        underWay.addLast(batch);
        if (dice.onceIn(200)) {
            timeline.after(dice.between(0, 3_000_000), this::elect);
        }
        decideLater(batch);
    }

    private void decideLater(UnderWay batch) {
        timeline.after(dice.onceIn(50) ? dice.between(1_000_000, 200_000_000) : dice.between(200_000, 3_000_000), () -> {
            if (!underWay.contains(batch)) {
                return;
            }
            if (batch.epoch() == epoch && batch.from().node() == leader && canLead(leader)) {
                commitUpTo(batch);
            } else {
                decideLater(batch);
            }
        });
    }

    private void commitUpTo(UnderWay last) {
        while (true) {
            var next = underWay.removeFirst();
            unless(next.epoch() == epoch, "what an old leader had sent was settled when the new one was elected");
            add(next.batch());
            next.whenCommitted().run();
            if (next == last) {
                break;
            }
        }
        tellAll();
    }

    private void tellAll() {
        processes.values().forEach(SimulatedMetadataLog::hearLater);
    }
}
