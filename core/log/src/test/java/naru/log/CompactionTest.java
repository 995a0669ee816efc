package naru.log;

import static naru.log.World.NAME;
import static naru.log.World.NOW;
import static naru.log.World.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import naru.base.DiskFailure;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import org.junit.jupiter.api.Test;

class CompactionTest {

    private static final long DAY_MS = 86_400_000;
    private static final CompactionLimits ROOMY = new CompactionLimits(1 << 16, 0.9, Double.MAX_VALUE, 0, 1 << 20);

    private final ForgetfulDisk disk = new ForgetfulDisk();
    private final StoppedLanes lanes = new StoppedLanes(1);
    private final List<Compaction.End> ends = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private Runnable whileItRests = () -> { };
    private long lookedAtClock;
    private long tickNs;
    private LogConfig config = LogConfig.DEFAULTS.toBuilder().segmentBytes(400).cleanup(false, true)
            .compaction(new CompactionRules(0, 0, Long.MAX_VALUE, DAY_MS)).build();
    private LaneLogs logs;
    private Log log;
    private long nowMs = NOW;

    private void start() {
        var folder = new LogFolder(disk, "data", Limits.PRODUCTION, lanes);
        logs = folder.share(0, World.dice(7), why -> { });
        log = logs.find(NAME) == null ? logs.create(NAME, TOPIC, config, NOW) : logs.open(NAME, config, NOW);
        logs.begin(1);
        logs.syncOpened();
    }

    private void write(String key, String value) {
        var batch = new BatchBuilder().add(nowMs, World.bytes(key), value == null ? null : World.bytes(value)).build();
        assertThat(log.append(batch, 1, Origin.CLIENT, nowMs)).isInstanceOf(Appended.Accepted.class);
        log.writeStaged(logs.journal());
        logs.commit();
    }

    /** A round over all that is not written to now. */
    private Compaction.End compact(CompactionLimits limits) {
        log.roll(nowMs);
        var found = log.compaction().dirtiness(log.logEnd(), nowMs);
        logs.compact(log, found, limits, new Compaction.Host() {
            @Override
            public long nowMs() {
                return nowMs;
            }

            @Override
            public long nowNs() {
                return lookedAtClock++ * tickNs;
            }

            @Override
            public void afterMs(long ms, Runnable task) {
                waits.add(ms);
                whileItRests.run();
                lanes.post(0, task);
            }

            @Override
            public ToLongFunction<TopicPartition> highWatermark() {
                return _ -> log.writtenEnd();
            }

            @Override
            public void onEnd(Compaction.End end) {
                ends.add(end);
            }
        });
        runAll();
        return ends.getLast();
    }

    private void runAll() {
        while (!lanes.isIdle()) {
            lanes.runOne();
            logs.commit();
        }
    }

    private List<String> content() {
        return World.readAll(log).stream().map(record -> record.offset() + " " + text(record.key()) + "=" + text(record.value())).toList();
    }

