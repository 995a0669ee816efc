package naru.log;

import static naru.log.World.NAME;
import static naru.log.World.NOW;
import static naru.log.World.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.Compression;
import org.junit.jupiter.api.Test;

/**
 * Random logs with tombstones, idempotent producers and transactions, rounds of compaction, stops, kills and power cuts at any
 * operation of the disk: what a reader of committed records gets is always what was written, the newest value of every key is
 * always there, what a round has looked at holds one record a key, and producers are known as before.
 */
class CompactionPropertyTest {

    private static final int KEYS = 12;

    @Test
    void what_stays_is_the_map_of_last_values() {
        var told = Seeds.tell("compaction", 100, Story::new, story -> story.rounds);
        assertThat(told.sum()).as("rounds that came to their end").isGreaterThanOrEqualTo(told.seeds());
    }

    private record Written(String key, String value) {}

    private enum Fate { OPEN, COMMITTED, ABORTED }

    private static final class Transaction {
        private final TreeSet<Long> offsets = new TreeSet<>();
        private Fate fate = Fate.OPEN;
        private long marker = Long.MAX_VALUE;
    }

    private static final class Story implements Seeds.Story {
        private final Random dice;
        private final StringBuilder told = new StringBuilder();
        private final ForgetfulDisk disk = new ForgetfulDisk();
        private final StoppedLanes lanes = new StoppedLanes(1);
        private final TreeMap<Long, Written> written = new TreeMap<>();
        private final Map<Long, Integer> sequences = new HashMap<>();
        private final List<Transaction> transactions = new ArrayList<>();
        private final Map<Long, Transaction> open = new TreeMap<>();
        private final LogConfig config;
        private LogFolder folder;
        private LaneLogs logs;
        private Log log;
        private long durable;
        private long cleanedTo;
        private long lookedAt;
        private long nowMs = NOW;
        private boolean compacting;
        private int rounds;
        /** The producers who write at the moment; what the others wrote last grows old, and is replaced. */
        private int busy = 6;

        Story(long seed) {
            dice = new Random(seed);
            config = LogConfig.DEFAULTS.toBuilder().segmentBytes(400 + dice.nextInt(1_200)).indexIntervalBytes(150)
                    .cleanup(false, true).compaction(new CompactionRules(0, 0, Long.MAX_VALUE, dice.nextInt(2) * 5_000L)).build();
        }

        @Override
        public String standing() {
            return told.toString();
        }

        @Override
        public void tell() {
            start();
            for (int i = 0; i < 12; i++) {
                nowMs += dice.nextInt(4_000);
                try {
                    act();
                } catch (ForgetfulDisk.Died _) {
                    crash();
                }
                check();
            }
            disk.operationsLeft = Integer.MAX_VALUE;
            lanes.runAll();
            if (!compacting) {
                compact();
                lanes.runAll();
            }
            check();
            assertThat(disk.files()).noneMatch(file -> file.endsWith(".cleaned") || file.endsWith(".swap"));
        }

        private void act() {
            busy = 1 + dice.nextInt(6);
            int turns = 1 + dice.nextInt(25);
            for (int t = 0; t < turns; t++) {
                turn();
                if (dice.nextInt(3) == 0) {
                    step();
                }
            }
            switch (dice.nextInt(6)) {
                case 0 -> stop();
                case 1 -> crash();
                case 2, 3 -> {
                    told.append(" dies");
                    disk.operationsLeft = dice.nextInt(120);
                    compact();
                    lanes.runAll();
                    turn();
                }
                default -> {
                    compact();
                    lanes.runAll();
                }
            }
        }

