package naru.replication;

import static naru.base.Invariant.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.OffsetRange;
import naru.replication.LeaderEffect.Acknowledge;
import naru.replication.LeaderEffect.ProposeInSyncSet;
import naru.replication.LeaderEffect.RaiseHighWatermark;
import naru.replication.LeaderEffect.Reason;
import naru.replication.LeaderEffect.Refuse;
import naru.replication.LeaderEffect.SyncLog;
import naru.replication.LeaderInput.Acks;

/**
 * Decides what the leader of one partition does next, within one leader epoch: who is in sync, how far consumers may read, which
 * appends are safe enough to acknowledge. Owned by one lane; knows no threads, clocks or files.
 *
 * <p>Three ends rise behind one another: {@code logEnd} (staged in this turn), {@code written} (page cache) and
 * {@code durable} (survives a power cut). The durability policy says which of the last two this replica vouches for.
 *
 * <p>The in-sync set is the controller's to change: what a leader proposes counts for the high watermark at once, and for nothing
 * else before the record about it is committed.
 *
 * <p>One process leads in one epoch: a broker that starts again is given a new epoch before it leads again, for it may have lost
 * records of the old one that followers hold.
 */
public class PartitionLeader {

    /**
     * @param selfId this broker
     * @param inSyncMin {@code min.insync.replicas}
     * @param followerLagMsMax {@code replica.lag.time.max.ms}
     * @param durability {@code naru.durability} of the topic, or else the broker
     */
    public record Rules(int selfId, int inSyncMin, int followerLagMsMax, Durability durability) {

        /** For a partition with so many replicas: all it has are enough, or nobody could ever write to it. */
        public Rules among(int replicas) {
            return inSyncMin <= replicas ? this : new Rules(selfId, replicas, followerLagMsMax, durability);
        }
    }

    private record Waiting(long ticket, OffsetRange at) {}

    private final LiveBrokers live;
    private final Deque<Waiting> waitingForLeader = new ArrayDeque<>();
    private final Deque<Waiting> waitingForAll = new ArrayDeque<>();
    private final InSyncProposals proposals = new InSyncProposals();
    // The log's end when leadership began: who has not come so far may lack what the leader before had acknowledged.
    private final long epochStart;
    private Rules rules;
    // No more than there are replicas.
    private int inSyncMin;
    private ReplicaSets sets;
    private FollowerProgress[] followers = {};
    private long logEnd;
    private long written;
    private long durable;
    private long highWatermark;
    private boolean syncAsked;
    private boolean ended;

    public PartitionLeader(Rules rules, ReplicaSets sets, LiveBrokers live, Holding holding, long nowMs) {
        this.live = live;
        this.epochStart = holding.logEnd();
        this.logEnd = holding.logEnd();
        this.written = holding.logEnd();
        this.durable = holding.durableEnd();
        this.highWatermark = holding.highWatermark();
        this.sets = sets;
        this.rules = rules;
        arrangeFollowers(nowMs);
        syncAsked = wantsSync() && durable == logEnd;
        if (followers.length == 0) {
            highWatermark = Math.max(highWatermark, vouchedFor());
        }
        checkInvariants();
    }

    public long highWatermark() {
        return highWatermark;
    }

    /**
     * False while a new leader cannot know how far the one before had come: clients that ask for the log's end then must not be told
     * the high watermark, which may be lower than one they saw (OFFSET_NOT_AVAILABLE).
     */
    public boolean knowsHighWatermark() {
        return highWatermark >= epochStart;
    }

    /** The committed in-sync set. */
    public SortedSet<Integer> inSync() {
        return sets.inSync();
    }

    public int partitionEpoch() {
        return sets.partitionEpoch();
    }

    public int inSyncMin() {
        return inSyncMin;
    }

    /** True when the follower, as it said last, has the record at {@code offset}, or that is the one it gets next. */
    public boolean holds(int followerId, long offset) {
        var follower = find(followerId);
        return follower != null && follower.logStart() <= offset && offset <= follower.logEnd();
    }

