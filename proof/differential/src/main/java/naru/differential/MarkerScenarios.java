package naru.differential;

import java.nio.ByteBuffer;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeProducersRequest;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchRequest.FetchPartition;
import naru.protocol.message.FetchRequest.FetchTopic;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import naru.protocol.message.WriteTxnMarkersRequest;
import naru.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import naru.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import naru.protocol.message.WriteTxnMarkersResponse;

/** Transactions end: markers, and what is seen of them afterwards. */
final class MarkerScenarios {

    private static final int FETCH_BY_NAME = 12;

    private MarkerScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("write-txn-markers", ApiKey.WRITE_TXN_MARKERS, MarkerScenarios::places),
                new Scenario("write-txn-markers-epochs", ApiKey.WRITE_TXN_MARKERS, MarkerScenarios::epochs),
                new Scenario("fetch-markers", ApiKey.FETCH, MarkerScenarios::fetch),
                new Scenario("list-offsets-markers", ApiKey.LIST_OFFSETS, MarkerScenarios::offsets));
    }

    private static WritableTxnMarker marker(
            long producer, int epoch, int coordinator, int generation, boolean commit, WritableTxnMarkerTopic... where) {
        return new WritableTxnMarker(producer, (short) epoch, commit, List.of(where), coordinator, (byte) generation);
    }

    private static WriteTxnMarkersRequest write(WritableTxnMarker... markers) {
        return new WriteTxnMarkersRequest(List.of(markers));
    }

    private static WritableTxnMarkerTopic in(String topic, Integer... partitions) {
        return new WritableTxnMarkerTopic(topic, List.of(partitions));
    }

    private static ByteBuffer batch(long producer, int epoch, int sequence, String... values) {
        return Given.builder(values).producer(producer, (short) epoch, sequence).build();
    }

    private static void places(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        long one = Given.producerId(with);
        long other = Given.producerId(with);
        with.call(one, "producer 1");
        with.call(other, "producer 2");
        with.probe("nothing", write());
        with.probe("nowhere", write(marker(one, 0, 0, 0, true)));
        with.probe("no partition", write(marker(one, 0, 0, 0, true, in(topic))));
        with.probe("two partitions", write(marker(one, 0, 0, 0, true, in(topic, 0, 1))));
        with.probe("the same again", write(marker(one, 0, 0, 0, true, in(topic, 0, 1))));
        with.probe("an unknown partition", write(marker(one, 0, 0, 0, false, in(topic, 0, 7))));
        with.probe("a partition below zero", write(marker(one, 0, 0, 0, false, in(topic, -1))));
        with.probe("an unknown topic", write(marker(one, 0, 0, 0, false, in(with.name("nobody"), 0), in(topic, 0))));
        with.probe("a bad name", write(marker(one, 0, 0, 0, false, in("a b", 0))));
        with.probe("a partition twice", write(marker(one, 0, 0, 0, false, in(topic, 1, 1))));
        with.probe("two producers", write(marker(one, 0, 0, 0, false, in(topic, 0)), marker(other, 0, 0, 0, true, in(topic, 0, 1))));
        with.probe("one producer twice", write(marker(one, 0, 0, 0, false, in(topic, 0)), marker(one, 0, 0, 0, true, in(topic, 1))));
        with.probe("who ended what", 0, describe(topic));
        with.probe("what is there", FETCH_BY_NAME, fetching(topic, 0, 0));
    }

    private static DescribeProducersRequest describe(String topic) {
        return new DescribeProducersRequest(List.of(new DescribeProducersRequest.TopicRequest(topic, List.of(0, 1))));
    }

    private static FetchRequest fetching(String topic, long from, int isolation) {
        var partition = FetchPartition.builder().partition(0).fetchOffset(from).partitionMaxBytes(1 << 20).build();
        return FetchRequest.builder().maxWaitMs(0).minBytes(0).maxBytes(1 << 20).isolationLevel((byte) isolation)
                .topics(List.of(new FetchTopic(topic, Uuid.ZERO, List.of(partition)))).build();
    }

    private static void epochs(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        long producer = Given.producerId(with);
        with.call(producer, "producer");
        Given.records(with, topic, 0, batch(producer, 3, 0, "a", "b"));
        with.probe("an older epoch", write(marker(producer, 2, 5, 1, true, in(topic, 0))));
        with.probe("this epoch", write(marker(producer, 3, 5, 1, true, in(topic, 0))));
        with.probe("an older coordinator", write(marker(producer, 3, 4, 1, true, in(topic, 0))));
        with.probe("this coordinator", write(marker(producer, 3, 5, 1, false, in(topic, 0))));
        with.probe("a later epoch", write(marker(producer, 6, 5, 1, false, in(topic, 0))));
        with.probe("a batch of the old epoch", 9, Given.produce(topic, Uuid.ZERO, 0, batch(producer, 3, 2, "late")));
        with.probe("a batch of the new one that does not begin", 9, Given.produce(topic, Uuid.ZERO, 0, batch(producer, 6, 2, "c")));
        with.probe("a batch of the new one", 9, Given.produce(topic, Uuid.ZERO, 0, batch(producer, 6, 0, "c")));
        with.probe("generation two, this epoch", write(marker(producer, 6, 5, 2, true, in(topic, 0))));
        with.probe("generation two, an older epoch", write(marker(producer, 5, 5, 2, true, in(topic, 0))));
        with.probe("generation two, the next epoch", write(marker(producer, 7, 5, 2, true, in(topic, 0))));
        with.probe("generation two, the next epoch again", write(marker(producer, 7, 5, 2, true, in(topic, 0))));
        with.probe("generation two, the last epoch", write(marker(producer, Short.MAX_VALUE, 5, 2, true, in(topic, 0))));
        with.probe("generation two, the last epoch again", write(marker(producer, Short.MAX_VALUE, 5, 2, true, in(topic, 0))));
        with.probe("a generation to come", write(marker(producer, Short.MAX_VALUE, 5, 9, true, in(topic, 1))));
        with.probe("a generation below zero", write(marker(producer, Short.MAX_VALUE, 5, -1, true, in(topic, 1))));
        with.probe("a coordinator below zero", write(marker(producer, 0, -1, 0, true, in(topic, 1))));
        with.probe("an epoch below zero", write(marker(producer + 1_000, -1, 0, 0, true, in(topic, 1))));
        with.probe("who is known", 0, describe(topic));
    }

    private static void fetch(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 1);
        var topic = with.name("t");
        long producer = Given.producerId(with);
        with.call(producer, "producer");
        Given.records(with, topic, 0, batch(producer, 0, 0, "a", "b"));
        with.<WriteTxnMarkersResponse>quietly(1, write(marker(producer, 0, 0, 0, false, in(topic, 0))));
        Given.records(with, topic, 0, batch(producer, 0, 2, "c"));
        for (long from = 0; from <= 4; from++) {
            for (int isolation = 0; isolation < 2; isolation++) {
                var asked = fetching(topic, from, isolation);
                var partitions = asked.topics().getFirst().partitions();
                with.probe("from " + from + (isolation == 0 ? "" : ", committed"), asked.toBuilder()
                        .topics(List.of(new FetchTopic(topic, version < 13 ? Uuid.ZERO : id, partitions))).build());
            }
        }
    }

    private static void offsets(Conversation with, int version) {
        var topic = Given.topic(with, "t", 1);
        long producer = Given.producerId(with);
        Given.records(with, topic, 0, batch(producer, 0, 0, "a", "b"));
        with.<WriteTxnMarkersResponse>quietly(1, write(marker(producer, 0, 0, 0, true, in(topic, 0))));
        for (long time : new long[] {-1, -2, -3, Given.TIME_MS, Given.TIME_MS + 1_000, Given.TIME_MS + 2_000}) {
            for (int isolation = 0; isolation < 2; isolation++) {
                with.probe("time " + time + (isolation == 0 ? "" : ", committed"), version, ListOffsetsRequest.builder()
                        .replicaId(-1).isolationLevel((byte) isolation).timeoutMs(5_000)
                        .topics(List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, -1, time))))).build());
            }
        }
    }
}
