package naru.differential;

import java.util.List;
import naru.base.Uuid;
import naru.protocol.Records;
import naru.protocol.message.AddPartitionsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import naru.protocol.message.AddPartitionsToTxnResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeProducersRequest;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchRequest.FetchPartition;
import naru.protocol.message.FetchRequest.FetchTopic;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import naru.protocol.message.ListOffsetsResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;

/** What readers of committed records see of transactions: before they are decided, while they wait for it, and afterwards. */
final class CommittedScenarios {

    private static final int TRIES_MAX = 20_000;
    private static final int BY_ID = 13;
    private static final byte COMMITTED = 1;
    private static final int CONSUMER = -1;

    /** A producer with a transactional id of its own, of generation one. */
    private record Writer(String name, long id, short epoch) {}

    private CommittedScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("fetch-committed", ApiKey.FETCH, CommittedScenarios::fetch),
                new Scenario("list-offsets-committed", ApiKey.LIST_OFFSETS, CommittedScenarios::offsets),
                new Scenario("describe-producers-open", ApiKey.DESCRIBE_PRODUCERS, CommittedScenarios::producers));
    }

    private static Writer writer(Conversation with, String what) {
        Given.producerId(with); // the very first one is 0, which a recording takes for nothing said
        var find = FindCoordinatorRequest.builder().key(with.name(what)).keyType((byte) 1).build();
        for (int tries = 0; tries < TRIES_MAX && with.<FindCoordinatorResponse>quietly(1, find).errorCode() != 0; tries++) {
            // its topic is being made
        }
        var asked = InitProducerIdRequest.builder().transactionalId(with.name(what)).transactionTimeoutMs(60_000).build();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            InitProducerIdResponse answer = with.quietly(2, asked);
            if (answer.errorCode() == 0) {
                with.call(answer.producerId(), "producer " + what);
                return new Writer(with.name(what), answer.producerId(), answer.producerEpoch());
            }
        }
        throw new IllegalStateException("nobody coordinates " + what);
    }

    /** The transaction before may still be ending. */
    private static void begin(Conversation with, Writer writer, String topic) {
        var asked = AddPartitionsToTxnRequest.builder().v3AndBelowTransactionalId(writer.name()).v3AndBelowProducerId(writer.id())
                .v3AndBelowProducerEpoch(writer.epoch()).v3AndBelowTopics(List.of(new AddPartitionsToTxnTopic(topic, List.of(0)))).build();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            AddPartitionsToTxnResponse answer = with.quietly(3, asked);
            if (answer.resultsByTopicV3AndBelow().getFirst().resultsByPartition().getFirst().partitionErrorCode() == 0) {
                return;
            }
        }
        throw new IllegalStateException(writer.name() + " cannot begin");
    }

    private static void write(Conversation with, Writer writer, String topic, int sequence, String... values) {
        var batch = Given.builder(values).producer(writer.id(), writer.epoch(), sequence).transactional().build();
        var data = new ProduceRequest.PartitionProduceData(0, new Records.InMemory(batch));
        ProduceResponse answer = with.quietly(9, ProduceRequest.builder().transactionalId(writer.name()).acks((short) -1).timeoutMs(1_000)
                .topicData(List.of(new ProduceRequest.TopicProduceData(topic, Uuid.ZERO, List.of(data)))).build());
        var told = answer.responses().getFirst().partitionResponses().getFirst();
        if (told.errorCode() != 0) {
            throw new IllegalStateException(writer.name() + ": " + told);
        }
    }

    private static void end(Conversation with, Writer writer, boolean commits) {
        EndTxnResponse answer = with.quietly(3, new EndTxnRequest(writer.name(), writer.id(), writer.epoch(), commits));
        if (answer.errorCode() != 0) {
            throw new IllegalStateException(writer.name() + ": " + answer);
        }
    }

    /** Markers are written after the answer. */
    private static void awaitStable(Conversation with, String topic, long offset) {
        var asked = ListOffsetsRequest.builder().replicaId(CONSUMER).isolationLevel(COMMITTED)
                .topics(List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, -1, -1))))).build();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            ListOffsetsResponse answer = with.quietly(6, asked);
            if (answer.topics().getFirst().partitions().getFirst().offset() == offset) {
                return;
            }
        }
        throw new IllegalStateException(topic + " never becomes stable up to " + offset);
    }

    private static FetchRequest fetching(int version, String topic, Uuid id, long from, byte isolation) {
        var partition = FetchPartition.builder().partition(0).fetchOffset(from).partitionMaxBytes(1 << 20).build();
        return FetchRequest.builder().maxWaitMs(0).minBytes(0).maxBytes(1 << 20).isolationLevel(isolation)
                .topics(List.of(new FetchTopic(topic, version < BY_ID ? Uuid.ZERO : id, List.of(partition)))).build();
    }

    private static void probeAll(Conversation with, int version, String when, String topic, Uuid id, int end) {
        for (int from = 0; from <= end; from++) {
            with.probe(when + ", from " + from, fetching(version, topic, id, from, (byte) 0));
            with.probe(when + ", from " + from + ", committed", fetching(version, topic, id, from, COMMITTED));
        }
    }

    private static void fetch(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 1);
        var topic = with.name("t");
        var one = writer(with, "one");
        var two = writer(with, "two");
        begin(with, one, topic);
        begin(with, two, topic);
        Given.records(with, topic, 0, Given.batch("a"));
        write(with, one, topic, 0, "b", "c");
        write(with, two, topic, 0, "d");
        Given.records(with, topic, 0, Given.batch("e"));
        probeAll(with, version, "both are open", topic, id, 5);
        waitWhile(with, version, "what was aborted", fetching(version, topic, id, 1, COMMITTED), () -> end(with, one, false));
        probeAll(with, version, "one was aborted", topic, id, 6);
        waitWhile(with, version, "what was committed", fetching(version, topic, id, 3, COMMITTED), () -> end(with, two, true));
        begin(with, one, topic);
        write(with, one, topic, 2, "f");
        end(with, one, false);
        awaitStable(with, topic, 9);
        probeAll(with, version, "all is decided", topic, id, 9);
        with.probe("little at a time, committed", fetching(version, topic, id, 0, COMMITTED).toBuilder().maxBytes(1).build());
    }

    private static void waitWhile(Conversation with, int version, String label, FetchRequest asked, Runnable deed) {
        var waiting = asked.toBuilder().minBytes(1).maxWaitMs(10_000).build();
        with.send("waiting", waiting, version);
        deed.run();
        with.hear("waiting", label, version, waiting);
    }

    private static void offsets(Conversation with, int version) {
        var topic = Given.topic(with, "t", 1);
        var writer = writer(with, "one");
        begin(with, writer, topic);
        Given.records(with, topic, 0, Given.batch("a"));
        write(with, writer, topic, 0, "b", "c");
        Given.records(with, topic, 0, Given.batch("d", "e", "f"));
        probeTimes(with, version, "open", topic);
        end(with, writer, false);
        awaitStable(with, topic, 7);
        probeTimes(with, version, "aborted", topic);
    }

    private static void probeTimes(Conversation with, int version, String when, String topic) {
        for (long time : new long[] {-1, -2, -3, Given.TIME_MS, Given.TIME_MS + 1_000, Given.TIME_MS + 2_000}) {
            if (time == -3 && when.equals("aborted")) {
                continue; // that of the marker
            }
            for (byte isolation = 0; isolation < 2; isolation++) {
                with.probe(when + ": time " + time + (isolation == 0 ? "" : ", committed"), version, ListOffsetsRequest.builder()
                        .replicaId(CONSUMER).isolationLevel(isolation).timeoutMs(5_000)
                        .topics(List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, -1, time))))).build());
            }
        }
    }

    private static void producers(Conversation with, int version) {
        var topic = Given.topic(with, "t", 1);
        var writer = writer(with, "one");
        var asked = new DescribeProducersRequest(List.of(new DescribeProducersRequest.TopicRequest(topic, List.of(0))));
        Given.records(with, topic, 0, Given.batch("a"));
        begin(with, writer, topic);
        with.probe("nothing written", asked);
        write(with, writer, topic, 0, "b", "c");
        with.probe("open", asked);
        end(with, writer, true);
        awaitStable(with, topic, 4);
        with.probe("committed", asked);
        begin(with, writer, topic);
        write(with, writer, topic, 2, "d");
        with.probe("open again", asked);
    }
}
