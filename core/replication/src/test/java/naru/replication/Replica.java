package naru.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.OffsetRange;
import naru.log.EpochEnd;
import naru.replication.LeaderInput.Acks;

/** One replica: a log, whichever of the two state machines its role asks for, and what a broker would do around it. */
final class Replica {

    private static final int LAG_MS = 100;

    final int id;
    final NaiveLog log = new NaiveLog();
    private final Replicas world;
    private final TreeMap<Long, Long> waiting = new TreeMap<>();
    private final TreeSet<Long> waitingForAll = new TreeSet<>();
    boolean alive = true;
    long brokerEpoch;
    int life;
    PartitionLeader leader;
    PartitionFollower follower;
    long highWatermark;
    private long checkpointed;
    private int heard;
    private int leaderEpoch = -1;
    private boolean cutting;
    private boolean pausing;
    private long tickets;
    private long cuts;
    private OffsetRange toldLost;

    Replica(Replicas world, int id) {
        this.world = world;
        this.id = id;
    }

    boolean leads() {
        return leader != null;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    // What happens to it.

    void die(boolean power, boolean wiped) {
        alive = false;
        life++;
        leader = null;
        follower = null;
        leaderEpoch = -1;
        cutting = false;
        waiting.clear();
        waitingForAll.clear();
        if (wiped) {
            log.startAnewAt(0);
            checkpointed = 0;
        } else if (power) {
            log.truncateTo(log.durable() + world.dice.nextLong(log.end() - log.durable() + 1));
        }
        highWatermark = Math.clamp(checkpointed, log.start(), log.end());
    }

    void startAgain() {
        alive = true;
        log.sync();
        brokerEpoch = world.controller.register(id);
        heard = world.controller.records.size() - 1;
    }

    void hearsRecord() {
        if (!alive || heard >= world.controller.records.size() || cutting) {
            return;
        }
        var state = world.controller.records.get(heard++);
        if (state.leader() == id && state.leaderEpoch() > leaderEpoch) {
            leaderEpoch = state.leaderEpoch();
            beginToLead(state);
        } else if (state.leader() == id && leads()) {
            lead(new LeaderInput.InSyncSetConfirmed(world.setsOf(state)));
        } else {
            leaderEpoch = Math.max(leaderEpoch, state.leaderEpoch());
            follow(state);
        }
    }

    private void beginToLead(NaiveController.State state) {
        endLeading();
        follower = null;
        log.begin(leaderEpoch, log.end());
        world.onLeading(this, state);
        long mark = world.bug == Bug.NEW_LEADER_SHOWS_ALL_IT_HAS ? log.end() : highWatermark;
        leader = world.leader(this, world.setsOf(state), new Holding(log.start(), log.end(), log.durable(), mark));
        lead(new LeaderInput.TimePassed());
    }

    PartitionLeader.Rules rules() {
        var durability = world.bug == Bug.LAST_ONE_DOES_NOT_SYNC ? Durability.MEMORY : world.durability;
        return new PartitionLeader.Rules(id, world.bug == Bug.WATERMARK_BELOW_THE_MINIMUM ? 1 : world.inSyncMin, LAG_MS, durability);
    }

    private void endLeading() {
        if (leads()) {
            lead(new LeaderInput.LeadershipEnded());
            leader = null;
        }
    }

    private void follow(NaiveController.State state) {
        if (leads() && state.leader() == id) {
            return;
        }
        endLeading();
        if (follower == null) {
            if (world.bug == Bug.CUT_TO_THE_WATERMARK) {
                log.truncateTo(highWatermark);
            }
            var durability = world.bug == Bug.FOLLOWER_CLAIMS_UNSYNCED ? Durability.MEMORY : world.durability;
            int lastEpoch = log.lastEpoch();
            toldLost = null;
            follower = world.follower(this, durability, new Holding(log.start(), log.end(), log.durable(), highWatermark), lastEpoch);
        }
        hear(new FollowerInput.LeaderNamed(state.leader(), state.leaderEpoch()));
    }

    void appends() {
        if (alive && leads() && leader.admits(Acks.ALL_IN_SYNC)) {
            boolean all = world.dice.nextInt(4) > 0;
            long first = log.end();
            long value = world.nextValue();
            int count = 1 + world.dice.nextInt(3);
            for (int i = 0; i < count; i++) {
                log.add(new NaiveLog.Entry(leaderEpoch, value));
            }
            long ticket = tickets++;
            waiting.put(ticket, value);
            if (all) {
                waitingForAll.add(ticket);
            }
            var acks = all && world.bug != Bug.ALL_MEANS_LEADER ? Acks.ALL_IN_SYNC : Acks.LEADER;
            lead(new LeaderInput.Staged(ticket, new OffsetRange(first, log.end()), acks));
            lead(new LeaderInput.Written(log.end()));
        }
    }

    void syncs() {
        if (alive && !cutting) {
            log.sync();
            if (leads()) {
                lead(new LeaderInput.Durable(log.end()));
            } else if (follower != null) {
                hear(new FollowerInput.Durable(log.end()));
            }
        }
    }

    void timePasses() {
        if (alive && leads()) {
            lead(new LeaderInput.TimePassed());
        } else if (alive && follower != null && pausing) {
            pausing = false;
            hear(new FollowerInput.TimePassed());
        }
        checkpointed = world.dice.nextInt(3) == 0 ? highWatermark : checkpointed;
    }

    void deletesOldRecords() {
        if (alive && leads() && highWatermark > log.start()) {
            log.deleteBefore(log.start() + world.dice.nextLong(highWatermark - log.start()));
        }
    }

    // As a leader.

    void onFetch(FetchPoint at, int from, long fromEpoch, Replica asker) {
        if (!alive || !leads() || at.leaderEpoch() > leaderEpoch) {
            world.answer(asker, new FollowerInput.NotAnswered(at));
        } else if (at.leaderEpoch() < leaderEpoch) {
            world.answer(asker, new FollowerInput.Fenced(at));
        } else {
            answer(at, from, fromEpoch, asker);
        }
    }

    private void answer(FetchPoint at, int from, long fromEpoch, Replica asker) {
        if (at.lastEpoch() >= 0) {
            var end = log.endOf(at.lastEpoch());
            if (end.equals(EpochEnd.UNKNOWN)) {
                world.answer(asker, new FollowerInput.OutOfRange(at));
                return;
            }
            if (end.epoch() != at.lastEpoch() || end.endOffset() < at.offset()) {
                world.answer(asker, at, end);
                return;
            }
        }
        if (at.offset() < log.start() || at.offset() > log.end()) {
            world.answer(asker, new FollowerInput.OutOfRange(at));
            return;
        }
        lead(new LeaderInput.FollowerFetched(from, fromEpoch, at.logStart(), at.offset()));
        var records = log.from(at.offset(), 1 + world.dice.nextInt(4));
        world.answer(asker, new FollowerInput.Fetched(at, !records.isEmpty(), highWatermark, log.start()), records);
    }

    void lead(LeaderInput input) {
        var effects = new ArrayList<LeaderEffect>();
        var now = leader;
        now.on(input, world.nowMs, effects);
        world.mark(this, now.highWatermark());
        effects.forEach(this::carryOut);
    }

    private void carryOut(LeaderEffect effect) {
        switch (effect) {
            case LeaderEffect.Acknowledge(long ticket, OffsetRange at) -> acknowledge(ticket, at);
            case LeaderEffect.Refuse(long ticket, var why) -> {
                if (world.bug == Bug.WAITERS_ANSWERED_AT_THE_END) {
                    world.acknowledgedBlindly(waiting.get(ticket));
                }
                waiting.remove(ticket);
            }
            case LeaderEffect.RaiseHighWatermark(long offset) -> world.committed(this, offset);
            case LeaderEffect.SyncLog _ -> { } // what syncs, syncs in time
            case LeaderEffect.ProposeInSyncSet proposal -> world.propose(this, leaderEpoch, proposal);
        }
    }

    private void acknowledge(long ticket, OffsetRange at) {
        long value = waiting.remove(ticket);
        assertThat(log.at(at.end() - 1).value()).isEqualTo(value);
        if (waitingForAll.remove(ticket)) {
            world.acknowledged(this, at, leader.inSync());
        }
    }

    // As a follower.

    void onAnswer(FollowerInput input, List<NaiveLog.Entry> records) {
        if (alive && follower != null) {
            hear(input, records);
        }
    }

    void onDiverged(FetchPoint asked, EpochEnd end) {
        onAnswer(new FollowerInput.Diverged(asked, end.epoch(), end.endOffset(), log.endOf(end.epoch())), List.of());
    }

    private void hear(FollowerInput input) {
        hear(input, List.of());
    }

    private void hear(FollowerInput input, List<NaiveLog.Entry> records) {
        var effects = new ArrayList<FollowerEffect>();
        var now = follower;
        now.on(input, effects);
        world.mark(this, now.highWatermark());
        for (var effect : effects) {
            carryOut(effect, records);
        }
    }

    private void carryOut(FollowerEffect effect, List<NaiveLog.Entry> records) {
        switch (effect) {
            case FollowerEffect.FetchFrom(FetchPoint at) -> world.fetch(this, blind(at), at);
            case FollowerEffect.AskRange(FetchPoint at) -> world.askRange(this, at);
            case FollowerEffect.Pause _ -> pausing = true;
            case FollowerEffect.TakeFetched _ -> take(records);
            case FollowerEffect.TruncateTo(long offset) -> cut(offset, () -> log.truncateTo(Math.max(offset, log.start())));
            case FollowerEffect.StartAnewAt(long offset) -> cut(offset, () -> log.startAnewAt(offset));
            case FollowerEffect.CommittedLost(OffsetRange lost) -> {
                assertThat(toldLost == null || lost.first() < toldLost.first()).as("%s is told once", lost).isTrue();
                toldLost = lost;
                world.lost(this, lost);
            }
            case FollowerEffect.RaiseHighWatermark _ -> { }
            case FollowerEffect.MoveLogStart(long offset) -> log.deleteBefore(offset);
        }
    }

    private FetchPoint blind(FetchPoint at) {
        boolean says = world.bug != Bug.NO_EPOCHS_COMPARED && world.bug != Bug.CUT_TO_THE_WATERMARK;
        return says ? at : new FetchPoint(at.leaderId(), at.leaderEpoch(), at.offset(), -1, at.logStart());
    }

    private void take(List<NaiveLog.Entry> records) {
        if (world.dice.nextInt(30) == 0) {
            hear(new FollowerInput.NotTaken());
            return;
        }
        long end = log.end();
        int epoch = log.lastEpoch();
        if (world.dice.nextInt(30) == 0) {
            hear(new FollowerInput.Staged(end + records.size(), records.getLast().epoch()));
            hear(new FollowerInput.TakenBack(end, epoch));
            return;
        }
        records.forEach(log::add);
        hear(new FollowerInput.Staged(log.end(), log.lastEpoch()));
        hear(new FollowerInput.Written(log.end()));
    }

    private void cut(long offset, Runnable how) {
        long first = Math.max(offset, log.start());
        boolean isDeleted = offset > log.end(); // by the leader's retention
        if (first < follower.highWatermark() && !isDeleted) {
            assertThat(toldLost).as("%s drops what was committed from %s on and does not say so", id, first).isNotNull();
            assertThat(toldLost.first()).isLessThanOrEqualTo(first);
        }
        cutting = true;
        long number = ++cuts;
        int begunIn = life;
        world.later(() -> {
            if (begunIn == life && cutting && number == cuts && world.dice.nextInt(10) == 0) {
                cutting = false;
                hear(new FollowerInput.NotCut());
            } else if (begunIn == life && cutting && number == cuts) {
                toldLost = null;
                how.run();
                log.sync();
                cutting = false;
                hear(new FollowerInput.Cut(log.start(), log.end(), log.lastEpoch()));
            }
        });
    }
}