        private void step() {
            if (!lanes.isIdle()) {
                lanes.runOne();
                logs.commit();
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
            cleanedTo = FolderCheckpoints.read(disk, "data/cleaner-offset-checkpoint").getOrDefault(NAME, 0L);
        }

        private void turn() {
            int batches = 1 + dice.nextInt(3);
            for (int b = 0; b < batches; b++) {
                append();
                if (dice.nextInt(6) == 0) {
                    end();
                }
            }
            log.writeStaged(logs.journal());
            logs.commit();
        }

        private void append() {
            var builder = new BatchBuilder();
            long producer = dice.nextInt(busy) - 1;
            boolean transactional = producer >= 3;
            int count = 1 + dice.nextInt(4);
            if (transactional) {
                builder.transactional();
            }
            if (producer >= 0) {
                builder.producer(producer, (short) 0, sequences.getOrDefault(producer, 0));
                sequences.merge(producer, count, Integer::sum);
            }
            builder.compression(Compression.values()[dice.nextInt(3) == 0 ? dice.nextInt(5) : 0]);
            long next = log.logEnd();
            for (int i = 0; i < count; i++) {
                var key = "k" + dice.nextInt(KEYS);
                var value = dice.nextInt(5) == 0 ? null : next + i + "-" + "v".repeat(dice.nextInt(40));
                written.put(next + i, new Written(key, value));
                if (transactional) {
                    open.computeIfAbsent(producer, _ -> {
                        transactions.add(new Transaction());
                        return transactions.getLast();
                    }).offsets.add(next + i);
                }
                builder.add(nowMs + i, World.bytes(key), value == null ? null : World.bytes(value));
            }
            assertThat(log.append(builder.build(), 1, Origin.CLIENT, Verification.UNNEEDED, nowMs)).isInstanceOf(Appended.Accepted.class);
        }

        /** Of one open transaction, if there is one. */
        private void end() {
            for (long producer : List.copyOf(open.keySet())) {
                var ended = open.remove(producer);
                ended.fate = dice.nextBoolean() ? Fate.COMMITTED : Fate.ABORTED;
                ended.marker = log.logEnd();
                log.append(new TransactionMarker(producer, (short) 0, 0, (short) 1, ended.fate == Fate.COMMITTED), 1, nowMs);
                return;
            }
        }

        private void compact() {
            var found = log.compaction().dirtiness(log.lastStableOffset(log.writtenEnd()), nowMs);
            if (compacting || found == null || !found.isDue(config.compaction())) {
                return;
            }
            told.append(" compacts");
            lookedAt = Math.max(lookedAt, found.end());
            compacting = true;
            var limits = new CompactionLimits(OffsetMap.ENTRY * (3L + dice.nextInt(20)), 0.9, Double.MAX_VALUE, 0, 1 << 20);
            logs.compact(log, found, limits, new Compaction.Host() {
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
                    return _ -> log.writtenEnd();
                }

                @Override
                public void onEnd(Compaction.End end) {
                    compacting = false;
                    if (end instanceof Compaction.End.Cleaned cleaned) {
                        rounds++;
                        cleanedTo = cleaned.cleanedTo();
                    } else {
                        fail("the round ended with " + end);
                    }
                }
            });
        }

        private void stop() {
            told.append(" stops");
            var before = known();
            folder.close(_ -> log.logEnd());
            durable = log.logEnd();
            if (dice.nextBoolean()) {
                told.append(" without snapshots");
                disk.files().stream().filter(file -> file.endsWith(".snapshot")).forEach(disk::delete);
            }
            start();
            assertThat(known()).as("producers").isEqualTo(before);
        }

        private List<String> known() {
            return log.describeProducers().stream().map(one -> one.producerId() + " epoch " + one.epoch() + " sequence "
                    + one.lastSequence() + " in a transaction from " + one.txnStartOffset()).toList();
        }

        /** A kill keeps what was written, a power cut what was synced and any part of the rest. */
        private void crash() {
            boolean power = dice.nextBoolean();
            told.append(power ? " loses power" : " is killed");
            if (power) {
                disk.losePower(dice);
            }
            start();
            assertThat(log.logEnd()).as("log end").isGreaterThanOrEqualTo(durable);
            written.tailMap(log.logEnd(), true).clear();
            durable = log.logEnd();
            sequences.clear();
            for (var producer : log.describeProducers()) {
                sequences.put(producer.producerId(), producer.lastSequence() + 1);
            }
            for (var transaction : transactions) {
                transaction.offsets.tailSet(log.logEnd(), true).clear();
                transaction.fate = transaction.marker < log.logEnd() ? transaction.fate : Fate.OPEN;
            }
            transactions.removeIf(transaction -> transaction.offsets.isEmpty());
            open.clear();
            for (var producer : log.describeProducers()) {
                if (producer.txnStartOffset() >= 0) {
                    open.put(producer.producerId(), transactions.stream()
                            .filter(one -> one.fate == Fate.OPEN && one.offsets.first() == producer.txnStartOffset())
                            .findFirst().orElseThrow(() -> new AssertionError("an open transaction nobody began: " + producer)));
                }
            }
            assertThat(open).hasSameSizeAs(transactions.stream().filter(one -> one.fate == Fate.OPEN).toList());
        }

        private void check() {
            long stable = log.lastStableOffset(log.writtenEnd());
            var committed = new TreeMap<>(written.headMap(stable));
            transactions.stream().filter(one -> one.fate == Fate.ABORTED).forEach(one -> committed.keySet().removeAll(one.offsets));
            assertThat(transactions.stream().filter(one -> one.fate == Fate.OPEN)).allMatch(one -> one.offsets.first() >= stable);
            var newest = new TreeMap<String, String>();
            committed.forEach((_, one) -> newest.put(one.key(), one.value()));
            var read = new TreeMap<String, String>();
            var newestCleaned = new HashMap<String, Long>();
            var shown = CompactedReader.read(log, log.logStart(), stable);
            shown.forEach((offset, record) -> {
                var one = new Written(text(record.key()), text(record.value()));
                assertThat(one).as("at %s", offset).isEqualTo(committed.get(offset));
                read.put(one.key(), one.value());
                if (offset < cleanedTo) {
                    assertThat(newestCleaned.put(one.key(), offset)).as("%s at %s, before %s", one, offset, cleanedTo).isNull();
                }
            });
            newest.values().removeIf(value -> value == null);
            read.values().removeIf(value -> value == null);
            assertThat(read).isEqualTo(newest);
            assertThat(shown.tailMap(lookedAt, true).keySet()).isEqualTo(committed.tailMap(lookedAt, true).keySet());
        }

        private static String text(ByteBuffer bytes) {
            return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }
}
