package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.AddPartitionsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import naru.protocol.message.AddPartitionsToTxnResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import naru.protocol.message.DeleteTopicsResponse;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.PartitionChangeRecord;
import org.junit.jupiter.api.Test;

/** A coordinator finds records in its log that no other replica has: nobody is told what they say before they are committed. */
class LoadingCoordinatorTest {

    private final SmallCluster cluster = new SmallCluster(9, 3, 2, Map.of(
            "default.replication.factor", "3", "offsets.topic.replication.factor", "3", "transaction.state.log.replication.factor", "3"));
    private final CoordinatorQuestions questions = new CoordinatorQuestions(cluster);

    /** The same broker leads in a new epoch, as after a restart, and reads its log again. */
    private void leadAnew(int coordinator, String internal) {
        var topic = cluster.cluster().topic(internal);
        for (int i = 0; i < topic.partitions().size(); i++) {
            if (topic.partitions().get(i).leader() == coordinator) {
                cluster.commit(PartitionChangeRecord.builder().topicId(topic.id()).partitionId(i).leader(coordinator).build());
            }
        }
        cluster.runForMs(50);
    }

    private void beginToCommit(int coordinator, long offset) {
        cluster.begin(coordinator, ApiKey.OFFSET_COMMIT, questions.commitOf(offset));
        cluster.runForMs(50);
    }

    private OffsetFetchResponse.OffsetFetchResponseGroup offsets(int coordinator) {
        return cluster.ask(coordinator, ApiKey.OFFSET_FETCH, questions.whatIsCommitted(), OffsetFetchResponse.class).groups().getFirst();
    }

    private ErrorCode error(int coordinator) {
        return ErrorCode.of(offsets(coordinator).errorCode());
    }

    private long offset(int coordinator) {
        return offsets(coordinator).topics().getFirst().partitions().getFirst().committedOffset();
    }

    @Test
    void anOffsetIsToldWhenItIsCommitted() {
        questions.create();
        int coordinator = questions.coordinatorOfGroup();
        cluster.await("the coordinator is ready", () -> error(coordinator) == ErrorCode.NONE);
        cluster.cut(coordinator);
        beginToCommit(coordinator, 5);
        leadAnew(coordinator, "__consumer_offsets");
        assertThat(error(coordinator)).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        cluster.heal();
        cluster.await("the coordinator is ready", () -> error(coordinator) == ErrorCode.NONE);
        assertThat(offset(coordinator)).isEqualTo(5);
    }

    private AddPartitionsToTxnRequest request(InitProducerIdResponse producer, boolean verifyOnly) {
        var topic = new AddPartitionsToTxnTopic(CoordinatorQuestions.ORDERS, List.of(0));
        return AddPartitionsToTxnRequest.builder().transactions(List.of(new AddPartitionsToTxnTransaction(
                CoordinatorQuestions.PAYER, producer.producerId(), producer.producerEpoch(), verifyOnly, List.of(topic)))).build();
    }

    private ErrorCode verified(int coordinator, InitProducerIdResponse producer) {
        var answer = cluster.ask(coordinator, ApiKey.ADD_PARTITIONS_TO_TXN, request(producer, true), AddPartitionsToTxnResponse.class);
        return ErrorCode.of(answer.resultsByTransaction().getFirst().topicResults().getFirst()
                .resultsByPartition().getFirst().partitionErrorCode());
    }

    /** Whoever let a batch in on such a word would have it in the log for ever: the next coordinator knows of no transaction to end. */
    @Test
    void noBatchIsLetInByATransactionThatMayNeverHaveBegun() {
        questions.create();
        int coordinator = questions.coordinatorOfPayer();
        var producer = questions.producer(coordinator);
        cluster.cut(coordinator);
        cluster.begin(coordinator, ApiKey.ADD_PARTITIONS_TO_TXN, request(producer, false));
        cluster.runForMs(50);
        leadAnew(coordinator, "__transaction_state");
        assertThat(verified(coordinator, producer)).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        cluster.heal();
        cluster.await("the coordinator is ready", () -> verified(coordinator, producer) == ErrorCode.NONE);
    }

    /** The topic that takes a deleted one's name has no committed offsets. */
    @Test
    void aTopicThatIsDeletedMeanwhileTakesItsOffsetsAlong() {
        questions.create();
        int coordinator = questions.coordinatorOfGroup();
        cluster.await("the coordinator is ready", () -> error(coordinator) == ErrorCode.NONE);
        beginToCommit(coordinator, 5);
        assertThat(offset(coordinator)).isEqualTo(5);
        cluster.cut(coordinator);
        beginToCommit(coordinator, 6);
        leadAnew(coordinator, "__consumer_offsets");
        var deleted = new DeleteTopicState(CoordinatorQuestions.ORDERS, Uuid.ZERO);
        cluster.ask(coordinator, ApiKey.DELETE_TOPICS,
                DeleteTopicsRequest.builder().topics(List.of(deleted)).timeoutMs(1_000).build(), DeleteTopicsResponse.class);
        questions.create();
        cluster.heal();
        cluster.await("the coordinator is ready", () -> error(coordinator) == ErrorCode.NONE);
        cluster.runForMs(200);
        assertThat(offset(coordinator)).isEqualTo(-1);
    }
}