    /** The lowest log start among the replicas whose brokers live, with the leader's own; for DeleteRecords. */
    public long lowestLogStart(long own) {
        long lowest = own;
        for (var follower : followers) {
            if (live.epochOf(follower.id()) >= 0) {
                lowest = Math.min(lowest, follower.logStart());
            }
        }
        return lowest;
    }

    /** False when a producer who waits for all in-sync replicas must be told that there are too few of them. */
    public boolean admits(Acks acks) {
        return acks != Acks.ALL_IN_SYNC || sets.inSync().size() >= inSyncMin;
    }

    /** True when acknowledgements wait for {@link LeaderInput.Durable}, so that what is written must be synced at once. */
    public final boolean wantsSync() {
        return switch (rules.durability()) {
            case MEMORY -> false;
            case FSYNC -> true;
            case AUTO -> sets.inSync().size() == 1;
        };
    }

    /** Hears one input and adds what follows from it to {@code effects}. {@code nowMs} is for durations: of a clock that nobody sets. */
    public void on(LeaderInput input, long nowMs, List<LeaderEffect> effects) {
        check(!ended, "who does not lead any more decides nothing");
        switch (input) {
            case LeaderInput.Staged(long ticket, OffsetRange at, Acks acks) -> onStaged(ticket, at, acks);
            case LeaderInput.SentAgain(long ticket, OffsetRange at, Acks acks) -> onSentAgain(ticket, at, acks, nowMs, effects);
            case LeaderInput.Written(long end) -> onWritten(end, nowMs, effects);
            case LeaderInput.Durable(long end) -> onDurable(end, nowMs, effects);
            case LeaderInput.TakenBack(long end) -> onTakenBack(end, effects);
            case LeaderInput.FollowerFetched fetched -> onFollowerFetched(fetched, nowMs, effects);
            case LeaderInput.InSyncSetConfirmed(ReplicaSets committed) -> onInSyncSetConfirmed(committed, nowMs, effects);
            case LeaderInput.ProposalRefused(long number) -> onProposalRefused(number, nowMs, effects);
            case LeaderInput.ProposalLost(long number) -> proposals.lost(number);
            case LeaderInput.RulesChanged(Rules changed) -> {
                rules = changed;
                inSyncMin = rules.among(sets.replicas().size()).inSyncMin();
                answerWhatIsSafe(nowMs, effects);
            }
            case LeaderInput.TimePassed _ -> onTimePassed(nowMs, effects);
            case LeaderInput.LeadershipEnded _ -> onEnded(effects);
        }
        checkInvariants();
    }

    private void checkInvariants() {
        check(highWatermark <= written, "nothing is readable before it is written");
        check(durable <= written && written <= logEnd, "what is durable is written, what is written is staged");
        check(sets.inSync().contains(rules.selfId()), "a leader is in sync with itself");
    }

    private void onStaged(long ticket, OffsetRange at, Acks acks) {
        check(at.first() >= logEnd, "appends follow one another");
        logEnd = at.end();
        await(ticket, at, acks);
    }

    private void onSentAgain(long ticket, OffsetRange at, Acks acks, long nowMs, List<LeaderEffect> effects) {
        check(at.end() <= logEnd, "a repeated append is one we hold");
        await(ticket, at, acks);
        answerWhatIsSafe(nowMs, effects);
    }

    private void await(long ticket, OffsetRange at, Acks acks) {
        switch (acks) {
            case NONE -> { }
            case LEADER -> waitingForLeader.addLast(new Waiting(ticket, at));
            case ALL_IN_SYNC -> waitingForAll.addLast(new Waiting(ticket, at));
        }
    }

    private void onWritten(long end, long nowMs, List<LeaderEffect> effects) {
        check(end <= logEnd, "only what was staged is written");
        written = Math.max(written, end);
        answerWhatIsSafe(nowMs, effects);
    }

