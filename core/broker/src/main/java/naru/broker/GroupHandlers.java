package naru.broker;

import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.coordination.groups.GroupShard;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.ShardPartition;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerGroupHeartbeatResponse;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.LeaveGroupResponse;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/** The APIs that speak about one group: each goes to the shard of its group, on the lane that has it. */
final class GroupHandlers {

    /** One method of a shard. */
    interface Question<Q, A> {
        void ask(GroupShard shard, Q request, ClientIdentity client, int version, Consumer<A> reply);
    }

    private GroupHandlers() {}

    static Handler<JoinGroupRequest> join(LaneBroker lane) {
        return ofOneGroup(lane, JoinGroupRequest::groupId, GroupShard::joinGroup, (asked, error) ->
                JoinGroupResponse.builder().errorCode(error.code()).memberId(asked.memberId()).generationId(-1).build());
    }

    static Handler<SyncGroupRequest> sync(LaneBroker lane) {
        return ofOneGroup(lane, SyncGroupRequest::groupId, GroupShard::syncGroup,
                (_, error) -> SyncGroupResponse.builder().errorCode(error.code()).build());
    }

    static Handler<HeartbeatRequest> heartbeat(LaneBroker lane) {
        return ofOneGroup(lane, HeartbeatRequest::groupId, GroupShard::heartbeat,
                (_, error) -> HeartbeatResponse.builder().errorCode(error.code()).build());
    }

    static Handler<ConsumerGroupHeartbeatRequest> consumerHeartbeat(LaneBroker lane) {
        return ofOneGroup(lane, ConsumerGroupHeartbeatRequest::groupId, GroupShard::consumerGroupHeartbeat,
                (_, error) -> ConsumerGroupHeartbeatResponse.builder().errorCode(error.code()).build());
    }

    static Handler<LeaveGroupRequest> leave(LaneBroker lane) {
        return ofOneGroup(lane, LeaveGroupRequest::groupId, GroupShard::leaveGroup,
                (_, error) -> LeaveGroupResponse.builder().errorCode(error.code()).build());
    }

    private static <Q extends Message, A extends Message> Handler<Q> ofOneGroup(
            LaneBroker lane, Function<Q, String> group, Question<Q, A> question, BiFunction<Q, ErrorCode, A> refusal) {
        return (request, asked) ->
                ask(lane, request, group.apply(asked), asked, question, refusal, request::answer);
    }

    /** Asks the shard of a group, wherever it is, and hears the answer on this lane. */
    static <Q, A> void ask(
            LaneBroker lane, Request request, String group, Q asked, Question<Q, A> question,
            BiFunction<Q, ErrorCode, A> refusal, Consumer<A> reply) {
        var topic = lane.cluster().topic(InternalTopics.OFFSETS);
        if (topic == null) {
            reply.accept(refusal.apply(asked, ErrorCode.COORDINATOR_NOT_AVAILABLE));
            return;
        }
        int partition = ShardPartition.of(group, topic.partitions().size());
        int owner = lane.broker().laneOf(topic.name(), partition);
        var client = new ClientIdentity(request.clientId(), request.clientHost());
        lane.onLane(owner, there -> there.coordinators().groups().shard(partition), (shard, answer) -> {
            if (shard == null) {
                answer.accept(refusal.apply(asked, ErrorCode.NOT_COORDINATOR));
            } else {
                question.ask(shard, asked, client, request.version(), answer);
            }
        }, reply);
    }
}
