package naru.coordination.shares;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import naru.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

class SharePartitionTest {

    private static final int LOCK_MS = 1_000;

    private final InMemoryKeeper keeper = new InMemoryKeeper(0);
    private final List<ErrorCode> replies = new ArrayList<>();
    private ShareRules rules = new ShareRules(LOCK_MS, 3, 100, true);
    private int moreSaid;
    private SharePartition partition = begin();

    private SharePartition begin() {
        var begun = new SharePartition(() -> rules, keeper, () -> moreSaid++);
        begun.load(keeper.kept(), 0);
        return begun;
    }

    private List<Acquisition.Run> acquire(String member, int recordsMax, LogBatch... batches) {
        return partition.acquire(new Wish(member, recordsMax, 500, false), List.of(batches), 0).runs();
    }

    private static LogBatch batch(long first, long end) {
        return new LogBatch(first, end, true);
    }

    private static Acquisition.Run run(long first, long end, int deliveries) {
        return new Acquisition.Run(first, end, deliveries);
    }

    private void say(String member, long first, long last, int... types) {
        var all = new ArrayList<Byte>();
        for (int type : types) {
            all.add((byte) type);
        }
        partition.acknowledge(member, List.of(new Acknowledgement(first, last, all)), 0, told -> replies.add(told.error()));
    }

    @Test
    void recordsGoToOneConsumerAndTheNextOnesToTheNext() {
        assertThat(acquire("a", 10, batch(0, 10), batch(10, 20))).containsExactly(run(0, 10, 1));
        assertThat(partition.nextOffset()).isEqualTo(10);
        assertThat(acquire("b", 10, batch(10, 20))).containsExactly(run(10, 20, 1));
    }

    @Test
    void aBatchOfTheLogIsCompletedUnlessExactlySoManyAreWanted() {
        assertThat(acquire("a", 3, batch(0, 10))).containsExactly(run(0, 10, 1));
        var exact = partition.acquire(new Wish("b", 3, 500, true), List.of(batch(10, 20)), 0);
        assertThat(exact.runs()).containsExactly(run(10, 13, 1));
        assertThat(exact.end()).isEqualTo(20);
        assertThat(partition.nextOffset()).isEqualTo(13);
    }

    @Test
    void anAcknowledgementCountsWhenItIsWritten() {
        acquire("a", 10, batch(0, 10));
        say("a", 0, 9, Acknowledgement.ACCEPT);
        assertThat(replies).isEmpty();
        assertThat(partition.start()).isZero();

        keeper.commitAll();
        assertThat(replies).containsExactly(ErrorCode.NONE);
        assertThat(partition.start()).isEqualTo(10);
        assertThat(keeper.changes.getFirst().batches()).containsExactly(new StateBatch(0, 10, (byte) 2, (short) 1));
        assertThat(keeper.changes.getFirst().completed()).isEqualTo(10);
    }

