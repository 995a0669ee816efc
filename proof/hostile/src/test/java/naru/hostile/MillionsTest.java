package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import naru.base.Limits;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteRecordsRequest;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DescribeConfigsRequest;
import naru.protocol.message.DescribeTopicPartitionsRequest;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetForLeaderEpochRequest;
import naru.protocol.message.ProduceRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that name more than anybody has: refused as a whole above the limit, answered item by item below it. */
class MillionsTest extends BesideABystander {

    private static final int MILLION = 1_000_000;
    private static final int ALLOWED = Limits.PRODUCTION.topicsPerRequestMax() - 1_000;

    /** What one request may name and still be answered quickly in a test; the rules are the same up to the limit. */
    private static final int MANY = 50_000;

    /** A question that names {@code count} of something. */
    record Question(ApiKey api, int version, boolean topics, Naming naming) {

        interface Naming {
            Message of(int count);
        }

        @Override
        public String toString() {
            return api + (topics ? " topics" : " partitions");
        }
    }

    private static Question topics(ApiKey api, int version, Question.Naming naming) {
        return new Question(api, version, true, naming);
    }

    private static Question partitions(ApiKey api, int version, Question.Naming naming) {
        return new Question(api, version, false, naming);
    }

    static Stream<Question> questions() {
        return Stream.of(
                topics(ApiKey.METADATA, 12, count -> MetadataRequest.builder().topics(
                        Wire.many(count, i -> new MetadataRequest.MetadataRequestTopic(Uuid.ZERO, "t" + i))).build()),
                topics(ApiKey.CREATE_TOPICS, 7, count -> CreateTopicsRequest.builder().topics(
                        Wire.many(count, i -> topic("t" + i, 1))).build()),
                topics(ApiKey.DELETE_TOPICS, 6, count -> DeleteTopicsRequest.builder().topics(
                        Wire.many(count, i -> new DeleteTopicsRequest.DeleteTopicState("t" + i, Uuid.ZERO))).build()),
                topics(ApiKey.CREATE_PARTITIONS, 3, count -> CreatePartitionsRequest.builder().topics(
                        Wire.many(count, i -> new CreatePartitionsRequest.CreatePartitionsTopic("t" + i, 2, null))).build()),
                topics(ApiKey.DESCRIBE_TOPIC_PARTITIONS, 0, count -> DescribeTopicPartitionsRequest.builder().topics(
                        Wire.many(count, i -> new DescribeTopicPartitionsRequest.TopicRequest("t" + i))).build()),
                topics(ApiKey.DESCRIBE_CONFIGS, 4, count -> DescribeConfigsRequest.builder().resources(
                        Wire.many(count, i -> new DescribeConfigsRequest.DescribeConfigsResource(
                                (byte) 2, "t" + i, List.of()))).build()),
                partitions(ApiKey.PRODUCE, Wire.PRODUCE_BY_NAME, count -> Wire.produce(-1, List.of(
                        new ProduceRequest.TopicProduceData("none", Uuid.ZERO, Wire.many(count, i ->
                                new ProduceRequest.PartitionProduceData(i, new Records.InMemory(ByteBuffer.allocate(0)))))))),
                partitions(ApiKey.FETCH, Wire.FETCH_BY_NAME, count -> FetchRequest.builder()
                        .maxWaitMs(0).maxBytes(1 << 20).topics(List.of(FetchRequest.FetchTopic.builder().topic("bystander")
                                .partitions(Wire.many(count, i -> FetchRequest.FetchPartition.builder()
                                        .partition(i).partitionMaxBytes(1_000).build())).build())).build()),
                partitions(ApiKey.LIST_OFFSETS, 7, count -> ListOffsetsRequest.builder().replicaId(-1).topics(List.of(
                        new ListOffsetsRequest.ListOffsetsTopic("bystander", Wire.many(count, i ->
                                ListOffsetsRequest.ListOffsetsPartition.builder().partitionIndex(i).timestamp(-1).build()))))
                        .build()),
                partitions(ApiKey.OFFSET_FETCH, 7, count -> OffsetFetchRequest.builder().groupId("g").topics(List.of(
                        new OffsetFetchRequest.OffsetFetchRequestTopic("none", Wire.many(count, i -> i)))).build()),
                partitions(ApiKey.OFFSET_COMMIT, 8, count -> OffsetCommitRequest.builder().groupId("g").topics(List.of(
                        OffsetCommitRequest.OffsetCommitRequestTopic.builder().name("bystander").partitions(
                                Wire.many(count, i -> OffsetCommitRequest.OffsetCommitRequestPartition.builder()
                                        .partitionIndex(i).committedOffset(1).build())).build())).build()),
                partitions(ApiKey.OFFSET_FOR_LEADER_EPOCH, 4, count -> OffsetForLeaderEpochRequest.builder().topics(List.of(
                        new OffsetForLeaderEpochRequest.OffsetForLeaderTopic("bystander", Wire.many(count, i ->
                                OffsetForLeaderEpochRequest.OffsetForLeaderPartition.builder().partition(i).build()))))
                        .build()),
                partitions(ApiKey.DELETE_RECORDS, 2, count -> DeleteRecordsRequest.builder().topics(List.of(
                        new DeleteRecordsRequest.DeleteRecordsTopic("none", Wire.many(count, i ->
                                new DeleteRecordsRequest.DeleteRecordsPartition(i, 0))))).build()));
    }