    private void onDurable(long end, long nowMs, List<LeaderEffect> effects) {
        // A sync that began before a write was taken back may report an end the log no longer has.
        durable = Math.max(durable, Math.min(end, written));
        answerWhatIsSafe(nowMs, effects);
    }

    private void onTakenBack(long end, List<LeaderEffect> effects) {
        check(end >= written, "only what nobody saw is taken back");
        logEnd = end;
        refuseBeyond(end, Reason.TAKEN_BACK, waitingForLeader, effects);
        refuseBeyond(end, Reason.TAKEN_BACK, waitingForAll, effects);
    }

    private void onEnded(List<LeaderEffect> effects) {
        ended = true;
        refuseBeyond(-1, Reason.NOT_LEADER, waitingForLeader, effects);
        refuseBeyond(-1, Reason.NOT_LEADER, waitingForAll, effects);
    }

    private static void refuseBeyond(long end, Reason why, Deque<Waiting> waiting, List<LeaderEffect> effects) {
        waiting.removeIf(append -> {
            boolean lost = append.at().end() > end;
            if (lost) {
                effects.add(new Refuse(append.ticket(), why));
            }
            return lost;
        });
    }

    private void onFollowerFetched(LeaderInput.FollowerFetched fetched, long nowMs, List<LeaderEffect> effects) {
        var follower = find(fetched.followerId());
        boolean outdated = follower == null || fetched.brokerEpoch() < follower.brokerEpoch();
        if (outdated || fetched.logEnd() > written) {
            return; // from before the follower started again, or from one whose log is not this one's
        }
        follower.fetched(fetched.brokerEpoch(), fetched.logStart(), fetched.logEnd(), written, nowMs);
        if (!sets.inSync().contains(follower.id()) && mayJoin(follower)) {
            var joined = new TreeSet<>(sets.inSync());
            joined.add(follower.id());
            propose(joined, effects);
        }
        answerWhatIsSafe(nowMs, effects);
    }

    /** Null for a broker that is not to hold this partition. */
    private FollowerProgress find(int id) {
        for (var follower : followers) {
            if (follower.id() == id) {
                return follower;
            }
        }
        return null;
    }

    /** It has all that may have been acknowledged, and is the same process that said so. */
    boolean mayJoin(FollowerProgress follower) {
        return follower.logEnd() >= highWatermark && follower.logEnd() >= epochStart && isLive(follower);
    }

    boolean isLive(FollowerProgress follower) {
        long epoch = live.epochOf(follower.id());
        return epoch >= 0 && epoch == follower.brokerEpoch();
    }

    /** Committed records come in order, but may be told again. A newer one settles whatever was proposed before it. */
    void onInSyncSetConfirmed(ReplicaSets committed, long nowMs, List<LeaderEffect> effects) {
        if (committed.partitionEpoch() <= sets.partitionEpoch()) {
            return;
        }
        sets = committed;
        proposals.settled();
        arrangeFollowers(nowMs);
        answerWhatIsSafe(nowMs, effects);
    }

    private void onProposalRefused(long number, long nowMs, List<LeaderEffect> effects) {
        if (proposals.refused(number)) {
            countMembers();
            answerWhatIsSafe(nowMs, effects);
        }
    }

    private void onTimePassed(long nowMs, List<LeaderEffect> effects) {
        var keeping = new TreeSet<>(sets.inSync());
        for (var follower : followers) {
            if (!follower.isCaughtUp(written, nowMs, rules.followerLagMsMax())) {
                keeping.remove(follower.id());
            }
        }
        if (proposals.mustSayAgain()) {
            say(proposals.again(asTheyAre(keeping)), effects);
        }
        propose(keeping, effects);
        answerWhatIsSafe(nowMs, effects);
    }

    /** One proposal at a time: a late answer to an older one must never be taken for an answer to a newer one. */
    private void propose(SortedSet<Integer> brokerIds, List<LeaderEffect> effects) {
        if (proposals.isUnderWay() || brokerIds.equals(sets.inSync())) {
            return;
        }
        var members = asTheyAre(brokerIds);
        proposals.begin(members);
        countMembers();
        say(members, effects);
    }

