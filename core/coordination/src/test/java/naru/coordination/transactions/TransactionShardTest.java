package naru.coordination.transactions;

import static naru.coordination.transactions.TransactionStory.ID;
import static naru.coordination.transactions.TransactionStory.NEWEST;
import static naru.coordination.transactions.TransactionStory.partitions;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import naru.coordination.transactions.TransactionStory.Marked;
import naru.protocol.ErrorCode;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ListTransactionsRequest;
import naru.protocol.message.ListTransactionsResponse;
import org.junit.jupiter.api.Test;

/** What a transactional id goes through, with both generations of clients. */
class TransactionShardTest {

    private final TransactionStory story = new TransactionStory();

    private static ErrorCode error(InitProducerIdResponse answer) {
        return ErrorCode.of(answer.errorCode());
    }

    private static ErrorCode error(EndTxnResponse answer) {
        return ErrorCode.of(answer.errorCode());
    }

    private List<String> marks() {
        return story.marked.stream().map(one -> one.partition() + (one.verdict().commit() ? " commit " : " abort ")
                + one.verdict().producerEpoch()).toList();
    }

    @Test
    void aTransactionOfGenerationOneIsCommitted() {
        var producer = story.begin();
        var wire = story.connection();
        assertThat(story.state()).isEqualTo("Empty");
        assertThat(story.add(producer, wire, "a-0", "a-1")).isEqualTo(ErrorCode.NONE);
        assertThat(story.add(producer, wire, "b-0")).isEqualTo(ErrorCode.NONE);
        assertThat(story.state()).isEqualTo("Ongoing");
        assertThat(story.end(producer, true, wire)).isEqualTo(ErrorCode.NONE);
        assertThat(story.state()).isEqualTo("CompleteCommit");
        assertThat(marks()).containsExactly("a-0 commit 0", "a-1 commit 0", "b-0 commit 0");
        assertThat(story.end(producer, true, wire)).isEqualTo(ErrorCode.NONE);
        assertThat(story.end(producer, false, wire)).isEqualTo(ErrorCode.INVALID_TXN_STATE);
        assertThat(story.describe(ID).topics()).isEmpty();
    }

    @Test
    void aTransactionOfGenerationOneIsAborted() {
        var producer = story.begin();
        var wire = story.connection();
        assertThat(story.end(producer, false, wire)).isEqualTo(ErrorCode.INVALID_TXN_STATE);
        story.add(producer, wire, "a-0");
        assertThat(story.end(producer, false, wire)).isEqualTo(ErrorCode.NONE);
        assertThat(marks()).containsExactly("a-0 abort 0");
        assertThat(story.end(producer, false, wire)).isEqualTo(ErrorCode.NONE);
        assertThat(story.end(producer, true, wire)).isEqualTo(ErrorCode.INVALID_TXN_STATE);
        assertThat(story.state()).isEqualTo("CompleteAbort");
    }

    @Test
    void generationTwoHasANewEpochForEachTransaction() {
        var first = story.begin();
        story.add(first, null, "a-0");
        var second = story.committed(first);
        assertThat(second).isEqualTo(new Claim(ID, first.producerId(), (short) 1));
        assertThat(marks()).containsExactly("a-0 commit 1");
        assertThat(error(story.end(first, true))).as("asked again").isEqualTo(ErrorCode.NONE);
        assertThat(story.end(first, true).producerEpoch()).isEqualTo((short) 1);
        assertThat(error(story.end(first, false))).isEqualTo(ErrorCode.INVALID_TXN_STATE);
        assertThat(error(story.end(second, true))).as("nothing was begun").isEqualTo(ErrorCode.INVALID_TXN_STATE);
        assertThat(story.add(first, null, "a-0")).isEqualTo(ErrorCode.PRODUCER_FENCED);
        story.add(second, null, "a-0");
        assertThat(error(story.end(first, true))).as("a late end").isEqualTo(ErrorCode.PRODUCER_FENCED);
        assertThat(story.state()).isEqualTo("Ongoing");
    }

    @Test
    void generationTwoMayAbortWhatNeverBegan() {
        var first = story.begin();
        var second = story.end(first, false);
        assertThat(error(second)).isEqualTo(ErrorCode.NONE);
        assertThat(second.producerEpoch()).isEqualTo((short) 1);
        assertThat(story.state()).isEqualTo("CompleteAbort");
        assertThat(error(story.end(new Claim(ID, first.producerId(), (short) 1), false))).isEqualTo(ErrorCode.NONE);
        assertThat(story.describe(ID).producerEpoch()).isEqualTo((short) 2);
    }

