package naru.differential;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.DescribeGroupsResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;

/** What conversations begin with: a topic, some records, a group with its coordinator. Nothing of it is kept. */
final class Given {

    /** A time in the past that every run uses: 2026-01-01. */
    static final long TIME_MS = 1_767_225_600_000L;

    private static final int TRIES_MAX = 20_000;

    private Given() {}

    /** A topic whose partitions can be used; its name. */
    static String topic(Conversation with, String what, int partitions, String... configs) {
        topicWithId(with, what, partitions, configs);
        return with.name(what);
    }

    /** A topic whose partitions can be used; its id. */
    static Uuid topicWithId(Conversation with, String what, int partitions, String... configs) {
        var settings = new ArrayList<CreateTopicsRequest.CreatableTopicConfig>();
        for (int at = 0; at < configs.length; at += 2) {
            settings.add(new CreateTopicsRequest.CreatableTopicConfig(configs[at], configs[at + 1]));
        }
        var topic = CreateTopicsRequest.CreatableTopic.builder()
                .name(with.name(what)).numPartitions(partitions).replicationFactor((short) 1).configs(settings).build();
        CreateTopicsResponse created = with.quietly(7, CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(10_000).build());
        var answer = created.topics().getFirst();
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            throw new IllegalStateException(with.name(what) + ": " + answer);
        }
        with.call(answer.topicId(), "id of " + what);
        awaitLeaders(with, with.name(what), partitions);
        return answer.topicId();
    }

    static void awaitLeaders(Conversation with, String topic, int partitions) {
        var all = new ArrayList<ListOffsetsRequest.ListOffsetsPartition>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new ListOffsetsRequest.ListOffsetsPartition(partition, -1, -1));
        }
        var request = ListOffsetsRequest.builder()
                .topics(List.of(new ListOffsetsRequest.ListOffsetsTopic(topic, all))).build();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            ListOffsetsResponse offsets = with.quietly(6, request);
            if (offsets.topics().getFirst().partitions().stream().allMatch(each -> each.errorCode() == 0)) {
                return;
            }
        }
        throw new IllegalStateException(topic + " has no leaders");
    }

    static ByteBuffer text(String text) {
        return text == null ? null : ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** One batch with a record a second for each value. */
    static ByteBuffer batch(String... values) {
        return builder(values).build();
    }

    static BatchBuilder builder(String... values) {
        var batch = new BatchBuilder();
        for (int at = 0; at < values.length; at++) {
            batch.add(TIME_MS + at * 1_000L, text("key" + at), text(values[at]));
        }
        return batch;
    }

    static ProduceRequest produce(String topic, Uuid id, int partition, ByteBuffer batches) {
        return produce(topic, id, partition, batches, (short) -1);
    }

    static ProduceRequest produce(String topic, Uuid id, int partition, ByteBuffer batches, short acks) {
        var data = new ProduceRequest.PartitionProduceData(partition, batches == null ? null : new Records.InMemory(batches));
        return ProduceRequest.builder().acks(acks).timeoutMs(1_000)
                .topicData(List.of(new ProduceRequest.TopicProduceData(topic, id, List.of(data)))).build();
    }

    /** Appends to a partition, and does not go on before that worked. */
    static void records(Conversation with, String topic, int partition, ByteBuffer batches) {
        ProduceResponse answer = with.quietly(9, produce(topic, Uuid.ZERO, partition, batches));
        var appended = answer.responses().getFirst().partitionResponses().getFirst();
        if (appended.errorCode() != ErrorCode.NONE.code()) {
            throw new IllegalStateException(topic + ": " + appended);
        }
    }

    /** A producer id; epoch 0. Not 0, the first that a broker gives: in an answer it looks like a field that says nothing. */
    static long producerId(Conversation with) {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            InitProducerIdResponse answer = with.quietly(4, InitProducerIdRequest.builder().transactionalId(null).transactionTimeoutMs(60_000).build());
            if (answer.errorCode() == ErrorCode.NONE.code() && answer.producerId() != 0) {
                return answer.producerId();
            }
        }
        throw new IllegalStateException("there are no producer ids");
    }

    /** A group whose coordinator is ready; its id. */
    static String group(Conversation with, String what) {
        var group = with.name(what);
        var find = FindCoordinatorRequest.builder().coordinatorKeys(List.of(group)).build();
        var describe = DescribeGroupsRequest.builder().groups(List.of(group)).build();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            FindCoordinatorResponse found = with.quietly(4, find);
            if (found.coordinators().getFirst().errorCode() == 0) {
                DescribeGroupsResponse described = with.quietly(0, describe);
                if (described.groups().getFirst().errorCode() == 0) {
                    return group;
                }
            }
        }
        throw new IllegalStateException(group + " has no coordinator");
    }
}
