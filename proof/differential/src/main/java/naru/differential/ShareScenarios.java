package naru.differential;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.AlterShareGroupOffsetsRequest;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteShareGroupOffsetsRequest;
import naru.protocol.message.DeleteShareGroupStateRequest;
import naru.protocol.message.DescribeShareGroupOffsetsRequest;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.InitializeShareGroupStateRequest;
import naru.protocol.message.InitializeShareGroupStateResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.ReadShareGroupStateRequest;
import naru.protocol.message.ReadShareGroupStateSummaryRequest;
import naru.protocol.message.ShareAcknowledgeRequest;
import naru.protocol.message.ShareFetchRequest;
import naru.protocol.message.ShareFetchRequest.AcknowledgementBatch;
import naru.protocol.message.ShareFetchRequest.FetchPartition;
import naru.protocol.message.ShareFetchRequest.FetchTopic;
import naru.protocol.message.ShareGroupDescribeRequest;
import naru.protocol.message.ShareGroupHeartbeatRequest;
import naru.protocol.message.ShareGroupHeartbeatResponse;
import naru.protocol.message.WriteShareGroupStateRequest;
import naru.protocol.message.WriteShareGroupStateRequest.StateBatch;

/** Share groups: what their coordinators keep, and what consumers are given. */
final class ShareScenarios {

    private static final int TRIES_MAX = 20_000;
    private static final String MEMBER = "aaaaaaaaaaaaaaaaaaaaaa";
    private static final String OTHER = "bbbbbbbbbbbbbbbbbbbbbb";

