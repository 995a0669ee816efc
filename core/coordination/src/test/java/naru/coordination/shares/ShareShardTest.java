package naru.coordination.shares;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Uuid;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

class ShareShardTest {

    private static final ShareKey KEY = new ShareKey("g", new Uuid(1, 2), 0);
    private static final ShareSettings SETTINGS = new ShareSettings(4, 1_000, 1_000);

    private final List<CoordinatorRecord> written = new ArrayList<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final TreeSet<ShareKey> gone = new TreeSet<>();
    private final List<ErrorCode> told = new ArrayList<>();
    private long nowMs = 10_000;
    private long deletedBefore;
    private long replaying = -1;
    private ErrorCode failure = ErrorCode.NONE;
    private ShareShard shard = load();

    private final class InMemoryLog implements ShardLog {
        @Override
        public void append(List<CoordinatorRecord> records, Transaction transaction, Consumer<Outcome> whenCommitted) {
            if (failure != ErrorCode.NONE) {
                var why = failure;
                waiting.addLast(() -> whenCommitted.accept(new Outcome.Failed(why)));
                return;
            }
            written.addAll(records);
            waiting.addLast(() -> whenCommitted.accept(new Outcome.Committed()));
        }

        @Override
        public long at() {
            return replaying >= 0 ? replaying : written.size();
        }

        @Override
        public void deleteBefore(long offset) {
            deletedBefore = offset;
        }
    }

    private ShareShard load() {
        var clock = new Clock() {
            @Override
            public long nowMs() {
                return nowMs;
            }

            @Override
            public long nowNs() {
                return nowMs * 1_000_000;
            }
        };
        var loaded = new ShareShard(() -> SETTINGS, key -> !gone.contains(key), new InMemoryLog(), clock);
        for (replaying = deletedBefore; replaying < written.size(); replaying++) {
            loaded.replay(written.get((int) replaying), Shard.NO_PRODUCER);
        }
        replaying = -1;
        loaded.onLoaded();
        return loaded;
    }

