package naru.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import naru.coordination.consumers.ConsumerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ConsumerProtocolAssignment;
import naru.protocol.message.ConsumerProtocolSubscription;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.LeaveGroupResponse;
import naru.protocol.message.ListGroupsRequest;
import naru.protocol.message.ListGroupsResponse;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;
import org.junit.jupiter.api.Test;

/** A live group moves from the classic to the consumer protocol and back, member by member. */
class MigrationTest {

    private final GroupStory story = new GroupStory();

    MigrationTest() {
        story.topics.put("t", 4);
    }

    /** A consumer of the classic protocol, with partitions of the topic t. */
    private final class Classic {
        private String memberId = "";
        private int generation;
        private final List<Integer> owned = new ArrayList<>();
        private AtomicReference<JoinGroupResponse> joining;

        private Classic join() {
            var out = new Writer(64);
            out.int16((short) 1);
            new ConsumerProtocolSubscription(List.of("t"), null,
                    List.of(new ConsumerProtocolSubscription.TopicPartition("t", List.copyOf(owned))), -1, null).write(out, 1);
            joining = new AtomicReference<>();
            story.shard.joinGroup(new JoinGroupRequest(GroupStory.GROUP, 10_000, 60_000, memberId, null, "consumer",
                    List.of(new JoinGroupRequest.JoinGroupRequestProtocol("range", ByteBuffer.wrap(out.toBytes()))), null),
                    GroupStory.CLIENT, 9, joining::set);
            story.commitLog();
            var answer = joining.get();
            if (answer != null && GroupStory.errorOf(answer.errorCode()) == ErrorCode.MEMBER_ID_REQUIRED) {
                memberId = answer.memberId();
                return join();
            }
            return this;
        }

        private ErrorCode joined() {
            memberId = joining.get().memberId();
            generation = joining.get().generationId();
            return GroupStory.errorOf(joining.get().errorCode());
        }

        private ErrorCode sync(List<SyncGroupRequest.SyncGroupRequestAssignment> assignments) {
            var answer = new AtomicReference<SyncGroupResponse>();
            story.shard.syncGroup(new SyncGroupRequest(GroupStory.GROUP, generation, memberId, null, "consumer", "range",
                    assignments), GroupStory.CLIENT, 5, answer::set);
            story.commitLog();
            var code = GroupStory.errorOf(answer.get().errorCode());
            if (code == ErrorCode.NONE) {
                owned.clear();
                var in = new Reader(answer.get().assignment());
                ConsumerProtocolAssignment.read(in, in.int16()).assignedPartitions().forEach(one -> owned.addAll(one.partitions()));
            }
            return code;
        }

        private ErrorCode heartbeat() {
            var answer = new AtomicReference<HeartbeatResponse>();
            story.shard.heartbeat(new HeartbeatRequest(GroupStory.GROUP, generation, memberId, null), GroupStory.CLIENT, 4, answer::set);
            return GroupStory.errorOf(answer.get().errorCode());
        }

        private void leave() {
            story.shard.leaveGroup(new LeaveGroupRequest(GroupStory.GROUP, null,
                    List.of(new LeaveGroupRequest.MemberIdentity(memberId, null, null))), GroupStory.CLIENT, 5,
                    new AtomicReference<LeaveGroupResponse>()::set);
            story.commitLog();
        }

        /** Follows a rebalance when there is one, as a client does. */
        private void follow() {
            if (heartbeat() == ErrorCode.REBALANCE_IN_PROGRESS) {
                join();
                if (joining.get() != null && joined() == ErrorCode.NONE) {
                    sync(List.of());
                }
            }
        }
    }

    private Classic aloneAndStable() {
        var one = new Classic().join();
        story.pass(3_000);
        assertThat(one.joined()).isEqualTo(ErrorCode.NONE);
        var out = new Writer(64);
        out.int16((short) 1);
        new ConsumerProtocolAssignment(List.of(new ConsumerProtocolAssignment.TopicPartition("t", List.of(0, 1, 2, 3))), null)
                .write(out, 1);
        assertThat(one.sync(List.of(new SyncGroupRequest.SyncGroupRequestAssignment(one.memberId, ByteBuffer.wrap(out.toBytes())))))
                .isEqualTo(ErrorCode.NONE);
        return one;
    }

