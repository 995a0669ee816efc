package naru.log;

import static naru.log.World.NOW;
import static naru.log.World.append;
import static naru.log.World.appendIn;
import static naru.log.World.batchIn;
import static naru.log.World.batchOf;
import static naru.log.World.end;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import naru.base.DiskFailure;
import naru.base.OffsetRange;
import naru.protocol.Records;
import org.junit.jupiter.api.Test;

class TransactionsTest {

    private static final LogConfig SMALL = LogConfig.DEFAULTS.toBuilder().segmentBytes(300).indexIntervalBytes(100).build();
    private static final long ALL = Long.MAX_VALUE;

    private final World world = new World();

    private static Appended mark(Log log, long producerId, int epoch, int coordinatorEpoch, int version) {
        var marker = new TransactionMarker(producerId, (short) epoch, coordinatorEpoch, (short) version, true);
        var appended = log.append(marker, 1, NOW);
        log.writeStaged();
        return appended;
    }

    private static List<AbortedTransaction> aborted(Log log, long from) {
        var slice = log.read(from, 1 << 20, log.logEnd(), true);
        var found = log.transactions().abortedIn(slice, from);
        if (slice.records() instanceof Records.InFile(var file, long _, int _)) {
            file.close();
        }
        return found;
    }

    /** What a reader of the whole log is told, read by read. */
    private static List<AbortedTransaction> aborted(Log log) {
        var all = new LinkedHashSet<AbortedTransaction>();
        for (long offset = log.logStart(); offset < log.writtenEnd(); offset++) {
            all.addAll(aborted(log, offset));
        }
        return List.copyOf(all);
    }

    /** Its folder has another name by then; what is written under the old one would be missing it, and the whole log folder be taken for broken. */
    @Test
    void a_sync_that_ends_after_the_topic_was_deleted_looks_at_none_of_its_files() {
        world.logs.begin(1);
        for (var sync : List.<Runnable>of(() -> world.logs.flush(world.log(SMALL)), () -> world.logs.checkpoint(_ -> 0))) {
            var log = world.log(SMALL);
            appendIn(log, 5, 0, 0, "a");
            end(log, 5, 0, false);
            log.writeStaged(world.logs.journal());
            sync.run();
            world.logs.delete(World.NAME);
            world.disk.files().forEach(world.disk::delete);
            world.lanes.runAll();
            assertThat(world.disk.files()).noneMatch(path -> path.contains(World.NAME.toString()));
            assertThat(world.broken).isNull();
        }
    }

    @Test
    void an_open_transaction_holds_the_last_stable_offset_at_its_first_batch() {
        var log = world.log(LogConfig.DEFAULTS);
        append(log, "before");
        appendIn(log, 5, 0, 0, "a", "b");
        append(log, "beside");
        log.writeStaged();
        assertThat(log.lastStableOffset(4)).isEqualTo(1);
        assertThat(log.lastStableOffset(0)).isZero();
        end(log, 5, 0, true);
        log.writeStaged();
        assertThat(log.lastStableOffset(5)).isEqualTo(5);
    }

    /** What the newest snapshot says is open may have ended in front of the log's start. */
    @Test
    void a_transaction_that_ended_in_front_of_the_start_is_not_open_after_a_crash() {
        world.logs.begin(1);
        var log = world.log(LogConfig.DEFAULTS);
        appendIn(log, 5, 0, 0, "a");
        log.writeStaged();
        log.roll(NOW);
        end(log, 5, 0, true);
        append(log, "behind");
        log.writeStaged();
        log.deleteRecordsBefore(2);
        world.logs.noteStarts(_ -> 3);
        world.lanes.runAll();
        world.restart();
        var again = world.log(LogConfig.DEFAULTS);
        assertThat(again.logStart()).isEqualTo(2);
        assertThat(again.lastStableOffset(3)).isEqualTo(3);
    }

    @Test
    void a_transaction_is_undecided_until_the_high_watermark_passes_its_marker() {
        var log = world.log(LogConfig.DEFAULTS);
        appendIn(log, 5, 0, 0, "a");
        appendIn(log, 6, 0, 0, "b");
        end(log, 5, 0, false);
        end(log, 6, 0, true);
        log.writeStaged();
        assertThat(log.lastStableOffset(2)).isZero();
        assertThat(log.lastStableOffset(3)).isEqualTo(1);
        assertThat(log.lastStableOffset(4)).isEqualTo(4);
    }

