package naru.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupDescribeRequest;
import naru.protocol.message.ConsumerGroupDescribeResponse;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteGroupsResponse;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.junit.jupiter.api.Test;

/** Stories about groups of the consumer protocol. */
class ConsumerGroupTest {

    private final GroupStory story = new GroupStory();

    ConsumerGroupTest() {
        story.topics.put("t", 4);
    }

    private ConsumerClient client(String id) {
        return new ConsumerClient(story, id, null, List.of("t"));
    }

    private ConsumerGroupDescribeResponse.DescribedGroup described() {
        var answer = new AtomicReference<ConsumerGroupDescribeResponse>();
        story.shard.describeConsumerGroups(new ConsumerGroupDescribeRequest(List.of(GroupStory.GROUP), false),
                GroupStory.CLIENT, 1, answer::set);
        return answer.get().groups().getFirst();
    }

    @Test
    void aFirstMemberGetsEverythingAtOnce() {
        var one = client("one").settle();
        assertThat(one.used).hasSize(4);
        assertThat(one.epoch).isEqualTo(2);
        assertThat(described().groupState()).isEqualTo("Stable");
    }

    @Test
    void aSecondMemberGetsAPartitionOnlyWhenTheFirstHasGivenItUp() {
        var one = client("one").settle();
        story.pass(1_000);
        var two = client("two").talk();
        assertThat(two.last).isEqualTo(ErrorCode.NONE);
        two.obey();
        assertThat(two.used).isEmpty();
        one.talk();
        assertThat(one.used).hasSize(4);
        two.talk().obey();
        assertThat(two.used).isEmpty();
        one.obey();
        one.talk();
        two.talk().obey();
        assertThat(one.used).hasSize(2);
        assertThat(two.used).hasSize(2).doesNotContainAnyElementsOf(one.used);
        assertThat(described().groupState()).isEqualTo("Stable");
    }

    @Test
    void manyWhoComeWithinASecondMeanOneNewTarget() {
        var one = client("one").settle();
        var two = client("two").talk();
        var three = client("three").talk();
        assertThat(described().assignmentEpoch()).isEqualTo(2);
        assertThat(described().groupState()).isEqualTo("Assigning");
        story.pass(1_000);
        two.talk();
        assertThat(described().assignmentEpoch()).isEqualTo(4);
        for (var each : List.of(one, two, three, one, two, three)) {
            each.settle();
        }
        assertThat(one.used.size() + two.used.size() + three.used.size()).isEqualTo(4);
    }

