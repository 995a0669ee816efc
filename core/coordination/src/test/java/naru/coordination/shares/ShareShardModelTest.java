package naru.coordination.shares;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
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

/**
 * Random lives of a share coordinator's shard beside a naive model: leaders and groups that are late, topics that go,
 * writes that fail, several on their way at once, snapshots that come due, are cold, or let what lies before them go.
 * After every step the model has said the same and knows the same, and so does a shard that loads what is left of the log.
 */
class ShareShardModelTest {

    private static final int RUNS = Integer.getInteger("naru.runs", 200);
    private static final int STEPS = 100;
    private static final int INTERVAL_MS = 1_000;
    private static final List<ShareKey> KEYS = List.of(
            new ShareKey("g", new Uuid(1, 1), 0), new ShareKey("g", new Uuid(1, 1), 1),
            new ShareKey("g", new Uuid(1, 2), 0), new ShareKey("h", new Uuid(1, 1), 0));
    private static final ShareKey NEGATIVE = new ShareKey("g", new Uuid(1, 1), -1);

    /** One life of a shard. */
    private static final class Life implements ShardLog, Clock {
        private final Random random;
        private final long seed;
        private final ShareSettings settings;
        private final NaiveShareStates model = new NaiveShareStates();
        private final List<CoordinatorRecord> written = new ArrayList<>();
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private String where;
        private boolean isFailing;
        private boolean isEverythingKnown;
        private long replaying = -1;
        private long deletedBefore;
        private long nowMs = 10_000;
        private ShareShard shard;

        Life(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.settings = new ShareSettings(1 + random.nextInt(6), INTERVAL_MS, INTERVAL_MS);
            this.shard = loaded();
        }

        @Override
        public void append(List<CoordinatorRecord> records, Transaction transaction, Consumer<Outcome> whenCommitted) {
            if (isFailing) {
                isFailing = false;
                waiting.addLast(() -> whenCommitted.accept(new Outcome.Failed(ErrorCode.NOT_ENOUGH_REPLICAS)));
            } else {
                written.addAll(records);
                waiting.addLast(() -> whenCommitted.accept(new Outcome.Committed()));
            }
        }

        @Override
        public long at() {
            return replaying >= 0 ? replaying : written.size();
        }

        @Override
        public void deleteBefore(long offset) {
            assertThat(offset).as("%s: never back", where).isGreaterThanOrEqualTo(deletedBefore);
            deletedBefore = offset;
        }

        @Override
        public long nowMs() {
            return nowMs;
        }

        @Override
        public long nowNs() {
            return nowMs * 1_000_000;
        }

        private ShareShard loaded() {
            var fresh = new ShareShard(
                    () -> settings, key -> isEverythingKnown || !model.gone.contains(key), this, this);
            for (replaying = deletedBefore; replaying < written.size(); replaying++) {
                fresh.replay(written.get((int) replaying), Shard.NO_PRODUCER);
            }
            replaying = -1;
            fresh.onLoaded();
            return fresh;
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                where = "seed " + seed + ", step " + step;
                isFailing = random.nextInt(8) == 0;
                model.isFailing = isFailing;
                step();
                compare(shard, "live");
                if (random.nextInt(8) == 0) {
                    compare(loaded(), "loaded");
                }
                if (random.nextInt(20) == 0) {
                    shard.onUnloaded();
                    shard = loaded();
                }
            }
            compare(loaded(), "loaded");
        }

        private void step() {
            var key = random.nextInt(30) == 0 ? NEGATIVE : KEYS.get(random.nextInt(KEYS.size()));
            switch (random.nextInt(16)) {
                case 0, 1 -> {
                    int epoch = around(model.stateEpochOf(key));
                    long start = random.nextInt(20);
                    one(answer -> shard.initialize(key, epoch, start, answer), model.initialize(key, epoch, start));
                }
                case 2, 3 -> read(key);
                case 4 -> {
                    if (random.nextInt(3) == 0) {
                        one(answer -> shard.delete(key, answer), model.delete(key));
                    }
                }
                case 5 -> changeTopics(key);
                case 6, 7 -> {
                    pass();
                    commit();
                }
                case 8, 9 -> several();
                default -> write(key);
            }
        }

        /** Mostly the epoch that counts, sometimes an earlier or later one, sometimes none. */
        private int around(int epoch) {
            return switch (random.nextInt(6)) {
                case 0 -> Math.max(-1, epoch - 1);
                case 1 -> epoch + 1;
                case 2 -> -1;
                default -> epoch;
            };
        }