    private static String text(ByteBuffer bytes) {
        return bytes == null ? "-" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    @Test
    void of_every_key_the_newest_record_stays_where_it_was() {
        start();
        for (int i = 0; i < 30; i++) {
            write("k" + i % 3, "v" + i);
        }
        assertThat(compact(ROOMY)).isInstanceOf(Compaction.End.Cleaned.class);
        assertThat(content()).containsExactly("27 k0=v27", "28 k1=v28", "29 k2=v29");
        assertThat(log.logEnd()).isEqualTo(30);
        assertThat(log.logStart()).isZero();
        assertThat(compactAnew(ROOMY)).isInstanceOf(Compaction.End.Cleaned.class);
        assertThat(disk.files().stream().filter(file -> file.endsWith(".log"))).as("small ones become one").hasSize(2);
        assertThat(content()).hasSize(3);
    }

    @Test
    void a_tombstone_stays_for_its_time_and_then_goes() {
        start();
        write("a", "1");
        write("b", "2");
        write("a", null);
        compact(ROOMY);
        assertThat(content()).containsExactly("1 b=2", "2 a=-");
        var slice = log.read(2, 100, 3, true);
        var batch = bytes(slice.records());
        assertThat(BatchHeader.hasDeleteHorizon(batch, 0)).isTrue();
        assertThat(BatchHeader.baseTimestamp(batch, 0)).isEqualTo(NOW + DAY_MS);
        assertThat(World.readFrom(log, 2).getFirst().timestampMs()).isEqualTo(NOW);
        nowMs += DAY_MS - 1;
        write("c", "3");
        compact(ROOMY);
        assertThat(content()).containsExactly("1 b=2", "2 a=-", "3 c=3");
        nowMs += 1;
        write("d", "4");
        compact(ROOMY);
        assertThat(content()).containsExactly("1 b=2", "3 c=3", "4 d=4");
    }

    private static ByteBuffer bytes(Records records) {
        var in = (Records.InFile) records;
        var content = ByteBuffer.allocate(in.length());
        in.file().read(content, in.position());
        return content.flip();
    }

    @Test
    void who_reads_the_old_segments_reads_on() {
        start();
        for (int i = 0; i < 20; i++) {
            write("k", "v" + i);
        }
        var before = log.read(0, 300, 20, true);
        compact(ROOMY);
        assertThat(content()).containsExactly("19 k=v19");
        var batch = bytes(before.records());
        assertThat(BatchHeader.baseOffset(batch, 0)).isZero();
        assertThat(BatchHeader.isCrcRight(batch, 0)).isTrue();
    }

    @Test
    void a_small_map_takes_several_rounds() {
        start();
        for (int i = 0; i < 60; i++) {
            write("k" + i % 10, "v" + i);
        }
        var small = new CompactionLimits(5 * OffsetMap.ENTRY, 1, Double.MAX_VALUE, 0, 1 << 20);
        var first = (Compaction.End.Cleaned) compact(small);
        assertThat(first.cleanedTo()).isEqualTo(4);
        int rounds = 1;
        while (log.compaction().dirtiness(log.logEnd(), nowMs).end() > ((Compaction.End.Cleaned) ends.getLast()).cleanedTo()) {
            compact(small);
            rounds++;
        }
        assertThat(rounds).isEqualTo(15);
        assertThat(content()).hasSize(10).startsWith("50 k0=v50");
    }

    private Compaction.End compactAnew(CompactionLimits limits) {
        log.compaction().cleanedTo(LogCompaction.NEVER);
        return compact(limits);
    }

    @Test
    void a_damaged_batch_ends_the_round_and_changes_nothing() {
        start();
        for (int i = 0; i < 20; i++) {
            write("k", "v" + i);
        }
        var before = disk.files();
        disk.bytes("data/orders-3/00000000000000000000.log")[70] ^= 1;
        var end = compact(ROOMY);
        assertThat(end).isInstanceOf(Compaction.End.Failed.class);
        assertThat(((Compaction.End.Failed) end).why()).hasMessageContaining("00000000000000000000.log").hasMessageContaining("position 0");
        assertThat(disk.files()).containsAll(before).noneMatch(file -> file.endsWith(".cleaned"));
        assertThat(log.read(19, 100, 20, true).records().sizeInBytes()).isPositive();
    }

    /** What was made of segments and may not take their place any more, because the log was cut meanwhile. */
    @Test
    void a_round_that_is_abandoned_leaves_nothing_behind() {
        start();
        for (int i = 0; i < 20; i++) {
            write("k" + i % 3, "v" + i);
        }
        log.roll(nowMs);
        write("k", "to be cut");
        tickNs = 1_500_000;
        whileItRests = () -> {
            if (disk.files().stream().anyMatch(file -> file.endsWith(".log.cleaned")) && log.logEnd() > 20) {
                log.cuts().truncateTo(20, logs, _ -> 0, why -> assertThat(why).isNull());
            }
        };
        assertThat(compact(new CompactionLimits(1 << 16, 0.9, Double.MAX_VALUE, 16, 1 << 20))).isInstanceOf(Compaction.End.Abandoned.class);
        assertThat(disk.files()).noneMatch(file -> file.endsWith(".cleaned"));
        assertThat(content()).hasSize(20);
    }

    /** To a start, what is unfinished casts doubt on all that is to take the place of segments behind it. */
    @Test
    void what_an_older_round_left_behind_takes_no_records_along() {
        for (int operations = 0; operations < 80; operations++) {
            new CompactionTest().compactBesideRemains(operations);
        }
    }

    private void compactBesideRemains(int operations) {
        start();
        for (int i = 0; i < 30; i++) {
            write("k" + i, "v" + i);
        }
        log.deleteRecordsBefore(10);
        log.retain(nowMs, 30);
        assertThat(log.logStart()).isEqualTo(10);
        logs.checkpoint(_ -> 30);
        runAll();
        disk.open("data/orders-3/00000000000000000000.log.cleaned").write(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0);
        disk.operationsLeft = operations;
        try {
            compact(ROOMY);
        } catch (ForgetfulDisk.Died _) {
            // as planned
        }
        disk.operationsLeft = Integer.MAX_VALUE;
        lanes.forget();
        start();
        assertThat(content()).as("after %s operations", operations).hasSize(20);
    }

    @Test
    void a_full_disk_ends_the_round_and_the_next_one_succeeds() {
        start();
        for (int i = 0; i < 20; i++) {
            write("k" + i, "v" + i);
        }
        log.roll(nowMs);
        compactWhenFull();
        assertThat(ends.getLast()).isInstanceOfSatisfying(Compaction.End.Failed.class,
                failed -> assertThat(((DiskFailure) failed.why()).kind()).isEqualTo(DiskFailure.Kind.FULL));
        assertThat(content()).hasSize(20);
        assertThat(disk.files()).noneMatch(file -> file.endsWith(".cleaned"));
        assertThat(compact(ROOMY)).isInstanceOf(Compaction.End.Cleaned.class);
        assertThat(content()).hasSize(20);
    }

    private void compactWhenFull() {
        disk.fullFor = ".cleaned";
        compact(ROOMY);
        disk.fullFor = null;
    }

    @Test
    void the_round_is_as_fast_as_it_may_be() {
        start();
        for (int i = 0; i < 200; i++) {
            write("k" + i % 7, "v".repeat(100));
        }
        compact(new CompactionLimits(1 << 16, 0.9, 1_000, 0, 1 << 20));
        // Some 35 KB are read twice, at a kilobyte a second.
        assertThat(waits.stream().mapToLong(Long::longValue).sum()).isBetween(60_000L, 90_000L);
    }

    @Test
    void after_each_step_it_rests_so_many_times_as_long_as_that_took_but_not_for_ever() {
        start();
        for (int i = 0; i < 200; i++) {
            write("k" + i % 7, "v".repeat(100));
        }
        tickNs = 1_500_000;
        compact(new CompactionLimits(1 << 16, 0.9, Double.MAX_VALUE, 16, 1 << 20));
        assertThat(waits).isNotEmpty().containsOnly(24L);
        waits.clear();
        write("k", "v");
        tickNs = 1_500_000_000;
        compact(new CompactionLimits(1 << 16, 0.9, Double.MAX_VALUE, 16, 1 << 20));
        assertThat(waits).isNotEmpty().containsOnly(200L);
    }

    @Test
    void progress_survives_a_restart() {
        start();
        for (int i = 0; i < 30; i++) {
            write("k" + i % 3, "v" + i);
        }
        compact(ROOMY);
        var said = new String(disk.bytes("data/cleaner-offset-checkpoint"), StandardCharsets.UTF_8);
        assertThat(said).isEqualTo("0\n1\norders 3 30\n");
        lanes.forget();
        start();
        write("k0", "new");
        log.roll(nowMs);
        assertThat(log.compaction().dirtiness(log.logEnd(), nowMs).firstDirty()).isEqualTo(30);
    }

    @Test
    void young_records_are_left_alone_and_old_ones_are_due() {
        config = config.toBuilder().compaction(new CompactionRules(0.99, 1_000, 5_000, DAY_MS)).build();
        start();
        write("a", "1");
        log.roll(nowMs);
        nowMs += 600;
        write("a", "2");
        log.roll(nowMs);
        nowMs += 600;
        write("a", "3");
        log.roll(nowMs);
        var found = log.compaction().dirtiness(log.logEnd(), nowMs);
        assertThat(found.end()).isEqualTo(1);
        assertThat(log.compaction().dirtiness(log.logEnd(), nowMs + 10_000).end()).isEqualTo(3);
        assertThat(found.overdue()).isFalse();
        assertThat(log.compaction().dirtiness(log.logEnd(), NOW + 5_001).overdue()).isTrue();
        assertThat(log.compaction().dirtiness(1, nowMs + 10_000).end()).as("not past the last stable offset").isEqualTo(1);
    }
}
