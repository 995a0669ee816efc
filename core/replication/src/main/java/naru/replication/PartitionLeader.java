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
import naru.replication.LeaderEffect.Refuse;
import naru.replication.LeaderInput.Acks;

/**
 * Decides what the leader of one partition does next: who is in sync, how far consumers may read, which appends are
 * safe enough to acknowledge. Owned by one lane; knows no threads, clocks or files.
 *
 * <p>Three ends rise behind one another: {@code logEnd} (staged in this turn), {@code written} (page cache) and
 * {@code durable} (survives a power cut). The durability policy says which of the last two this replica vouches for.
 */
public final class PartitionLeader {

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

    private record Follower(long logEnd, long caughtUpAtMs) {}

    private record Waiting(long ticket, OffsetRange at) {}

    private Rules rules;
    private final SortedMap<Integer, Follower> followers = new TreeMap<>();
    private final Deque<Waiting> waitingForLeader = new ArrayDeque<>();
    private final Deque<Waiting> waitingForAll = new ArrayDeque<>();
    private SortedSet<Integer> inSync;
    private SortedSet<Integer> proposed;
    private long logEnd;
    private long written;
    private long durable;
    private long highWatermark;

    /**
     * A leader over a log that was just opened: what it holds was recovered from disk and synced.
     *
     * @param logEnd the end of the log, in offsets
     * @param highWatermark the last one known from a checkpoint, in offsets
     */
    public PartitionLeader(Rules rules, SortedSet<Integer> inSync, long logEnd, long highWatermark, long nowMs) {
        check(0 <= highWatermark && highWatermark <= logEnd, "the high watermark lies inside the log");
        this.rules = rules;
        this.inSync = new TreeSet<>(inSync);
        this.proposed = this.inSync;
        this.logEnd = logEnd;
        this.written = logEnd;
        this.durable = logEnd;
        this.highWatermark = highWatermark;
        for (int id : inSync) {
            if (id != rules.selfId()) {
                followers.put(id, new Follower(0, nowMs));
            }
        }
        raiseHighWatermark(new ArrayList<>());
        checkInvariants();
    }

    public long highWatermark() {
        return highWatermark;
    }

    public SortedSet<Integer> inSync() {
        return inSync;
    }

    public int inSyncMin() {
        return rules.inSyncMin();
    }

    /** False when a producer who waits for all in-sync replicas must be told that there are too few of them. */
    public boolean admits(Acks acks) {
        return acks != Acks.ALL_IN_SYNC || inSync.size() >= rules.inSyncMin();
    }

    /** True when acknowledgements wait for {@link LeaderInput.Durable}, so that what is written must be synced at once. */
    public boolean wantsSync() {
        return switch (rules.durability()) {
            case MEMORY -> false;
            case FSYNC -> true;
            case AUTO -> inSync.size() == 1;
        };
    }

    /** Hears one input and says what follows from it. The effects are added to the end of {@code effects}. */
    public void on(LeaderInput input, long nowMs, List<LeaderEffect> effects) {
        switch (input) {
            case LeaderInput.Staged(long ticket, OffsetRange at, Acks acks) -> onStaged(ticket, at, acks);
            case LeaderInput.SentAgain(long ticket, OffsetRange at, Acks acks) -> onSentAgain(ticket, at, acks, effects);
            case LeaderInput.Written(long end) -> onWritten(end, effects);
            case LeaderInput.Durable(long end) -> onDurable(end, effects);
            case LeaderInput.TakenBack(long end) -> onTakenBack(end, effects);
            case LeaderInput.FollowerFetched(int id, long end) -> onFollowerFetched(id, end, nowMs, effects);
            case LeaderInput.InSyncSetConfirmed(SortedSet<Integer> ids) -> onInSyncSetConfirmed(ids, effects);
            case LeaderInput.RulesChanged(Rules changed) -> {
                rules = changed;
                answerWhatIsSafe(effects);
            }
            case LeaderInput.TimePassed _ -> onTimePassed(nowMs, effects);
        }
        checkInvariants();
    }

    private void checkInvariants() {
        check(highWatermark <= written, "nothing is readable before it is written");
        check(durable <= written && written <= logEnd, "what is durable is written, what is written is staged");
        check(inSync.contains(rules.selfId()), "a leader is in sync with itself");
    }

    private void onStaged(long ticket, OffsetRange at, Acks acks) {
        check(at.first() >= logEnd, "appends follow one another");
        logEnd = at.end();
        await(ticket, at, acks);
    }

    private void onSentAgain(long ticket, OffsetRange at, Acks acks, List<LeaderEffect> effects) {
        check(at.end() <= logEnd, "a repeated append is one we hold");
        await(ticket, at, acks);
        answerWhatIsSafe(effects);
    }