    private ShareScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("find-share-coordinator", ApiKey.FIND_COORDINATOR, ShareScenarios::find),
                new Scenario("initialize-share-group-state", ApiKey.INITIALIZE_SHARE_GROUP_STATE, ShareScenarios::initialize),
                new Scenario("write-share-group-state", ApiKey.WRITE_SHARE_GROUP_STATE, ShareScenarios::write),
                new Scenario("read-share-group-state", ApiKey.READ_SHARE_GROUP_STATE, ShareScenarios::read),
                new Scenario("read-share-group-state-summary", ApiKey.READ_SHARE_GROUP_STATE_SUMMARY, ShareScenarios::summarize),
                new Scenario("delete-share-group-state", ApiKey.DELETE_SHARE_GROUP_STATE, ShareScenarios::delete),
                new Scenario("share-group-heartbeat", ApiKey.SHARE_GROUP_HEARTBEAT, ShareScenarios::heartbeat),
                new Scenario("share-group-describe", ApiKey.SHARE_GROUP_DESCRIBE, ShareScenarios::describe),
                new Scenario("describe-share-group-offsets", ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS, ShareScenarios::describeOffsets),
                new Scenario("alter-share-group-offsets", ApiKey.ALTER_SHARE_GROUP_OFFSETS, ShareScenarios::alterOffsets),
                new Scenario("delete-share-group-offsets", ApiKey.DELETE_SHARE_GROUP_OFFSETS, ShareScenarios::deleteOffsets),
                new Scenario("share-fetch", ApiKey.SHARE_FETCH, ShareScenarios::fetch),
                new Scenario("share-fetch-sessions", ApiKey.SHARE_FETCH, ShareScenarios::sessions),
                new Scenario("share-fetch-acknowledges", ApiKey.SHARE_FETCH, ShareScenarios::fetchAcknowledges),
                new Scenario("share-acknowledge", ApiKey.SHARE_ACKNOWLEDGE, ShareScenarios::acknowledge));
    }

    private static void find(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 1);
        var key = with.name("g") + ":" + id + ":0";
        coordinator(with, key);
        Given.group(with, "g");
        if (version >= 4) {
            with.probe("a share partition", FindCoordinatorRequest.builder().keyType((byte) 2).coordinatorKeys(List.of(key)).build());
            with.probe("what is none", FindCoordinatorRequest.builder().keyType((byte) 2)
                    .coordinatorKeys(List.of("x", "", "g:0", "g:x:0", with.name("g") + ":" + id + ":x", "a:" + key)).build());
        } else {
            with.probe("a share partition", FindCoordinatorRequest.builder().keyType((byte) 2).key(key).build());
        }
    }

    private static void coordinator(Conversation with, String key) {
        var find = FindCoordinatorRequest.builder().keyType((byte) 2).coordinatorKeys(List.of(key)).build();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            FindCoordinatorResponse found = with.quietly(6, find);
            if (found.coordinators().getFirst().errorCode() == 0) {
                return;
            }
        }
        throw new IllegalStateException(key + " has no coordinator");
    }

    /** A share group whose state is begun for one partition; its name. */
    private static String shareGroup(Conversation with, String what, Uuid topic, int partition, int stateEpoch, long start) {
        var group = with.name(what);
        coordinator(with, group + ":" + topic + ":" + partition);
        var begin = initializing(group, topic, partition, stateEpoch, start);
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            InitializeShareGroupStateResponse begun = with.quietly(0, begin);
            if (begun.results().getFirst().partitions().getFirst().errorCode() == 0) {
                return group;
            }
        }
        throw new IllegalStateException(group + " cannot begin");
    }

    private static InitializeShareGroupStateRequest initializing(String group, Uuid topic, int partition, int stateEpoch, long start) {
        return InitializeShareGroupStateRequest.builder().groupId(group).topics(List.of(
                new InitializeShareGroupStateRequest.InitializeStateData(topic, List.of(
                        new InitializeShareGroupStateRequest.PartitionData(partition, stateEpoch, start))))).build();
    }

    private static void initialize(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var group = shareGroup(with, "g", id, 0, 0, -1);
        with.probe("begun", reading(group, id, 0, 0));
        with.probe("a newer epoch", initializing(group, id, 0, 5, 10));
        with.probe("the same again", initializing(group, id, 0, 5, 12));
        with.probe("an older epoch", initializing(group, id, 0, 4, 13));
        with.probe("no epoch", initializing(group, id, 0, -1, 14));
        with.probe("read after that", 0, reading(group, id, 0, 0));
        with.probe("another partition", initializing(group, id, 1, 0, 0));
        with.probe("a partition that is none", initializing(group, id, 7, 0, 0));
        with.probe("a negative partition", initializing(group, id, -1, 0, 0));
        with.probe("no topic", initializing(group, Uuid.ZERO, 0, 0, 0));
        with.probe("an unknown topic", initializing(group, Conversation.NOBODYS_ID, 0, 0, 0));
        with.probe("no group", initializing("", id, 0, 0, 0));
        with.probe("nothing", InitializeShareGroupStateRequest.builder().groupId(group).build());
        with.probe("no partitions", InitializeShareGroupStateRequest.builder().groupId(group).topics(List.of(
                new InitializeShareGroupStateRequest.InitializeStateData(id, List.of()))).build());
        with.probe("two partitions", InitializeShareGroupStateRequest.builder().groupId(with.name("g2")).topics(List.of(
                new InitializeShareGroupStateRequest.InitializeStateData(id, List.of(
                        new InitializeShareGroupStateRequest.PartitionData(0, 1, 1),
                        new InitializeShareGroupStateRequest.PartitionData(9, 1, 1))))).build());
    }

    private static ReadShareGroupStateRequest reading(String group, Uuid topic, int partition, int leaderEpoch) {
        return ReadShareGroupStateRequest.builder().groupId(group).topics(List.of(
                new ReadShareGroupStateRequest.ReadStateData(topic, List.of(
                        new ReadShareGroupStateRequest.PartitionData(partition, leaderEpoch))))).build();
    }

    private static void read(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var group = shareGroup(with, "g", id, 0, 3, -1);
        with.probe("begun", reading(group, id, 0, 0));
        with.probe("written", 0, writing(0, group, id, 0, 3, 0, 5, -1, new StateBatch(5, 9, (byte) 2, (short) 1)));
        with.probe("one", reading(group, id, 0, 0));
        with.probe("a newer leader", reading(group, id, 0, 7));
        with.probe("an older leader", reading(group, id, 0, 6));
        with.probe("no leader", reading(group, id, 0, -1));
        with.probe("not begun", reading(group, id, 1, 0));
        with.probe("a partition that is none", reading(group, id, 7, 0));
        with.probe("a negative partition", reading(group, id, -1, 0));
        with.probe("no topic", reading(group, Uuid.ZERO, 0, 0));
        with.probe("an unknown topic", reading(group, Conversation.NOBODYS_ID, 0, 0));
        with.probe("no group", reading("", id, 0, 0));
        with.probe("nothing", ReadShareGroupStateRequest.builder().groupId(group).build());
    }

    private static WriteShareGroupStateRequest writing(int version, String group, Uuid topic, int partition, int stateEpoch,
            int leaderEpoch, long start, int complete, StateBatch... batches) {
        return WriteShareGroupStateRequest.builder().groupId(group).topics(List.of(
                new WriteShareGroupStateRequest.WriteStateData(topic, List.of(new WriteShareGroupStateRequest.PartitionData(
                        partition, stateEpoch, leaderEpoch, start, version < 1 ? -1 : complete, List.of(batches)))))).build();
    }

    private static void write(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var group = shareGroup(with, "g", id, 0, 3, -1);
        with.probe("nothing new", writing(version, group, id, 0, 3, 0, 0, 0));
        with.probe("some", writing(version, group, id, 0, 3, 0, 0, 5,
                new StateBatch(0, 4, (byte) 2, (short) 1), new StateBatch(5, 9, (byte) 0, (short) 1)));
        with.probe("read", 0, reading(group, id, 0, 0));
        with.probe("over it", writing(version, group, id, 0, 3, 0, 2, 7,
                new StateBatch(4, 6, (byte) 4, (short) 2), new StateBatch(8, 12, (byte) 2, (short) 1)));
        with.probe("read again", 0, reading(group, id, 0, 0));
        with.probe("fewer deliveries", writing(version, group, id, 0, 3, 0, -1, 7, new StateBatch(4, 6, (byte) 0, (short) 1)));
        with.probe("read once more", 0, reading(group, id, 0, 0));
        with.probe("a later start", writing(version, group, id, 0, 3, 0, 6, 0));
        with.probe("read at the end", 0, reading(group, id, 0, 0));
        with.probe("a newer leader", writing(version, group, id, 0, 3, 4, 6, 0));
        with.probe("an older leader", writing(version, group, id, 0, 3, 3, 6, 0));
        with.probe("no leader", writing(version, group, id, 0, 3, -1, 6, 0));
        with.probe("an older epoch", writing(version, group, id, 0, 2, 4, 6, 0));
        with.probe("a newer epoch", writing(version, group, id, 0, 4, 4, 6, 0));
        with.probe("no epoch", writing(version, group, id, 0, -1, 4, 6, 0));
        with.probe("not begun", writing(version, group, id, 1, 0, 0, 0, 0));
        with.probe("a partition that is none", writing(version, group, id, 7, 0, 0, 0, 0));
        with.probe("a negative partition", writing(version, group, id, -1, 0, 0, 0, 0));
        with.probe("no topic", writing(version, group, Uuid.ZERO, 0, 0, 0, 0, 0));
        with.probe("no group", writing(version, "", id, 0, 0, 0, 0, 0));
        with.probe("the summary", 1, summarizing(group, id, 0, 4));
    }

    private static ReadShareGroupStateSummaryRequest summarizing(String group, Uuid topic, int partition, int leaderEpoch) {
        return ReadShareGroupStateSummaryRequest.builder().groupId(group).topics(List.of(
                new ReadShareGroupStateSummaryRequest.ReadStateSummaryData(topic, List.of(
                        new ReadShareGroupStateSummaryRequest.PartitionData(partition, leaderEpoch))))).build();
    }

    private static void summarize(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var group = shareGroup(with, "g", id, 0, 3, -1);
        with.probe("begun", summarizing(group, id, 0, 0));
        with.probe("written", 1, writing(1, group, id, 0, 3, 2, 5, 4, new StateBatch(5, 8, (byte) 2, (short) 1)));
        with.probe("one", summarizing(group, id, 0, 0));
        with.probe("a newer leader", summarizing(group, id, 0, 7));
        with.probe("no leader", summarizing(group, id, 0, -1));
        with.probe("not begun", summarizing(group, id, 1, 0));
        with.probe("a partition that is none", summarizing(group, id, 7, 0));
        with.probe("a negative partition", summarizing(group, id, -1, 0));
        with.probe("no topic", summarizing(group, Uuid.ZERO, 0, 0));
        with.probe("an unknown topic", summarizing(group, Conversation.NOBODYS_ID, 0, 0));
        with.probe("no group", summarizing("", id, 0, 0));
    }

    private static DeleteShareGroupStateRequest deleting(String group, Uuid topic, int partition) {
        return DeleteShareGroupStateRequest.builder().groupId(group).topics(List.of(
                new DeleteShareGroupStateRequest.DeleteStateData(topic, List.of(
                        new DeleteShareGroupStateRequest.PartitionData(partition))))).build();
    }

    private static void delete(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var group = shareGroup(with, "g", id, 0, 3, -1);
        with.probe("one", deleting(group, id, 0));
        with.probe("again", deleting(group, id, 0));
        with.probe("read", 0, reading(group, id, 0, 0));
        with.probe("never begun", deleting(group, id, 1));
        with.probe("a partition that is none", deleting(group, id, 7));
        with.probe("a negative partition", deleting(group, id, -1));
        with.probe("no topic", deleting(group, Uuid.ZERO, 0));
        with.probe("an unknown topic", deleting(group, Conversation.NOBODYS_ID, 0));
        with.probe("no group", deleting("", id, 0));
        with.probe("begun anew", 0, initializing(group, id, 0, 1, 1));
        with.probe("read anew", 0, reading(group, id, 0, 0));
    }

    private static ShareFetchRequest.Builder fetching(String group, String member, int epoch, Uuid topic, Integer... partitions) {
        var asked = new ArrayList<FetchPartition>();
        for (int partition : partitions) {
            asked.add(new FetchPartition(partition, 0, List.of()));
        }
        return ShareFetchRequest.builder().groupId(group).memberId(member).shareSessionEpoch(epoch).maxWaitMs(0).minBytes(0)
                .maxBytes(1 << 20).maxRecords(100).batchSize(100)
                .topics(asked.isEmpty() ? List.of() : List.of(new FetchTopic(topic, asked)));
    }

    private static void fetch(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        Given.records(with, topic, 0, Given.batch("one", "two", "three"));
        Given.records(with, topic, 0, Given.batch("four", "five"));
        var group = shareGroup(with, "g", id, 0, 1, 0);
        with.ask("a", "all", version, fetching(group, MEMBER, 0, id, 0).maxWaitMs(5_000).minBytes(1).build());
        with.ask("a", "nothing more", version, fetching(group, MEMBER, 1, id).build());
        with.ask("b", "nothing for another", version, fetching(group, OTHER, 0, id, 0).build());
        Given.records(with, topic, 0, Given.batch("six"));
        Given.records(with, topic, 0, Given.batch("seven"));
        with.ask("b", "at most one", version, fetching(group, OTHER, 1, id).maxRecords(1).build());
        with.ask("a", "the next one", version, fetching(group, MEMBER, 2, id).maxRecords(1).build());
        Given.records(with, topic, 0, Given.batch("eight", "nine", "ten"));
        with.ask("a", "two of three", version, fetching(group, MEMBER, 3, id).maxRecords(2).batchSize(1).build());
        Given.records(with, topic, 0, Given.batch("eleven", "twelve", "thirteen"));
        with.ask("a", "exactly two of three", version, fetching(group, MEMBER, 4, id).maxRecords(2).batchSize(1)
                .shareAcquireMode((byte) (version < 2 ? 0 : 1)).build());
        with.ask("b", "what is left", version, fetching(group, OTHER, 2, id).build());
        with.ask("a", "an unknown topic", version, fetching(group, MEMBER, 5, Conversation.NOBODYS_ID, 0).build());
        with.ask("a", "an unknown partition", version, fetching(group, MEMBER, 6, id, 9).build());
    }

    private static void sessions(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 1);
        var topic = with.name("t");
        Given.records(with, topic, 0, Given.batch("one", "two", "three"));
        var group = shareGroup(with, "g", id, 0, 1, 0);
        with.probe("no session", fetching(group, MEMBER, 1, id, 0).build());
        with.probe("the end of none", fetching(group, MEMBER, -1, id, 0).build());
        with.probe("no member", fetching(group, "", 0, id, 0).build());
        with.probe("no member at all", fetching(group, null, 0, id, 0).build());
        with.probe("a long member", fetching(group, "x".repeat(37), 0, id, 0).build());
        with.probe("no group", fetching(null, MEMBER, 0, id, 0).build());
        with.probe("a word before anything was heard", fetching(group, MEMBER, 0, id, 0).topics(List.of(new FetchTopic(id, List.of(
                new FetchPartition(0, 0, List.of(new AcknowledgementBatch(0, 0, List.of((byte) 1)))))))).build());
        with.ask("a", "a first one", version, fetching(group, MEMBER, 0, id, 0).maxWaitMs(5_000).minBytes(1).build());
        with.ask("a", "a wrong epoch", version, fetching(group, MEMBER, 5, id).build());
        with.ask("a", "the right one", version, fetching(group, MEMBER, 1, id).build());
        with.ask("a", "the end", version, fetching(group, MEMBER, -1, id).build());
        with.ask("a", "after the end", version, fetching(group, MEMBER, 2, id).build());
    }

    private static FetchTopic saying(Uuid topic, long first, long last, int... types) {
        return new FetchTopic(topic, List.of(new FetchPartition(0, 0, List.of(new AcknowledgementBatch(first, last, bytes(types))))));
    }

    private static List<Byte> bytes(int... types) {
        var all = new ArrayList<Byte>();
        for (int type : types) {
            all.add((byte) type);
        }
        return all;
    }

    private static void fetchAcknowledges(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 1);
        var topic = with.name("t");
        Given.records(with, topic, 0, Given.batch("one", "two", "three", "four", "five", "six"));
        var group = shareGroup(with, "g", id, 0, 1, 0);
        with.ask("a", "all", version, fetching(group, MEMBER, 0, id, 0).maxWaitMs(5_000).minBytes(1).build());
        with.ask("a", "accepted", version, fetching(group, MEMBER, 1, id).topics(List.of(saying(id, 0, 1, 1))).build());
        with.ask("a", "accepted again", version, fetching(group, MEMBER, 2, id).topics(List.of(saying(id, 0, 1, 1))).build());
        with.ask("a", "released and rejected", version, fetching(group, MEMBER, 3, id).topics(List.of(saying(id, 2, 3, 2, 3))).build());
        with.ask("a", "a mistake", version, fetching(group, MEMBER, 4, id).topics(List.of(saying(id, 3, 2, 1))).build());
        with.ask("a", "a renewal without saying so", version, fetching(group, MEMBER, 5, id).topics(List.of(saying(id, 4, 4, 4))).build());
        if (version >= 2) {
            with.ask("a", "a renewal and more records", version, fetching(group, MEMBER, 6, id).isRenewAck(true)
                    .topics(List.of(saying(id, 4, 4, 4))).build());
            with.ask("a", "a renewal", version, fetching(group, MEMBER, 6, id).isRenewAck(true).maxBytes(0).maxRecords(0)
                    .topics(List.of(saying(id, 4, 4, 4))).build());
        }
        with.ask("a", "the last word", version, fetching(group, MEMBER, -1, id).topics(List.of(saying(id, 4, 5, 1))).build());
    }

    private static ShareAcknowledgeRequest.Builder acknowledging(String group, String member, int epoch, Uuid topic, int partition,
            long first, long last, int... types) {
        return ShareAcknowledgeRequest.builder().groupId(group).memberId(member).shareSessionEpoch(epoch).topics(List.of(
                new ShareAcknowledgeRequest.AcknowledgeTopic(topic, List.of(new ShareAcknowledgeRequest.AcknowledgePartition(
                        partition, List.of(new ShareAcknowledgeRequest.AcknowledgementBatch(first, last, bytes(types))))))));
    }

    private static void acknowledge(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        Given.records(with, topic, 0, Given.batch("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"));
        var group = shareGroup(with, "g", id, 0, 1, 0);
        with.probe("no session", acknowledging(group, MEMBER, 1, id, 0, 0, 0, 1).build());
        with.probe("no epoch", acknowledging(group, MEMBER, 0, id, 0, 0, 0, 1).build());
        with.probe("no member", acknowledging(group, "", 1, id, 0, 0, 0, 1).build());
        with.probe("no group", acknowledging(null, MEMBER, 1, id, 0, 0, 0, 1).build());
        with.ask("a", "all", 1, fetching(group, MEMBER, 0, id, 0).maxWaitMs(5_000).minBytes(1).build());
        with.ask("b", "nothing", 1, fetching(group, OTHER, 0, id, 0).build());
        with.ask("a", "accepted", version, acknowledging(group, MEMBER, 1, id, 0, 0, 1, 1).build());
        with.ask("a", "accepted again", version, acknowledging(group, MEMBER, 2, id, 0, 0, 1, 1).build());
        with.ask("b", "of another", version, acknowledging(group, OTHER, 1, id, 0, 2, 2, 1).build());
        with.ask("a", "a gap", version, acknowledging(group, MEMBER, 3, id, 0, 2, 2, 0).build());
        with.ask("a", "rejected", version, acknowledging(group, MEMBER, 4, id, 0, 3, 3, 3).build());
        with.ask("a", "released", version, acknowledging(group, MEMBER, 5, id, 0, 4, 4, 2).build());
        with.ask("a", "released and then accepted", version, acknowledging(group, MEMBER, 6, id, 0, 4, 4, 1).build());
        with.ask("b", "what was released", 1, fetching(group, OTHER, 2, id).maxWaitMs(5_000).minBytes(1).build());
        with.ask("a", "a strange type", version, acknowledging(group, MEMBER, 7, id, 0, 5, 5, 9).build());
        with.ask("a", "a renewal without saying so", version, acknowledging(group, MEMBER, 8, id, 0, 5, 5, 4).build());
        with.ask("a", "no types", version, acknowledging(group, MEMBER, 9, id, 0, 5, 5).build());
        with.ask("a", "too few types", version, acknowledging(group, MEMBER, 10, id, 0, 5, 7, 1, 1).build());
        with.ask("a", "beyond the end", version, acknowledging(group, MEMBER, 11, id, 0, 9, 12, 1).build());
        with.ask("a", "past the end", version, acknowledging(group, MEMBER, 12, id, 0, 20, 22, 1).build());
        with.ask("a", "an unknown topic", version, acknowledging(group, MEMBER, 13, Conversation.NOBODYS_ID, 0, 0, 0, 1).build());
        with.ask("a", "an unknown partition", version, acknowledging(group, MEMBER, 14, id, 9, 0, 0, 1).build());
        with.ask("a", "a partition that was not fetched", version, acknowledging(group, MEMBER, 15, id, 1, 0, 0, 1).build());
        with.ask("a", "a wrong epoch", version, acknowledging(group, MEMBER, 99, id, 0, 5, 5, 1).build());
        if (version >= 2) {
            with.ask("a", "a renewal", version, acknowledging(group, MEMBER, 16, id, 0, 5, 5, 4).isRenewAck(true).build());
            with.ask("a", "accepted after that", version, acknowledging(group, MEMBER, 17, id, 0, 5, 5, 1).isRenewAck(true).build());
        }
        with.ask("a", "the last word", version, acknowledging(group, MEMBER, -1, id, 0, 6, 7, 1, 2).build());
        with.ask("a", "after the end", version, acknowledging(group, MEMBER, 18, id, 0, 8, 8, 1).build());
        with.probe("what is kept", 0, reading(group, id, 0, 0));
    }

    private static ShareGroupHeartbeatRequest.Builder beating(String group, String member, int epoch, String... topics) {
        return ShareGroupHeartbeatRequest.builder().groupId(group).memberId(member).memberEpoch(epoch)
                .subscribedTopicNames(topics.length == 0 ? null : List.of(topics));
    }

    /** A member that has an assignment of so many partitions; the epoch it has then. */
    private static int join(Conversation with, String group, String member, int partitions, String... topics) {
        ShareGroupHeartbeatResponse answer = with.quietly(1, beating(group, member, 0, topics).build());
        int given = partitionsIn(answer);
        for (int tries = 0; tries < TRIES_MAX && (answer.errorCode() != 0 || given < partitions); tries++) {
            answer = with.quietly(1, answer.errorCode() != 0 ? beating(group, member, 0, topics).build()
                    : beating(group, member, answer.memberEpoch()).build());
            given = answer.assignment() == null ? given : partitionsIn(answer);
        }
        return answer.memberEpoch();
    }

    private static int partitionsIn(ShareGroupHeartbeatResponse answer) {
        return answer.assignment() == null ? 0
                : answer.assignment().topicPartitions().stream().mapToInt(topic -> topic.partitions().size()).sum();
    }

    private static void heartbeat(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        var group = Given.group(with, "g");
        with.probe("no group", beating("", MEMBER, 0, topic).build());
        with.probe("no member", beating(group, "", 0, topic).build());
        with.probe("no topics", beating(group, MEMBER, 0).build());
        with.probe("an empty rack", beating(group, MEMBER, 0, topic).rackId("").build());
        with.probe("a strange epoch", beating(group, MEMBER, -2, topic).build());
        with.probe("an unknown group", beating(group, MEMBER, 1).build());
        with.probe("leaving an unknown group", beating(group, MEMBER, -1).build());
        int epoch = join(with, group, MEMBER, 2, topic);
        with.probe("an unknown member", beating(group, OTHER, 1).build());
        with.probe("leaving as an unknown member", beating(group, OTHER, -1).build());
        with.probe("a later epoch", beating(group, MEMBER, epoch + 5).build());
        with.probe("joining as a classic one", 5, JoinGroupRequest.builder().groupId(group).sessionTimeoutMs(30_000)
                .rebalanceTimeoutMs(30_000).protocolType("consumer").build());
        with.probe("offsets of it", 8, OffsetFetchRequest.builder().groups(List.of(
                new OffsetFetchRequest.OffsetFetchRequestGroup(group, null, -1, null))).build());
        with.probe("leaving", beating(group, MEMBER, -1).build());
        with.probe("leaving again", beating(group, MEMBER, -1).build());
        with.probe("deleted", 2, DeleteGroupsRequest.builder().groupsNames(List.of(group)).build());
        with.probe("gone", ShareGroupDescribeRequest.builder().groupIds(List.of(group)).build());
    }

    private static void describe(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        var group = Given.group(with, "g");
        with.probe("one that is not there", ShareGroupDescribeRequest.builder().groupIds(List.of(group)).build());
        with.probe("no name", ShareGroupDescribeRequest.builder().groupIds(List.of("")).build());
        with.probe("nothing", ShareGroupDescribeRequest.builder().build());
        int epoch = join(with, group, MEMBER, 2, topic);
        with.probe("a member", beating(group, MEMBER, epoch).build());
        with.probe("one", ShareGroupDescribeRequest.builder().groupIds(List.of(group)).build());
        with.probe("what may be done", ShareGroupDescribeRequest.builder().groupIds(List.of(group)).includeAuthorizedOperations(true).build());
        with.probe("not empty", 2, DeleteGroupsRequest.builder().groupsNames(List.of(group)).build());
    }

    private static DescribeShareGroupOffsetsRequest looking(String group, String topic, Integer... partitions) {
        return DescribeShareGroupOffsetsRequest.builder().groups(List.of(
                new DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup(group, topic == null ? null : List.of(
                        new DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic(topic, List.of(partitions)))))).build();
    }

    private static void describeOffsets(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        Given.records(with, topic, 0, Given.batch("one", "two", "three"));
        var group = Given.group(with, "g");
        with.probe("an unknown group", looking(group, topic, 0));
        with.probe("no group", looking("", topic, 0));
        join(with, group, MEMBER, 2, topic);
        with.probe("before anything was read", looking(group, topic, 0));
        with.probe("all", looking(group, null));
        with.probe("written", 1, writing(1, group, id, 0, -1, -1, 1, 0));
        with.probe("one", looking(group, topic, 0));
        with.probe("an unknown partition", looking(group, topic, 9));
        with.probe("an unknown topic", looking(group, with.name("nobody"), 0));
        with.probe("nothing", DescribeShareGroupOffsetsRequest.builder().build());
    }

    private static AlterShareGroupOffsetsRequest altering(String group, String topic, int partition, long start) {
        return AlterShareGroupOffsetsRequest.builder().groupId(group).topics(List.of(
                new AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic(topic, List.of(
                        new AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition(partition, start))))).build();
    }

    private static void alterOffsets(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        Given.records(with, topic, 0, Given.batch("one", "two", "three"));
        var group = Given.group(with, "g");
        with.probe("no group", altering("", topic, 0, 1));
        join(with, group, MEMBER, 2, topic);
        with.probe("not empty", altering(group, topic, 0, 1));
        with.probe("leaving", 1, beating(group, MEMBER, -1).build());
        with.probe("one", altering(group, topic, 0, 1));
        with.probe("read", 1, looking(group, topic, 0));
        with.probe("an unknown partition", altering(group, topic, 9, 1));
        with.probe("an unknown topic", altering(group, with.name("nobody"), 0, 1));
        with.probe("nothing", AlterShareGroupOffsetsRequest.builder().groupId(group).build());
    }

    private static DeleteShareGroupOffsetsRequest forgetting(String group, String... topics) {
        var all = new ArrayList<DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic>();
        for (var topic : topics) {
            all.add(new DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic(topic));
        }
        return DeleteShareGroupOffsetsRequest.builder().groupId(group).topics(all).build();
    }

    private static void deleteOffsets(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        var group = Given.group(with, "g");
        with.probe("an unknown group", forgetting(group, topic));
        with.probe("no group", forgetting("", topic));
        join(with, group, MEMBER, 2, topic);
        with.probe("not empty", forgetting(group, topic));
        with.probe("leaving", 1, beating(group, MEMBER, -1).build());
        with.probe("an unknown topic", forgetting(group, with.name("nobody")));
        with.probe("one", forgetting(group, topic));
        with.probe("again", forgetting(group, topic));
        with.probe("read", 1, looking(group, null));
        with.probe("nothing", forgetting(group));
    }
}
