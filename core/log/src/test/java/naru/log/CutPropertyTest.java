package naru.log;

import static naru.log.World.NAME;
import static naru.log.World.NOW;
import static naru.log.World.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import org.junit.jupiter.api.Test;

/**
 * A follower's log that is filled, cut, begun anew, compacted and led for a while, with stops, kills and power cuts at any operation of
 * the disk. What it holds is always, byte for byte, what it was given; nothing that was told to be safe is missing; nothing that was
 * told to be cut comes back; its epochs and producers are what its batches say.
 */
class CutPropertyTest {

    @Test
    void what_was_cut_stays_cut_and_what_is_safe_stays() {
        var told = Seeds.tell("cut", 70, Story::new, story -> story.cuts);
        assertThat(told.sum()).as("cuts that came to their end").isGreaterThanOrEqualTo(told.seeds());
    }

    /** What is under way and may have happened or not when the process ends. */
    private record Pending(boolean anew, long offset) {}

    private static final class Story implements Seeds.Story {
        private final Random dice;
        private final StringBuilder told = new StringBuilder();
        private final ForgetfulDisk disk = new ForgetfulDisk();
        private final StoppedLanes lanes = new StoppedLanes(1);
        // By base offset; also what lies before the log's start.
        private final TreeMap<Long, byte[]> model = new TreeMap<>();
        private final boolean compacts;
        private final LogConfig config;
        private LogFolder folder;
        private LaneLogs logs;
        private Log log;
        private Pending pending;
        private int leaderEpoch = 1;
        private long durable;
        private long safelyWritten;
        private boolean startMoved;
        private boolean compacting;
        private long nowMs = NOW;
        private int unique;
        private int cuts;

        Story(long seed) {
            dice = new Random(seed);
            compacts = dice.nextInt(3) == 0;
            config = LogConfig.DEFAULTS.toBuilder().segmentBytes(400 + dice.nextInt(1_000)).indexIntervalBytes(150)
                    .cleanup(!compacts, compacts).compaction(new CompactionRules(0, 0, Long.MAX_VALUE, 0)).build();
        }

        @Override
        public String standing() {
            return told.toString();
        }

        @Override
        public void tell() {
            start();
            for (int i = 0; i < 16; i++) {
                nowMs += dice.nextInt(4_000);
                try {
                    act();
                    check();
                } catch (ForgetfulDisk.Died _) {
                    crash();
                }
            }
        }

        private void act() {
            boolean journalled = dice.nextBoolean();
            for (int turns = dice.nextInt(8); turns > 0; turns--) {
                turn(journalled);
                if (dice.nextInt(3) == 0) {
                    step();
                }
            }
            if (dice.nextInt(3) == 0) {
                told.append(" dies");
                disk.operationsLeft = dice.nextInt(70);
            }
            switch (dice.nextInt(9)) {
                case 0 -> stop();
                case 1 -> crash();
                case 2, 3, 4, 5 -> cut();
                case 6 -> beginAnew();
                case 7 -> {
                    told.append(" checkpoints");
                    logs.checkpoint(_ -> log.writtenEnd());
                    finish();
                }
                default -> moveStart();
            }
            if (disk.operationsLeft < 1_000) {
                turn(journalled);
                finish();
            }
        }

        private void start() {
            disk.operationsLeft = Integer.MAX_VALUE;
            lanes.forget();
            compacting = false;
            folder = new LogFolder(disk, "data", Limits.PRODUCTION, lanes);
            assertThat(folder.failure()).isNull();
            logs = folder.share(0, World.dice(7), why -> fail("the folder broke", why));
            log = logs.find(NAME) == null ? logs.create(NAME, TOPIC, config, NOW) : logs.open(NAME, config, NOW);
            logs.begin(nowMs, new Journal.Room(1 << 12, 1 << 13));
            logs.syncOpened();
            log.whenDurable(end -> durable = Math.max(durable, end));
        }

        private void step() {
            if (!lanes.isIdle()) {
                lanes.runOne();
                logs.commit();
            }
        }

        private void finish() {
            while (!lanes.isIdle()) {
                step();
            }
        }

