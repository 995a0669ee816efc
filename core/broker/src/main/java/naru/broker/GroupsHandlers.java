package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import naru.coordination.groups.GroupShard;
import naru.coordination.runtime.ClientIdentity;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupDescribeRequest;
import naru.protocol.message.ConsumerGroupDescribeResponse;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteGroupsResponse;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.DescribeGroupsResponse;
import naru.protocol.message.ListGroupsRequest;
import naru.protocol.message.ListGroupsResponse;

/** The APIs that speak about several groups: asked group by group, answered together. */
final class GroupsHandlers {

    private GroupsHandlers() {}

    static Handler<DescribeGroupsRequest> describe(LaneBroker lane) {
        return (request, asked) -> {
            // Each once: a group may have thousands of members, and a request may name it again and again.
            var names = List.copyOf(new LinkedHashSet<>(asked.groups()));
            var round = new Round<DescribeGroupsResponse>(names.size(), parts -> {
                var groups = new ArrayList<DescribeGroupsResponse.DescribedGroup>();
                boolean withOperations = asked.includeAuthorizedOperations();
                parts.forEach(part -> part.groups().forEach(
                        group -> groups.add(withOperations ? withOperations(group) : group)));
                request.answer(DescribeGroupsResponse.builder().groups(groups).build());
            });
            for (int i = 0; i < names.size(); i++) {
                var one = asked.toBuilder().groups(List.of(names.get(i))).build();
                GroupHandlers.<DescribeGroupsRequest, DescribeGroupsResponse>ask(
                        lane, request, names.get(i), one, GroupShard::describeGroups,
                        GroupsHandlers::refuse, round.seat(i));
            }
        };
    }

    private static DescribeGroupsResponse.DescribedGroup withOperations(DescribeGroupsResponse.DescribedGroup group) {
        return group.errorCode() != ErrorCode.NONE.code() ? group
                : group.toBuilder().authorizedOperations(AuthorizedOperations.GROUP).build();
    }

    private static DescribeGroupsResponse refuse(DescribeGroupsRequest one, ErrorCode error) {
        var group = DescribeGroupsResponse.DescribedGroup.builder()
                .groupId(one.groups().getFirst()).errorCode(error.code()).build();
        return DescribeGroupsResponse.builder().groups(List.of(group)).build();
    }

    static Handler<ConsumerGroupDescribeRequest> describeConsumers(LaneBroker lane) {
        return (request, asked) -> {
            var names = List.copyOf(new LinkedHashSet<>(asked.groupIds()));
            var round = new Round<ConsumerGroupDescribeResponse>(names.size(), parts -> {
                var groups = new ArrayList<ConsumerGroupDescribeResponse.DescribedGroup>();
                boolean withOperations = asked.includeAuthorizedOperations();
                parts.forEach(part -> part.groups().forEach(group -> groups.add(
                        withOperations && group.errorCode() == ErrorCode.NONE.code()
                                ? group.toBuilder().authorizedOperations(AuthorizedOperations.GROUP).build() : group)));
                request.answer(ConsumerGroupDescribeResponse.builder().groups(groups).build());
            });
            for (int i = 0; i < names.size(); i++) {
                var one = asked.toBuilder().groupIds(List.of(names.get(i))).build();
                GroupHandlers.<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>ask(
                        lane, request, names.get(i), one, GroupShard::describeConsumerGroups,
                        GroupsHandlers::refuse, round.seat(i));
            }
        };
    }

    private static ConsumerGroupDescribeResponse refuse(ConsumerGroupDescribeRequest one, ErrorCode error) {
        var group = ConsumerGroupDescribeResponse.DescribedGroup.builder()
                .groupId(one.groupIds().getFirst()).errorCode(error.code()).build();
        return ConsumerGroupDescribeResponse.builder().groups(List.of(group)).build();
    }

    static Handler<DeleteGroupsRequest> delete(LaneBroker lane) {
        return (request, asked) -> {
            var names = asked.groupsNames();
            var round = new Round<DeleteGroupsResponse>(names.size(), parts -> {
                Map<String, DeleteGroupsResponse.DeletableGroupResult> results = new LinkedHashMap<>();
                parts.forEach(part -> part.results().forEach(result -> results.put(result.groupId(), result)));
                request.answer(DeleteGroupsResponse.builder().results(List.copyOf(results.values())).build());
            });
            for (int i = 0; i < names.size(); i++) {
                var one = asked.toBuilder().groupsNames(List.of(names.get(i))).build();
                GroupHandlers.<DeleteGroupsRequest, DeleteGroupsResponse>ask(
                        lane, request, names.get(i), one, GroupShard::deleteGroups,
                        GroupsHandlers::refuse, round.seat(i));
            }
        };
    }

    private static DeleteGroupsResponse refuse(DeleteGroupsRequest one, ErrorCode error) {
        var result = new DeleteGroupsResponse.DeletableGroupResult(
                one.groupsNames().getFirst(), error.code(), null);
        return DeleteGroupsResponse.builder().results(List.of(result)).build();
    }

    static Handler<ListGroupsRequest> list(LaneBroker lane) {
        return (request, inFull) -> {
            var asked = GroupShard.shortened(inFull);
            var client = new ClientIdentity(request.clientId(), request.clientHost());
            var round = new Round<ListGroupsResponse>(lane.lanes().count(), parts ->
                    request.answer(joined(parts)));
            for (int i = 0; i < lane.lanes().count(); i++) {
                lane.<List<GroupShard>, ListGroupsResponse>onLane(i, there -> there.coordinators().groups().all(),
                        (shards, answer) -> listHere(shards, asked, client, request.version(), answer), round.seat(i));
            }
        };
    }

    /** Shards answer a listing at once. */
    private static void listHere(
            List<GroupShard> shards, ListGroupsRequest asked, ClientIdentity client, int version,
            Consumer<ListGroupsResponse> answer) {
        var parts = new ArrayList<ListGroupsResponse>();
        for (var shard : shards) {
            shard.listGroups(asked, client, version, parts::add);
        }
        answer.accept(joined(parts));
    }

    private static ListGroupsResponse joined(List<ListGroupsResponse> parts) {
        var groups = new ArrayList<ListGroupsResponse.ListedGroup>();
        short error = ErrorCode.NONE.code();
        for (var part : parts) {
            groups.addAll(part.groups());
            error = part.errorCode() == ErrorCode.NONE.code() ? error : part.errorCode();
        }
        return ListGroupsResponse.builder().errorCode(error).groups(groups).build();
    }
}