        private void one(Consumer<Consumer<ShareTold>> asked, ErrorCode expected) {
            var answer = new AtomicReference<ErrorCode>();
            asked.accept(told -> answer.set(told.error()));
            if (random.nextInt(4) == 0) {
                // Time passes before it is written: nothing that is on its way may be forgotten.
                pass();
            }
            commit();
            same(answer.get(), expected, "answer");
        }

        private void read(ShareKey key) {
            int leaderEpoch = around(model.leaderEpochOf(key));
            var answer = new AtomicReference<ShareShard.State>();
            shard.read(key, leaderEpoch, answer::set);
            commit();
            var expected = key.equals(NEGATIVE) ? ErrorCode.INVALID_REQUEST : model.read(key, leaderEpoch);
            same(answer.get().told().error(), expected, "read");
            if (expected == ErrorCode.NONE) {
                same(answer.get(), model.state(key), "read");
            }
        }

        private StateKeeper.Change change(int stateEpoch) {
            var batches = new ArrayList<StateBatch>();
            for (int left = random.nextInt(4); left > 0; left--) {
                long first = random.nextInt(40);
                batches.add(new StateBatch(first, first + 1 + random.nextInt(8), (byte) (2 * random.nextInt(3)),
                        (short) (1 + random.nextInt(4))));
            }
            long start = random.nextInt(3) > 0 ? -1 : random.nextInt(30);
            return new StateKeeper.Change(stateEpoch, start, random.nextInt(5), batches);
        }

        private void write(ShareKey key) {
            int leaderEpoch = around(model.leaderEpochOf(key));
            var change = change(around(model.stateEpochOf(key)));
            int updates = updatesOf(key);
            var expected = model.write(key, leaderEpoch, change);
            var answer = new AtomicReference<ErrorCode>();
            shard.write(key, leaderEpoch, change, told -> answer.set(told.error()));
            commit();
            same(answer.get(), expected, "write");
            if (expected == ErrorCode.NONE) {
                same(updatesOf(key), updates >= settings.updatesPerSnapshot() ? 0 : updates + 1, "updates since the snapshot");
            }
        }

        /** Leaders do not wait for one answer before they write again. */
        private void several() {
            var answers = new ArrayList<ErrorCode>();
            var expected = new ArrayList<ErrorCode>();
            for (int left = 2 + random.nextInt(8); left > 0; left--) {
                var key = KEYS.get(random.nextInt(2));
                var change = change(-1);
                int seat = answers.size();
                answers.add(null);
                shard.write(key, -1, change, told -> answers.set(seat, told.error()));
                expected.add(model.write(key, -1, change));
                if (random.nextInt(6) == 0 && !waiting.isEmpty()) {
                    waiting.removeFirst().run();
                }
            }
            commit();
            same(answers, expected, "answers");
        }

        private void changeTopics(ShareKey key) {
            if (!model.gone.remove(key) && random.nextInt(3) == 0) {
                model.gone.add(key);
            }
            if (random.nextBoolean()) {
                shard.onTopicsDeleted(new TreeSet<>(List.of("t")));
                commit();
                model.forgetGone();
            }
        }

        private void pass() {
            nowMs += random.nextInt(2 * INTERVAL_MS);
            shard.onTime();
        }

        private void commit() {
            while (!waiting.isEmpty()) {
                waiting.removeFirst().run();
            }
        }

        /** How many changes of this share partition the log has after the last snapshot. */
        private int updatesOf(ShareKey key) {
            int updates = 0;
            for (var record : written) {
                switch (ShareRecords.read(record)) {
                    case ShareRecords.Fact.Snapshot(var of, _) -> updates = of.equals(key) ? 0 : updates;
                    case ShareRecords.Fact.Update(var of, _) -> updates += of.equals(key) ? 1 : 0;
                    case ShareRecords.Fact.Unknown _ -> throw new AssertionError(where);
                }
            }
            return updates;
        }

        private void compare(ShareShard one, String how) {
            isEverythingKnown = true;
            for (var key : KEYS) {
                var answer = new AtomicReference<ShareShard.State>();
                one.summarize(key, answer::set);
                same(answer.get(), model.state(key), how + " " + key);
            }
            isEverythingKnown = false;
        }

        /** Makes no words unless there is something to say. */
        private void same(Object live, Object expected, String what) {
            if (!Objects.equals(live, expected)) {
                assertThat(live).as("%s: %s", where, what).isEqualTo(expected);
            }
        }
    }

    @Test
    void theShardKnowsWhatTheModelKnowsLiveAndLoaded() {
        for (long seed = Long.getLong("naru.seed", 1), end = seed + RUNS; seed < end; seed++) {
            new Life(seed).live();
        }
    }
}
