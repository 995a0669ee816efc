package naru.differential;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.batch.Compression;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DeleteRecordsRequest;
import naru.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import naru.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import naru.protocol.message.DescribeLogDirsRequest;
import naru.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchRequest.FetchPartition;
import naru.protocol.message.FetchRequest.FetchTopic;
import naru.protocol.message.FetchRequest.ForgottenTopic;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import naru.protocol.message.OffsetForLeaderEpochRequest;
import naru.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import naru.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;

/** Records come out, are looked for, and go. */
final class ReadScenarios {

    /** From here on a topic is named by its id. */
    private static final int BY_ID = 13;

    private ReadScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("fetch", ApiKey.FETCH, ReadScenarios::fetch),
                new Scenario("fetch-limits", ApiKey.FETCH, ReadScenarios::fetchLimits),
                new Scenario("fetch-sessions", ApiKey.FETCH, ReadScenarios::fetchSessions),
                new Scenario("list-offsets", ApiKey.LIST_OFFSETS, ReadScenarios::listOffsets),
                new Scenario("offset-for-leader-epoch", ApiKey.OFFSET_FOR_LEADER_EPOCH, ReadScenarios::leaderEpoch),
                new Scenario("delete-records", ApiKey.DELETE_RECORDS, ReadScenarios::deleteRecords),
                new Scenario("describe-log-dirs", ApiKey.DESCRIBE_LOG_DIRS, ReadScenarios::logDirs));
    }

    private static FetchPartition from(int partition, long offset) {
        return FetchPartition.builder().partition(partition).fetchOffset(offset).partitionMaxBytes(1 << 20).build();
    }

    private static FetchRequest fetching(FetchTopic... topics) {
        return FetchRequest.builder().maxWaitMs(0).minBytes(0).maxBytes(10 << 20).topics(List.of(topics)).build();
    }

    private static FetchTopic of(int version, String topic, Uuid id, FetchPartition... partitions) {
        return new FetchTopic(topic, version < BY_ID ? Uuid.ZERO : id, List.of(partitions));
    }

    private static void fetch(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        with.probe("an empty partition", fetching(of(version, topic, id, from(0, 0))));
        Given.records(with, topic, 0, Given.batch("a", "b", "c"));
        Given.records(with, topic, 0, Given.builder("d", "e").compression(version >= 10 ? Compression.ZSTD : Compression.GZIP).build());
        with.probe("from the start", fetching(of(version, topic, id, from(0, 0))));
        with.probe("from inside a batch", fetching(of(version, topic, id, from(0, 1))));
        with.probe("from the second batch", fetching(of(version, topic, id, from(0, 3))));
        with.probe("at the end", fetching(of(version, topic, id, from(0, 5))));
        with.probe("behind the end", fetching(of(version, topic, id, from(0, 6))));
        with.probe("below zero", fetching(of(version, topic, id, from(0, -1))));
        with.probe("two partitions and an unknown one", fetching(of(version, topic, id, from(0, 0), from(1, 0), from(2, 0))));
        with.probe("the same partition twice", fetching(of(version, topic, id, from(0, 0), from(0, 3))));
        with.probe("a partition below zero", fetching(of(version, topic, id, from(-1, 0))));
        with.probe("an unknown topic", fetching(of(version, with.name("nobody"), Conversation.NOBODYS_ID, from(0, 0))));
        with.probe("a known and an unknown topic", fetching(of(version, topic, id, from(0, 3)),
                of(version, with.name("nobody"), Conversation.NOBODYS_ID, from(0, 0))));
        with.probe("no topic's id", fetching(of(version, "", Uuid.ZERO, from(0, 0))));
        with.probe("nothing", fetching());
        with.probe("committed only", fetching(of(version, topic, id, from(0, 0))).toBuilder().isolationLevel((byte) 1).build());
        with.probe("isolation 7", fetching(of(version, topic, id, from(0, 0))).toBuilder().isolationLevel((byte) 7).build());
        with.probe("the right epoch", fetching(of(version, topic, id, from(0, 3).toBuilder().currentLeaderEpoch(0).build())));
        with.probe("a later epoch", fetching(of(version, topic, id, from(0, 3).toBuilder().currentLeaderEpoch(5).build())));
        with.probe("last fetched in this epoch", fetching(of(version, topic, id, from(0, 3).toBuilder().lastFetchedEpoch(0).build())));
        with.probe("last fetched in a later epoch", fetching(of(version, topic, id, from(0, 3).toBuilder().lastFetchedEpoch(4).build())));
        with.probe("a rack", fetching(of(version, topic, id, from(0, 3))).toBuilder().rackId("r").build());
    }

    private static void fetchLimits(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        for (int round = 0; round < 3; round++) {
            Given.records(with, topic, 0, Given.batch("x".repeat(100)));
            Given.records(with, topic, 1, Given.batch("y".repeat(100)));
        }
        var both = fetching(of(version, topic, id, from(0, 0), from(1, 0)));
        with.probe("no bytes at all", both.toBuilder().maxBytes(0).build());
        with.probe("one byte", both.toBuilder().maxBytes(1).build());
        with.probe("one batch's bytes", both.toBuilder().maxBytes(200).build());
        with.probe("bytes below zero", both.toBuilder().maxBytes(-1).build());
        with.probe("one byte of each partition", fetching(of(version, topic, id,
                from(0, 0).toBuilder().partitionMaxBytes(1).build(), from(1, 0).toBuilder().partitionMaxBytes(1).build())));
        with.probe("no byte of a partition", fetching(of(version, topic, id, from(0, 0).toBuilder().partitionMaxBytes(0).build())));
        with.probe("part of a partition", fetching(of(version, topic, id, from(0, 0).toBuilder().partitionMaxBytes(400).build())));
        with.probe("more than there is, briefly", both.toBuilder().minBytes(100_000).maxWaitMs(20).build());
        with.probe("at the end, briefly", fetching(of(version, topic, id, from(0, 3))).toBuilder().minBytes(1).maxWaitMs(20).build());
        with.probe("an error beside one that waits", fetching(of(version, topic, id, from(0, 3), from(9, 0))).toBuilder()
                .minBytes(1).maxWaitMs(20).build());
        with.probe("waiting below zero", both.toBuilder().minBytes(100_000).maxWaitMs(-1).build());
        var waiting = fetching(of(version, topic, id, from(0, 3))).toBuilder().minBytes(1).maxWaitMs(10_000).build();
        with.send("waiting", waiting, version);
        Given.records(with, topic, 0, Given.batch("z"));
        with.hear("waiting", "what arrives while waiting", version, waiting);
    }

    private static void fetchSessions(Conversation with, int version) {
        if (version < 7) {
            return;
        }
        var id = Given.topicWithId(with, "t", 3);
        var topic = with.name("t");
        Given.records(with, topic, 0, Given.batch("a"));
        FetchResponse opened = with.ask("opens a session", version,
                fetching(of(version, topic, id, from(0, 0), from(1, 0))).toBuilder().sessionEpoch(0).build());
        int session = opened.sessionId();
        with.probe("nothing new", inSession(session, 1));
        with.probe("moves on", inSession(session, 2, of(version, topic, id, from(0, 1))));
        Given.records(with, topic, 1, Given.batch("b"));
        with.probe("news of one partition", inSession(session, 3));
        with.probe("the same news again", inSession(session, 4));
        with.probe("adds a partition", inSession(session, 5, of(version, topic, id, from(2, 0))));
        with.probe("adds an unknown partition", inSession(session, 6, of(version, topic, id, from(9, 0))));
        with.probe("still unknown", inSession(session, 7));
        with.probe("forgets", inSession(session, 8).toBuilder().forgottenTopicsData(List.of(
                new ForgottenTopic(topic, version < BY_ID ? Uuid.ZERO : id, List.of(1, 9)))).build());
        with.probe("a wrong epoch", inSession(session, 7));
        with.probe("an unknown session", inSession(session + 1, 1));
        with.probe("goes on after a wrong epoch", inSession(session, 9));
        with.probe("ends it", inSession(session, -1, of(version, topic, id, from(0, 0))));
        with.probe("after its end", inSession(session, 10));
        with.probe("an epoch without a session", inSession(0, 5, of(version, topic, id, from(0, 0))));
        with.probe("a session of nothing", inSession(0, 0));
        FetchResponse unknown = with.ask("a session with an unknown topic", version, inSession(0, 0,
                of(version, with.name("later"), Conversation.NOBODYS_ID, from(0, 0))));
        if (unknown.sessionId() != 0) {
            with.probe("it stays unknown", inSession(unknown.sessionId(), 1));
        }
    }

    private static FetchRequest inSession(int session, int epoch, FetchTopic... topics) {
        return fetching(topics).toBuilder().sessionId(session).sessionEpoch(epoch).build();
    }

    private static void listOffsets(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        ask(with, version, "empty: latest", topic, 0, -1);
        ask(with, version, "empty: earliest", topic, 0, -2);
        ask(with, version, "empty: largest timestamp", topic, 0, -3);
        ask(with, version, "empty: a time", topic, 0, Given.TIME_MS);
        Given.records(with, topic, 0, Given.batch("a", "b", "c"));
        Given.records(with, topic, 0, Given.batch("d"));
        for (long special = -1; special >= -8; special--) {
            ask(with, version, "special " + special, topic, 0, special);
        }
        ask(with, version, "before all", topic, 0, Given.TIME_MS - 5_000);
        ask(with, version, "at the first", topic, 0, Given.TIME_MS);
        ask(with, version, "between", topic, 0, Given.TIME_MS + 1);
        ask(with, version, "at the last", topic, 0, Given.TIME_MS + 2_000);
        ask(with, version, "after all", topic, 0, Given.TIME_MS + 9_000);
        ask(with, version, "time zero", topic, 0, 0);
        ask(with, version, "an unknown partition", topic, 8, -1);
        ask(with, version, "a partition below zero", topic, -1, -1);
        ask(with, version, "an unknown topic", with.name("nobody"), 0, -1);
        ask(with, version, "a bad name", "a b", 0, -1);
        with.probe("nothing", ListOffsetsRequest.builder().build());
        var twice = new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, -1, -1), new ListOffsetsPartition(0, -1, -2)));
        with.probe("a partition twice", ListOffsetsRequest.builder().topics(List.of(twice)).build());
        var epochs = new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, 3, -1), new ListOffsetsPartition(1, 0, -1)));
        with.probe("a later epoch and the right one", ListOffsetsRequest.builder().topics(List.of(epochs)).build());
        with.probe("committed only", ListOffsetsRequest.builder().isolationLevel((byte) 1)
                .topics(List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, -1, -1))))).build());
        with.probe("isolation 5", ListOffsetsRequest.builder().isolationLevel((byte) 5)
                .topics(List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, -1, -1))))).build());
        with.probe("as a debugging replica", ListOffsetsRequest.builder().replicaId(-2)
                .topics(List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, -1, -1))))).build());
        with.probe("as a replica", ListOffsetsRequest.builder().replicaId(5)
                .topics(List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, -1, -1))))).build());
    }

    private static void ask(Conversation with, int version, String label, String topic, int partition, long timestamp) {
        with.probe(label, version, ListOffsetsRequest.builder().topics(List.of(
                new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(partition, -1, timestamp))))).timeoutMs(5_000).build());
    }

    private static void leaderEpoch(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        with.probe("empty", epochs(topic, new OffsetForLeaderPartition(0, -1, 0)));
        Given.records(with, topic, 0, Given.batch("a", "b"));
        with.probe("this epoch", epochs(topic, new OffsetForLeaderPartition(0, -1, 0)));
        with.probe("a later epoch", epochs(topic, new OffsetForLeaderPartition(0, -1, 4)));
        with.probe("no epoch", epochs(topic, new OffsetForLeaderPartition(0, -1, -1)));
        with.probe("an epoch below all", epochs(topic, new OffsetForLeaderPartition(0, -1, -5)));
        with.probe("fenced", epochs(topic, new OffsetForLeaderPartition(0, 7, 0)));
        with.probe("current epoch known", epochs(topic, new OffsetForLeaderPartition(0, 0, 0)));
        with.probe("several", epochs(topic, new OffsetForLeaderPartition(0, -1, 0), new OffsetForLeaderPartition(1, -1, 0),
                new OffsetForLeaderPartition(2, -1, 0), new OffsetForLeaderPartition(-1, -1, 0)));
        with.probe("twice", epochs(topic, new OffsetForLeaderPartition(0, -1, 0), new OffsetForLeaderPartition(0, -1, 3)));
        with.probe("an unknown topic", epochs(with.name("nobody"), new OffsetForLeaderPartition(0, -1, 0)));
        with.probe("a bad name", epochs("a b", new OffsetForLeaderPartition(0, -1, 0)));
        with.probe("nothing", OffsetForLeaderEpochRequest.builder().build());
    }

    private static OffsetForLeaderEpochRequest epochs(String topic, OffsetForLeaderPartition... partitions) {
        return OffsetForLeaderEpochRequest.builder().replicaId(-1).topics(List.of(new OffsetForLeaderTopic(topic, List.of(partitions)))).build();
    }

    private static DeleteRecordsRequest deleting(String topic, long... partitionsAndOffsets) {
        var partitions = new ArrayList<DeleteRecordsPartition>();
        for (int at = 0; at < partitionsAndOffsets.length; at += 2) {
            partitions.add(new DeleteRecordsPartition((int) partitionsAndOffsets[at], partitionsAndOffsets[at + 1]));
        }
        return DeleteRecordsRequest.builder().topics(List.of(new DeleteRecordsTopic(topic, partitions))).timeoutMs(5_000).build();
    }

    private static void deleteRecords(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        Given.records(with, topic, 0, Given.batch("a", "b", "c"));
        Given.records(with, topic, 0, Given.batch("d", "e"));
        with.probe("none", deleting(topic, 0, 0));
        with.probe("two", deleting(topic, 0, 2));
        with.probe("fewer than before", deleting(topic, 0, 1));
        with.probe("too many", deleting(topic, 0, 6));
        with.probe("below the end", deleting(topic, 0, -2));
        with.probe("a fetch before the start", 11, fetching(of(11, topic, Uuid.ZERO, from(0, 0))));
        with.probe("a fetch at the start", 11, fetching(of(11, topic, Uuid.ZERO, from(0, 2))));
        ask(with, 6, "where it starts", topic, 0, -2);
        ask(with, 6, "where it ends", topic, 0, -1);
        with.probe("all", deleting(topic, 0, -1));
        with.probe("all of nothing", deleting(topic, 1, -1));
        with.probe("an unknown partition", deleting(topic, 9, 0));
        with.probe("an unknown topic", deleting(with.name("nobody"), 0, 0));
        Given.group(with, "g");
        with.probe("an internal topic", deleting("__consumer_offsets", 0, 0));
        with.probe("nothing", DeleteRecordsRequest.builder().timeoutMs(5_000).build());
        var compact = Given.topic(with, "compact", 1, "cleanup.policy", "compact");
        with.probe("a compacted topic", deleting(compact, 0, 0));
    }

    private static void logDirs(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        Given.records(with, topic, 0, Given.batch("a", "b", "c"));
        with.probe("one topic", DescribeLogDirsRequest.builder().topics(List.of(new DescribableLogDirTopic(topic, List.of(0, 1)))).build());
        with.probe("an unknown partition", DescribeLogDirsRequest.builder().topics(List.of(new DescribableLogDirTopic(topic, List.of(0, 7)))).build());
        with.probe("an unknown topic", DescribeLogDirsRequest.builder().topics(List.of(
                new DescribableLogDirTopic(with.name("nobody"), List.of(0)))).build());
        with.probe("no partitions", DescribeLogDirsRequest.builder().topics(List.of(new DescribableLogDirTopic(topic, List.of()))).build());
        with.probe("no topics", DescribeLogDirsRequest.builder().topics(List.of()).build());
    }
}
