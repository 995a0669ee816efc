package naru.differential;

import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ConsumerGroupDescribeRequest;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetDeleteRequest;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import naru.protocol.message.SyncGroupRequest;

/** Groups of the consumer protocol, and those who speak to them in other words. */
final class ConsumerScenarios {

    private static final byte OF_A_GROUP = 32;

    private ConsumerScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("consumer-group-bad-heartbeats", ApiKey.CONSUMER_GROUP_HEARTBEAT, ConsumerScenarios::bad),
                new Scenario("consumer-group-life", ApiKey.CONSUMER_GROUP_HEARTBEAT, ConsumerScenarios::life),
                new Scenario("consumer-group-statics", ApiKey.CONSUMER_GROUP_HEARTBEAT, ConsumerScenarios::statics),
                new Scenario("consumer-group-expressions", ApiKey.CONSUMER_GROUP_HEARTBEAT, ConsumerScenarios::expressions),
                new Scenario("consumer-group-offsets", ApiKey.OFFSET_COMMIT, ConsumerScenarios::offsets),
                new Scenario("consumer-group-describe", ApiKey.CONSUMER_GROUP_DESCRIBE, ConsumerScenarios::describe),
                new Scenario("consumer-group-and-classic-words", ApiKey.CONSUMER_GROUP_DESCRIBE, ConsumerScenarios::classicWords));
    }

    /** A group that is assigned without waiting, so that answers do not depend on time. */
    private static String promptGroup(Conversation with, String what) {
        var group = Given.group(with, what);
        with.quietly(1, IncrementalAlterConfigsRequest.builder().resources(List.of(new AlterConfigsResource(
                OF_A_GROUP, group, List.of(new AlterableConfig("consumer.assignment.interval.ms", (byte) 0, "0"))))).build());
        return group;
    }

    private static ConsumerGroupHeartbeatRequest joining(String group, String member, String... topics) {
        return ConsumerGroupHeartbeatRequest.builder().groupId(group).memberId(member).memberEpoch(0)
                .rebalanceTimeoutMs(60_000).subscribedTopicNames(List.of(topics)).topicPartitions(List.of()).build();
    }

    private static ConsumerGroupHeartbeatRequest beating(String group, String member, int epoch) {
        return ConsumerGroupHeartbeatRequest.builder().groupId(group).memberId(member).memberEpoch(epoch).build();
    }

    private static ConsumerGroupHeartbeatRequest having(ConsumerGroupHeartbeatRequest beat, Uuid topic, Integer... partitions) {
        return beat.toBuilder().topicPartitions(List.of(new TopicPartitions(topic, List.of(partitions)))).build();
    }

    private static void bad(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        var group = promptGroup(with, "g");
        with.probe("no group", joining("", "m", topic));
        with.probe("a group of blanks", joining("  ", "m", topic));
        if (version > 0) {
            with.probe("no member", joining(group, "", topic));
        }
        with.probe("no member that stays", beating(group, "", 1));
        with.probe("no member that leaves", beating(group, "", -1));
        with.probe("an instance without a name", joining(group, "m", topic).toBuilder().instanceId("").build());
        with.probe("a rack without a name", joining(group, "m", topic).toBuilder().rackId("").build());
        with.probe("no time to rebalance", joining(group, "m", topic).toBuilder().rebalanceTimeoutMs(-1).build());
        with.probe("no word of what it has", joining(group, "m", topic).toBuilder().topicPartitions(null).build());
        with.probe("it joins and has something", having(joining(group, "m", topic), Conversation.NOBODYS_ID, 0));
        with.probe("no subscription", joining(group, "m", topic).toBuilder().subscribedTopicNames(null).build());
        with.probe("an assignor that is none", joining(group, "m", topic).toBuilder().serverAssignor("fair").build());
        with.probe("an epoch that is none", beating(group, "m", -3));
        with.probe("a dynamic member that leaves for a while", beating(group, "m", -2));
        with.probe("a group that is none", beating(group, "m", 1));
        with.probe("it leaves a group that is none", beating(group, "m", -1));
        with.probe("a static one leaves a group that is none", beating(group, "m", -2).toBuilder().instanceId("i").build());
    }

    private static void life(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        var group = promptGroup(with, "g");
        with.probe("the first", joining(group, "m1", topic));
        with.probe("the first again", joining(group, "m1", topic));
        with.probe("it goes on", beating(group, "m1", 2));
        with.probe("it says all", having(joining(group, "m1", topic).toBuilder().memberEpoch(2).build(), id, 0, 1));
        with.probe("a later epoch", beating(group, "m1", 7));
        with.probe("a stranger", beating(group, "stranger", 2));
        with.probe("a stranger leaves", beating(group, "stranger", -1));
        with.probe("the second", joining(group, "m2", topic));
        with.probe("the second waits", beating(group, "m2", 3));
        with.probe("the first must give up", beating(group, "m1", 2));
        with.probe("it still has it", having(beating(group, "m1", 2), id, 0, 1));
        with.probe("it has given it up", having(beating(group, "m1", 2), id, 0));
        with.probe("the answer was lost", having(beating(group, "m1", 2), id, 0));
        with.probe("and it says too much", having(beating(group, "m1", 2), id, 0, 1));
        with.probe("the second gets it", beating(group, "m2", 3));
        with.probe("it wants range", beating(group, "m2", 3).toBuilder().serverAssignor("range").build());
        with.probe("it subscribes to nothing", beating(group, "m2", 3).toBuilder().subscribedTopicNames(List.of()).build());
        with.probe("it confirms", beating(group, "m2", 3).toBuilder().topicPartitions(List.of()).build());
        with.probe("the first takes all", having(beating(group, "m1", 3), id, 0));
        with.probe("the second leaves", beating(group, "m2", -1));
        with.probe("the second is gone", beating(group, "m2", 4));
        with.probe("the first goes on", having(beating(group, "m1", 4), id, 0, 1));
        with.probe("a topic that is none", joining(group, "m3", with.name("nobody")));
        with.probe("nothing at all", joining(group, "m4"));
    }

    private static void statics(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        var group = promptGroup(with, "g");
        var first = joining(group, "m1", topic).toBuilder().instanceId("i").build();
        with.probe("the first", first);
        with.probe("another of the same name", first.toBuilder().memberId("m2").build());
        with.probe("it speaks without its name", beating(group, "m1", 2));
        with.probe("another stays under its name", beating(group, "m2", 2).toBuilder().instanceId("i").build());
        with.probe("a name that nobody has", beating(group, "m1", 2).toBuilder().instanceId("j").build());
        with.probe("another leaves for a while under its name", beating(group, "m2", -2).toBuilder().instanceId("i").build());
        with.probe("it leaves for a while", beating(group, "m1", -2).toBuilder().instanceId("i").build());
        with.probe("another of the same name comes now", first.toBuilder().memberId("m2").build());
        with.probe("the first is fenced", beating(group, "m1", 2).toBuilder().instanceId("i").build());
        with.probe("it goes on", having(beating(group, "m2", 2).toBuilder().instanceId("i").build(), id, 0, 1));
        with.probe("it leaves for good", beating(group, "m2", -1).toBuilder().instanceId("i").build());
        with.probe("it is gone", beating(group, "m2", 2).toBuilder().instanceId("i").build());
        with.probe("it leaves again", beating(group, "m2", -1).toBuilder().instanceId("i").build());
    }

    private static void expressions(Conversation with, int version) {
        var group = promptGroup(with, "g");
        var any = joining(group, "m1").toBuilder().subscribedTopicNames(null);
        with.probe("one that cannot be read", any.subscribedTopicRegex("(").build());
        with.probe("one of another language", any.subscribedTopicRegex("(?=a)b").build());
        with.probe("a very long one", any.subscribedTopicRegex("a{2000}").build());
        with.probe("one that matches nothing", any.subscribedTopicRegex(with.name("nothing") + ".*").build());
        with.probe("an empty one", any.memberId("m2").subscribedTopicRegex("").build());
    }

    private static OffsetCommitRequest committing(String group, int version, Uuid id, String topic, int partition, String member, int epoch) {
        return OffsetCommitRequest.builder().groupId(group).memberId(member).generationIdOrMemberEpoch(epoch)
                .topics(List.of(new OffsetCommitRequestTopic(topic, version < 10 ? Uuid.ZERO : id,
                        List.of(new OffsetCommitRequestPartition(partition, 5, -1, ""))))).build();
    }

    private static OffsetFetchRequest fetching(String group, String topic, String member, int epoch) {
        return OffsetFetchRequest.builder().groups(List.of(new OffsetFetchRequestGroup(group, member, epoch,
                List.of(new OffsetFetchRequestTopics(topic, Uuid.ZERO, List.of(0, 1)))))).build();
    }

    private static void offsets(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        var group = promptGroup(with, "g");
        with.probe("the first", 1, joining(group, "m1", topic));
        with.probe("in its epoch", committing(group, version, id, topic, 0, "m1", 2));
        with.probe("in a later one", committing(group, version, id, topic, 0, "m1", 3));
        with.probe("a stranger", committing(group, version, id, topic, 0, "m9", 2));
        with.probe("nobody", committing(group, version, id, topic, 0, "", -1));
        with.probe("the second", 1, joining(group, "m2", topic));
        with.probe("the first gives up", 1, beating(group, "m1", 2));
        with.probe("what it must give up, in time", committing(group, version, id, topic, 1, "m1", 2));
        with.probe("it has given up", 1, having(beating(group, "m1", 2), id, 0));
        with.probe("the second gets it", 1, beating(group, "m2", 3));
        with.probe("what it has kept, in an old epoch", committing(group, version, id, topic, 0, "m1", 2));
        with.probe("what it has lost, in an old epoch", committing(group, version, id, topic, 1, "m1", 2));
        with.probe("what it never had", committing(group, version, id, topic, 1, "m1", 3));
        with.probe("it fetches", 9, fetching(group, topic, "m1", 3));
        with.probe("it fetches in an old epoch", 9, fetching(group, topic, "m1", 2));
        with.probe("a stranger fetches", 9, fetching(group, topic, "m9", 2));
        with.probe("nobody fetches", 9, fetching(group, topic, null, -1));
        with.probe("nobody fetches in an epoch", 9, fetching(group, topic, "", -1));
        with.probe("some are deleted", 0, OffsetDeleteRequest.builder().groupId(group).topics(List.of(
                new OffsetDeleteRequest.OffsetDeleteRequestTopic(topic, List.of(new OffsetDeleteRequest.OffsetDeleteRequestPartition(0))))).build());
        with.probe("the group is deleted", 2, DeleteGroupsRequest.builder().groupsNames(List.of(group)).build());
        with.probe("the first leaves", 1, beating(group, "m1", -1));
        with.probe("the second leaves", 1, beating(group, "m2", -1));
        with.probe("nobody commits now", committing(group, version, id, topic, 1, "", -1));
        with.probe("the empty group is deleted", 2, DeleteGroupsRequest.builder().groupsNames(List.of(group)).build());
        with.probe("and again", 2, DeleteGroupsRequest.builder().groupsNames(List.of(group)).build());
    }

    private static void describe(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        var group = promptGroup(with, "g");
        var described = ConsumerGroupDescribeRequest.builder().groupIds(List.of(group)).build();
        with.probe("a group that is none", described);
        with.probe("no name", ConsumerGroupDescribeRequest.builder().groupIds(List.of("")).build());
        with.probe("nothing", ConsumerGroupDescribeRequest.builder().build());
        with.probe("the first", 1, joining(group, "m1", topic).toBuilder().instanceId("i").rackId("r").build());
        with.probe("one member", described);
        with.probe("one member twice, and what may be done", described.toBuilder().groupIds(List.of(group, group)).includeAuthorizedOperations(true).build());
        with.probe("the second", 1, joining(group, "m2", topic).toBuilder().serverAssignor("range").build());
        with.probe("two members", described);
        with.probe("the first gives up", 1, beating(group, "m1", 2));
        with.probe("while it gives up", described);
        with.probe("in old words", 5, DescribeGroupsRequest.builder().groups(List.of(group)).build());
        with.probe("in newer words", 6, DescribeGroupsRequest.builder().groups(List.of(group)).build());
        with.probe("the first has given up", 1, having(beating(group, "m1", 2), id, 0));
        with.probe("the second gets it", 1, beating(group, "m2", 3));
        with.probe("all is well", described);
        with.probe("the first leaves", 1, beating(group, "m1", -1).toBuilder().instanceId("i").build());
        with.probe("a member is gone", described);
        with.probe("the second leaves", 1, beating(group, "m2", -1));
        with.probe("nobody is there", described);
    }

    private static void classicWords(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        var group = promptGroup(with, "g");
        with.probe("the first", 1, joining(group, "m1", topic));
        with.probe("a heartbeat", 4, HeartbeatRequest.builder().groupId(group).memberId("m1").generationId(2).build());
        with.probe("a stranger's heartbeat", 4, HeartbeatRequest.builder().groupId(group).memberId("m9").generationId(2).build());
        with.probe("a sync", 5, SyncGroupRequest.builder().groupId(group).memberId("m1").generationId(2)
                .protocolType("consumer").protocolName("range").build());
        with.probe("it leaves", 5, LeaveGroupRequest.builder().groupId(group)
                .members(List.of(new LeaveGroupRequest.MemberIdentity("m1", null, null))).build());
        with.probe("a join of another type", 9, JoinGroupRequest.builder().groupId(group).sessionTimeoutMs(10_000).rebalanceTimeoutMs(10_000)
                .protocolType("connect").protocols(List.of(new JoinGroupRequestProtocol("range", Given.text("x")))).build());
        with.probe("a join without protocols", 9, JoinGroupRequest.builder().groupId(group).sessionTimeoutMs(10_000).rebalanceTimeoutMs(10_000)
                .protocolType("consumer").build());
        with.probe("the first leaves", 1, beating(group, "m1", -1));
    }
}
