package naru.differential;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.ListGroupsRequest;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetDeleteRequest;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;

/**
 * Groups without members, and strangers who speak to them. What a coordinator answers to members, in every state of their group, is held
 * by the transcript beside the server.
 */
final class GroupScenarios {

    /** From here on a topic is named by its id. */
    private static final int BY_ID = 10;
    /** From here on several groups are asked about at once. */
    private static final int MANY_GROUPS = 8;

    private GroupScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("offset-commit", ApiKey.OFFSET_COMMIT, GroupScenarios::commit),
                new Scenario("offset-fetch", ApiKey.OFFSET_FETCH, GroupScenarios::fetch),
                new Scenario("offset-delete", ApiKey.OFFSET_DELETE, GroupScenarios::deleteOffsets),
                new Scenario("join-group", ApiKey.JOIN_GROUP, GroupScenarios::join),
                new Scenario("sync-group", ApiKey.SYNC_GROUP, GroupScenarios::sync),
                new Scenario("heartbeat", ApiKey.HEARTBEAT, GroupScenarios::heartbeat),
                new Scenario("leave-group", ApiKey.LEAVE_GROUP, GroupScenarios::leave),
                new Scenario("describe-groups", ApiKey.DESCRIBE_GROUPS, GroupScenarios::describe),
                new Scenario("list-groups", ApiKey.LIST_GROUPS, GroupScenarios::list),
                new Scenario("delete-groups", ApiKey.DELETE_GROUPS, GroupScenarios::delete));
    }

    private static OffsetCommitRequest committing(String group, String topic, Uuid id, int partition, long offset, String metadata) {
        return OffsetCommitRequest.builder().groupId(group).topics(List.of(new OffsetCommitRequestTopic(topic, id, List.of(
                new OffsetCommitRequestPartition(partition, offset, -1, metadata))))).build();
    }

    private static void commit(Conversation with, int version) {
        var created = Given.topicWithId(with, "t", 2);
        var id = version < BY_ID ? Uuid.ZERO : created;
        var topic = with.name("t");
        var group = Given.group(with, "g");
        with.probe("one offset", committing(group, topic, id, 0, 5, "words"));
        with.probe("below zero", committing(group, topic, id, 0, -5, ""));
        with.probe("no words", committing(group, topic, id, 0, 6, null));
        with.probe("many words", committing(group, topic, id, 0, 6, "x".repeat(4_097)));
        with.probe("an unknown partition", committing(group, topic, id, 7, 5, ""));
        with.probe("an unknown topic", committing(group, with.name("nobody"), version < BY_ID ? Uuid.ZERO : Conversation.NOBODYS_ID, 0, 5, ""));
        with.probe("no group", committing("", topic, id, 0, 5, ""));
        with.probe("an unknown generation", committing(group, topic, id, 0, 5, "").toBuilder().generationIdOrMemberEpoch(3).build());
        with.probe("an unknown member", committing(group, topic, id, 0, 5, "").toBuilder().memberId("x").generationIdOrMemberEpoch(3).build());
        with.probe("nothing", OffsetCommitRequest.builder().groupId(group).build());
    }

    private static OffsetFetchRequest looking(int version, String group, String topic, Uuid id, Integer... partitions) {
        return version < MANY_GROUPS
                ? OffsetFetchRequest.builder().groupId(group).topics(List.of(new OffsetFetchRequestTopic(topic, List.of(partitions)))).build()
                : OffsetFetchRequest.builder().groups(List.of(new OffsetFetchRequestGroup(group, null, -1, List.of(
                        new OffsetFetchRequestTopics(topic, version < BY_ID ? Uuid.ZERO : id, List.of(partitions)))))).build();
    }

    private static void fetch(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        var group = Given.group(with, "g");
        with.probe("before any commit", looking(version, group, topic, id, 0));
        with.probe("a commit", 8, committing(group, topic, Uuid.ZERO, 0, 5, "words"));
        with.probe("one offset", looking(version, group, topic, id, 0));
        with.probe("one that is there and one that is not", looking(version, group, topic, id, 0, 1, 9));
        with.probe("an unknown topic", looking(version, group, with.name("nobody"), Conversation.NOBODYS_ID, 0));
        with.probe("an unknown group", looking(version, with.name("strangers"), topic, id, 0));
        with.probe("no group", looking(version, "", topic, id, 0));
        with.probe("stable ones", looking(version, group, topic, id, 0).toBuilder().requireStable(true).build());
        if (version < MANY_GROUPS) {
            with.probe("all", OffsetFetchRequest.builder().groupId(group).topics(version < 2 ? List.of() : null).build());
        } else {
            with.probe("all", OffsetFetchRequest.builder().groups(List.of(new OffsetFetchRequestGroup(group, null, -1, null))).build());
            with.probe("all of two groups", OffsetFetchRequest.builder().groups(List.of(new OffsetFetchRequestGroup(group, null, -1, null),
                    new OffsetFetchRequestGroup(with.name("strangers"), null, -1, null))).build());
            with.probe("nothing", OffsetFetchRequest.builder().build());
        }
    }

    private static OffsetDeleteRequest forgetting(String group, String topic, Integer... partitions) {
        var asked = new ArrayList<OffsetDeleteRequest.OffsetDeleteRequestPartition>();
        for (int partition : partitions) {
            asked.add(new OffsetDeleteRequest.OffsetDeleteRequestPartition(partition));
        }
        return OffsetDeleteRequest.builder().groupId(group).topics(List.of(new OffsetDeleteRequest.OffsetDeleteRequestTopic(topic, asked))).build();
    }

    private static void deleteOffsets(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        var group = Given.group(with, "g");
        with.probe("of a group that is none", forgetting(group, topic, 0));
        with.probe("a commit", 8, committing(group, topic, Uuid.ZERO, 0, 5, ""));
        with.probe("one that is there and one that is not", forgetting(group, topic, 0, 1, 9));
        with.probe("an unknown topic", forgetting(group, with.name("nobody"), 0));
        with.probe("a commit again", 8, committing(group, topic, Uuid.ZERO, 0, 5, ""));
        with.probe("nothing", OffsetDeleteRequest.builder().groupId(group).build());
        with.probe("no group", forgetting("", topic, 0));
    }

    private static JoinGroupRequest joining(String group, String member) {
        return JoinGroupRequest.builder().groupId(group).memberId(member).sessionTimeoutMs(10_000).rebalanceTimeoutMs(10_000)
                .protocolType("consumer").protocols(List.of(new JoinGroupRequestProtocol("range", Given.text("about me")))).build();
    }

    private static void join(Conversation with, int version) {
        var group = Given.group(with, "g");
        with.probe("an id that nobody gave", joining(group, "nobody"));
        with.probe("no group", joining("", ""));
        with.probe("a short session", joining(with.name("other"), "").toBuilder().sessionTimeoutMs(5).build());
        with.probe("a long session", joining(with.name("other"), "").toBuilder().sessionTimeoutMs(2_000_000).build());
        with.probe("no protocols", joining(with.name("other"), "").toBuilder().protocols(List.of()).build());
        with.probe("no type of protocol", joining(with.name("other"), "").toBuilder().protocolType("").build());
    }

    private static SyncGroupRequest syncing(String group, int generation, String member) {
        return SyncGroupRequest.builder().groupId(group).generationId(generation).memberId(member).protocolType("consumer").protocolName("range")
                .assignments(List.of(new SyncGroupRequestAssignment(member, Given.text("all of it")))).build();
    }

    private static void sync(Conversation with, int version) {
        var group = Given.group(with, "g");
        with.probe("nobody", syncing(group, 1, "nobody"));
        with.probe("an unknown group", syncing(with.name("other"), 1, "somebody"));
        with.probe("no group", syncing("", 1, "somebody"));
    }

    private static HeartbeatRequest beating(String group, int generation, String member) {
        return HeartbeatRequest.builder().groupId(group).generationId(generation).memberId(member).build();
    }

    private static void heartbeat(Conversation with, int version) {
        var group = Given.group(with, "g");
        with.probe("nobody", beating(group, 1, "nobody"));
        with.probe("an unknown group", beating(with.name("other"), 1, "nobody"));
        with.probe("no group", beating("", 1, "nobody"));
        with.probe("an instance", beating(group, 1, "nobody").toBuilder().groupInstanceId("i").build());
    }

    private static LeaveGroupRequest leaving(int version, String group, String... members) {
        var leaving = new ArrayList<LeaveGroupRequest.MemberIdentity>();
        for (var member : members) {
            leaving.add(new LeaveGroupRequest.MemberIdentity(member, null, null));
        }
        return version < 3
                ? LeaveGroupRequest.builder().groupId(group).memberId(members[0]).build()
                : LeaveGroupRequest.builder().groupId(group).members(leaving).build();
    }

    private static void leave(Conversation with, int version) {
        var group = Given.group(with, "g");
        with.probe("nobody", leaving(version, group, "nobody"));
        with.probe("an unknown group", leaving(version, with.name("other"), "nobody"));
        with.probe("no group", leaving(version, "", "nobody"));
        if (version >= 3) {
            with.probe("two that are not there", leaving(version, group, "nobody", "neither"));
            with.probe("nobody at all", leaving(version, group));
        }
    }

    private static void describe(Conversation with, int version) {
        var group = Given.group(with, "g");
        with.probe("a group that is none", DescribeGroupsRequest.builder().groups(List.of(group)).build());
        with.probe("what may be done", DescribeGroupsRequest.builder().groups(List.of(group)).includeAuthorizedOperations(true).build());
        with.probe("two and none", DescribeGroupsRequest.builder().groups(List.of(group, with.name("other"), "")).build());
        with.probe("nothing", DescribeGroupsRequest.builder().build());
    }

    /** Others' groups are on the broker too, so only questions to which none of them is an answer. */
    private static void list(Conversation with, int version) {
        Given.group(with, "g");
        if (version >= 4) {
            with.probe("a state that is none", ListGroupsRequest.builder().statesFilter(List.of("Thriving")).build());
            with.probe("a dead one", ListGroupsRequest.builder().statesFilter(List.of("Dead")).build());
        }
        if (version >= 5) {
            with.probe("a type that is none", ListGroupsRequest.builder().typesFilter(List.of("happy")).build());
            with.probe("shared ones", ListGroupsRequest.builder().typesFilter(List.of("share")).build());
        }
    }

    private static void delete(Conversation with, int version) {
        var topic = Given.topic(with, "t", 1);
        var group = Given.group(with, "g");
        with.probe("a group that is none", DeleteGroupsRequest.builder().groupsNames(List.of(group)).build());
        with.probe("a commit", 8, committing(group, topic, Uuid.ZERO, 0, 5, ""));
        with.probe("one", DeleteGroupsRequest.builder().groupsNames(List.of(group)).build());
        with.probe("again", DeleteGroupsRequest.builder().groupsNames(List.of(group)).build());
        with.probe("one twice, and no name", DeleteGroupsRequest.builder().groupsNames(List.of(group, group, "")).build());
        with.probe("nothing", DeleteGroupsRequest.builder().build());
    }
}
