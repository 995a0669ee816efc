package naru.coordination.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import naru.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

class ShardRuntimeTest {

    private final Deque<Consumer<ShardLog.Outcome>> underWay = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final ShardRuntime runtime = new ShardRuntime(
            (records, transaction, whenCommitted) -> {
                heard.add("append " + records.size() + (transaction == null ? "" : " within " + transaction.producerId()));
                underWay.addLast(whenCommitted);
            },
            (record, producerId) -> heard.add("apply " + record.key()[0] + " of " + producerId));

    @Test
    void aShardAnswersNothingBeforeItIsLoadedAndAfterItIsLost() {
        assertThat(runtime.availability()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        runtime.onLoaded();
        assertThat(runtime.availability()).isEqualTo(ErrorCode.NONE);
        runtime.onUnloaded();
        assertThat(runtime.availability()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    @Test
    void recordsAreCommittedThenAppliedThenAnswered() {
        submit("a", 1);
        assertThat(heard).containsExactly("append 1");
        underWay.removeFirst().accept(new ShardLog.Outcome.Committed());
        assertThat(heard).containsExactly("append 1", "apply 1 of -1", "a NONE");
    }

    @Test
    void recordsOfATransactionAreAppliedUnderItsProducer() {
        runtime.submit(List.of(record(1)), new ShardLog.Transaction(7, (short) 0), error -> heard.add("a " + error));
        underWay.removeFirst().accept(new ShardLog.Outcome.Committed());
        assertThat(heard).containsExactly("append 1 within 7", "apply 1 of 7", "a NONE");
    }

    @Test
    void nothingToWriteIsAnsweredAtOnce() {
        runtime.submit(List.of(), error -> heard.add("a " + error));
        assertThat(heard).containsExactly("a NONE");
    }

    @Test
    void whatFailsIsNotAppliedAndTellsTheClientWhereToLook() {
        submit("a", 1);
        submit("b", 2);
        submit("c", 3);
        submit("d", 4);
        for (var why : List.of(ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.MESSAGE_TOO_LARGE,
                ErrorCode.INVALID_PRODUCER_EPOCH)) {
            underWay.removeFirst().accept(new ShardLog.Outcome.Failed(why));
        }
        assertThat(heard.subList(4, heard.size())).containsExactly(
                "a COORDINATOR_NOT_AVAILABLE", "b NOT_COORDINATOR", "c UNKNOWN_SERVER_ERROR", "d INVALID_PRODUCER_EPOCH");
    }

    @Test
    void aRefusalMayComeLate() {
        submit("a", 1);
        submit("b", 2);
        underWay.removeLast().accept(new ShardLog.Outcome.Committed());
        underWay.removeFirst().accept(new ShardLog.Outcome.Failed(ErrorCode.NOT_CONTROLLER));
        assertThat(heard.subList(2, heard.size())).containsExactly("apply 2 of -1", "b NONE", "a NOT_CONTROLLER");
    }

    @Test
    void whoeverWaitsWhenTheShardIsLostIsToldOnceAndWhatCommitsLaterIsNotApplied() {
        submit("a", 1);
        submit("b", 2);
        heard.clear();
        runtime.onUnloaded();
        assertThat(heard).containsExactly("a NOT_COORDINATOR", "b NOT_COORDINATOR");
        underWay.forEach(one -> one.accept(new ShardLog.Outcome.Committed()));
        assertThat(heard).hasSize(2);
    }

    private void submit(String name, int... keys) {
        var records = new ArrayList<CoordinatorRecord>();
        for (int key : keys) {
            records.add(record(key));
        }
        runtime.submit(records, error -> heard.add(name + " " + error));
    }

    private static CoordinatorRecord record(int key) {
        return new CoordinatorRecord(new byte[] {(byte) key}, null);
    }
}
