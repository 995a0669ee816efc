package naru.coordination.shares;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import naru.base.Clock;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Deadlines;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;
import naru.protocol.message.ShareSnapshotValue;
import naru.protocol.message.ShareUpdateValue;

/**
 * The share coordinator over one partition of {@code __share_group_state}: what the leaders of share partitions decided,
 * as a snapshot and the changes since. Two epochs fence those who are late: that of the partition's leader, and that of
 * the state, which the group coordinator raises when an operator moves the group.
 */
public final class ShareShard implements Shard {

    private static final int UNSAID = -1;
    private static final long NS_PER_MS = 1_000_000;
    /** Share partitions of one shard; the state of one more is not begun. */
    private static final int STATES_MAX = 100_000;
    /** A key's string has two bytes for its length, and a letter at most three. */
    private static final int GROUP_CHARS_MAX = Short.MAX_VALUE / 3;

    /** What is told of a share partition; the start is -1 when nothing was initialized. */
    public record State(
            ShareTold told, int stateEpoch, int leaderEpoch, long start, int completed, List<StateBatch> batches) {

        private static State refused(ShareTold why) {
            return new State(why, 0, 0, 0, UNSAID, List.of());
        }
    }

    private final Supplier<ShareSettings> settings;
    private final Predicate<ShareKey> known;
    private final Clock clock;
    private final ShardLog log;
    private final ShardRuntime runtime;
    private final Deadlines deadlines = new Deadlines();
    private final Deadlines.Deadline cold = deadlines.create(this::snapshotCold);
    private final Deadlines.Deadline pruning = deadlines.create(this::prune);
    private final Map<ShareKey, KeptState> states = new TreeMap<>();
    private long prunedTo;

    /**
     * @param settings asked whenever something is decided
     * @param known true when the cluster has the partition of a key
     */
    public ShareShard(Supplier<ShareSettings> settings, Predicate<ShareKey> known, ShardLog log, Clock clock) {
        this.settings = settings;
        this.known = known;
        this.clock = clock;
        this.log = log;
        this.runtime = new ShardRuntime(log, this::replay);
    }

    @Override
    public void replay(CoordinatorRecord record, long producerId) {
        switch (ShareRecords.read(record)) {
            case ShareRecords.Fact.Snapshot(var key, var value) -> {
                var state = states.computeIfAbsent(key, _ -> new KeptState());
                if (value == null) {
                    forget(key, state);
                } else {
                    state.apply(value, log.at());
                }
            }
            case ShareRecords.Fact.Update(var key, var value) ->
                    states.computeIfAbsent(key, _ -> new KeptState()).apply(value);
            case ShareRecords.Fact.Unknown _ -> { }
        }
    }

    private void forget(ShareKey key, KeptState state) {
        state.exists = false;
        if (state.underWay == 0 && state.held.isEmpty()) {
            states.remove(key);
        }
    }

    /** Nobody writes here inside a transaction. */
    @Override
    public void onTransactionEnded(long producerId, short producerEpoch, boolean committed) {}

    @Override
    public void onLoaded() {
        tick();
        runtime.onLoaded();
        cold.in(settings.get().coldIntervalMs());
        pruning.in(settings.get().pruneIntervalMs());
    }

    @Override
    public void onUnloaded() {
        runtime.onUnloaded();
        var left = List.copyOf(states.values());
        states.clear();
        left.forEach(state -> state.held.forEach(Runnable::run));
        deadlines.clear();
    }

    @Override
    public void onTime() {
        tick();
        deadlines.run();
    }

    private void tick() {
        deadlines.advance(clock.nowNs() / NS_PER_MS);
    }

    @Override
    public long nextDeadlineMs() {
        return deadlines.nextMs();
    }

    @Override
    public void onTopicsDeleted(SortedSet<String> topics) {
        tick();
        if (runtime.availability() != ErrorCode.NONE) {
            return;
        }
        for (var key : List.copyOf(states.keySet())) {
            if (!known.test(key)) {
                delete(key, _ -> { }, true);
            }
        }
    }

    /** NONE when a request about this share partition may go on. */
    private ShareTold admit(ShareKey key) {
        tick();
        if (runtime.availability() != ErrorCode.NONE) {
            return ShareTold.of(runtime.availability());
        }
        if (key.partition() < 0) {
            return new ShareTold(ErrorCode.INVALID_REQUEST, "The partition id cannot be a negative number.");
        }
        return key.group().length() <= GROUP_CHARS_MAX ? ShareTold.DONE : ShareTold.of(ErrorCode.INVALID_GROUP_ID);
    }

