package naru.log;

import static naru.log.World.NAME;
import static naru.log.World.NOW;
import static naru.log.World.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import naru.base.Limits;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import org.junit.jupiter.api.Test;

/**
 * A partition that moves between two log folders on two file systems, there and back, while it is appended to, cut and begun later,
 * with kills and power cuts at any operation of the disks. It is always what it was given; what was told to be safe is never
 * missing; and in the end it lies in one folder alone.
 */
class MovePropertyTest {

    @Test
    void a_partition_that_moves_is_what_it_was() {
        var told = Seeds.tell("move", 100, Story::new, story -> story.arrivals);
        assertThat(told.sum()).as("moves that came to their end").isGreaterThanOrEqualTo(told.seeds());
    }

    private static final class Story implements Seeds.Story {
        private final Random dice;
        private final StringBuilder told = new StringBuilder();
        private final ForgetfulDisk disk = new ForgetfulDisk();
        private final StoppedLanes lanes = new StoppedLanes(1);
        // By base offset; also what lies before the log's start.
        private final TreeMap<Long, byte[]> model = new TreeMap<>();
        private final boolean compacted;
        private final LogConfig config;
        private final List<LogFolder> folders = new ArrayList<>();
        private final List<LaneLogs> shares = new ArrayList<>();
        private Log log;
        private LaneLogs home;
        private LogMove move;
        private boolean begun;
        private boolean reading;
        private boolean securing;
        private boolean secured;
        private boolean cutting;
        private long cutTo;
        private long durable;
        private long safelyWritten;
        private int epoch = 1;
        private long nowMs = NOW;
        private int unique;
        private final short[] epochs = new short[3];
        private int arrivals;
        private int starts;

        Story(long seed) {
            dice = new Random(seed);
            compacted = dice.nextInt(3) == 0;
            config = LogConfig.DEFAULTS.toBuilder().segmentBytes(400 + dice.nextInt(1_000)).indexIntervalBytes(150)
                    .cleanup(!compacted, compacted).build();
        }

        @Override
        public String standing() {
            return told.toString();
        }

        @Override
        public void tell() {
            start();
            for (int i = 0; i < 30; i++) {
                nowMs += dice.nextInt(4_000);
                try {
                    act();
                    check();
                } catch (ForgetfulDisk.Died _) {
                    crash();
                }
            }
            disk.operationsLeft = Integer.MAX_VALUE; // a death that has not come by now does not come
            stop();
            assertThat(shares.stream().filter(share -> share.find(NAME) != null)).containsExactly(home);
            check();
        }

        private void act() {
            boolean journalled = dice.nextBoolean();
            if (dice.nextInt(4) == 0) {
                told.append(" dies");
                disk.operationsLeft = dice.nextInt(60);
            }
            for (int turns = dice.nextInt(4); turns > 0; turns--) {
                turn(journalled);
                step();
            }
            if (compacted && move == null && !cutting && dice.nextInt(3) == 0) {
                gap();
            }
            switch (dice.nextInt(12)) {
                case 0 -> crash();
                case 1 -> cut();
                case 2 -> moveStart();
                case 3 -> {
                    shares.forEach(share -> share.checkpoint(_ -> log.writtenEnd()));
                    finish();
                }
                case 4 -> giveUp();
                case 5 -> stop();
                default -> go();
            }
            if (disk.operationsLeft < 1_000) {
                go();
                finish();
                turn(journalled);
                finish();
            }
        }

        private void start() {
            disk.operationsLeft = Integer.MAX_VALUE;
            lanes.forget();
            folders.clear();
            shares.clear();
            move = null;
            starts++;
            for (var path : List.of("a", "b")) {
                var folder = new LogFolder(disk, path, Limits.PRODUCTION, lanes);
                assertThat(folder.failure()).isNull();
                folders.add(folder);
                shares.add(folder.share(0, World.dice(dice.nextLong()), why -> fail("the folder broke", why)));
            }
            var holders = shares.stream().filter(share -> share.find(NAME) != null && share.isOf(NAME, TOPIC)).toList();
            if (holders.isEmpty()) {
                assertThat(starts).as("starts, when it is in no folder").isOne();
                home = shares.getFirst();
                log = home.create(NAME, TOPIC, config, NOW);
            } else {
                home = FoundTwice.furthest(holders, NAME, config, nowMs, what -> told.append(" (twice)"));
                log = home.open(NAME, config, nowMs);
            }
            shares.forEach(share -> share.begin(nowMs + starts, new Journal.Room(1 << 12, 1 << 13)));
            shares.forEach(LaneLogs::syncOpened);
            log.whenDurable(end -> durable = Math.max(durable, end));
            for (var share : shares) {
                if (share == home) {
                    share.futures().drop(NAME); // it was about to come back here, and is here
                } else if (share.futures().has(NAME)) {
                    told.append(" resumes");
                    begin(share);
                }
            }
        }