    @Test
    void whatCannotBeWrittenStaysWithTheConsumer() {
        acquire("a", 10, batch(0, 10));
        say("a", 0, 9, Acknowledgement.ACCEPT);
        say("a", 0, 9, Acknowledgement.ACCEPT);
        assertThat(replies).containsExactly(ErrorCode.INVALID_RECORD_STATE);
        keeper.answer(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        say("a", 0, 9, Acknowledgement.ACCEPT);
        keeper.commitAll();
        assertThat(replies).containsExactly(
                ErrorCode.INVALID_RECORD_STATE, ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.NONE);
    }

    @Test
    void releasedRecordsAreDeliveredAgainAndRejectedOnesAreNot() {
        acquire("a", 10, batch(0, 4));
        say("a", 0, 3, Acknowledgement.RELEASE, Acknowledgement.REJECT, Acknowledgement.ACCEPT, Acknowledgement.RELEASE);
        keeper.commitAll();
        assertThat(acquire("b", 10, batch(0, 4))).containsExactly(run(0, 1, 2), run(3, 4, 2));
    }

    @Test
    void aLockThatEndsFreesItsRecordsUntilTheLastDeliveryArchivesThem() {
        acquire("a", 10, batch(0, 1));
        for (int delivery = 2; delivery <= 3; delivery++) {
            partition.onTime(LOCK_MS - 1);
            assertThat(partition.hasRoom() && partition.nextOffset() == 0).isFalse();
            partition.onTime(LOCK_MS);
            assertThat(acquire("b", 10, batch(0, 1))).containsExactly(run(0, 1, delivery));
        }
        partition.onTime(LOCK_MS);
        assertThat(partition.start()).isEqualTo(1);
        keeper.commitAll();
        assertThat(begin().start()).isEqualTo(1);
    }

    @Test
    void theLastDeliveryOfARecordIsNotSharedWithOthers() {
        acquire("a", 10, batch(0, 3));
        partition.onTime(LOCK_MS);
        acquire("a", 10, batch(0, 3));
        partition.onTime(LOCK_MS);
        assertThat(acquire("a", 10, batch(0, 3))).containsExactly(run(0, 1, 3));
        assertThat(acquire("b", 10, batch(0, 3))).containsExactly(run(1, 2, 3));
    }

    @Test
    void aRenewedLockLastsAnew() {
        acquire("a", 10, batch(0, 2));
        partition.acknowledge("a", List.of(new Acknowledgement(0, 0, List.of(Acknowledgement.RENEW))), 600,
                told -> replies.add(told.error()));
        assertThat(replies).containsExactly(ErrorCode.NONE);
        partition.onTime(LOCK_MS);
        assertThat(partition.nextOffset()).isEqualTo(1);
        assertThat(partition.nextDeadlineMs()).isEqualTo(600 + LOCK_MS);

        rules = new ShareRules(LOCK_MS, 3, 100, false);
        say("a", 0, 0, Acknowledgement.RENEW);
        assertThat(replies).last().isEqualTo(ErrorCode.INVALID_RECORD_STATE);
    }

    @Test
    void onlyTheHolderMaySpeak() {
        acquire("a", 10, batch(0, 4));
        say("b", 0, 3, Acknowledgement.ACCEPT);
        say("a", 2, 4, Acknowledgement.ACCEPT);
        assertThat(replies).containsExactly(ErrorCode.INVALID_RECORD_STATE, ErrorCode.INVALID_REQUEST);
        assertThat(keeper.waiting()).isZero();
    }

    @Test
    void noMoreAreUnderWayThanMayBe() {
        rules = new ShareRules(LOCK_MS, 3, 10, true);
        acquire("a", 100, batch(0, 6));
        assertThat(acquire("a", 100, batch(6, 12), batch(12, 18))).containsExactly(run(6, 12, 1));
        assertThat(partition.hasRoom()).isFalse();
        say("a", 6, 11, Acknowledgement.ACCEPT);
        keeper.commitAll();
        assertThat(partition.hasRoom()).isTrue();
        assertThat(moreSaid).isPositive();
    }

    @Test
    void whereTheLogHasNoRecordsNothingIsWaitedFor() {
        acquire("a", 100, batch(0, 4));
        partition.release("a", replies::add);
        keeper.commitAll();
        assertThat(acquire("a", 100, batch(2, 3), new LogBatch(3, 4, false), batch(7, 9)))
                .containsExactly(run(2, 3, 2), run(7, 9, 1));
        say("a", 2, 2, Acknowledgement.ACCEPT);
        say("a", 7, 8, Acknowledgement.ACCEPT);
        keeper.commitAll();
        assertThat(partition.start()).isEqualTo(9);
    }

    @Test
    void aLogThatBeginsLaterTakesItsRecordsAway() {
        acquire("a", 100, batch(0, 10));
        say("a", 0, 1, Acknowledgement.ACCEPT);
        partition.onLogStart(5);
        assertThat(partition.start()).isEqualTo(5);
        say("a", 0, 9, Acknowledgement.ACCEPT);
        keeper.commitAll();
        assertThat(replies).containsExactly(ErrorCode.NONE, ErrorCode.NONE);
        assertThat(partition.start()).isEqualTo(10);
        partition.onLogStart(50);
        assertThat(partition.nextOffset()).isEqualTo(50);
    }

    @Test
    void whatWasKeptIsTakenUpAgain() {
        acquire("a", 100, batch(0, 10));
        say("a", 4, 5, Acknowledgement.ACCEPT);
        say("a", 8, 9, Acknowledgement.RELEASE);
        keeper.commitAll();
        partition = begin();
        assertThat(acquire("b", 100, batch(0, 10)))
                .containsExactly(run(0, 4, 1), run(6, 8, 1), run(8, 10, 2));
        say("b", 0, 3, Acknowledgement.ACCEPT);
        keeper.commitAll();
        assertThat(partition.start()).isEqualTo(6);
    }

    @Test
    void aFencedLeaderSaysNothingMore() {
        acquire("a", 100, batch(0, 10));
        say("a", 0, 0, Acknowledgement.ACCEPT);
        keeper.answer(ErrorCode.FENCED_STATE_EPOCH);
        assertThat(partition.fenced()).isEqualTo(ErrorCode.FENCED_STATE_EPOCH);
        say("a", 1, 1, Acknowledgement.ACCEPT);
        assertThat(replies).containsExactly(ErrorCode.FENCED_STATE_EPOCH, ErrorCode.FENCED_STATE_EPOCH);
    }
}
