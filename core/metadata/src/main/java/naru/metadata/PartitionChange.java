package naru.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import naru.base.Uuid;
import naru.protocol.message.PartitionChangeRecord;

/**
 * One change of one partition: what is wanted goes in, and out comes the record that also holds what follows from it -
 * a reassignment that is complete, a leader that must be found, replicas that stay eligible.
 *
 * <p>What it keeps to:
 * <ul>
 * <li>Who leads is in sync, and alive. A leader from outside the in-sync set is alone in it afterwards.
 * <li>Who is in sync, or eligible, holds everything that was acknowledged: it was in sync when the set sank below
 *     {@code min.insync.replicas}, and since then nothing was acknowledged that it lacks.
 * <li>Without eligible replicas the in-sync set never becomes empty: its last members stay in it while they are away.
 * <li>A new leader begins a new epoch; so does a set of replicas that loses a member, which may not know it yet.
 * </ul>
 */
final class PartitionChange {

    /** How far to go for a leader. */
    enum Election {
        /** Who leads goes on leading; else the first that holds everything. */
        ANY,
        /** The first of the replicas, if it holds everything; else as {@link #ANY}. */
        PREFERRED,
        /** As {@link #ANY}, and else one that lacks records. */
        UNCLEAN
    }

    static final int NO_LEADER = -1;
    static final byte RECOVERED = 0;
    static final byte RECOVERING = 1;

    private final Partition was;
    private final Uuid topic;
    private final int number;
    private final LeadershipRules rules;
    private final IntPredicate mayServe;
    private final Collection<Integer> unsure = new TreeSet<>();
    private List<Integer> replicas;
    private List<Uuid> directories;
    private List<Integer> inSync;
    private List<Integer> adding;
    private List<Integer> removing;
    private List<Integer> eligible;
    private List<Integer> lastKnown;
    private byte recovery;
    private Election election;
    private boolean lossy;

    /** @param mayServe brokers that are alive, stay, and have the folder in which their replica lies */
    PartitionChange(Partition was, Uuid topic, int number, LeadershipRules rules, IntPredicate mayServe) {
        this.was = was;
        this.topic = topic;
        this.number = number;
        this.rules = rules;
        this.mayServe = mayServe;
        this.replicas = was.replicas();
        this.directories = was.directories();
        this.inSync = was.inSync();
        this.adding = was.adding();
        this.removing = was.removing();
        this.eligible = was.eligible();
        this.lastKnown = was.lastKnownEligible();
        this.recovery = was.recoveryState();
        this.election = rules.uncleanly() ? Election.UNCLEAN : Election.ANY;
    }

    PartitionChange inSync(List<Integer> now) {
        inSync = List.copyOf(now);
        return this;
    }

    /** What these had written, and no medium had, may be gone, so they are not certain to hold everything any more. */
    PartitionChange unsure(Collection<Integer> brokers) {
        unsure.addAll(brokers);
        return this;
    }

    PartitionChange recovery(byte now) {
        recovery = now;
        return this;
    }

    PartitionChange elect(Election how) {
        election = how;
        return this;
    }

    /** @param directoriesNow in the order of the replicas */
    PartitionChange replicas(List<Integer> now, List<Uuid> directoriesNow) {
        replicas = List.copyOf(now);
        directories = List.copyOf(directoriesNow);
        return this;
    }

    PartitionChange directories(List<Uuid> now) {
        directories = List.copyOf(now);
        return this;
    }

    PartitionChange reassigning(Collection<Integer> addingNow, Collection<Integer> removingNow) {
        adding = List.copyOf(addingNow);
        removing = List.copyOf(removingNow);
        return this;
    }

    /** True when the record makes one the leader that may lack records others had. To be asked after {@link #record}. */
    boolean isLossy() {
        return lossy;
    }

    /** Null when nothing changes. Asked once. */
    PartitionChangeRecord record() {
        completeReassignment();
        keepLastInSync();
        settleEligible();
        int leader = leader();
        if (leader != NO_LEADER && (leader != was.leader() || !inSync.contains(leader))) {
            letLead(leader);
        }
        if (leader == NO_LEADER && was.leader() != NO_LEADER && lastKnown.isEmpty() && rules.keepsEligible()) {
            lastKnown = List.of(was.leader());
        } else if (leader != NO_LEADER) {
            lastKnown = List.of();
        }
        return difference(leader);
    }

    /**
     * When all that are added are in sync, and of those that stay as many as must have what is acknowledged, those that are removed go:
     * they may hold what only one of the others has, and that one not on its medium yet.
     */
    private void completeReassignment() {
        if (adding.isEmpty() && removing.isEmpty()) {
            return;
        }
        var staying = without(inSync, removing);
        int left = replicas.size() - removing.size();
        if (staying.isEmpty() || !staying.containsAll(adding) || staying.size() < rules.inSyncMinAmong(left)) {
            return;
        }
        var folders = new ArrayList<Uuid>();
        for (int i = 0; i < replicas.size(); i++) {
            if (!removing.contains(replicas.get(i))) {
                folders.add(directories.get(i));
            }
        }
        replicas = without(replicas, removing);
        directories = folders;
        inSync = staying;
        eligible = without(eligible, removing);
        adding = List.of();
        removing = List.of();
    }