    private void say(SortedMap<Integer, Long> members, List<LeaderEffect> effects) {
        effects.add(new ProposeInSyncSet(proposals.number(), members, sets.partitionEpoch()));
    }

    /** With the epochs of the processes that were heard last. */
    private SortedMap<Integer, Long> asTheyAre(SortedSet<Integer> brokerIds) {
        var members = new TreeMap<Integer, Long>();
        brokerIds.forEach(id -> members.put(id, find(id) == null ? FollowerProgress.UNKNOWN : find(id).brokerEpoch()));
        return members;
    }

    /** One for each replica but this; those that were there before keep what is known of them. */
    private void arrangeFollowers(long nowMs) {
        var arranged = new ArrayList<FollowerProgress>();
        for (int id : sets.replicas()) {
            if (id == rules.selfId()) {
                continue;
            }
            var known = find(id);
            boolean joins = sets.inSync().contains(id) && (known == null || !known.isCounted());
            var follower = known == null ? new FollowerProgress(id, Long.MIN_VALUE / 2) : known;
            if (joins) {
                follower.joined(nowMs);
            }
            arranged.add(follower);
        }
        followers = arranged.toArray(FollowerProgress[]::new);
        inSyncMin = rules.among(sets.replicas().size()).inSyncMin();
        countMembers();
    }

    private void countMembers() {
        for (var follower : followers) {
            follower.count(sets.inSync().contains(follower.id()) || proposals.mayHave(follower.id()));
        }
    }

    private void answerWhatIsSafe(long nowMs, List<LeaderEffect> effects) {
        askForSync(effects);
        raiseHighWatermark(nowMs, effects);
        acknowledgeUpTo(vouchedFor(), waitingForLeader, effects);
        acknowledgeUpTo(highWatermark, waitingForAll, effects);
    }

    /** What was written while nobody waited for the medium is synced when the first begins to wait. */
    private void askForSync(List<LeaderEffect> effects) {
        boolean wants = wantsSync();
        if (wants && !syncAsked && durable < written) {
            effects.add(new SyncLog());
        }
        syncAsked = wants;
    }

    /** The end of what this replica promises to keep. */
    private long vouchedFor() {
        return wantsSync() ? durable : written;
    }

    /**
     * The high watermark follows the slowest replica that might be in sync. A replica we asked to admit already
     * counts: the controller may have admitted it, and may elect it, before the answer reaches us. It waits for the
     * sync where acknowledgements do, so that a power cut never takes back what a consumer has seen. And it stands still while too
     * few are in sync: what lies below it is what any of {@code min.insync.replicas} others has.
     */
    private void raiseHighWatermark(long nowMs, List<LeaderEffect> effects) {
        if (sets.inSync().size() < inSyncMin) {
            return;
        }
        long reached = vouchedFor();
        for (var follower : followers) {
            if (counts(follower, nowMs)) {
                reached = Math.min(reached, follower.logEnd());
            }
        }
        if (reached > highWatermark) {
            highWatermark = reached;
            effects.add(new RaiseHighWatermark(reached));
        }
    }

    /** Also who is about to join: else the watermark would run away before it, and it would never be let in. */
    boolean counts(FollowerProgress follower, long nowMs) {
        return follower.isCounted()
                || follower.isCaughtUp(written, nowMs, rules.followerLagMsMax()) && isLive(follower);
    }

    /** Repeated appends may wait out of order behind newer ones; they are answered with them, never before. */
    private static void acknowledgeUpTo(long safe, Deque<Waiting> waiting, List<LeaderEffect> effects) {
        while (!waiting.isEmpty() && waiting.getFirst().at().end() <= safe) {
            var answered = waiting.removeFirst();
            effects.add(new Acknowledge(answered.ticket(), answered.at()));
        }
    }
}