        /** One answer of the leader, or some records of this broker's own while it leads. */
        private void turn(boolean journalled) {
            if (pending != null) {
                return;
            }
            var before = new TreeMap<>(model);
            long next = log.logEnd();
            if (dice.nextInt(6) == 0) {
                leaderEpoch++;
                var own = one("own");
                assertThat(log.append(own, leaderEpoch, Origin.CLIENT, nowMs)).isInstanceOf(Appended.Accepted.class);
                before.put(next, bytesOf(own));
            } else {
                append(before, next);
            }
            long written = log.writtenEnd();
            // What is about to be written may be found after a crash, in part.
            model.putAll(before);
            log.writeStaged(journalled ? logs.journal() : null);
            safelyWritten = Math.max(written, log.writtenEnd());
            logs.commit();
        }

        private void append(TreeMap<Long, byte[]> to, long from) {
            long next = from;
            int epoch = Math.max(0, log.lastEpoch());
            var all = ByteBuffer.allocate(1 << 14);
            for (int batches = 1 + dice.nextInt(3); batches > 0; batches--) {
                epoch += dice.nextInt(leaderEpoch - epoch + 1);
                next += compacts && dice.nextInt(4) == 0 ? 1 + dice.nextInt(6) : 0; // the leader was compacted
                var batch = batch(to, next);
                BatchHeader.stamp(batch, 0, next, epoch);
                to.put(next, bytesOf(batch));
                next = BatchHeader.nextOffset(batch, 0);
                all.put(batch.duplicate());
            }
            int whole = all.position();
            if (dice.nextInt(3) == 0) { // the leader had room for half of another one
                var half = World.batch(nowMs, "half");
                BatchHeader.stamp(half, 0, next, epoch);
                all.put(half.slice(0, 1 + dice.nextInt(half.remaining() - 1)));
            } else if (dice.nextInt(4) == 0) { // and that has heard of a newer leader already
                var newer = World.batch(nowMs, "newer");
                BatchHeader.stamp(newer, 0, next, leaderEpoch + 1);
                all.put(newer);
            }
            assertThat(log.appendAsFollower(all.flip(), leaderEpoch, nowMs)).as("of %s bytes", whole)
                    .isEqualTo(new Appended.Accepted(new naru.base.OffsetRange(from, next), -1));
        }

        private ByteBuffer batch(TreeMap<Long, byte[]> known, long next) {
            int producer = dice.nextInt(compacts ? 4 : 7) - 1;
            var states = producers(known, next);
            var state = states.stream().filter(one -> one.producerId() == producer).findFirst();
            if (producer >= 3 && state.isPresent() && state.get().txnStartOffset() >= 0 && dice.nextInt(3) == 0) {
                return new TransactionMarker(producer, (short) 0, 0, (short) 1, dice.nextBoolean()).batch(nowMs);
            }
            var builder = new BatchBuilder();
            if (producer >= 0) {
                builder.producer(producer, (short) 0, state.map(one -> one.lastSequence() + 1).orElse(0));
            }
            if (producer >= 3) {
                builder.transactional();
            }
            for (int records = 1 + dice.nextInt(4); records > 0; records--) {
                builder.add(nowMs, World.bytes("k" + unique), World.bytes("v".repeat(dice.nextInt(60)) + unique++));
            }
            return builder.build();
        }

        private ByteBuffer one(String value) {
            return new BatchBuilder().add(nowMs, World.bytes("k" + unique), World.bytes(value + unique++)).build();
        }

        private static byte[] bytesOf(ByteBuffer batch) {
            var bytes = new byte[batch.remaining()];
            batch.duplicate().get(bytes);
            return bytes;
        }

        private void cut() {
            if (log.logEnd() == log.logStart() || pending != null) {
                return;
            }
            maybeCompact();
            long to = log.logStart() + dice.nextLong(log.logEnd() - log.logStart());
            told.append(" cuts at ").append(to);
            pending = new Pending(false, endOfCut(to));
            log.cuts().truncateTo(to, logs, _ -> 0, why -> {
                assertThat(why).isNull();
                assertThat(log.logEnd()).isEqualTo(pending.offset());
                long end = pending.offset();
                pending = null;
                done(end);
                var later = one("later");
                assertThat(log.append(later, leaderEpoch, Origin.CLIENT, nowMs)).as("right after").isInstanceOf(Appended.Accepted.class);
                model.put(end, bytesOf(later));
                log.writeStaged();
            });
            assertThat(log.append(World.batch(nowMs, "no"), leaderEpoch, Origin.CLIENT, nowMs)).isInstanceOf(Appended.Refused.class);
            finish();
        }

