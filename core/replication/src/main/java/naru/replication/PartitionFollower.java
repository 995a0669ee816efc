package naru.replication;

import static naru.base.Invariant.check;

import java.util.List;
import naru.base.OffsetRange;
import naru.log.EpochEnd;
import naru.replication.FollowerEffect.AskRange;
import naru.replication.FollowerEffect.CommittedLost;
import naru.replication.FollowerEffect.FetchFrom;
import naru.replication.FollowerEffect.MoveLogStart;
import naru.replication.FollowerEffect.Pause;
import naru.replication.FollowerEffect.RaiseHighWatermark;
import naru.replication.FollowerEffect.StartAnewAt;
import naru.replication.FollowerEffect.TakeFetched;
import naru.replication.FollowerEffect.TruncateTo;

/**
 * Decides what a follower of one partition does next: it makes its log a copy of the leader's. Owned by one lane; knows no
 * threads, clocks or files.
 *
 * <p>One thing is under way at a time: a question to the leader, a write of what it answered, or a cut. The follower never cuts by the
 * high watermark, but where the leader says that the logs part (KIP-101, KIP-595), epoch by epoch, until they agree. So it never
 * drops what the leader has.
 */
public class PartitionFollower {

    private enum Doing {
        /** Nobody leads, or the leader epoch known here is not the newest. */
        NOTHING,
        /** The open question is {@code asked}. */
        ASKING,
        /** Until {@link FollowerInput.TimePassed}. */
        PAUSING,
        /** From {@link TakeFetched} until what was taken is as safe as the policy wants. */
        WRITING,
        CUTTING
    }

    private Durability durability;
    private Doing doing = Doing.NOTHING;
    private FetchPoint asked;
    private int leaderId = FollowerInput.LeaderNamed.NOBODY;
    private int leaderEpoch = -1;
    private long logStart;
    private long logEnd;
    private long written;
    private long durable;
    private int lastEpoch;
    private long highWatermark;
    // What the newest answer said of the leader.
    private long leaderHighWatermark;
    private long leaderLogStart;
    // Told once, though a cut that finds no room is tried again.
    private long toldLostFrom = Long.MAX_VALUE;

    /** @param lastEpoch the leader epoch of the log's last record; -1 when it has none */
    public PartitionFollower(Durability durability, Holding holding, int lastEpoch) {
        this.durability = durability;
        this.logStart = holding.logStart();
        this.logEnd = holding.logEnd();
        this.written = holding.logEnd();
        this.durable = holding.durableEnd();
        this.lastEpoch = lastEpoch;
        this.highWatermark = holding.highWatermark();
    }

    public long highWatermark() {
        return highWatermark;
    }

    /** True when the next question waits for {@link FollowerInput.Durable}, so that what is written must be synced at once. */
    public boolean wantsSync() {
        return durability == Durability.FSYNC;
    }

    /** True between {@link TruncateTo} or {@link StartAnewAt} and {@link FollowerInput.Cut}: nothing may be appended meanwhile. */
    public boolean isCutting() {
        return doing == Doing.CUTTING;
    }

    /** Hears one input and says what follows from it. The effects are added to the end of {@code effects}. */
    public void on(FollowerInput input, List<FollowerEffect> effects) {
        switch (input) {
            case FollowerInput.LeaderNamed(int id, int epoch) -> onLeaderNamed(id, epoch, effects);
            case FollowerInput.Fetched fetched -> onFetched(fetched, effects);
            case FollowerInput.Diverged diverged -> onDiverged(diverged, effects);
            case FollowerInput.OutOfRange(FetchPoint at) -> {
                if (isOpen(at)) {
                    effects.add(new AskRange(at));
                }
            }
            case FollowerInput.LeaderHolds holds -> onLeaderHolds(holds, effects);
            case FollowerInput.Fenced(FetchPoint at) -> {
                if (isOpen(at)) {
                    doing = Doing.NOTHING;
                }
            }
            case FollowerInput.NotAnswered(FetchPoint at) -> {
                if (isOpen(at)) {
                    pause(effects);
                }
            }
            case FollowerInput.TimePassed _ -> onTimePassed(effects);
            case FollowerInput.Staged(long end, int epoch) -> onStaged(end, epoch);
            case FollowerInput.NotTaken _ -> onNotTaken(effects);
            case FollowerInput.Written(long end) -> onWritten(end, effects);
            case FollowerInput.Durable(long end) -> onDurable(end, effects);
            case FollowerInput.TakenBack(long end, int epoch) -> onTakenBack(end, epoch, effects);
            case FollowerInput.NotCut _ -> {
                check(doing == Doing.CUTTING, "only what was asked for is not cut");
                pause(effects);
            }
            case FollowerInput.Cut(long start, long end, int epoch) -> onCut(start, end, epoch, effects);
            case FollowerInput.DurabilityChanged(Durability changed) -> {
                durability = changed;
                askWhenSafe(effects);
            }
        }
        checkInvariants();
    }

    private void checkInvariants() {
        check(logStart <= highWatermark && highWatermark <= written, "the high watermark lies inside the log");
        check(durable <= written && written <= logEnd, "what is durable is written, what is written is staged");
    }

    private void onLeaderNamed(int id, int epoch, List<FollowerEffect> effects) {
        if (epoch < leaderEpoch || epoch == leaderEpoch && id == leaderId) {
            return;
        }
        leaderId = id;
        leaderEpoch = epoch;
        if (doing != Doing.WRITING && doing != Doing.CUTTING) {
            ask(effects);
        }
    }