    @Test
    void the_oldest_open_transaction_decides_whichever_ends_first() {
        var log = world.log(LogConfig.DEFAULTS);
        for (int producer = 5; producer < 8; producer++) {
            appendIn(log, producer, 0, 0, "v");
        }
        end(log, 6, 0, true);
        log.writeStaged();
        assertThat(log.lastStableOffset(ALL)).isZero();
        end(log, 5, 0, true);
        log.writeStaged();
        assertThat(log.lastStableOffset(ALL)).isEqualTo(2);
    }

    @Test
    void a_batch_outside_an_open_transaction_of_its_producer_is_refused() {
        var log = world.log(LogConfig.DEFAULTS);
        appendIn(log, 5, 0, 0, "a");
        assertThat(log.append(batchOf(5, 0, 1, "loose"), 1, Origin.CLIENT, NOW))
                .isEqualTo(new Appended.Refused(new Refusal.TransactionOpen(5)));
        end(log, 5, 0, true);
        assertThat(log.append(batchOf(5, 0, 1, "loose"), 1, Origin.CLIENT, NOW)).isInstanceOf(Appended.Accepted.class);
    }

    @Test
    void markers_of_the_past_are_refused() {
        var log = world.log(LogConfig.DEFAULTS);
        appendIn(log, 5, 3, 0, "a");
        assertThat(mark(log, 5, 2, 7, 1)).isEqualTo(new Appended.Refused(new Refusal.ProducerFenced(5, (short) 2, (short) 3)));
        assertThat(mark(log, 5, 3, 7, 1)).isInstanceOf(Appended.Accepted.class);
        assertThat(mark(log, 5, 3, 6, 1)).isEqualTo(new Appended.Refused(new Refusal.CoordinatorFenced(5, 6, 7)));
        assertThat(mark(log, 5, 3, 7, 1)).isInstanceOf(Appended.Accepted.class);
        assertThat(mark(log, 77, 0, 0, 1)).isInstanceOf(Appended.Accepted.class);
    }

    @Test
    void a_marker_of_generation_two_has_a_new_epoch_unless_it_is_sent_again() {
        var log = world.log(LogConfig.DEFAULTS);
        appendIn(log, 5, 3, 0, "a");
        assertThat(mark(log, 5, 3, 0, 2)).isEqualTo(new Appended.Refused(new Refusal.ProducerFenced(5, (short) 3, (short) 3)));
        assertThat(mark(log, 5, 4, 0, 2)).isInstanceOf(Appended.Accepted.class);
        assertThat(mark(log, 5, 4, 0, 2)).isInstanceOf(Appended.Accepted.class);
        // A batch of the old transaction that comes late.
        assertThat(appendIn(log, 5, 3, 1, "late")).isEqualTo(new Appended.Refused(new Refusal.ProducerFenced(5, (short) 3, (short) 4)));
        appendIn(log, 5, 4, 0, "next");
        assertThat(mark(log, 5, 4, 0, 2)).isInstanceOf(Appended.Refused.class);
    }

    @Test
    void the_first_batch_of_a_transaction_needs_a_verification_that_no_marker_has_passed() {
        var log = world.log(LogConfig.DEFAULTS);
        var refused = new Appended.Refused(new Refusal.NotInTransaction(5, (short) 0));
        assertThat(log.append(batchIn(5, 0, 0, "a"), 1, Origin.CLIENT, NOW)).isEqualTo(refused);
        var first = log.transactions().verify(5, (short) 0, 0, false, NOW);
        end(log, 5, 0, false);
        assertThat(log.append(batchIn(5, 0, 0, "a"), 1, Origin.CLIENT, first, NOW)).isEqualTo(refused);
        var second = log.transactions().verify(5, (short) 0, 0, false, NOW);
        assertThat(log.append(batchIn(5, 0, 0, "a"), 1, Origin.CLIENT, first, NOW)).isEqualTo(refused);
        assertThat(log.append(batchIn(5, 0, 0, "a"), 1, Origin.CLIENT, second, NOW)).isInstanceOf(Appended.Accepted.class);
        assertThat(log.transactions().isOpen(5, (short) 0)).isTrue();
        assertThat(log.append(batchIn(5, 0, 1, "b"), 1, Origin.CLIENT, NOW)).isInstanceOf(Appended.Accepted.class);
    }