    private ConsumerClient consumer(String id) {
        return new ConsumerClient(story, id, null, List.of("t"));
    }

    private String type() {
        var answer = new AtomicReference<ListGroupsResponse>();
        story.shard.listGroups(new ListGroupsRequest(List.of(), List.of()), GroupStory.CLIENT, 5, answer::set);
        assertThat(answer.get().groups()).hasSize(1);
        return answer.get().groups().getFirst().groupType();
    }

    @Test
    void aConsumerAmongClassicMembersSharesWithThem() {
        var old = aloneAndStable();
        assertThat(type()).isEqualTo("classic");
        var fresh = consumer("fresh").talk();
        assertThat(fresh.last).isEqualTo(ErrorCode.NONE);
        assertThat(type()).isEqualTo("consumer");
        for (int i = 0; i < 4; i++) {
            story.pass(1_000);
            old.follow();
            fresh.settle();
        }
        assertThat(old.owned).hasSize(2);
        assertThat(fresh.used).hasSize(2);
        assertThat(fresh.used.stream().map(ConsumerClient.Used::partition).toList()).doesNotContainAnyElementsOf(old.owned);
        story.restart();
        assertThat(type()).isEqualTo("consumer");
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void theGroupIsClassicAgainWhenTheLastConsumerLeaves() {
        var old = aloneAndStable();
        var fresh = consumer("fresh").settle();
        fresh.leave(-1);
        story.commitLog();
        assertThat(type()).isEqualTo("classic");
        // The generation is the epoch that the leaving one raised.
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        old.join();
        assertThat(old.joined()).isEqualTo(ErrorCode.NONE);
        assertThat(old.joining.get().leader()).isEqualTo(old.memberId);
        story.restart();
        assertThat(type()).isEqualTo("classic");
    }

    @Test
    void theGroupStaysAConsumerGroupWhenTheLastClassicMemberLeaves() {
        var old = aloneAndStable();
        var fresh = consumer("fresh").settle();
        old.leave();
        for (int i = 0; i < 3; i++) {
            story.pass(1_000);
            fresh.settle();
        }
        assertThat(fresh.used).hasSize(4);
        assertThat(type()).isEqualTo("consumer");
    }

    @Test
    void aClassicMemberMayJoinAConsumerGroup() {
        var fresh = consumer("fresh").settle();
        story.pass(1_000);
        var old = new Classic().join();
        assertThat(old.joined()).isEqualTo(ErrorCode.NONE);
        old.sync(List.of());
        for (int i = 0; i < 4; i++) {
            story.pass(1_000);
            fresh.settle();
            old.follow();
        }
        assertThat(old.owned).hasSize(2);
        assertThat(fresh.used).hasSize(2);
    }

    @Test
    void aClassicMemberThatDoesNotComeBackIsSentAway() {
        var old = aloneAndStable();
        var fresh = consumer("fresh").settle();
        for (int i = 0; i < 12; i++) {
            story.pass(1_000);
            story.commitLog();
            fresh.settle();
        }
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(fresh.used).hasSize(4);
    }

    @Test
    void aConsumerGroupThatEverybodyLeftMayBeClassic() {
        var fresh = consumer("fresh").settle();
        fresh.leave(-1);
        story.commitLog();
        var old = new Classic().join();
        story.pass(3_000);
        assertThat(old.joined()).isEqualTo(ErrorCode.NONE);
        assertThat(type()).isEqualTo("classic");
    }

    @Test
    void whoMayNotMoveStays() {
        var d = ConsumerSettings.DEFAULT;
        story.consumers = new ConsumerSettings(d.sessionTimeoutMs(), d.heartbeatIntervalMs(), d.assignmentIntervalMs(),
                d.membersMax(), d.assignors(), false, false, d.classicMembersMax(), d.refreshIntervalMs(), d.groupsMax());
        aloneAndStable();
        assertThat(consumer("fresh").talk().last).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(type()).isEqualTo("classic");
    }

    @Test
    void aMoveThatCouldNotBeWrittenDidNotHappen() {
        var old = aloneAndStable();
        var answer = consumer("fresh").send();
        story.failLog(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(GroupStory.errorOf(answer.get().errorCode())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(type()).isEqualTo("classic");
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }
}