    private KeptState find(ShareKey key) {
        var state = states.get(key);
        return state != null && state.exists ? state : null;
    }

    /** The state of a share partition begins, or begins anew. */
    public void initialize(ShareKey key, int stateEpoch, long start, Consumer<ShareTold> reply) {
        alone(key, reply, () -> {
            var told = admit(key);
            var state = find(key);
            if (told == ShareTold.DONE && stateEpoch != UNSAID && state != null && state.stateEpoch > stateEpoch) {
                told = ShareTold.of(ErrorCode.FENCED_STATE_EPOCH);
            }
            if (told == ShareTold.DONE && !known.test(key)) {
                told = ShareTold.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            }
            if (told == ShareTold.DONE && state == null && states.size() >= STATES_MAX) {
                told = ShareTold.of(ErrorCode.COORDINATOR_NOT_AVAILABLE);
            }
            if (told != ShareTold.DONE) {
                reply.accept(told);
                return;
            }
            long now = clock.nowMs();
            int epoch = state == null ? 0 : state.snapshotEpoch + 1;
            submit(key, true, ShareRecords.snapshot(key, new ShareSnapshotValue(
                    epoch, stateEpoch, 0, start, UNSAID, now, now, List.of())), reply);
        });
    }

    /** What a leader decided. Epochs and a start of -1 are left as they are. */
    public void write(ShareKey key, int leaderEpoch, StateKeeper.Change change, Consumer<ShareTold> reply) {
        write(key, leaderEpoch, false, change, reply);
    }

    /** A leader is known from its first question on; what it writes does not make it one. */
    private void write(
            ShareKey key, int leaderEpoch, boolean leads, StateKeeper.Change change, Consumer<ShareTold> reply) {
        var held = states.get(key);
        if (held != null && (held.alone || held.exists && isDue(held) && held.underWay > 0)) {
            held.held.addLast(() -> write(key, leaderEpoch, leads, change, reply));
            return;
        }
        var told = admit(key);
        var state = find(key);
        if (told == ShareTold.DONE && state == null) {
            told = new ShareTold(
                    ErrorCode.INVALID_REQUEST, "Write operation on uninitialized share partition not allowed.");
        }
        if (told == ShareTold.DONE) {
            told = fence(key, state, leaderEpoch, change.stateEpoch());
        }
        if (told != ShareTold.DONE) {
            reply.accept(told);
            return;
        }
        int epoch = leads ? leaderEpoch : state.leaderEpoch;
        if (isDue(state)) {
            submit(key, true, snapshot(key, state, epoch, change), reply);
        } else {
            submit(key, false, ShareRecords.update(key, new ShareUpdateValue(
                    state.snapshotEpoch, epoch, change.start(), change.completed(),
                    ShareRecords.ofUpdate(StateBatches.combine(List.of(), change.batches(), change.start())))), reply);
        }
    }

    private boolean isDue(KeptState state) {
        return state.updates >= settings.get().updatesPerSnapshot();
    }