    @Test
    void aSilentMemberLosesItsPartitionsWhenItsSessionEnds() {
        var one = client("one").settle();
        story.pass(1_000);
        var two = client("two").settle();
        one.settle();
        two.settle();
        for (int i = 0; i < 46; i++) {
            story.pass(1_000);
            story.commitLog();
            two.settle();
        }
        assertThat(two.used).hasSize(4);
        assertThat(one.talk().last).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aMemberThatDoesNotGiveUpIsSentAway() {
        var one = client("one").settle();
        story.pass(1_000);
        var two = client("two").settle();
        for (int i = 0; i < 59; i++) {
            assertThat(one.talk().last).isEqualTo(ErrorCode.NONE);
            two.settle();
            story.pass(1_000);
            story.commitLog();
        }
        assertThat(two.used).isEmpty();
        story.pass(2_000);
        story.commitLog();
        assertThat(one.talk().last).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(two.settle().used).hasSize(4);
    }

    @Test
    void aHeartbeatThatChangesNothingWritesNothingAndNeverWaits() {
        var one = client("one").settle();
        story.pass(1_000);
        one.talk();
        int written = story.written.size();
        var two = client("two").send();
        var answer = one.send();
        assertThat(answer.get()).isNotNull();
        assertThat(two.get()).isNull();
        story.commitLog();
        assertThat(two.get()).isNotNull();
        assertThat(story.written.size()).isGreaterThan(written);
        written = story.written.size();
        one.settle();
        one.settle();
        int settled = story.written.size();
        one.talk();
        assertThat(story.written.size()).isEqualTo(settled);
        assertThat(settled).isGreaterThanOrEqualTo(written);
    }

    @Test
    void whatCouldNotBeWrittenDidNotHappen() {
        var one = client("one");
        var answer = one.send();
        story.failLog(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(GroupStory.errorOf(answer.get().errorCode())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(GroupStory.errorOf(described().errorCode())).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void whoWaitsWhenTheShardIsLostIsSentElsewhere() {
        var first = client("one").send();
        var second = client("two").send();
        story.shard.onUnloaded();
        assertThat(GroupStory.errorOf(first.get().errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(GroupStory.errorOf(second.get().errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        story.restart();
        assertThat(GroupStory.errorOf(described().errorCode())).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void whatAMemberHasIsKnownAlsoWhenCompactionLeftItInFrontOfItsProfile() {
        var one = client("one").settle();
        story.compactBehindNewProfiles();
        story.restart();
        story.pass(1_000);
        var two = client("two").talk();
        two.obey();
        assertThat(two.used).isEmpty();
        one.talk();
        one.obey();
        one.talk();
        two.talk().obey();
        assertThat(two.used).hasSize(2).doesNotContainAnyElementsOf(one.used);
    }

    @Test
    void staleAndStrangeEpochsAreFenced() {
        var one = client("one").settle();
        one.epoch = 7;
        assertThat(one.talk().last).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        var stranger = client("stranger");
        stranger.epoch = 2;
        assertThat(stranger.talk().last).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aStaticMemberComesBackToWhatItHad() {
        var one = new ConsumerClient(story, "one", "i", List.of("t")).settle();
        story.pass(1_000);
        var other = client("other").settle();
        one.settle();
        other.settle();
        var had = List.copyOf(one.used);
        var twin = new ConsumerClient(story, "twin", "i", List.of("t"));
        assertThat(twin.talk().last).isEqualTo(ErrorCode.UNRELEASED_INSTANCE_ID);
        one.leave(-2);
        story.commitLog();
        twin = new ConsumerClient(story, "twin", "i", List.of("t")).settle();
        assertThat(twin.used).containsExactlyElementsOf(had);
        assertThat(other.used).hasSize(2);
        one.epoch = 2;
        one.talk();
        assertThat(one.last).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    }

    @Test
    void offsetsAreCommittedInTheMembersEpoch() {
        var one = client("one").settle();
        var committed = story.commit(one.epoch, "one", 5);
        story.commitLog();
        assertThat(GroupStory.errorOfCommit(committed)).isEqualTo(ErrorCode.NONE);
        assertThat(GroupStory.errorOfCommit(story.commit(one.epoch + 1, "one", 6))).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(GroupStory.errorOfCommit(story.commit(one.epoch, "nobody", 6))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(GroupStory.errorOfCommit(story.commit(-1, "", 6))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void whoIsBehindMayCommitWhatItHasKept() {
        var one = client("one").settle();
        story.pass(1_000);
        var two = client("two").settle();
        one.settle();
        two.settle();
        var kept = one.used.first();
        var late = story.commit(one.epoch - 1, "one", kept.partition(), 9);
        story.commitLog();
        assertThat(GroupStory.errorOfCommit(late)).isEqualTo(ErrorCode.NONE);
        var lost = two.used.first();
        assertThat(GroupStory.errorOfCommit(story.commit(one.epoch - 1, "one", lost.partition(), 9)))
                .isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
    }

    @Test
    void aRestartKeepsEverything() {
        var one = client("one").settle();
        story.pass(1_000);
        var two = client("two").settle();
        one.settle();
        two.settle();
        var before = described();
        story.restart();
        assertThat(described()).isEqualTo(before);
        int written = story.written.size();
        one.settle();
        two.settle();
        assertThat(story.written.size()).isEqualTo(written);
    }

    @Test
    void topicsThatGrowAreAssignedAgain() {
        var one = client("one").settle();
        story.topics.put("t", 6);
        story.shard.onTopicsChanged(new TreeSet<>(List.of("t")));
        story.pass(1_000);
        one.settle();
        assertThat(one.used).hasSize(6);
    }

    @Test
    void anExpressionFollowsTheTopics() {
        story.topics.put("logs-a", 1);
        var one = new ConsumerClient(story, "one", null, null);
        one.expression = "logs-.*";
        one.talk();
        assertThat(one.last).isEqualTo(ErrorCode.NONE);
        story.answerSearches();
        story.pass(1_000);
        one.settle();
        assertThat(one.used).hasSize(1);
        story.topics.put("logs-b", 2);
        story.shard.onTopicsChanged(new TreeSet<>(List.of("logs-b")));
        story.pass(10_000);
        story.answerSearches();
        story.pass(1_000);
        one.settle();
        assertThat(one.used).hasSize(3);
        var broken = new ConsumerClient(story, "two", null, null);
        broken.expression = "(";
        assertThat(broken.talk().last).isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
    }

    @Test
    void anEmptyGroupIsDeleted() {
        var one = client("one").settle();
        assertThat(deleted()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        one.leave(-1);
        story.commitLog();
        assertThat(described().groupState()).isEqualTo("Empty");
        assertThat(deleted()).isEqualTo(ErrorCode.NONE);
        assertThat(deleted()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        story.restart();
        assertThat(deleted()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    private ErrorCode deleted() {
        var answer = new AtomicReference<DeleteGroupsResponse>();
        story.shard.deleteGroups(new DeleteGroupsRequest(List.of(GroupStory.GROUP)), GroupStory.CLIENT, 2, answer::set);
        story.commitLog();
        return GroupStory.errorOf(answer.get().results().getFirst().errorCode());
    }

    @Test
    void kafkaReadsWhatWeWrite() {
        var one = client("one").settle();
        one.leave(-1);
        story.commitLog();
        deleted();
        var serde = new GroupCoordinatorRecordSerde();
        var read = story.written.stream().map(record -> serde.deserialize(ByteBuffer.wrap(record.key()),
                record.value() == null ? null : ByteBuffer.wrap(record.value())).toString()).toList();
        assertThat(String.join("\n", read)).contains("ConsumerGroupMemberMetadataKey", "ConsumerGroupMetadataKey",
                "ConsumerGroupTargetAssignmentMemberKey", "ConsumerGroupTargetAssignmentMetadataKey",
                "ConsumerGroupCurrentMemberAssignmentKey", "assignmentEpochs=[2, 2, 2, 2]");
    }
}
