package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import naru.coordination.groups.GroupShard;
import naru.coordination.shares.ShareGroups;
import naru.protocol.ErrorCode;
import naru.protocol.message.ShareGroupDescribeRequest;
import naru.protocol.message.ShareGroupDescribeResponse;
import naru.protocol.message.ShareGroupDescribeResponse.DescribedGroup;
import naru.protocol.message.ShareGroupHeartbeatRequest;
import naru.protocol.message.ShareGroupHeartbeatResponse;

/** ShareGroupHeartbeat and ShareGroupDescribe (API keys 76 and 77). */
final class ShareGroupHandlers {

    private ShareGroupHandlers() {}

    private static ShareGroups groupsOf(GroupShard shard) {
        return shard.kind(ShareGroups.class);
    }

    static Handler<ShareGroupHeartbeatRequest> heartbeat(LaneBroker lane) {
        return (request, asked) -> GroupHandlers.<ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse>ask(
                lane, request, asked.groupId(), asked,
                (shard, wanted, client, version, reply) -> {
                    var admitted = shard.admit(wanted.groupId());
                    // Without a name it is told what is wrong in Kafka's words.
                    boolean unnamed = wanted.groupId().isEmpty() && admitted == ErrorCode.INVALID_GROUP_ID;
                    groupsOf(shard).heartbeat(wanted, client, unnamed ? ErrorCode.NONE : admitted, reply);
                },
                (_, error) -> ShareGroupHeartbeatResponse.builder().errorCode(error.code()).build(),
                request::answer);
    }

    static Handler<ShareGroupDescribeRequest> describe(LaneBroker lane) {
        return (request, asked) -> {
            var names = List.copyOf(new LinkedHashSet<>(asked.groupIds()));
            var round = new Round<DescribedGroup>(names.size(), groups -> {
                var told = new ArrayList<DescribedGroup>();
                groups.forEach(group -> told.add(asked.includeAuthorizedOperations()
                        && group.errorCode() == ErrorCode.NONE.code()
                        ? group.toBuilder().authorizedOperations(AuthorizedOperations.GROUP).build() : group));
                request.answer(ShareGroupDescribeResponse.builder().groups(told).build());
            });
            for (int i = 0; i < names.size(); i++) {
                GroupHandlers.<String, DescribedGroup>ask(
                        lane, request, names.get(i), names.get(i),
                        (shard, name, client, version, reply) ->
                                reply.accept(groupsOf(shard).describe(name, shard.admit(name))),
                        (name, error) -> DescribedGroup.builder().groupId(name).errorCode(error.code()).build(),
                        round.seat(i));
            }
        };
    }
}
