package naru.log;

import static naru.log.World.NOW;
import static naru.log.World.append;
import static naru.log.World.batch;
import static naru.log.World.batchOf;
import static naru.log.World.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import naru.base.DiskFailure;
import naru.base.OffsetRange;
import naru.protocol.batch.BatchHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTest {

    private static final LogConfig SMALL = LogConfig.DEFAULTS.toBuilder().segmentBytes(300).indexIntervalBytes(100).build();

    private final World world = new World();

    @Test
    void what_is_staged_is_not_read_before_it_is_written() {
        var log = world.log(LogConfig.DEFAULTS);
        assertThat(append(log, "a", "b")).isEqualTo(new Appended.Accepted(new OffsetRange(0, 2), -1));
        assertThat(log.logEnd()).isEqualTo(2);
        assertThat(values(log)).isEmpty();
        log.writeStaged();
        assertThat(values(log)).containsExactly("a", "b");
    }

    @Test
    void a_new_partition_has_no_files_but_its_metadata() {
        world.log(LogConfig.DEFAULTS);
        assertThat(world.disk.list("data/orders-3")).containsExactly("partition.metadata");
    }

    @Test
    void all_batches_of_a_turn_are_one_write() {
        var log = world.log(LogConfig.DEFAULTS);
        for (int i = 0; i < 5; i++) {
            append(log, "v" + i);
        }
        int before = world.disk.writes;
        log.writeStaged();
        // The batches, and the epoch they began.
        assertThat(world.disk.writes - before).isEqualTo(2);
        append(log, "next");
        log.writeStaged();
        assertThat(world.disk.writes - before).isEqualTo(3);
    }

    /** Making a file takes longer than writing to one, and a thousand partitions are synced and are recovered at once. */
    @Test
    void a_small_log_has_no_indexes_until_it_is_closed() {
        append(world.log(LogConfig.DEFAULTS), "a");
        world.log(LogConfig.DEFAULTS).writeStaged();
        world.restart();
        var log = world.log(LogConfig.DEFAULTS);
        append(log, "b");
        log.writeStaged();
        log.beginSync(true).release();
        assertThat(world.disk.list("data/orders-3")).containsExactly("00000000000000000000.log", "leader-epoch-checkpoint", "partition.metadata");
        world.folder.close(_ -> 2);
        assertThat(world.disk.list("data/orders-3")).contains("00000000000000000000.index", "00000000000000000000.timeindex");
        world.restart();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("a", "b");
    }

    @Test
    void segments_roll_by_size_within_a_turn_and_read_as_one_log() {
        var log = world.log(SMALL);
        for (int i = 0; i < 20; i++) {
            append(log, "value-" + i);
        }
        log.writeStaged();
        assertThat(world.disk.list("data/orders-3").stream().filter(name -> name.endsWith(".log")).count()).isGreaterThan(3);
        assertThat(values(log)).hasSize(20).startsWith("value-0").endsWith("value-19");
    }

    @Test
    void a_failed_write_takes_back_the_turn() {
        var log = world.log(SMALL);
        append(log, "kept");
        log.writeStaged();
        for (int i = 0; i < 9; i++) {
            log.append(batchOf(5, 0, i, "lost"), 1, Origin.CLIENT, NOW);
        }
        world.disk.writesUntilFailure = 2;
        assertThatThrownBy(log::writeStaged).isInstanceOf(DiskFailure.class);
        world.disk.writesUntilFailure = Integer.MAX_VALUE;
        assertThat(log.logEnd()).isEqualTo(1);
        assertThat(log.describeProducers()).isEmpty();
        assertThat(log.append(batchOf(5, 0, 0, "again"), 1, Origin.CLIENT, NOW))
                .isEqualTo(new Appended.Accepted(new OffsetRange(1, 2), -1));
        log.writeStaged();
        assertThat(values(log)).containsExactly("kept", "again");
    }

    @Test
    void an_idempotent_producer_is_told_where_its_batch_lies() {
        var log = world.log(LogConfig.DEFAULTS);
        log.append(batchOf(5, 0, 0, "a", "b"), 1, Origin.CLIENT, NOW);
        assertThat(log.append(batchOf(5, 0, 0, "a", "b"), 1, Origin.CLIENT, NOW))
                .isEqualTo(new Appended.Duplicate(new OffsetRange(0, 2), -1));
        assertThat(log.append(batchOf(5, 0, 5, "z"), 1, Origin.CLIENT, NOW))
                .isEqualTo(new Appended.Refused(new Refusal.OutOfSequence(5, 2, 5)));
        log.append(batchOf(5, 1, 0, "c"), 1, Origin.CLIENT, NOW);
        assertThat(log.append(batchOf(5, 0, 2, "late"), 1, Origin.CLIENT, NOW))
                .isEqualTo(new Appended.Refused(new Refusal.ProducerFenced(5, (short) 0, (short) 1)));
        log.writeStaged();
        assertThat(values(log)).containsExactly("a", "b", "c");
    }

    @Test
    void the_second_batch_of_a_producer_is_not_taken_for_its_first() {
        var log = world.log(LogConfig.DEFAULTS);
        assertThat(log.append(batchOf(5, 0, 2, "c"), 1, Origin.CLIENT, NOW))
                .isEqualTo(new Appended.Refused(new Refusal.OutOfSequence(5, 0, 2)));
        log.append(batchOf(5, 0, 0, "a", "b"), 1, Origin.CLIENT, NOW);
        log.append(batchOf(5, 0, 2, "c"), 1, Origin.CLIENT, NOW);
        log.writeStaged();
        assertThat(values(log)).containsExactly("a", "b", "c");
    }

    @Test
    void an_old_producer_that_was_forgotten_goes_on_where_it_was() {
        var log = world.log(LogConfig.DEFAULTS);
        assertThat(log.append(batchOf(5, 0, 7, "h"), 1, Origin.OLD_CLIENT, NOW)).isInstanceOf(Appended.Accepted.class);
        assertThat(log.append(batchOf(5, 0, 9, "j"), 1, Origin.OLD_CLIENT, NOW))
                .isEqualTo(new Appended.Refused(new Refusal.OutOfSequence(5, 8, 9)));
    }

    @Test
    void the_ledger_survives_a_crash() {
        var log = world.log(SMALL);
        for (int i = 0; i < 10; i++) {
            log.append(batchOf(5, 0, i, "v" + i), 1, Origin.CLIENT, NOW);
            log.writeStaged();
        }
        world.restart();
        var again = world.log(SMALL);
        assertThat(again.append(batchOf(5, 0, 9, "v9"), 1, Origin.CLIENT, NOW)).isInstanceOf(Appended.Duplicate.class);
        assertThat(again.append(batchOf(5, 0, 10, "v10"), 1, Origin.CLIENT, NOW)).isInstanceOf(Appended.Accepted.class);
    }

    /** The log may grow to the same offset again; were the old snapshot to come back then with a power cut, it would be believed. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_snapshot_of_records_that_are_lost_is_gone_before_others_come(int checkpoints) {
        var log = world.log(SMALL);
        world.logs.begin(1);
        log.append(batchOf(5, 0, 0, "kept"), 1, Origin.CLIENT, NOW);
        log.writeStaged();
        for (int i = 0; i < checkpoints; i++) {
            world.checkpoint(1); // the first says where the log ends, the second that this is safe
        }
        log.append(batchOf(5, 0, 1, "lost"), 1, Origin.CLIENT, NOW);
        log.writeStaged();
        log.beginSync(false);
        world.disk.sync("data/orders-3/00000000000000000002.snapshot");
        world.disk.forgetUnsynced();
        world.restart();
        var again = world.log(SMALL);
        assertThat(values(again)).containsExactly("kept");
        assertThat(world.disk.list("data/orders-3")).doesNotContain("00000000000000000002.snapshot");
        assertThat(again.wasRecovered()).as("what was deleted is synced").isTrue();
    }

    @Test
    void after_a_crash_all_five_batches_of_a_producer_may_be_sent_again() {
        var log = world.log(SMALL);
        for (int i = 0; i < 7; i++) {
            log.append(batchOf(5, 0, i * 2, "a" + i, "b" + i), 1, Origin.CLIENT, NOW);
            append(log, "somebody else");
            log.writeStaged();
        }
        log.beginSync(false);
        assertThat(world.disk.list("data/orders-3")).contains("00000000000000000021.snapshot");
        world.restart();
        var again = world.log(SMALL);
        assertThat(again.append(batchOf(5, 0, 2, "a1", "b1"), 1, Origin.CLIENT, NOW)).isInstanceOf(Appended.Refused.class);
        for (int i = 2; i < 7; i++) {
            assertThat(again.append(batchOf(5, 0, i * 2, "a" + i, "b" + i), 1, Origin.CLIENT, NOW))
                    .isEqualTo(new Appended.Duplicate(new OffsetRange(i * 3, i * 3 + 2), -1));
        }
        assertThat(again.append(batchOf(5, 0, 14, "next"), 1, Origin.CLIENT, NOW)).isInstanceOf(Appended.Accepted.class);
    }

    @Test
    void a_snapshot_in_the_middle_of_a_turn_knows_nothing_of_the_turn() {
        var log = world.log(LogConfig.DEFAULTS);
        log.append(batchOf(5, 0, 0, "written"), 1, Origin.CLIENT, NOW);
        log.writeStaged();
        log.append(batchOf(5, 0, 1, "lost"), 1, Origin.CLIENT, NOW);
        log.beginSync(false);
        world.restart();
        assertThat(world.log(LogConfig.DEFAULTS).append(batchOf(5, 0, 1, "lost"), 1, Origin.CLIENT, NOW))
                .isEqualTo(new Appended.Accepted(new OffsetRange(1, 2), -1));
    }

    @Test
    void batches_far_in_front_of_a_snapshot_are_remembered_too() {
        var log = world.log(LogConfig.DEFAULTS);
        for (int i = 0; i < 5; i++) {
            log.append(batchOf(5, 0, i, "v" + i), 1, Origin.CLIENT, NOW);
            append(log, "x".repeat(900_000));
            log.writeStaged();
        }
        log.beginSync(false);
        world.restart();
        assertThat(world.log(LogConfig.DEFAULTS).append(batchOf(5, 0, 0, "v0"), 1, Origin.CLIENT, NOW))
                .isEqualTo(new Appended.Duplicate(new OffsetRange(0, 1), -1));
    }

    @Test
    void the_epochs_are_found_in_the_log_when_their_file_is_torn() {
        var log = world.log(SMALL);
        for (int i = 0; i < 12; i++) {
            log.append(batch(NOW, "v" + i), i / 4, Origin.CLIENT, NOW);
            log.writeStaged();
        }
        var path = "data/orders-3/leader-epoch-checkpoint";
        world.folder.close(_ -> 12);
        // The last number without its line feed: 8 may have been 80.
        world.disk.cut(path, world.disk.bytes(path).length - 1);
        world.restart();
        assertThat(world.log(SMALL).endOffsetOfEpoch(1)).isEqualTo(new EpochEnd(1, 8));
        world.disk.cut(path, 5);
        world.restart();
        assertThat(world.log(SMALL).endOffsetOfEpoch(0)).isEqualTo(new EpochEnd(0, 4));
    }

    @Test
    void the_epochs_are_found_in_the_log_when_a_crash_took_back_where_it_began_and_where_it_ended() {
        var log = world.log(LogConfig.DEFAULTS);
        append(log, "a");
        append(log, "b");
        log.writeStaged();
        world.checkpoint(2);
        world.checkpoint(2); // what it says is read no more
        log.roll(NOW);
        append(log, "c");
        log.writeStaged();
        log.deleteRecordsBefore(2);
        world.disk.cut("data/orders-3/00000000000000000002.log", 1);
        world.restart();
        var again = world.log(LogConfig.DEFAULTS);
        assertThat(values(again)).containsExactly("a", "b");
        assertThat(again.lastEpoch()).isEqualTo(1);
    }

    /** The CRC leaves the offset out, and recovery begins to read at one of these batches. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void a_batch_on_the_medium_that_has_another_offset_is_damage(int damaged) {
        var config = LogConfig.DEFAULTS.toBuilder().indexIntervalBytes(150).build();
        var log = world.log(config);
        world.logs.begin(1);
        for (int i = 0; i < 6; i++) {
            append(log, "v" + i);
        }
        log.writeStaged();
        world.checkpoint(6);
        world.checkpoint(6); // the first says where the log ends, the second that this is safe
        append(log, "v6");
        log.writeStaged();
        String file = "data/orders-3/00000000000000000000.log";
        world.disk.flip(file, damaged * world.disk.bytes(file).length / 7);
        world.restart();
        try {
            assertThat(world.log(config).logEnd()).isEqualTo(7); // it was in front of what is read
        } catch (DiskFailure refused) {
            assertThat(refused).hasMessageContaining(file);
        }
    }

    /** Two batches seem to have one offset, and whoever begins to read there must not be given the wrong one. */
    @Test
    void a_batch_that_reaches_into_the_one_before_is_damage() {
        var log = world.log(LogConfig.DEFAULTS);
        append(log, "a", "b");
        append(log, "c", "d", "e");
        append(log, "f");
        log.writeStaged();
        String file = "data/orders-3/00000000000000000000.log";
        int second = BatchHeader.sizeInBytes(ByteBuffer.wrap(world.disk.bytes(file)), 0);
        world.disk.bytes(file)[second + Long.BYTES - 1] = 1;
        assertThatThrownBy(() -> log.read(2, 1_000, Long.MAX_VALUE, true)).isInstanceOf(DiskFailure.class).hasMessageContaining(file);
        assertThat(log.read(0, 10, Long.MAX_VALUE, true).records().sizeInBytes()).isEqualTo(second);
        assertThat(log.read(5, 10, Long.MAX_VALUE, true).records().sizeInBytes()).isPositive();
    }

    @Test
    void a_torn_tail_is_cut_and_told() {
        var log = world.log(SMALL);
        for (int i = 0; i < 10; i++) {
            append(log, "v" + i);
            log.writeStaged();
        }
        var last = "data/orders-3/" + world.disk.list("data/orders-3").stream().filter(n -> n.endsWith(".log")).toList().getLast();
        world.disk.cut(last, world.disk.bytes(last).length - 5);
        world.restart();
        var again = world.log(SMALL);
        assertThat(values(again)).hasSize(9);
        assertThat(again.findings()).singleElement().asString().contains(last).contains("offset 9");
    }

    @Test
    void a_clean_stop_needs_no_recovery() {
        var log = world.log(SMALL);
        for (int i = 0; i < 10; i++) {
            append(log, "v" + i);
        }
        log.writeStaged();
        world.folder.close(_ -> 10);
        assertThat(world.disk.exists("data/.kafka_cleanshutdown")).isTrue();
        world.restart();
        assertThat(world.logs.partitions()).containsExactly(new LogFolder.Found(World.NAME, World.TOPIC, 10));
        assertThat(values(world.log(SMALL))).hasSize(10);
        assertThat(world.disk.exists("data/.kafka_cleanshutdown")).isFalse();
    }

    @Test
    void records_are_found_by_their_time() {
        var log = world.log(SMALL);
        for (int i = 0; i < 30; i++) {
            log.append(batch(NOW + i * 10L, "v" + i), 1, Origin.CLIENT, NOW);
            log.writeStaged();
        }
        assertThat(log.offsetForTimestamp(NOW + 95, Long.MAX_VALUE)).contains(new OffsetAtTime(NOW + 100, 10, 1));
        assertThat(log.offsetForTimestamp(NOW + 1000, Long.MAX_VALUE)).isEmpty();
        assertThat(log.offsetOfMaxTimestamp()).contains(new OffsetAtTime(NOW + 290, 29, 1));
    }

    @Test
    void old_segments_go() {
        var config = SMALL.toBuilder().retention(50, -1).build();
        var log = world.log(config);
        for (int i = 0; i < 30; i++) {
            log.append(batch(NOW + i * 10L, "v" + i), 1, Origin.CLIENT, NOW);
            log.writeStaged();
        }
        var held = log.read(0, 100, Long.MAX_VALUE, true);
        assertThat(log.retain(NOW + 200, 30)).isPositive();
        assertThat(log.logStart()).isBetween(10L, 20L);
        assertThat(held.records().sizeInBytes()).isPositive();
        log.retain(NOW + 10_000_000, 30);
        assertThat(log.logStart()).isEqualTo(30);
        assertThat(log.logEnd()).isEqualTo(30);
    }

    @Test
    void deleted_records_stay_deleted() {
        var log = world.log(SMALL);
        append(log, "a", "b", "c");
        log.writeStaged();
        assertThat(log.deleteRecordsBefore(2)).isTrue();
        assertThat(values(log)).containsExactly("c");
        world.checkpoint(3);
        world.restart();
        assertThat(world.log(SMALL).logStart()).isEqualTo(2);
    }

    @Test
    void bad_batches_are_refused() {
        var log = world.log(LogConfig.DEFAULTS.toBuilder().messages(500, null).build());
        var flipped = batch(NOW, "x");
        flipped.put(flipped.limit() - 2, (byte) 99);
        assertThat(log.append(flipped, 1, Origin.CLIENT, NOW)).extracting("why").isInstanceOf(Refusal.Corrupt.class);
        var old = batch(NOW, "x");
        old.put(16, (byte) 1);
        assertThat(log.append(old, 1, Origin.CLIENT, NOW)).extracting("why").isInstanceOf(Refusal.OldFormat.class);
        assertThat(log.append(batch(NOW, "x".repeat(600)), 1, Origin.CLIENT, NOW))
                .extracting("why").isInstanceOf(Refusal.TooLarge.class);
        assertThat(log.append(batch(NOW + 7_200_000, "x"), 1, Origin.CLIENT, NOW))
                .extracting("why").isInstanceOf(Refusal.TimestampOutOfBounds.class);
        assertThat(log.logEnd()).isZero();
    }
}