    private ShareTold fence(ShareKey key, KeptState state, int leaderEpoch, int stateEpoch) {
        if (leaderEpoch != UNSAID && leaderEpoch < state.leaderEpoch) {
            return ShareTold.of(ErrorCode.FENCED_LEADER_EPOCH);
        }
        if (stateEpoch != UNSAID && stateEpoch < state.stateEpoch) {
            return ShareTold.of(ErrorCode.FENCED_STATE_EPOCH);
        }
        return known.test(key) ? ShareTold.DONE : ShareTold.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private CoordinatorRecord snapshot(ShareKey key, KeptState state, int leaderEpoch, StateKeeper.Change change) {
        long start = change.start() == UNSAID ? state.start : change.start();
        return ShareRecords.snapshot(key, new ShareSnapshotValue(
                state.snapshotEpoch + 1, state.stateEpoch, leaderEpoch,
                start, change.completed(), state.createdMs, clock.nowMs(),
                ShareRecords.ofSnapshot(StateBatches.combine(state.batches(), change.batches(), start))));
    }

    /** What a leader needs to begin. One that is newer than its predecessor fences it. */
    public void read(ShareKey key, int leaderEpoch, Consumer<State> reply) {
        var told = admit(key);
        var state = find(key);
        if (told == ShareTold.DONE && state == null) {
            told = new ShareTold(
                    ErrorCode.INVALID_REQUEST, "Read operation on uninitialized share partition not allowed.");
        }
        if (told == ShareTold.DONE) {
            told = fence(key, state, leaderEpoch, UNSAID);
        }
        if (told != ShareTold.DONE) {
            reply.accept(State.refused(told));
        } else if (leaderEpoch > state.leaderEpoch) {
            var sees = new StateKeeper.Change(state.stateEpoch, state.start, state.completed, List.of());
            write(key, leaderEpoch, true, sees, written -> reply.accept(
                    written.error() == ErrorCode.NONE && find(key) != null ? told(find(key)) : State.refused(written)));
        } else {
            reply.accept(told(state));
        }
    }

    private static State told(KeptState state) {
        return new State(ShareTold.DONE, state.stateEpoch, state.leaderEpoch, state.start, state.completed, state.batches());
    }

    /** Where a share partition stands. Nothing is known of one that was never initialized, and that is no error. */
    public void summarize(ShareKey key, Consumer<State> reply) {
        var told = admit(key);
        if (told == ShareTold.DONE && !known.test(key)) {
            told = ShareTold.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        var state = find(key);
        if (told != ShareTold.DONE) {
            reply.accept(State.refused(told));
        } else {
            reply.accept(state == null ? new State(told, 0, 0, UNSAID, UNSAID, List.of()) : told(state));
        }
    }

    /** The group is done with this partition. */
    public void delete(ShareKey key, Consumer<ShareTold> reply) {
        delete(key, reply, false);
    }

    private void delete(ShareKey key, Consumer<ShareTold> reply, boolean topicIsGone) {
        alone(key, reply, () -> {
            var told = admit(key);
            if (told == ShareTold.DONE && !topicIsGone && !known.test(key)) {
                told = ShareTold.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            }
            if (told != ShareTold.DONE || find(key) == null) {
                reply.accept(told);
            } else {
                submit(key, true, ShareRecords.snapshot(key, null), reply);
            }
        });
    }

    private void alone(ShareKey key, Consumer<ShareTold> reply, Runnable then) {
        var state = states.get(key);
        if (state != null && (state.alone || state.underWay > 0)) {
            state.held.addLast(() -> alone(key, reply, then));
        } else {
            then.run();
        }
    }

    private void submit(ShareKey key, boolean alone, CoordinatorRecord record, Consumer<ShareTold> reply) {
        var state = states.computeIfAbsent(key, _ -> new KeptState());
        long at = log.at();
        state.underWay++;
        state.alone = alone;
        runtime.submit(List.of(record), error -> {
            if (alone && error == ErrorCode.NONE) {
                state.snapshotAt = at;
            }
            state.underWay--;
            state.alone &= state.underWay > 0;
            reply.accept(ShareTold.of(error));
            goOn(key, state);
        });
    }

    private void goOn(ShareKey key, KeptState state) {
        if (state.underWay > 0) {
            return;
        }
        for (int waiting = state.held.size(); waiting > 0; waiting--) {
            state.held.removeFirst().run();
        }
        if (!state.exists) {
            forget(key, state);
        }
    }

    private void snapshotCold() {
        long before = clock.nowMs() - settings.get().coldIntervalMs();
        for (var entry : new ArrayList<>(states.entrySet())) {
            var state = entry.getValue();
            if (state.exists && state.underWay == 0 && state.writtenMs <= before) {
                var same = new StateKeeper.Change(state.stateEpoch, state.start, state.completed, List.of());
                submit(entry.getKey(), true, snapshot(entry.getKey(), state, state.leaderEpoch, same), _ -> { });
            }
        }
        cold.in(settings.get().coldIntervalMs());
    }

    /** Everything before the oldest snapshot that still counts. */
    private void prune() {
        long useful = log.at();
        boolean beginning = false;
        for (var state : states.values()) {
            useful = Math.min(useful, state.exists ? state.snapshotAt : useful);
            beginning |= !state.exists && state.underWay > 0;
        }
        if (!beginning && useful > prunedTo) {
            prunedTo = useful;
            log.deleteBefore(useful);
        }
        pruning.in(settings.get().pruneIntervalMs());
    }
}
