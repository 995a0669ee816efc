package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import naru.client.Reply;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AddPartitionsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import naru.protocol.message.AddPartitionsToTxnResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.PartitionChangeRecord;
import org.junit.jupiter.api.Test;

/**
 * What a coordinator remembers is told when nobody can have replaced it. In this cluster every broker decides for itself, so none is ever
 * certain by what a controller on another node has told it.
 */
class SuccessorsTest {

    /** Of clients that keep their epoch from one transaction to the next. */
    private static final int ADD_VERSION = 3;
    private static final int END_VERSION = 4;

    private final SmallCluster cluster = new SmallCluster(5, 3, 2, Map.of(
            "default.replication.factor", "3", "offsets.topic.replication.factor", "3", "transaction.state.log.replication.factor", "3"));
    private final CoordinatorQuestions questions = new CoordinatorQuestions(cluster);

    private void commit(int coordinator, long offset) {
        var request = questions.commitOf(offset);
        cluster.await(offset + " is committed", () -> cluster.ask(coordinator, ApiKey.OFFSET_COMMIT, request, OffsetCommitResponse.class)
                .topics().getFirst().partitions().getFirst().errorCode() == ErrorCode.NONE.code());
    }

    private Reply[] askForOffset(int coordinator) {
        return cluster.begin(coordinator, ApiKey.OFFSET_FETCH, questions.whatIsCommitted());
    }

    private static Message answer(Reply[] reply) {
        return ((Reply.Answered) reply[0]).answer();
    }

    private static OffsetFetchResponse.OffsetFetchResponseGroup group(Reply[] reply) {
        return ((OffsetFetchResponse) answer(reply)).groups().getFirst();
    }

    private static long offset(Reply[] reply) {
        return group(reply).topics().getFirst().partitions().getFirst().committedOffset();
    }

    /** As the controller decides about a broker that it does not hear, and that does not hear of it. */
    private int replace(int coordinator, String internal) {
        cluster.deafen(coordinator);
        int next = coordinator % 3 + 1;
        changeAll(coordinator, internal, next);
        cluster.runForMs(50);
        return next;
    }

    private void changeAll(int gone, String internal, int next) {
        var topic = cluster.cluster().topic(internal);
        var left = List.of(gone % 3 + 1, (gone + 1) % 3 + 1);
        for (int i = 0; i < topic.partitions().size(); i++) {
            boolean led = topic.partitions().get(i).leader() == gone;
            var change = PartitionChangeRecord.builder().topicId(topic.id()).partitionId(i).isr(left);
            cluster.commit((led ? change.leader(next) : change).build());
        }
    }

    @Test
    void whoIsFollowedStillTellsWhatItRemembers() {
        questions.create();
        int coordinator = questions.coordinatorOfGroup();
        commit(coordinator, 5);
        var asked = askForOffset(coordinator);
        cluster.runForMs(20);
        assertThat(offset(asked)).isEqualTo(5);
    }

    @Test
    void anOffsetThatWasReplacedElsewhereIsNotTold() {
        questions.create();
        int coordinator = questions.coordinatorOfGroup();
        commit(coordinator, 5);
        cluster.cut(coordinator);
        int next = replace(coordinator, "__consumer_offsets");
        commit(next, 9);
        var asked = askForOffset(coordinator);
        cluster.runForMs(2_000);
        assertThat(asked[0]).as("told by who was replaced").isNull();
        cluster.letHear();
        cluster.runForMs(200);
        assertThat(ErrorCode.of(group(asked).errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    /** Others still answer it, and it is they who know better. */
    @Test
    void whoOnlyMissedTheNewsIsToldByTheOthers() {
        questions.create();
        int coordinator = questions.coordinatorOfGroup();
        commit(coordinator, 5);
        int next = replace(coordinator, "__consumer_offsets");
        commit(next, 9);
        var asked = askForOffset(coordinator);
        cluster.runForMs(2_000);
        assertThat(asked[0]).as("told by who was replaced").isNull();
        cluster.letHear();
        cluster.runForMs(200);
        assertThat(ErrorCode.of(group(asked).errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    @Test
    void whoNeverHearsHangsUp() {
        questions.create();
        int coordinator = questions.coordinatorOfGroup();
        commit(coordinator, 5);
        cluster.cut(coordinator);
        replace(coordinator, "__consumer_offsets");
        var asked = askForOffset(coordinator);
        cluster.await("it hangs up", () -> asked[0] != null);
        assertThat(asked[0]).isInstanceOf(Reply.Lost.class);
    }

    @Test
    void aReplicaThatIsGoneIsWaitedForUntilTheClusterHasDecided() {
        questions.create();
        int coordinator = questions.coordinatorOfGroup();
        commit(coordinator, 5);
        int gone = coordinator % 3 + 1;
        cluster.kill(gone);
        var asked = askForOffset(coordinator);
        cluster.runForMs(1_000);
        assertThat(asked[0]).as("an answer before it is decided").isNull();
        changeAll(gone, "__consumer_offsets", coordinator);
        cluster.runForMs(200);
        assertThat(offset(asked)).isEqualTo(5);
    }

    private AddPartitionsToTxnRequest reach(InitProducerIdResponse producer) {
        return AddPartitionsToTxnRequest.builder().v3AndBelowTransactionalId(CoordinatorQuestions.PAYER).v3AndBelowProducerId(producer.producerId())
                .v3AndBelowProducerEpoch(producer.producerEpoch())
                .v3AndBelowTopics(List.of(new AddPartitionsToTxnTopic(CoordinatorQuestions.ORDERS, List.of(0)))).build();
    }

    private void begin(int coordinator, InitProducerIdResponse producer) {
        cluster.await("a transaction begins", () -> {
            var asked = cluster.begin(coordinator, ApiKey.ADD_PARTITIONS_TO_TXN, ADD_VERSION, reach(producer));
            cluster.await("an answer", () -> asked[0] != null);
            return ((AddPartitionsToTxnResponse) answer(asked)).resultsByTopicV3AndBelow().getFirst()
                    .resultsByPartition().getFirst().partitionErrorCode() == ErrorCode.NONE.code();
        });
    }

    private Reply[] end(int coordinator, InitProducerIdResponse producer) {
        return cluster.begin(coordinator, ApiKey.END_TXN, END_VERSION, EndTxnRequest.builder().transactionalId(CoordinatorQuestions.PAYER)
                .producerId(producer.producerId()).producerEpoch(producer.producerEpoch()).committed(true).build());
    }

    private static ErrorCode ended(Reply[] reply) {
        return ErrorCode.of(((EndTxnResponse) answer(reply)).errorCode());
    }

    /** It remembers the commit of the transaction before, which looks like that of this one. */
    @Test
    void anOpenTransactionIsNotSaidToBeCommitted() {
        questions.create();
        int coordinator = questions.coordinatorOfPayer();
        var producer = questions.producer(coordinator);
        begin(coordinator, producer);
        var first = end(coordinator, producer);
        cluster.runForMs(500);
        assertThat(ended(first)).isEqualTo(ErrorCode.NONE);
        int next = replace(coordinator, "__transaction_state");
        begin(next, producer);
        var second = end(coordinator, producer);
        cluster.runForMs(2_000);
        assertThat(second[0]).as("told by who was replaced").isNull();
        cluster.letHear();
        cluster.runForMs(200);
        assertThat(ended(second)).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }
}