    /** All who were in sync when nobody was left hold everything; whichever of them comes first may lead. */
    private void keepLastInSync() {
        if (inSync.isEmpty() && !rules.keepsEligible()) {
            var still = was.inSync().stream().filter(replicas::contains).toList();
            inSync = still.isEmpty() ? was.inSync() : still;
        }
    }

    private void settleEligible() {
        if (!eligible.isEmpty()) {
            eligible = eligible.stream()
                    .filter(id -> !inSync.contains(id) && replicas.contains(id) && !unsure.contains(id)).toList();
        }
        if (!rules.keepsEligible()) {
            return;
        }
        if (isAcknowledging()) {
            eligible = List.of();
            return;
        }
        var all = new TreeSet<>(eligible);
        was.inSync().stream().filter(id -> !inSync.contains(id) && !unsure.contains(id)).filter(replicas::contains)
                .forEach(all::add);
        eligible = List.copyOf(all);
    }

    private int leader() {
        boolean anyInSync = isAnyServing(inSync);
        var complete = anyInSync ? inSync : eligible;
        IntPredicate isGood = id -> complete.contains(id) && mayServe.test(id);
        if (election == Election.PREFERRED && isGood.test(replicas.getFirst())) {
            return replicas.getFirst();
        }
        if (replicas.contains(was.leader()) && isGood.test(was.leader())) {
            return was.leader();
        }
        int leader = first(isGood);
        if (leader != NO_LEADER) {
            return leader;
        }
        boolean isOneKnown = inSync.isEmpty() && eligible.isEmpty() && lastKnown.size() == 1;
        if (isOneKnown && replicas.contains(lastKnown.getFirst()) && mayServe.test(lastKnown.getFirst())) {
            leader = lastKnown.getFirst();
        } else if (election == Election.UNCLEAN) {
            leader = first(mayServe);
        }
        lossy = leader != NO_LEADER;
        return leader;
    }

    private boolean isAnyServing(List<Integer> brokers) {
        for (int id : brokers) {
            if (mayServe.test(id)) {
                return true;
            }
        }
        return false;
    }

    private int first(IntPredicate such) {
        for (int id : replicas) {
            if (such.test(id)) {
                return id;
            }
        }
        return NO_LEADER;
    }

    /**
     * A leader from outside the in-sync set is alone in it. Members that stayed in the set while nobody led, because they
     * hold everything, but are still away, leave it now.
     */
    private void letLead(int leader) {
        var before = inSync;
        if (lossy || !inSync.contains(leader)) {
            inSync = List.of(leader);
        } else if (was.leader() == NO_LEADER) {
            inSync = inSync.stream().filter(mayServe::test).toList();
        }
        if (lossy) {
            recovery = RECOVERING;
            eligible = List.of();
        } else if (isAcknowledging() || !rules.keepsEligible()) {
            eligible = List.of();
        } else {
            eligible = without(union(eligible, before), inSync);
        }
    }

    /** True when enough are in sync for something to be acknowledged: then only they hold everything. */
    private boolean isAcknowledging() {
        return inSync.size() >= rules.inSyncMinAmong(replicas.size());
    }

    private PartitionChangeRecord difference(int leader) {
        var record = PartitionChangeRecord.builder().topicId(topic).partitionId(number);
        boolean losesMember = !replicas.containsAll(was.replicas());
        if (leader != was.leader() || losesMember) {
            record.leader(leader);
        }
        record.isr(changed(was.inSync(), inSync));
        record.replicas(changed(was.replicas(), replicas));
        record.directories(directories.equals(was.directories()) ? null : directories);
        record.addingReplicas(changed(was.adding(), adding));
        record.removingReplicas(changed(was.removing(), removing));
        record.eligibleLeaderReplicas(changed(was.eligible(), eligible));
        record.lastKnownElr(changed(was.lastKnownEligible(), lastKnown));
        record.leaderRecoveryState(recovery == was.recoveryState() ? -1 : recovery);
        var built = record.build();
        var nothing = PartitionChangeRecord.builder().topicId(topic).partitionId(number).build();
        return built.equals(nothing) ? null : built;
    }

    private static List<Integer> changed(List<Integer> before, List<Integer> after) {
        return before.equals(after) ? null : after;
    }

    static List<Integer> without(Collection<Integer> all, Collection<Integer> gone) {
        return all.stream().filter(id -> !gone.contains(id)).toList();
    }

    private static TreeSet<Integer> union(Collection<Integer> one, Collection<Integer> other) {
        var all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }
}