    @Test
    void where_each_transaction_has_its_epoch_the_end_of_the_one_before_makes_no_verification_void() {
        var log = world.log(LogConfig.DEFAULTS);
        appendIn(log, 5, 3, 0, "a");
        var next = log.transactions().verify(5, (short) 4, 0, true, NOW);
        assertThat(mark(log, 5, 4, 0, 2)).isInstanceOf(Appended.Accepted.class);
        assertThat(mark(log, 5, 4, 0, 2)).isInstanceOf(Appended.Accepted.class);
        assertThat(log.append(batchIn(5, 4, 0, "b"), 1, Origin.CLIENT, next, NOW)).isInstanceOf(Appended.Accepted.class);
        assertThat(mark(log, 5, 5, 0, 2)).isInstanceOf(Appended.Accepted.class);
        // Its own end comes first, in words that say which it is and in words that do not.
        var refused = new Appended.Refused(new Refusal.NotInTransaction(5, (short) 5));
        var ended = log.transactions().verify(5, (short) 5, 0, true, NOW);
        assertThat(mark(log, 5, 5, 0, 1)).isInstanceOf(Appended.Accepted.class);
        assertThat(log.append(batchIn(5, 5, 0, "c"), 1, Origin.CLIENT, ended, NOW)).isEqualTo(refused);
        var endedToo = log.transactions().verify(5, (short) 5, 0, true, NOW);
        assertThat(mark(log, 5, 6, 0, 2)).isInstanceOf(Appended.Accepted.class);
        assertThat(log.append(batchIn(5, 5, 0, "c"), 1, Origin.CLIENT, endedToo, NOW)).isEqualTo(refused);
    }

    @Test
    void after_the_highest_epoch_there_is_none_by_which_a_marker_is_known_to_be_of_the_transaction_before() {
        var log = world.log(LogConfig.DEFAULTS);
        appendIn(log, 5, Short.MAX_VALUE - 1, 0, "a");
        var pass = log.transactions().verify(5, Short.MAX_VALUE, 0, true, NOW);
        assertThat(mark(log, 5, Short.MAX_VALUE, 0, 2)).isInstanceOf(Appended.Accepted.class);
        assertThat(log.append(batchIn(5, Short.MAX_VALUE, 0, "b"), 1, Origin.CLIENT, pass, NOW))
                .isEqualTo(new Appended.Refused(new Refusal.NotInTransaction(5, Short.MAX_VALUE)));
    }

    @Test
    void batches_that_wait_for_one_verification_are_let_in_in_their_order() {
        var log = world.log(LogConfig.DEFAULTS);
        var later = log.transactions().verify(5, (short) 0, 2, false, NOW);
        var earlier = log.transactions().verify(5, (short) 0, 0, false, NOW);
        assertThat(earlier).isSameAs(later);
        assertThat(log.append(batchIn(5, 0, 2, "c"), 1, Origin.CLIENT, later, NOW))
                .isEqualTo(new Appended.Refused(new Refusal.OutOfSequence(5, 0, 2)));
        assertThat(log.append(batchIn(5, 0, 0, "a", "b"), 1, Origin.CLIENT, earlier, NOW)).isInstanceOf(Appended.Accepted.class);
    }

    @Test
    void where_each_transaction_has_its_epoch_it_begins_at_sequence_0() {
        var log = world.log(LogConfig.DEFAULTS);
        var pass = log.transactions().verify(5, (short) 1, 7, true, NOW);
        assertThat(log.append(batchIn(5, 1, 7, "a"), 1, Origin.CLIENT, pass, NOW))
                .isEqualTo(new Appended.Refused(new Refusal.OutOfSequence(5, 0, 7)));
    }

    @Test
    void readers_of_committed_records_are_told_what_to_leave_out() {
        var log = world.log(SMALL);
        appendIn(log, 5, 0, 0, "a"); // 0
        appendIn(log, 6, 0, 0, "b"); // 1
        end(log, 5, 0, false); // 2
        appendIn(log, 5, 0, 1, "c"); // 3
        end(log, 6, 0, true); // 4
        end(log, 5, 0, false); // 5
        append(log, "d"); // 6
        log.writeStaged();
        var first = new AbortedTransaction(5, 0, 2, 1);
        var second = new AbortedTransaction(5, 3, 5, 6);
        assertThat(aborted(log, 0)).startsWith(first);
        assertThat(aborted(log, 2)).startsWith(first);
        assertThat(aborted(log, 3)).containsExactly(second);
        assertThat(aborted(log, 6)).isEmpty();
    }

    @Test
    void there_is_no_file_of_aborted_transactions_where_none_was_aborted() {
        var log = world.log(SMALL);
        for (int i = 0; i < 10; i++) {
            appendIn(log, 5, 0, i, "v" + i);
            end(log, 5, 0, true);
        }
        log.writeStaged();
        assertThat(world.disk.list("data/orders-3")).noneMatch(name -> name.endsWith(".txnindex"));
        appendIn(log, 5, 0, 10, "gone");
        end(log, 5, 0, false);
        log.writeStaged();
        assertThat(world.disk.list("data/orders-3").stream().filter(name -> name.endsWith(".txnindex"))).hasSize(1);
    }

