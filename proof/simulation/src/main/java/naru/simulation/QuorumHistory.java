package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import naru.metadata.Cluster;

/**
 * What the quorum's own engine commits, as the nodes tell it. Who tells something first is believed, and everybody else has to tell
 * the same: one value for each end of the log, one leader for each epoch.
 */
final class QuorumHistory implements MetadataHistory {

    private record Entry(long end, Cluster after) {}

    private final Timeline timeline;
    private final IntPredicate canLead;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Long, Integer> entryOfEnd = new HashMap<>();
    private final Map<Integer, Integer> leaderOfEpoch = new TreeMap<>();
    /** Of those that lead as far as they know, the epochs. */
    private final Map<Integer, Integer> leading = new TreeMap<>();
    private final Map<Integer, EngineMetadataLog> processes = new TreeMap<>();
    private Runnable whenCommitted = () -> {};

    QuorumHistory(Timeline timeline, IntPredicate canLead) {
        this.timeline = timeline;
        this.canLead = canLead;
        entries.add(new Entry(0, Cluster.EMPTY));
    }

    void attach(int node, EngineMetadataLog process) {
        processes.put(node, process);
        leading.remove(node);
    }

    /** This node has all that was committed before {@code end}, and this came of it. */
    void has(int node, long end, Cluster cluster) {
        var last = entries.getLast();
        if (end > last.end()) {
            entryOfEnd.put(end, entries.size());
            entries.add(new Entry(end, cluster));
            whenCommitted.run();
            return;
        }
        Integer known = entryOfEnd.get(end);
        unless(known == null || entries.get(known).after().equals(cluster),
                "node " + node + " has other metadata up to " + end + " than was committed");
    }

    void leads(int node, int epoch) {
        var before = leaderOfEpoch.putIfAbsent(epoch, node);
        unless(before == null || before == node, "nodes " + before + " and " + node + " lead the metadata in epoch " + epoch);
        timeline.tell("node " + node + " leads the metadata in epoch " + epoch);
        leading.put(node, epoch);
    }

    void leadsNoMore(int node) {
        leading.remove(node);
    }

    @Override
    public Cluster cluster() {
        return entries.getLast().after();
    }

    @Override
    public int count() {
        return entries.size();
    }

    @Override
    public Cluster clusterAt(int entry) {
        return entries.get(entry).after();
    }

    @Override
    public int leader() {
        return leading.entrySet().stream().filter(one -> processes.get(one.getKey()).isAlive())
                .max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(-1);
    }

    @Override
    public int epoch() {
        return leaderOfEpoch.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    @Override
    public int moves() {
        return leaderOfEpoch.size();
    }

    /** Its engine gets no processor for a while, and the rest of its process does. */
    @Override
    public void elect() {
        int leader = leader();
        if (leader >= 0) {
            timeline.tell("the engine of node " + leader + " is starved");
            processes.get(leader).starve();
        }
    }

    @Override
    public boolean canLead(int node) {
        return canLead.test(node);
    }

    @Override
    public void whenCommitted(Runnable looks) {
        whenCommitted = looks;
    }
}
