package naru.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import naru.protocol.message.TxnOffsetCommitRequest;
import naru.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import naru.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import naru.protocol.message.TxnOffsetCommitResponse;
import org.junit.jupiter.api.Test;

/** Offsets of a group that are committed inside transactions. */
class TransactionalCommitsTest {

    private static final long PRODUCER = 7;
    private static final long ANOTHER = 8;

    private final GroupStory story = new GroupStory();

    private AtomicReference<TxnOffsetCommitResponse> commit(long producerId, long offset, int generation, String member, String metadata) {
        var answer = new AtomicReference<TxnOffsetCommitResponse>();
        story.shard.txnOffsetCommit(TxnOffsetCommitRequest.builder().transactionalId("x").groupId(GroupStory.GROUP)
                .producerId(producerId).producerEpoch((short) 0).generationIdOrMemberEpoch(generation).memberId(member)
                .topics(List.of(new TxnOffsetCommitRequestTopic("t", Uuid.ZERO, List.of(
                        new TxnOffsetCommitRequestPartition(0, offset, -1, metadata))))).build(), GroupStory.CLIENT, 5, answer::set);
        return answer;
    }

    private ErrorCode committed(long producerId, long offset) {
        var answer = commit(producerId, offset, -1, "", "");
        assertThat(answer.get()).isNull();
        story.commitLog();
        return error(answer.get());
    }

    private static ErrorCode error(TxnOffsetCommitResponse answer) {
        return ErrorCode.of(answer.topics().getFirst().partitions().getFirst().errorCode());
    }

    private OffsetFetchResponsePartitions fetch(boolean stable) {
        var answer = new AtomicReference<OffsetFetchResponseGroup>();
        story.shard.offsetFetch(new OffsetFetchRequestGroup(GroupStory.GROUP, null, -1, List.of(
                new OffsetFetchRequestTopics("t", Uuid.ZERO, List.of(0)))), stable, answer::set);
        return answer.get().topics().getFirst().partitions().getFirst();
    }

    @Test
    void offsetsCountWhenTheTransactionIsCommitted() {
        assertThat(committed(PRODUCER, 5)).isEqualTo(ErrorCode.NONE);
        assertThat(committed(PRODUCER, 6)).isEqualTo(ErrorCode.NONE);
        assertThat(fetch(false).committedOffset()).isEqualTo(-1);
        assertThat(ErrorCode.of(fetch(true).errorCode())).isEqualTo(ErrorCode.UNSTABLE_OFFSET_COMMIT);
        story.shard.onTransactionEnded(PRODUCER, (short) 0, true);
        assertThat(fetch(true).committedOffset()).isEqualTo(6);
        assertThat(fetch(true).errorCode()).isZero();
    }

    @Test
    void offsetsOfAnAbortedTransactionWereNeverThere() {
        committed(PRODUCER, 5);
        story.shard.onTransactionEnded(PRODUCER, (short) 0, false);
        assertThat(fetch(true).committedOffset()).isEqualTo(-1);
        assertThat(fetch(true).errorCode()).isZero();
    }

    @Test
    void offsetsOnTheirWayAreUndecidedToo() {
        commit(PRODUCER, 5, -1, "", "");
        assertThat(ErrorCode.of(fetch(true).errorCode())).isEqualTo(ErrorCode.UNSTABLE_OFFSET_COMMIT);
        story.failLog(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(fetch(true).errorCode()).isZero();
    }

    @Test
    void oneTransactionIsDecidedBesideAnother() {
        committed(PRODUCER, 5);
        committed(ANOTHER, 9);
        story.shard.onTransactionEnded(PRODUCER, (short) 0, true);
        assertThat(ErrorCode.of(fetch(true).errorCode())).isEqualTo(ErrorCode.UNSTABLE_OFFSET_COMMIT);
        assertThat(fetch(false).committedOffset()).isEqualTo(5);
        story.shard.onTransactionEnded(ANOTHER, (short) 0, false);
        assertThat(fetch(true).committedOffset()).isEqualTo(5);
    }

    @Test
    void whatIsCommittedOutsideAfterwardsIsNewer() {
        committed(PRODUCER, 5);
        story.commit(-1, "", 30);
        story.commitLog();
        story.shard.onTransactionEnded(PRODUCER, (short) 0, true);
        assertThat(fetch(true).committedOffset()).isEqualTo(30);
    }

    @Test
    void strangersAreRefusedAndLongWordsToo() {
        assertThat(error(commit(PRODUCER, 5, 3, "m", "").get())).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        var tooLong = commit(PRODUCER, 5, -1, "", "x".repeat(5_000));
        story.commitLog();
        assertThat(error(tooLong.get())).isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE);
        assertThat(fetch(true).errorCode()).isZero();
    }
}