    @Test
    void what_was_aborted_is_found_again_after_a_crash() {
        var log = world.log(SMALL);
        appendIn(log, 9, 0, 0, "open all the time");
        for (int i = 0; i < 12; i++) {
            appendIn(log, 5, 0, i, "v" + i);
            end(log, 5, 0, i % 2 == 0);
            log.writeStaged();
            if (i == 5) {
                log.beginSync(false);
            }
        }
        var before = aborted(log);
        assertThat(before).hasSize(6);
        for (var file : world.disk.files()) {
            if (file.endsWith(".txnindex")) {
                world.disk.cut(file, 0);
            }
        }
        world.restart();
        var again = world.log(SMALL);
        assertThat(aborted(again)).isEqualTo(before);
        assertThat(again.lastStableOffset(ALL)).isZero();
        assertThat(end(again, 9, 0, false)).isEqualTo(new Appended.Accepted(new OffsetRange(25, 26), -1));
        again.writeStaged();
        assertThat(aborted(again)).contains(new AbortedTransaction(9, 0, 25, 26));
    }

    @Test
    void a_failed_write_takes_back_a_marker() {
        var log = world.log(SMALL);
        appendIn(log, 5, 0, 0, "a");
        log.writeStaged();
        end(log, 5, 0, false);
        appendIn(log, 6, 0, 0, "b");
        world.disk.writesUntilFailure = 1;
        assertThatThrownBy(log::writeStaged).isInstanceOf(DiskFailure.class);
        world.disk.writesUntilFailure = Integer.MAX_VALUE;
        assertThat(log.lastStableOffset(ALL)).isZero();
        assertThat(log.transactions().isOpen(5, (short) 0)).isTrue();
        assertThat(log.transactions().isOpen(6, (short) 0)).isFalse();
        assertThat(aborted(log, 0)).isEmpty();
        end(log, 5, 0, true);
        log.writeStaged();
        assertThat(aborted(log, 0)).isEmpty();
        assertThat(log.lastStableOffset(2)).isEqualTo(2);
    }

    @Test
    void what_is_cut_off_was_never_aborted() {
        var log = world.log(SMALL);
        appendIn(log, 5, 0, 0, "a"); // 0
        end(log, 5, 0, false); // 1
        appendIn(log, 5, 0, 1, "b"); // 2
        append(log, "x".repeat(200)); // 3
        end(log, 5, 0, false); // 4
        log.writeStaged();
        log.cutAt(4, false, false);
        assertThat(aborted(log, 0)).containsExactly(new AbortedTransaction(5, 0, 1, 2));
        assertThat(log.lastStableOffset(ALL)).isEqualTo(2);
        log.cutAt(1, false, false);
        assertThat(aborted(log, 0)).isEmpty();
        assertThat(log.lastStableOffset(ALL)).isZero();
    }

    @Test
    void what_is_aborted_goes_with_its_segment() {
        var config = SMALL.toBuilder().retention(-1, 1).build();
        var log = world.log(config);
        for (int i = 0; i < 10; i++) {
            appendIn(log, 5, 0, i, "v" + i);
            end(log, 5, 0, false);
            log.writeStaged();
        }
        log.retain(NOW, log.logEnd());
        assertThat(world.disk.list("data/orders-3").stream().filter(name -> name.endsWith(".txnindex"))).hasSize(1);
        assertThat(log.takeDoomed(NOW)).isEmpty();
        log.takeDoomed(NOW + 10_000_000).forEach(world.disk::delete);
        assertThat(world.disk.list("data/orders-3")).noneMatch(name -> name.endsWith(".deleted"));
        assertThat(aborted(log, log.logStart())).isNotEmpty();
    }

    @Test
    void producers_beyond_the_limit_are_forgotten_but_not_those_in_a_transaction() {
        var ledger = new ProducerLedger(3);
        var batches = new ArrayList<ByteBuffer>();
        batches.add(batchIn(100, 0, 0, "open"));
        for (int id = 1; id < 6; id++) {
            batches.add(batchOf(id, 0, 0, "v"));
        }
        for (var batch : batches) {
            ledger.add(batch, 0);
            ledger.keep();
        }
        assertThat(ledger.describe()).extracting(ProducerState::producerId).containsExactly(4L, 5L, 100L);
    }
}
