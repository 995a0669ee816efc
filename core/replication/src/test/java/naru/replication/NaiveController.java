package naru.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** One partition's share of a controller, by the rules of KIP-497 and KIP-966: who is in sync, who may lead, and the committed records. */
final class NaiveController {

    /** A committed record; all of the partition's state. */
    record State(TreeSet<Integer> inSync, TreeSet<Integer> eligible, int leader, int leaderEpoch, int partitionEpoch, boolean unclean) {}

    enum Verdict { COMMITTED, REFUSED, OUTDATED }

    final List<State> records = new ArrayList<>();
    final TreeMap<Integer, Long> live = new TreeMap<>();
    private final int inSyncMin;
    private long brokerEpochs;

    NaiveController(int replicas, int inSyncMin) {
        this.inSyncMin = inSyncMin;
        var all = new TreeSet<Integer>();
        for (int id = 0; id < replicas; id++) {
            all.add(id);
        }
        records.add(new State(all, new TreeSet<>(), 0, 0, 0, false));
    }

    State now() {
        return records.getLast();
    }

    /** A new process: it leads in no epoch in which the one before it led, of whose records it may have lost some. */
    long register(int id) {
        if (!records.isEmpty()) {
            fence(id);
        }
        live.put(id, ++brokerEpochs);
        electIfNobodyLeads();
        return brokerEpochs;
    }

    /** A heartbeat of one that was taken for dead. */
    void unfence(int id, long brokerEpoch) {
        live.put(id, brokerEpoch);
        electIfNobodyLeads();
    }

    void fence(int id) {
        live.remove(id);
        var inSync = new TreeSet<>(now().inSync());
        if (!inSync.remove(id)) {
            return;
        }
        int leader = now().leader() == id ? firstLive(inSync) : now().leader();
        commit(inSync, leader, false);
        electIfNobodyLeads();
    }

    private int firstLive(TreeSet<Integer> ids) {
        return ids.stream().filter(live::containsKey).findFirst().orElse(-1);
    }

    private void electIfNobodyLeads() {
        if (now().leader() >= 0) {
            return;
        }
        int next = firstLive(now().inSync());
        if (next >= 0) {
            commit(now().inSync(), next, false);
        } else if (now().inSync().isEmpty() && firstLive(now().eligible()) >= 0) {
            next = firstLive(now().eligible());
            commit(new TreeSet<>(List.of(next)), next, false);
        }
    }

    /** Any that lives: what the others had acknowledged may be lost. */
    boolean electUncleanly(int id) {
        boolean possible = now().leader() < 0 && live.containsKey(id);
        if (possible) {
            commit(new TreeSet<>(List.of(id)), id, true);
        }
        return possible;
    }

    void moveLeadership(int to) {
        if (now().inSync().contains(to) && live.containsKey(to) && now().leader() >= 0) {
            commit(now().inSync(), to, false);
        }
    }

    Verdict alter(int from, int leaderEpoch, SortedMap<Integer, Long> members, int partitionEpoch) {
        if (now().leader() != from || now().leaderEpoch() != leaderEpoch || now().partitionEpoch() != partitionEpoch) {
            return Verdict.OUTDATED;
        }
        for (var member : members.entrySet()) {
            long epoch = live.getOrDefault(member.getKey(), -1L);
            if (epoch < 0 || member.getValue() >= 0 && member.getValue() != epoch) {
                return Verdict.REFUSED;
            }
        }
        commit(new TreeSet<>(members.keySet()), from, false);
        return Verdict.COMMITTED;
    }

    /** Whoever leaves while too few remain has all that can be committed until enough are in sync again. */
    private void commit(TreeSet<Integer> inSync, int leader, boolean unclean) {
        var eligible = new TreeSet<Integer>();
        if (inSync.size() < inSyncMin && !unclean) {
            eligible.addAll(now().eligible());
            eligible.addAll(now().inSync());
            eligible.removeAll(inSync);
        }
        int epoch = leader == now().leader() ? now().leaderEpoch() : now().leaderEpoch() + 1;
        records.add(new State(new TreeSet<>(inSync), eligible, leader, epoch, now().partitionEpoch() + 1, unclean));
    }
}
