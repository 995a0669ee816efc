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
import java.util.function.ToLongFunction;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.Compression;
import org.junit.jupiter.api.Test;

/**
 * Random logs, rounds of compaction, stops, kills and power cuts at any operation of the disk: what is read is always what was
 * written, the newest value of every key is always there, and what a round has looked at holds one record a key.
 */
class CompactionPropertyTest {

    private static final int SEEDS = Integer.getInteger("naru.compaction.seeds", 100);
    private static final int KEYS = 12;

    @Test
    void what_stays_is_the_map_of_last_values() {
        long first = Long.getLong("naru.compaction.seed", 1);
        int seeds = System.getProperty("naru.compaction.seed") == null ? SEEDS : 1;
        int rounds = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            var story = new Story(seed);
            try {
                story.tell();
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + ": " + story.told + ": " + e.getMessage(), e);
            }
            rounds += story.rounds;
        }
        assertThat(rounds).as("rounds that came to their end").isGreaterThanOrEqualTo(seeds);
    }

    private record Written(String key, String value) {}

    private static final class Story {
        private final Random dice;
        private final StringBuilder told = new StringBuilder();
        private final ForgetfulDisk disk = new ForgetfulDisk();
        private final StoppedLanes lanes = new StoppedLanes(1);
        private final TreeMap<Long, Written> written = new TreeMap<>();
        private final Map<Long, Integer> sequences = new HashMap<>();
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

        Story(long seed) {
            dice = new Random(seed);
            config = LogConfig.DEFAULTS.toBuilder().segmentBytes(400 + dice.nextInt(1_200)).indexIntervalBytes(150)
                    .cleanup(false, true).compaction(new CompactionRules(0, 0, Long.MAX_VALUE, dice.nextInt(2) * 5_000L)).build();
        }

        void tell() {
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
            }
            log.writeStaged(logs.journal());
            logs.commit();
        }

        private void append() {
            var builder = new BatchBuilder();
            long producer = dice.nextInt(4) - 1;
            int count = 1 + dice.nextInt(4);
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
                builder.add(nowMs + i, World.bytes(key), value == null ? null : World.bytes(value));
            }
            assertThat(log.append(builder.build(), 1, Origin.CLIENT, nowMs)).isInstanceOf(Appended.Accepted.class);
        }

        private void compact() {
            var found = log.compaction().dirtiness(log.logEnd(), nowMs);
            if (compacting || found == null || !found.isDue(config.compaction())) {
                return;
            }
            told.append(" compacts");
            lookedAt = Math.max(lookedAt, found.end());
            compacting = true;
            var limits = new CompactionLimits(OffsetMap.ENTRY * (3L + dice.nextInt(20)), 0.9, Double.MAX_VALUE, 1 << 20);
            logs.compact(log, found, limits, new Compaction.Host() {
                @Override
                public long nowMs() {
                    return nowMs;
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
            var before = log.describeProducers();
            folder.close(_ -> log.logEnd());
            durable = log.logEnd();
            start();
            assertThat(log.describeProducers()).as("producers").isEqualTo(before);
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
        }

        private void check() {
            var newest = new TreeMap<String, String>();
            written.forEach((_, one) -> newest.put(one.key(), one.value()));
            var read = new TreeMap<String, String>();
            long before = -1;
            var newestCleaned = new HashMap<String, Long>();
            for (var record : World.readAll(log)) {
                var key = text(record.key());
                assertThat(record.offset()).isGreaterThan(before);
                assertThat(new Written(key, text(record.value()))).as("at %s", record.offset()).isEqualTo(written.get(record.offset()));
                before = record.offset();
                read.put(key, text(record.value()));
                if (record.offset() < cleanedTo) {
                    assertThat(newestCleaned.put(key, record.offset())).as("%s at %s, before %s", key, record.offset(), cleanedTo).isNull();
                }
            }
            newest.values().removeIf(value -> value == null);
            read.values().removeIf(value -> value == null);
            assertThat(read).isEqualTo(newest);
            var all = new ArrayList<Long>();
            World.readFrom(log, Math.min(lookedAt, log.logEnd())).forEach(record -> all.add(record.offset()));
            assertThat(all).isEqualTo(List.copyOf(written.tailMap(lookedAt, true).keySet()));
        }

        private static String text(ByteBuffer bytes) {
            return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }
}