    private static CreateTopicsRequest.CreatableTopic topic(String name, int partitions) {
        return new CreateTopicsRequest.CreatableTopic(name, partitions, (short) 1, List.of(), List.of());
    }

    @ParameterizedTest
    @MethodSource("questions")
    void aMillionIsRefused(Question question) throws Exception {
        try (var client = broker.connect()) {
            client.send(question.api(), question.version(), question.naming().of(MILLION));
            assertThat(client.isHungUp()).isTrue();
            assertThat(log.about(client)).singleElement().asString().contains("more elements than are allowed");
        }
    }

    @ParameterizedTest
    @MethodSource("questions")
    void manyAreAnsweredOneByOne(Question question) throws Exception {
        try (var client = broker.connect()) {
            client.ask(question.api(), question.version(), question.naming().of(MANY), Message.class);
            assertThat(log.about(client)).isEmpty();
        }
    }

    @Test
    void asManyAsAreAllowedAreAnswered() throws Exception {
        var names = Wire.many(ALLOWED, i -> new MetadataRequest.MetadataRequestTopic(Uuid.ZERO, "t" + i));
        try (var client = broker.connect()) {
            var answer = client.ask(ApiKey.METADATA, 12, MetadataRequest.builder().topics(names).build(), MetadataResponse.class);
            assertThat(answer.topics()).hasSize(ALLOWED).allSatisfy(topic ->
                    assertThat(topic.errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()));
        }
    }

    @Test
    void aTopicOfTwoBillionPartitionsIsAgainstThePolicy() throws Exception {
        try (var client = broker.connect()) {
            for (int count : new int[] {10_001, Integer.MAX_VALUE}) {
                assertThat(ErrorCode.of(client.createTopic("endless", count))).isEqualTo(ErrorCode.POLICY_VIOLATION);
                var more = new CreatePartitionsRequest.CreatePartitionsTopic("bystander", count + (count > 10_001 ? 0 : 1), null);
                var answer = client.ask(ApiKey.CREATE_PARTITIONS, 3, CreatePartitionsRequest.builder()
                        .topics(List.of(more)).timeoutMs(10_000).build(), CreatePartitionsResponse.class);
                assertThat(ErrorCode.of(answer.results().getFirst().errorCode())).isEqualTo(ErrorCode.POLICY_VIOLATION);
            }
        }
    }

    @Test
    void aTopicNamedTwiceIsAnsweredOnce() throws Exception {
        try (var client = broker.connect()) {
            var request = CreateTopicsRequest.builder().topics(
                    List.of(topic("twice", 1), topic("twice", 1), topic("once", 1))).timeoutMs(10_000).build();
            var results = client.ask(ApiKey.CREATE_TOPICS, 7, request, CreateTopicsResponse.class).topics();
            assertThat(results).extracting(CreateTopicsResponse.CreatableTopicResult::name).containsExactly("once", "twice");
            assertThat(results).extracting(one -> ErrorCode.of(one.errorCode()))
                    .containsExactly(ErrorCode.NONE, ErrorCode.INVALID_REQUEST);
        }
    }
}