    boolean isOpen(FetchPoint at) {
        return isAsking() && at.equals(asked);
    }

    boolean isAsking() {
        return doing == Doing.ASKING;
    }

    private void ask(List<FollowerEffect> effects) {
        if (leaderId == FollowerInput.LeaderNamed.NOBODY) {
            doing = Doing.NOTHING;
            return;
        }
        asked = new FetchPoint(leaderId, leaderEpoch, logEnd, lastEpoch, logStart);
        doing = Doing.ASKING;
        effects.add(new FetchFrom(asked));
    }

    private void pause(List<FollowerEffect> effects) {
        doing = Doing.PAUSING;
        effects.add(new Pause());
    }

    private void onTimePassed(List<FollowerEffect> effects) {
        if (doing == Doing.PAUSING) {
            ask(effects);
        }
    }

    private void onFetched(FollowerInput.Fetched fetched, List<FollowerEffect> effects) {
        if (!isOpen(fetched.asked())) {
            return;
        }
        leaderHighWatermark = fetched.highWatermark();
        leaderLogStart = fetched.logStart();
        if (fetched.hasRecords()) {
            doing = Doing.WRITING;
            effects.add(new TakeFetched());
        } else {
            followMarks(effects);
            ask(effects);
        }
    }

    private void onStaged(long end, int epoch) {
        check(doing == Doing.WRITING && end > logEnd, "what is staged was fetched, and follows what was there");
        logEnd = end;
        lastEpoch = epoch;
    }

    private void onNotTaken(List<FollowerEffect> effects) {
        check(doing == Doing.WRITING && logEnd == written, "only what was fetched is not taken");
        pause(effects);
    }

    private void onWritten(long end, List<FollowerEffect> effects) {
        check(end <= logEnd, "only what was staged is written");
        written = Math.max(written, end);
        followMarks(effects);
        askWhenSafe(effects);
    }

    private void onDurable(long end, List<FollowerEffect> effects) {
        // A sync that began before a cut may report an end the log no longer has.
        durable = Math.max(durable, Math.min(end, written));
        askWhenSafe(effects);
    }

    /** With the next question the follower says that it holds everything before it. */
    private void askWhenSafe(List<FollowerEffect> effects) {
        boolean safe = written == logEnd && (!wantsSync() || durable == written);
        if (doing == Doing.WRITING && safe) {
            ask(effects);
        }
    }

    private void onTakenBack(long end, int epoch, List<FollowerEffect> effects) {
        check(end == written, "only what nobody saw is taken back");
        logEnd = end;
        lastEpoch = epoch;
        pause(effects);
    }

    /** The logs agree up to the end of this one, so what the leader knows to be committed is committed here. */
    private void followMarks(List<FollowerEffect> effects) {
        long reached = Math.min(leaderHighWatermark, written);
        if (reached > highWatermark) {
            highWatermark = reached;
            effects.add(new RaiseHighWatermark(reached));
        }
        long start = Math.min(leaderLogStart, highWatermark);
        if (start > logStart) {
            logStart = start;
            effects.add(new MoveLogStart(start));
        }
    }

    private void onDiverged(FollowerInput.Diverged diverged, List<FollowerEffect> effects) {
        if (isOpen(diverged.asked())) {
            cutTo(placeToCut(diverged), effects);
        }
    }

    /**
     * Where the largest common epoch ends, if both have the one that the leader named; else where the largest one ends that is
     * not larger here, and the leader is asked about that next.
     */
    long placeToCut(FollowerInput.Diverged diverged) {
        var ours = diverged.ours();
        if (ours.equals(EpochEnd.UNKNOWN)) {
            return Math.min(diverged.endOffset(), logEnd);
        }
        return ours.epoch() == diverged.epoch()
                ? Math.min(ours.endOffset(), Math.min(diverged.endOffset(), logEnd))
                : Math.min(ours.endOffset(), logEnd);
    }

    private void cutTo(long offset, List<FollowerEffect> effects) {
        giveUpFrom(offset, effects);
        doing = Doing.CUTTING;
        effects.add(offset < logStart ? new StartAnewAt(offset) : new TruncateTo(offset));
    }

    private void giveUpFrom(long offset, List<FollowerEffect> effects) {
        long first = Math.max(offset, logStart);
        if (first < highWatermark && first < toldLostFrom) {
            toldLostFrom = first;
            effects.add(new CommittedLost(new OffsetRange(first, highWatermark)));
        }
    }

    private void onLeaderHolds(FollowerInput.LeaderHolds holds, List<FollowerEffect> effects) {
        if (!isOpen(holds.asked())) {
            return;
        }
        if (holds.logEnd() < logEnd) {
            cutTo(holds.logEnd(), effects);
        } else if (holds.logStart() > logEnd) {
            // What we lack was deleted by retention: no loss.
            doing = Doing.CUTTING;
            effects.add(new StartAnewAt(holds.logStart()));
        } else {
            pause(effects); // it was out of range a moment ago
        }
    }

    private void onCut(long start, long end, int epoch, List<FollowerEffect> effects) {
        check(doing == Doing.CUTTING, "only what was asked for is cut");
        logStart = start;
        logEnd = end;
        written = end;
        durable = end;
        lastEpoch = epoch;
        toldLostFrom = Long.MAX_VALUE;
        long before = highWatermark;
        highWatermark = Math.clamp(before, start, end);
        if (highWatermark > before) {
            effects.add(new RaiseHighWatermark(highWatermark));
        }
        ask(effects);
    }
}