    @Test
    void aNewProducerFencesTheOldOneAndAbortsItsTransaction() {
        var old = story.begin();
        story.add(old, null, "a-0");
        assertThat(error(story.init(ID, 60_000, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        assertThat(marks()).containsExactly("a-0 abort 2");
        var young = story.begin();
        assertThat(young.producerEpoch()).isEqualTo((short) 3);
        assertThat(story.add(old, null, "a-0")).isEqualTo(ErrorCode.PRODUCER_FENCED);
        assertThat(error(story.end(old, true))).isEqualTo(ErrorCode.PRODUCER_FENCED);
        assertThat(ErrorCode.of(story.ending(old, true, 1, story.connection()).get().errorCode()))
                .as("a client that does not know of fencing").isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
        assertThat(error(story.goOn(old))).isEqualTo(ErrorCode.PRODUCER_FENCED);
        assertThat(error(story.init(ID, 60_000, old.producerId(), old.producerEpoch(), 3).get()))
                .isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    }

    @Test
    void aProducerGoesOnAfterAnErrorAndMayAskTwice() {
        var producer = story.begin();
        var next = story.goOn(producer);
        assertThat(next.producerEpoch()).isEqualTo((short) 1);
        assertThat(story.goOn(producer)).as("the answer was lost").isEqualTo(next);
        story.begin();
        assertThat(error(story.goOn(producer))).isEqualTo(ErrorCode.PRODUCER_FENCED);
        assertThat(error(story.init(ID, 60_000, producer.producerId() + 1, 0, NEWEST).get())).isEqualTo(ErrorCode.PRODUCER_FENCED);
    }

    @Test
    void epochsThatAreUsedUpMakeRoomForANewProducerId() {
        var producer = exhausted();
        var rotated = story.goOn(producer);
        assertThat(rotated.producerId()).isNotEqualTo(producer.producerId());
        assertThat(rotated.producerEpoch()).isZero();
        assertThat(story.goOn(producer)).as("the answer was lost").isEqualTo(rotated);
    }

    @Test
    void theLastEpochOfGenerationTwoEndsWithANewProducerId() {
        var producer = exhausted();
        story.add(producer, null, "a-0");
        var next = story.committed(producer);
        assertThat(next.producerId()).isNotEqualTo(producer.producerId());
        assertThat(next.producerEpoch()).isZero();
        assertThat(marks()).containsExactly("a-0 commit 32767");
        assertThat(story.end(producer, true)).as("asked again")
                .isEqualTo(new EndTxnResponse(0, (short) 0, next.producerId(), (short) 0));
        story.restart();
        assertThat(story.end(producer, true).producerId()).isEqualTo(next.producerId());
        assertThat(story.add(next, null, "a-0")).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aProducerWithItsLastEpochIsFencedToo() {
        var producer = exhausted();
        story.add(producer, null, "a-0");
        assertThat(error(story.init(ID, 60_000, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        assertThat(marks()).containsExactly("a-0 abort 32767");
        var young = story.begin();
        assertThat(young.producerId()).isNotEqualTo(producer.producerId());
    }

    private Claim exhausted() {
        var producer = story.begin();
        var worn = story.shard;
        var fact = Transaction.first(producer.producerId(), 60_000, story.nowMs)
                .initialised(producer.producerId(), (short) (Short.MAX_VALUE - 1), (short) -1, 60_000, story.nowMs);
        story.written.add(TransactionRecords.of(ID, fact, (short) 2));
        story.restart();
        assertThat(story.shard).isNotSameAs(worn);
        return new Claim(ID, producer.producerId(), (short) (Short.MAX_VALUE - 1));
    }

    @Test
    void aTransactionThatNeverEndsIsAbortedAtItsTimeout() {
        var producer = story.begin();
        story.add(producer, null, "a-0");
        story.pass(30_000);
        assertThat(story.add(producer, null, "b-0")).isEqualTo(ErrorCode.NONE);
        story.pass(29_999);
        assertThat(story.state()).isEqualTo("Ongoing");
        story.pass(1);
        assertThat(story.state()).isEqualTo("CompleteAbort");
        assertThat(marks()).containsExactly("a-0 abort 2", "b-0 abort 2");
        assertThat(error(story.end(producer, true))).isEqualTo(ErrorCode.PRODUCER_FENCED);
    }

    @Test
    void aTimeoutIsCountedOnThroughARestart() {
        var producer = story.begin();
        story.add(producer, null, "a-0");
        story.pass(30_000);
        story.restart();
        story.pass(29_999);
        assertThat(story.state()).isEqualTo("Ongoing");
        story.pass(1);
        assertThat(story.state()).isEqualTo("CompleteAbort");
    }

    @Test
    void anAbortThatCannotBeWrittenIsTriedAgain() {
        var producer = story.begin();
        story.add(producer, null, "a-0");
        story.prompt = false;
        story.pass(60_000);
        story.failOne(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(story.state()).isEqualTo("Ongoing");
        story.prompt = true;
        story.pass(story.settings.abortRetryMs());
        assertThat(story.state()).isEqualTo("CompleteAbort");
    }

    @Test
    void aVerdictThatIsWrittenIsCarriedOutAfterARestart() {
        var producer = story.begin();
        var wire = story.connection();
        story.add(producer, wire, "a-0", "b-0");
        story.prompt = false;
        var answer = story.ending(producer, true, 4, wire);
        assertThat(answer.get()).isNull();
        story.commitOne();
        assertThat(ErrorCode.of(answer.get().errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(story.state()).isEqualTo("PrepareCommit");
        story.restart();
        assertThat(story.describe(ID).topics()).hasSize(2);
        assertThat(story.end(producer, false, wire)).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        assertThat(error(story.goOn(producer))).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        story.prompt = true;
        story.settle();
        assertThat(story.state()).isEqualTo("CompleteCommit");
        assertThat(marks()).containsExactly("a-0 commit 0", "b-0 commit 0");
    }

    @Test
    void markersAreTriedUntilEachPartitionHasItsOwn() {
        var producer = story.begin();
        story.add(producer, null, "a-0", "b-0");
        story.refusing.putAll(java.util.Map.of(partitions("b-0").first(), ErrorCode.NOT_LEADER_OR_FOLLOWER));
        story.end(producer, true);
        assertThat(story.state()).isEqualTo("PrepareCommit");
        assertThat(story.describe(ID).topics()).singleElement().matches(topic -> topic.topic().equals("b"));
        story.pass(10_000);
        assertThat(marks()).containsExactly("a-0 commit 1");
        story.refusing.clear();
        story.pass(Closing.RETRY_MS);
        assertThat(marks()).containsExactly("a-0 commit 1", "b-0 commit 1");
        assertThat(story.state()).isEqualTo("CompleteCommit");
    }

    @Test
    void aRequestToAddWaitsForTheMarkersOfTheTransactionBefore() {
        var producer = story.begin();
        story.add(producer, null, "a-0");
        story.prompt = false;
        story.ending(producer, true, NEWEST, story.connection());
        story.commitOne();
        var next = new Claim(ID, producer.producerId(), (short) 1);
        var impatient = story.adding(next, null, "x-0");
        assertThat(impatient.get()).isNull();
        story.pass(story.settings.patienceMs());
        assertThat(impatient.get()).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        var patient = story.adding(next, null, "b-0");
        var another = story.adding(next, null, "c-0");
        story.markOne();
        story.commitOne();
        assertThat(patient.get()).isNull();
        story.commitOne();
        assertThat(patient.get()).isEqualTo(ErrorCode.NONE);
        assertThat(another.get()).as("in the same record").isEqualTo(ErrorCode.NONE);
        assertThat(story.verify(next, "b-0", "c-0", "x-0").values())
                .containsExactly(ErrorCode.NONE, ErrorCode.NONE, ErrorCode.TRANSACTION_ABORTABLE);
    }

    @Test
    void onlyPartitionsThatWereAddedAreVerified() {
        var producer = story.begin();
        story.add(producer, null, "a-0");
        assertThat(story.verify(producer, "a-0", "a-1").values())
                .containsExactly(ErrorCode.NONE, ErrorCode.TRANSACTION_ABORTABLE);
        assertThat(story.verify(new Claim(ID, producer.producerId(), (short) 7), "a-0").values())
                .containsExactly(ErrorCode.PRODUCER_FENCED);
        assertThat(story.verify(new Claim(ID, 1, (short) 0), "a-0").values())
                .containsExactly(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        assertThat(story.verify(new Claim("", 1, (short) 0), "a-0").values()).containsExactly(ErrorCode.INVALID_REQUEST);
        story.committed(producer);
        assertThat(story.verify(new Claim(ID, producer.producerId(), (short) 1), "a-0").values())
                .containsExactly(ErrorCode.TRANSACTION_ABORTABLE);
    }

    @Test
    void whatCannotBeIsRefusedAndLeavesNothingBehind() {
        assertThat(error(story.init("", 60_000, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(error(story.init(ID, 0, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
        assertThat(error(story.init(ID, 900_001, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
        var stranger = new Claim(ID, 5, (short) 0);
        assertThat(story.add(stranger, null, "a-0")).isEqualTo(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        assertThat(story.add(new Claim("", 5, (short) 0), null, "a-0")).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(error(story.end(stranger, true))).isEqualTo(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        assertThat(story.end(stranger, true, story.connection())).isEqualTo(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        assertThat(ErrorCode.of(story.describe(ID).errorCode())).isEqualTo(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND);
        assertThat(ErrorCode.of(story.describe("").errorCode())).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(error(story.init("x".repeat(40_000), 60_000, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(story.written).isEmpty();
    }

    @Test
    void aFailedWriteLeavesEverythingAsItWas() {
        story.prompt = false;
        var first = story.init(ID, 60_000, -1, -1, NEWEST);
        assertThat(error(story.init(ID, 60_000, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        story.failOne(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(error(first.get())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(ErrorCode.of(story.describe(ID).errorCode())).isEqualTo(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND);
        story.prompt = true;
        var producer = story.begin();
        story.add(producer, null, "a-0");
        story.prompt = false;
        var end = story.ending(producer, true, NEWEST, story.connection());
        story.failOne(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(error(end.get())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(story.state()).isEqualTo("Ongoing");
        assertThat(story.describe(ID).producerEpoch()).isZero();
    }

    @Test
    void whoAsksAnUnloadedShardLooksForAnother() {
        var producer = story.begin();
        story.prompt = false;
        var adding = story.adding(producer, null, "a-0");
        var waiting = story.adding(producer, null, "b-0");
        story.shard.onUnloaded();
        assertThat(adding.get()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(waiting.get()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(story.add(producer, null, "a-0")).isEqualTo(ErrorCode.NOT_COORDINATOR);
        story.shard = story.fresh();
        assertThat(story.add(producer, null, "a-0")).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(ErrorCode.of(story.list(ListTransactionsRequest.builder().build()).errorCode()))
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    }

    @Test
    void idsExpireUnlessTheirTransactionIsNotOver() {
        var idle = story.begin();
        story.init("open", 900_000, -1, -1, NEWEST);
        story.settings = new TransactionSettings(900_000, 10_000, 1_000, 60_000, 100, 10, (short) 2);
        story.restart();
        var open = story.describe("open");
        story.pass(59_999);
        assertThat(story.add(new Claim("open", open.producerId(), open.producerEpoch()), null, "a-0")).isEqualTo(ErrorCode.NONE);
        story.pass(1);
        assertThat(ErrorCode.of(story.describe(ID).errorCode())).isEqualTo(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND);
        assertThat(story.add(idle, null, "a-0")).isEqualTo(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        assertThat(story.describe("open").transactionState()).isEqualTo("Ongoing");
        story.restart();
        assertThat(ErrorCode.of(story.describe(ID).errorCode())).isEqualTo(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND);
    }

    @Test
    void thereAreOnlySoManyIds() {
        story.settings = new TransactionSettings(900_000, 10_000, 1_000, 60_000, 100, 1, (short) 2);
        story.begin();
        assertThat(error(story.init("another", 60_000, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(story.begin().producerEpoch()).isEqualTo((short) 1);
    }

    @Test
    void withoutProducerIdsNobodyBegins() {
        story.noProducerId = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
        assertThat(error(story.init(ID, 60_000, -1, -1, NEWEST).get())).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    }

    @Test
    void transactionsAreListedByStateProducerAndAge() {
        var producer = story.begin();
        story.init("other", 60_000, -1, -1, NEWEST);
        story.add(producer, null, "a-0");
        story.pass(5_000);
        assertThat(names(story.list(ListTransactionsRequest.builder().build()))).containsExactly("other", ID);
        var ongoing = story.list(ListTransactionsRequest.builder().stateFilters(List.of("Ongoing", "Sleeping")).build());
        assertThat(names(ongoing)).containsExactly(ID);
        assertThat(ongoing.unknownStateFilters()).containsExactly("Sleeping");
        assertThat(names(story.list(ListTransactionsRequest.builder().producerIdFilters(List.of(producer.producerId() + 1)).build())))
                .containsExactly("other");
        assertThat(names(story.list(ListTransactionsRequest.builder().stateFilters(List.of("Ongoing")).durationFilter(4_999).build())))
                .containsExactly(ID);
        assertThat(names(story.list(ListTransactionsRequest.builder().stateFilters(List.of("Ongoing")).durationFilter(5_000).build())))
                .isEmpty();
    }

    private static List<String> names(ListTransactionsResponse listed) {
        return listed.transactionStates().stream().map(ListTransactionsResponse.TransactionState::transactionalId).toList();
    }

    @Test
    void aShardBelowTheSecondLevelWritesWhatOlderKafkasRead() {
        story.settings = new TransactionSettings(900_000, 10_000, 1_000, 60_000, 100, 10, (short) 0);
        var producer = story.begin();
        story.add(producer, story.connection(), "a-0");
        assertThat(story.written).allMatch(record -> record.value()[1] == 0);
        story.pass(60_000);
        assertThat(marks()).containsExactly("a-0 abort 1");
        assertThat(story.marked).extracting(Marked::verdict).extracting(Markers.Verdict::generation).containsExactly((short) 0);
    }
}
