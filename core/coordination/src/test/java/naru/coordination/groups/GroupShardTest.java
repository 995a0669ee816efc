package naru.coordination.groups;

import static naru.coordination.groups.GroupStory.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import naru.protocol.ErrorCode;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.junit.jupiter.api.Test;

class GroupShardTest {

    private final GroupStory story = new GroupStory();

    private JoinGroupResponse aloneAndStable() {
        var promised = story.join("", null, 5).get();
        assertThat(errorOf(promised.errorCode())).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
        var joining = story.join(promised.memberId(), null, 5);
        assertThat(joining.get()).isNull();
        story.pass(3_000);
        var joined = joining.get();
        assertThat(joined.leader()).isEqualTo(joined.memberId());
        assertThat(joined.members()).hasSize(1);
        var synced = story.sync(joined);
        assertThat(synced.get()).isNull();
        story.commitLog();
        assertThat(errorOf(synced.get().errorCode())).isEqualTo(ErrorCode.NONE);
        return joined;
    }

    @Test
    void aMemberJoinsSyncsAndStays() {
        var joined = aloneAndStable();
        story.pass(9_000);
        assertThat(story.heartbeat(joined)).isEqualTo(ErrorCode.NONE);
        story.pass(9_000);
        assertThat(story.heartbeat(joined)).isEqualTo(ErrorCode.NONE);
        story.pass(10_001);
        assertThat(story.heartbeat(joined)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aSecondMemberMakesTheFirstComeBack() {
        var first = aloneAndStable();
        var second = story.join("", null, 3);
        assertThat(story.heartbeat(first)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        var again = story.join(first.memberId(), null, 5);
        assertThat(again.get().generationId()).isEqualTo(2);
        assertThat(again.get().members()).hasSize(2);
        assertThat(second.get().members()).isEmpty();
    }

    @Test
    void aSilentMemberDelaysTheOthersUntilItsSessionEnds() {
        aloneAndStable();
        var second = story.join("", null, 3);
        story.pass(9_999);
        assertThat(second.get()).isNull();
        story.pass(2);
        assertThat(second.get().leader()).isEqualTo(second.get().memberId());
    }

    @Test
    void aStaticMemberComesBackWithoutARebalance() {
        var joining = story.join("", "one", 9);
        story.pass(3_000);
        story.sync(joining.get());
        story.commitLog();
        var again = story.join("", "one", 9);
        story.commitLog();
        assertThat(again.get().generationId()).isEqualTo(1);
        assertThat(again.get().skipAssignment()).isTrue();
        var old = story.join(joining.get().memberId(), "one", 9);
        assertThat(errorOf(old.get().errorCode())).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    }

    @Test
    void aFailedAssignmentIsToldAndTriedAgain() {
        var promised = story.join("", null, 5).get();
        var joining = story.join(promised.memberId(), null, 5);
        story.pass(3_000);
        var synced = story.sync(joining.get());
        story.failLog(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(errorOf(synced.get().errorCode())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(story.heartbeat(joining.get())).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void offsetsCountOnceTheyAreWritten() {
        var answer = story.commit(-1, "", 42);
        assertThat(answer.get()).isNull();
        assertThat(story.committed()).isEqualTo(-1);
        story.commitLog();
        assertThat(story.committed()).isEqualTo(42);
        story.commit(-1, "", 43);
        story.failLog(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(story.committed()).isEqualTo(42);
    }

    @Test
    void aRestartKeepsMembersAndOffsets() {
        var joined = aloneAndStable();
        story.commit(joined.generationId(), joined.memberId(), 7);
        story.commitLog();
        story.restart();
        assertThat(story.committed()).isEqualTo(7);
        assertThat(story.heartbeat(joined)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void kafkaReadsWhatWeWrite() {
        var joined = aloneAndStable();
        story.commit(joined.generationId(), joined.memberId(), 7);
        story.commitLog();
        var serde = new GroupCoordinatorRecordSerde();
        var read = story.written.stream()
                .map(one -> serde.deserialize(ByteBuffer.wrap(one.key()), ByteBuffer.wrap(one.value())).toString()).toList();
        assertThat(read.getFirst()).contains("GroupMetadataKey", "generation=1", joined.memberId());
        assertThat(read.getLast()).contains("OffsetCommitKey", "offset=7");
    }

    @Test
    void idsThatNobodyComesBackWithArePromisedToSoMany() {
        var first = story.join("", null, 5).get().memberId();
        String last = first;
        for (int i = 0; i < 10_000; i++) {
            last = story.join("", null, 5).get().memberId();
        }
        assertThat(errorOf(story.join(first, null, 5).get().errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(story.join(last, null, 5).get()).isNull();
    }

    @Test
    void aProtocolThatIsNamedTwiceCountsOnce() {
        var answer = new AtomicReference<JoinGroupResponse>();
        var range = new JoinGroupRequest.JoinGroupRequestProtocol("range", ByteBuffer.allocate(0));
        story.shard.joinGroup(new JoinGroupRequest(GroupStory.GROUP, 10_000, 60_000, "", null, "consumer",
                List.of(range, range), null), GroupStory.CLIENT, 3, answer::set);
        story.pass(3_000);
        assertThat(answer.get().protocolName()).isEqualTo("range");
    }
}