        // --- the log's own life ---

        private void turn(boolean journalled) {
            if (cutting || log.cuts().isUnderWay()) {
                return;
            }
            var batch = batch();
            long at = log.logEnd();
            long written = log.writtenEnd();
            assertThat(log.append(batch, epoch, Origin.CLIENT, nowMs)).isInstanceOf(Appended.Accepted.class);
            model.put(at, bytesOf(batch)); // what is about to be written may be found after a crash
            safelyWritten = written;
            log.writeStaged(journalled ? home.journal() : null);
            safelyWritten = log.writtenEnd();
            shares.forEach(LaneLogs::commit);
        }

        /** As compaction leaves it: nothing stands there, and before that is so the checkpoints say that all is on the medium. */
        private void gap() {
            finish();
            if (log.cuts().isUnderWay() || disk.operationsLeft < 1_000) {
                return;
            }
            told.append(" has a gap at ").append(log.logEnd());
            if (dice.nextBoolean()) {
                log.succession().endAt(log.logEnd() + 1 + dice.nextInt(5), nowMs);
            } else {
                var batch = batch();
                BatchHeader.stamp(batch, batch.position(), log.logEnd() + 1 + dice.nextInt(5), epoch);
                assertThat(log.append(batch, epoch, Origin.REPLICATION, nowMs)).isInstanceOf(Appended.Accepted.class);
                model.put(BatchHeader.baseOffset(batch, batch.position()), bytesOf(batch));
                log.writeStaged();
            }
            home.flush(log);
            finish();
            home.noteStarts(_ -> 0, why -> assertThat(why).isNull());
            finish();
            assertThat(log.recoveryPoint()).isEqualTo(log.writtenEnd());
            safelyWritten = log.writtenEnd();
        }

        private ByteBuffer batch() {
            var builder = new BatchBuilder();
            int producer = dice.nextInt(3);
            if (producer > 0) {
                int next = log.describeProducers().stream()
                        .filter(one -> one.producerId() == producer && one.epoch() == epochs[producer])
                        .findFirst().map(one -> one.lastSequence() + 1).orElse(0);
                if (next == 0) {
                    epochs[producer]++; // it was forgotten, or what it wrote was cut: as clients do, it begins anew
                }
                builder.producer(producer, epochs[producer], next);
            }
            for (int records = 1 + dice.nextInt(4); records > 0; records--) {
                builder.add(nowMs, World.bytes("k" + unique), World.bytes("v".repeat(dice.nextInt(60)) + unique++));
            }
            return builder.build();
        }

        private static byte[] bytesOf(ByteBuffer batch) {
            var bytes = new byte[batch.remaining()];
            batch.duplicate().get(bytes);
            return bytes;
        }

        private void cut() {
            if (log.logEnd() == log.logStart() || cutting || log.cuts().isUnderWay()) {
                return;
            }
            long to = log.logStart() + dice.nextLong(log.logEnd() - log.logStart());
            cutTo = Math.max(log.logStart(), placeOf(to));
            told.append(" cuts at ").append(cutTo);
            cutting = true;
            log.cuts().truncateTo(to, home, _ -> 0, why -> {
                assertThat(why).isNull();
                onCut();
            });
            finish();
        }

        /** Behind the last batch that ends at or before the offset: what was cut to the end of a gap ends where the gap begins. */
        private long placeOf(long offset) {
            var batch = model.floorEntry(offset);
            if (batch != null && offset < nextOf(batch.getValue())) {
                batch = model.lowerEntry(batch.getKey());
            }
            return batch == null ? log.logStart() : nextOf(batch.getValue());
        }

        private static long nextOf(byte[] batch) {
            return BatchHeader.nextOffset(ByteBuffer.wrap(batch), 0);
        }

        private void onCut() {
            cutting = false;
            model.values().removeIf(batch -> nextOf(batch) > cutTo); // also one that the log began inside of
            durable = Math.min(durable, cutTo);
            safelyWritten = cutTo;
            epoch++;
        }

        private void moveStart() {
            if (!cutting && log.logEnd() > log.logStart()) {
                log.deleteRecordsBefore(log.logStart() + dice.nextLong(log.logEnd() - log.logStart() + 1));
                told.append(" starts at ").append(log.logStart());
                log.retain(nowMs, log.writtenEnd());
                if (dice.nextBoolean()) {
                    home.noteStarts(_ -> 0, _ -> { });
                    finish();
                }
            }
        }

        // --- its moves ---

        private void begin(LaneLogs to) {
            move = new LogMove(home, to, log, nowMs);
            begun = false;
            reading = false;
            securing = false;
            secured = false;
            var begins = move;
            move.begin(_ -> 0, why -> {
                assertThat(why).isNull();
                begun |= begins == move;
            });
        }