    private void commit() {
        while (!waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
    }

    private void say(ShareTold answer) {
        told.add(answer.error());
    }

    private void write(int leaderEpoch, int stateEpoch, long start, StateBatch... batches) {
        shard.write(KEY, leaderEpoch, new StateKeeper.Change(stateEpoch, start, 0, List.of(batches)), this::say);
    }

    private static StateBatch batch(long first, long end, int state, int deliveries) {
        return new StateBatch(first, end, (byte) state, (short) deliveries);
    }

    private ShareShard.State state() {
        var answer = new AtomicReference<ShareShard.State>();
        shard.read(KEY, -1, answer::set);
        commit();
        return answer.get();
    }

    @Test
    void nothingIsReadOrWrittenBeforeItIsInitialized() {
        write(0, 0, 0);
        assertThat(told).containsExactly(ErrorCode.INVALID_REQUEST);
        assertThat(state().told().error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        var summary = new AtomicReference<ShareShard.State>();
        shard.summarize(KEY, summary::set);
        assertThat(summary.get().start()).isEqualTo(-1);
        assertThat(summary.get().told()).isEqualTo(ShareTold.DONE);
    }

    @Test
    void whatIsWrittenIsReadAlsoByWhoComesAfter() {
        shard.initialize(KEY, 1, 5, this::say);
        write(0, 1, 5);
        assertThat(told).isEmpty();
        commit();
        write(0, 1, 5, batch(5, 9, 2, 1), batch(9, 11, 0, 1));
        write(0, 1, 7, batch(9, 10, 4, 2));
        commit();
        var before = state();
        assertThat(before.batches()).containsExactly(batch(7, 9, 2, 1), batch(9, 10, 4, 2), batch(10, 11, 0, 1));
        assertThat(before.start()).isEqualTo(7);
        shard = load();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void epochsFenceThoseWhoAreLate() {
        shard.initialize(KEY, 5, 0, this::say);
        commit();
        shard.read(KEY, 3, _ -> { });
        commit();
        write(2, 5, 0);
        write(3, 4, 0);
        shard.initialize(KEY, 4, 0, this::say);
        assertThat(told).containsExactly(ErrorCode.NONE, ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.FENCED_STATE_EPOCH,
                ErrorCode.FENCED_STATE_EPOCH);
        shard = load();
        write(2, 5, 0);
        assertThat(told).last().isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
    }

    @Test
    void anUnknownPartitionHasNoState() {
        shard.initialize(KEY, 5, 0, this::say);
        commit();
        gone.add(KEY);
        write(0, 5, 0);
        shard.initialize(KEY, 5, 0, this::say);
        shard.delete(KEY, this::say);
        assertThat(told).containsExactly(ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        shard.onTopicsDeleted(new TreeSet<>(List.of("t")));
        commit();
        assertThat(written.getLast().value()).isNull();
    }

    @Test
    void aSnapshotWaitsForTheChangesThatAreOnTheirWay() {
        shard.initialize(KEY, 0, 0, this::say);
        commit();
        for (int i = 0; i < 4; i++) {
            write(0, 0, 0, batch(i, i + 1, 2, 1));
        }
        commit();
        write(0, 0, 0, batch(10, 11, 2, 1));
        write(0, 0, 0, batch(11, 12, 2, 1));
        write(0, 0, 0, batch(12, 13, 2, 1));
        commit();
        assertThat(told).hasSize(8).containsOnly(ErrorCode.NONE);
        assertThat(state().batches()).containsExactly(batch(0, 4, 2, 1), batch(10, 13, 2, 1));
        shard = load();
        assertThat(state().batches()).containsExactly(batch(0, 4, 2, 1), batch(10, 13, 2, 1));
    }

    @Test
    void whatIsOfNoUseIsDeleted() {
        shard.initialize(KEY, 0, 0, this::say);
        commit();
        write(0, 0, 0, batch(0, 1, 2, 1));
        commit();
        nowMs += 1_000;
        shard.onTime();
        commit();
        nowMs += 1_000;
        shard.onTime();
        commit();
        assertThat(deletedBefore).isEqualTo(2);
        var before = state();
        shard = load();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aDeletedStateIsGone() {
        shard.initialize(KEY, 0, 0, this::say);
        commit();
        shard.delete(KEY, this::say);
        commit();
        shard.delete(KEY, this::say);
        assertThat(told).containsExactly(ErrorCode.NONE, ErrorCode.NONE, ErrorCode.NONE);
        assertThat(state().told().error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        shard = load();
        assertThat(state().told().error()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void whoeverWaitsWhenTheShardGoesIsSentElsewhere() {
        shard.initialize(KEY, 0, 0, this::say);
        shard.initialize(KEY, 0, 0, this::say);
        shard.onUnloaded();
        assertThat(told).containsExactly(ErrorCode.NOT_COORDINATOR, ErrorCode.NOT_COORDINATOR);
    }

    /** Beside a model that keeps one word about each record; writes fail, and the shard is loaded again in between. */
    @Test
    void whateverIsWrittenTheNewestWordIsKept() {
        long seed = Long.getLong("naru.seed", 932);
        var random = new Random(seed);
        var model = new StateBatch[60];
        shard.initialize(KEY, 0, 0, this::say);
        commit();
        for (int i = 0; i < 3_000; i++) {
            int first = random.nextInt(model.length - 8);
            var batch = batch(first, first + 1 + random.nextInt(8), random.nextInt(3) * 2, 1 + random.nextInt(9));
            failure = random.nextInt(10) == 0 ? ErrorCode.NOT_ENOUGH_REPLICAS : ErrorCode.NONE;
            shard.write(KEY, 0, new StateKeeper.Change(0, 0, 0, List.of(batch)), answer -> {
                if (answer.error() == ErrorCode.NONE) {
                    for (long at = batch.first(); at < batch.end(); at++) {
                        var known = model[(int) at];
                        model[(int) at] = known != null && known.isNewerThan(batch) ? known : batch;
                    }
                }
            });
            failure = ErrorCode.NONE;
            if (random.nextInt(4) == 0) {
                commit();
                compare(seed, i, model);
            }
            if (random.nextInt(100) == 0) {
                shard = load();
            }
        }
    }

    private void compare(long seed, int step, StateBatch[] model) {
        var kept = new StateBatch[model.length];
        for (var batch : state().batches()) {
            for (long at = batch.first(); at < batch.end(); at++) {
                kept[(int) at] = batch;
            }
        }
        for (int at = 0; at < model.length; at++) {
            boolean same = model[at] == null ? kept[at] == null : kept[at] != null && model[at].isAlike(kept[at]);
            assertThat(same).as("seed %d, step %d, record %d", seed, step, at).isTrue();
        }
    }
}