        /** Nothing of a batch that reached further is left, even when it began in front of the log's start. */
        private void endsAt(long end) {
            model.values().removeIf(one -> BatchHeader.nextOffset(ByteBuffer.wrap(one), 0) > end);
        }

        private void done(long end) {
            endsAt(end);
            durable = Math.min(durable, end);
            safelyWritten = end;
            leaderEpoch += dice.nextInt(2);
            cuts++;
        }

        /** Behind the last batch in front of the one that holds the offset; there may be a gap between the two. */
        private long endOfCut(long offset) {
            var last = model.headMap(offset, false).values().stream().mapToLong(one -> BatchHeader.nextOffset(ByteBuffer.wrap(one), 0))
                    .filter(end -> end <= offset).max();
            return Math.max(log.logStart(), last.orElse(0));
        }

        private void beginAnew() {
            if (pending != null) {
                return;
            }
            long at = dice.nextInt(3) == 0 ? dice.nextLong(log.logStart() + 1) : log.logEnd() + dice.nextInt(30);
            told.append(" begins anew at ").append(at);
            pending = new Pending(true, at);
            log.cuts().startAnewAt(at, logs, _ -> 0, why -> {
                assertThat(why).isNull();
                pending = null;
                model.clear();
                done(at);
                assertThat(log.logStart()).isEqualTo(at);
                assertThat(log.logEnd()).isEqualTo(at);
            });
            finish();
        }

        private void moveStart() {
            if (log.logEnd() > log.logStart() && dice.nextInt(3) == 0) {
                startMoved = true;
                log.deleteRecordsBefore(log.logStart() + dice.nextLong(log.logEnd() - log.logStart() + 1));
                told.append(" starts at ").append(log.logStart());
                log.retain(nowMs, log.writtenEnd());
            }
        }

        private void maybeCompact() {
            var found = log.compaction().dirtiness(log.writtenEnd(), nowMs);
            if (!compacts || compacting || found == null || !found.isDue(config.compaction())) {
                return;
            }
            told.append(" compacts");
            compacting = true;
            logs.compact(log, found, new CompactionLimits(1 << 12, 0.9, Double.MAX_VALUE, 0, 1 << 20), new Compaction.Host() {
                @Override
                public long nowMs() {
                    return nowMs;
                }

                @Override
                public long nowNs() {
                    return TimeUnit.MILLISECONDS.toNanos(nowMs);
                }

                @Override
                public void afterMs(long ms, Runnable task) {
                    lanes.post(0, task);
                }

                @Override
                public ToLongFunction<TopicPartition> highWatermark() {
                    return _ -> 0;
                }

                @Override
                public void onEnd(Compaction.End end) {
                    compacting = false;
                    assertThat(end).isNotInstanceOf(Compaction.End.Failed.class);
                }
            });
            for (int steps = dice.nextInt(25); steps > 0; steps--) {
                step();
            }
        }

        private void stop() {
            finish();
            told.append(" stops");
            folder.close(_ -> log.logEnd());
            disk.operationsLeft = Integer.MAX_VALUE;
            durable = log.logEnd();
            start();
        }

        /** A kill keeps what was written, a power cut what was synced and any part of the rest. */
        private void crash() {
            boolean power = dice.nextBoolean();
            told.append(power ? " loses power" : " is killed");
            durable = Math.max(durable, pending == null ? log.recoveryPoint() : 0);
            long kept = power ? durable : safelyWritten;
            if (power) {
                disk.losePower(dice);
            }
            start();
            told.append(" to ").append(log.logStart()).append("..").append(log.logEnd());
            if (pending == null) {
                assertThat(log.logEnd()).as("log end").isGreaterThanOrEqualTo(kept);
            } else if (!pending.anew()) {
                assertThat(log.logEnd()).as("log end, half cut").isGreaterThanOrEqualTo(Math.min(kept, pending.offset()));
            } else if (log.logStart() == log.logEnd()) {
                model.clear();
                startMoved = true; // whether who wrote before is known depends on how far it came
            }
            pending = null;
            endsAt(log.logEnd());
            durable = log.logEnd();
            safelyWritten = log.logEnd();
            leaderEpoch = Math.max(leaderEpoch, log.lastEpoch());
            check();
        }