        private void giveUp() {
            if (move != null) {
                told.append(" gives up");
                move.giveUp();
                move = null;
            }
        }

        private void go() {
            if (move == null) {
                told.append(" moves");
                begin(home == shares.getFirst() ? shares.getLast() : shares.getFirst());
            }
            for (int steps = dice.nextInt(20); steps > 0 && move != null; steps--) {
                advance();
                step();
                if (dice.nextInt(3) == 0) {
                    turn(dice.nextBoolean());
                }
            }
        }

        private void advance() {
            if (!begun || reading || cutting || !move.bringInLine(_ -> 0)) {
                return;
            }
            if (move.next(1 + dice.nextInt(600), nowMs) instanceof Records.InFile(var file, long position, int length)) {
                var bytes = ByteBuffer.allocate(length);
                file.read(bytes, position);
                file.close();
                var asked = move;
                reading = true;
                lanes.post(0, () -> {
                    if (asked == move) {
                        reading = false;
                        move.take(bytes.flip(), nowMs);
                    }
                });
            } else if (secured && move.isComplete()) {
                arrive();
            } else if (!securing) {
                securing = true;
                var safe = move;
                move.secure(_ -> 0, why -> {
                    assertThat(why).isNull();
                    secured |= safe == move;
                });
            }
        }

        private void arrive() {
            told.append(" arrives with ").append(log.logStart()).append("..").append(log.logEnd());
            var producers = log.describeProducers();
            var arrived = move;
            move.finish(0);
            move = null;
            log = arrived.copy();
            home = arrived.to();
            assertThat(log.describeProducers()).isEqualTo(producers);
            log.whenDurable(end -> durable = Math.max(durable, end));
            settle(arrived);
            arrivals++;
        }

        /** A cut that came in between makes a sync void; then it is tried again. */
        private void settle(LogMove arrived) {
            arrived.settle(_ -> 0, why -> {
                if (why != null) {
                    settle(arrived);
                }
            });
        }

        // --- time, and what ends it ---

        private void step() {
            if (!lanes.isIdle()) {
                lanes.runOne();
                shares.forEach(LaneLogs::commit);
            }
        }

        private void finish() {
            while (!lanes.isIdle()) {
                step();
            }
        }

        private void stop() {
            finish();
            told.append(" stops");
            folders.forEach(folder -> folder.close(_ -> log.logEnd()));
            disk.operationsLeft = Integer.MAX_VALUE;
            durable = log.logEnd();
            start();
        }

        /** A kill keeps what was written, a power cut what was synced and any part of the rest, on each file system by itself. */
        private void crash() {
            boolean power = dice.nextBoolean();
            told.append(power ? " loses power" : " is killed");
            long kept = power ? durable : safelyWritten;
            if (power) {
                disk.losePower(dice);
            }
            start();
            told.append(" to ").append(log.logStart()).append("..").append(log.logEnd());
            assertThat(log.logEnd()).as("log end").isGreaterThanOrEqualTo(cutting ? Math.min(kept, cutTo) : kept);
            cutting = false;
            model.tailMap(log.logEnd(), true).clear();
            durable = log.logEnd();
            safelyWritten = log.logEnd();
            epoch = Math.max(epoch, log.lastEpoch()) + dice.nextInt(2);
            check();
        }

        private void check() {
            if (cutting) {
                return;
            }
            long first = model.floorKey(log.logStart()) == null ? log.logStart() : model.floorKey(log.logStart());
            var expected = new TreeMap<>(model.tailMap(first, true));
            expected.entrySet().removeIf(one -> BatchHeader.nextOffset(ByteBuffer.wrap(one.getValue()), 0) <= log.logStart());
            if (log.logEnd() == log.logStart()) {
                expected.clear(); // its start lay inside of what was cut
            }
            var there = batches();
            assertThat(there.keySet()).isEqualTo(expected.keySet());
            there.forEach((offset, bytes) -> assertThat(bytes).as("at %s", offset).isEqualTo(expected.get(offset)));
        }

        /** The whole batches of the log, by base offset. */
        private TreeMap<Long, byte[]> batches() {
            var all = new TreeMap<Long, byte[]>();
            long offset = log.logStart();
            while (offset < log.writtenEnd()
                    && log.read(offset, 1, Long.MAX_VALUE, true).records() instanceof Records.InFile(var file, long position, int length)) {
                var batch = ByteBuffer.allocate(length);
                file.read(batch, position);
                file.close();
                all.put(BatchHeader.baseOffset(batch, 0), batch.array());
                offset = BatchHeader.nextOffset(batch, 0);
            }
            return all;
        }
    }
}