    private void await(long ticket, OffsetRange at, Acks acks) {
        switch (acks) {
            case NONE -> { }
            case LEADER -> waitingForLeader.addLast(new Waiting(ticket, at));
            case ALL_IN_SYNC -> waitingForAll.addLast(new Waiting(ticket, at));
        }
    }

    private void onWritten(long end, List<LeaderEffect> effects) {
        check(end <= logEnd, "only what was staged is written");
        written = Math.max(written, end);
        answerWhatIsSafe(effects);
    }

    private void onDurable(long end, List<LeaderEffect> effects) {
        // A sync that began before a write was taken back may report an end the log no longer has.
        durable = Math.max(durable, Math.min(end, written));
        answerWhatIsSafe(effects);
    }

    private void onTakenBack(long end, List<LeaderEffect> effects) {
        check(end >= written, "only what nobody saw is taken back");
        logEnd = end;
        refuseBeyond(end, waitingForLeader, effects);
        refuseBeyond(end, waitingForAll, effects);
    }

    private static void refuseBeyond(long end, Deque<Waiting> waiting, List<LeaderEffect> effects) {
        waiting.removeIf(append -> {
            boolean lost = append.at().end() > end;
            if (lost) {
                effects.add(new Refuse(append.ticket()));
            }
            return lost;
        });
    }

    private void onFollowerFetched(int followerId, long followerEnd, long nowMs, List<LeaderEffect> effects) {
        check(followerEnd <= logEnd, "a follower never holds what its leader has not written");
        var before = followers.getOrDefault(followerId, new Follower(0, nowMs));
        long caughtUpAtMs = followerEnd == logEnd ? nowMs : before.caughtUpAtMs();
        followers.put(followerId, new Follower(followerEnd, caughtUpAtMs));
        if (followerEnd >= highWatermark) {
            propose(with(inSync, followerId), effects);
        }
        answerWhatIsSafe(effects);
    }

    private void onInSyncSetConfirmed(SortedSet<Integer> brokerIds, List<LeaderEffect> effects) {
        inSync = new TreeSet<>(brokerIds);
        proposed = inSync;
        answerWhatIsSafe(effects);
    }

    private void onTimePassed(long nowMs, List<LeaderEffect> effects) {
        var keeping = new TreeSet<>(inSync);
        keeping.removeIf(id -> id != rules.selfId() && isLagging(followers.get(id), nowMs));
        propose(keeping, effects);
    }

    private boolean isLagging(Follower follower, long nowMs) {
        return follower == null
                || follower.logEnd() < logEnd && nowMs - follower.caughtUpAtMs() > rules.followerLagMsMax();
    }

    /** One proposal at a time: a late answer to an older one must never be taken for an answer to a newer one. */
    private void propose(SortedSet<Integer> brokerIds, List<LeaderEffect> effects) {
        boolean unanswered = !proposed.equals(inSync);
        if (unanswered || brokerIds.equals(inSync)) {
            return;
        }
        proposed = brokerIds;
        effects.add(new ProposeInSyncSet(brokerIds));
    }

    private void answerWhatIsSafe(List<LeaderEffect> effects) {
        raiseHighWatermark(effects);
        acknowledgeUpTo(vouchedFor(), waitingForLeader, effects);
        acknowledgeUpTo(highWatermark, waitingForAll, effects);
    }

    /** The end of what this replica promises to keep. */
    private long vouchedFor() {
        return wantsSync() ? durable : written;
    }

    /**
     * The high watermark follows the slowest replica that might be in sync. A replica we asked to admit already
     * counts: the controller may have admitted it, and may elect it, before the answer reaches us. It waits for the
     * sync where acknowledgements do, so that a power cut never takes back what a consumer has seen.
     */
    private void raiseHighWatermark(List<LeaderEffect> effects) {
        long reached = vouchedFor();
        for (var follower : followers.entrySet()) {
            if (inSync.contains(follower.getKey()) || proposed.contains(follower.getKey())) {
                reached = Math.min(reached, follower.getValue().logEnd());
            }
        }
        if (reached > highWatermark) {
            highWatermark = reached;
            effects.add(new RaiseHighWatermark(reached));
        }
    }

    /** Repeated appends may wait out of order behind newer ones; they are answered with them, never before. */
    private static void acknowledgeUpTo(long safe, Deque<Waiting> waiting, List<LeaderEffect> effects) {
        while (!waiting.isEmpty() && waiting.getFirst().at().end() <= safe) {
            var answered = waiting.removeFirst();
            effects.add(new Acknowledge(answered.ticket(), answered.at()));
        }
    }

    private static SortedSet<Integer> with(SortedSet<Integer> brokerIds, int added) {
        var all = new TreeSet<>(brokerIds);
        all.add(added);
        return all;
    }
}