        private void check() {
            if (pending != null) {
                return;
            }
            var there = batches(log.logStart());
            long first = model.floorKey(log.logStart()) == null ? log.logStart() : model.floorKey(log.logStart());
            var expected = new TreeMap<>(model.tailMap(first, true));
            expected.entrySet().removeIf(one -> BatchHeader.nextOffset(ByteBuffer.wrap(one.getValue()), 0) <= log.logStart());
            assertThat(there.keySet()).isEqualTo(expected.keySet());
            there.forEach((offset, bytes) -> assertThat(bytes).as("at %s", offset).isEqualTo(expected.get(offset)));
            checkEpochs(there);
            if (!startMoved) {
                assertThat(log.describeProducers()).isEqualTo(producers(model, log.logEnd()));
            }
        }

        private void checkEpochs(TreeMap<Long, byte[]> there) {
            int before = -1;
            for (var one : there.entrySet()) {
                int epoch = BatchHeader.leaderEpoch(ByteBuffer.wrap(one.getValue()), 0);
                if (before >= 0 && epoch != before) {
                    assertThat(log.endOffsetOfEpoch(before)).isEqualTo(new EpochEnd(before, one.getKey()));
                }
                before = epoch;
            }
            if (before >= 0) {
                assertThat(log.lastEpoch()).isGreaterThanOrEqualTo(before);
                assertThat(log.endOffsetOfEpoch(before)).isEqualTo(new EpochEnd(before, log.logEnd()));
            }
        }

        /** The whole batches of the log, by base offset. */
        private TreeMap<Long, byte[]> batches(long from) {
            var all = new TreeMap<Long, byte[]>();
            long offset = from;
            while (offset < log.writtenEnd()) {
                var slice = log.read(offset, 4_096, Long.MAX_VALUE, true);
                if (!(slice.records() instanceof Records.InFile(var file, long position, int length))) {
                    break;
                }
                var bytes = new byte[length];
                file.read(ByteBuffer.wrap(bytes), position);
                file.close();
                for (int at = 0; length - at >= BatchHeader.SIZE; ) {
                    var batch = ByteBuffer.wrap(bytes, at, length - at).slice();
                    int size = BatchHeader.sizeInBytes(batch, 0);
                    if (size > length - at) {
                        break;
                    }
                    all.put(BatchHeader.baseOffset(batch, 0), Arrays.copyOfRange(bytes, at, at + size));
                    offset = BatchHeader.nextOffset(batch, 0);
                    at += size;
                }
            }
            return all;
        }

        /** What the batches say of their producers, read one after the other. */
        private static List<ProducerState> producers(TreeMap<Long, byte[]> batches, long end) {
            var states = new TreeMap<Long, ProducerState>();
            for (var one : batches.headMap(end).entrySet()) {
                var in = ByteBuffer.wrap(one.getValue());
                long id = BatchHeader.producerId(in, 0);
                if (id == BatchHeader.NO_PRODUCER_ID) {
                    continue;
                }
                var before = states.getOrDefault(id, new ProducerState(id, (short) -1, -1, -1, -1, -1));
                short epoch = BatchHeader.producerEpoch(in, 0);
                if (BatchHeader.isControl(in, 0)) {
                    states.put(id, new ProducerState(id, epoch, epoch == before.epoch() ? before.lastSequence() : -1,
                            BatchHeader.maxTimestamp(in, 0), 0, -1));
                } else {
                    long txn = !BatchHeader.isTransactional(in, 0) || before.txnStartOffset() >= 0 ? before.txnStartOffset() : one.getKey();
                    states.put(id, new ProducerState(id, epoch, BatchHeader.baseSequence(in, 0) + BatchHeader.lastOffsetDelta(in, 0),
                            BatchHeader.maxTimestamp(in, 0), before.coordinatorEpoch(), txn));
                }
            }
            return new ArrayList<>(states.values());
        }
    }
}
