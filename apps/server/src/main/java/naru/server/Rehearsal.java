package naru.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.ApiVersionsResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchRequest.FetchPartition;
import naru.protocol.message.FetchRequest.FetchTopic;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.LeaveGroupRequest.MemberIdentity;
import naru.protocol.message.LeaveGroupResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import naru.protocol.message.ListOffsetsResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataRequest.MetadataRequestTopic;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceRequest.PartitionProduceData;
import naru.protocol.message.ProduceRequest.TopicProduceData;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import naru.protocol.message.SyncGroupResponse;

/**
 * Plays the clients of an ordinary day once, so that the virtual machine can write down which classes and methods such
 * a day needs: from those notes (an AOT cache, JEP 514 and 515) the next start is several times as fast.
 */
final class Rehearsal {

    private static final String TOPIC = "rehearsal";
    static final String GROUP = "rehearsal";
    private static final int SMALL_BYTES = 100;
    private static final int LARGE_BYTES = 64 << 10;
    private static final int PIPELINED = 16;
    private static final int SMALL_ROUNDS = 2_000;
    private static final int LARGE_ROUNDS = 200;
    private static final int FETCHES = 2_000;
    private static final int COMMITS = 2_000;
    private static final int FETCH_BYTES_MAX = 1 << 20;

    private Rehearsal() {}

    static void play(InetSocketAddress broker) throws IOException {
        try (var client = new PlainClient(broker)) {
            client.ask(ApiKey.API_VERSIONS, 3, new ApiVersionsRequest("rehearsal", "1", null, -1), ApiVersionsResponse.class);
            client.ask(ApiKey.METADATA, 12, MetadataRequest.builder()
                    .topics(List.of(MetadataRequestTopic.builder().name(TOPIC).build()))
                    .allowAutoTopicCreation(true)
                    .build(), MetadataResponse.class);
            produceAndFetch(client);
            group(client, COMMITS);
        }
    }

    private static void produceAndFetch(PlainClient client) throws IOException {
        client.ask(ApiKey.INIT_PRODUCER_ID, 4, InitProducerIdRequest.builder()
                .transactionalId(null).transactionTimeoutMs(Integer.MAX_VALUE).build(), InitProducerIdResponse.class);
        for (int version : new int[] {7, 9, 12}) {
            produce(client, version, SMALL_BYTES, SMALL_ROUNDS);
            produce(client, version, LARGE_BYTES, LARGE_ROUNDS);
        }
        for (int version : new int[] {4, 11, 12}) {
            fetch(client, version);
        }
        client.ask(ApiKey.LIST_OFFSETS, 7, ListOffsetsRequest.builder()
                .replicaId(-1)
                .topics(List.of(new ListOffsetsTopic(TOPIC, List.of(new ListOffsetsPartition(0, -1, -1)))))
                .build(), ListOffsetsResponse.class);
    }

    private static void produce(PlainClient client, int version, int bytes, int rounds) throws IOException {
        var batch = new BatchBuilder()
                .add(System.currentTimeMillis(), null, ByteBuffer.wrap(new byte[bytes]))
                .build();
        var request = ProduceRequest.builder()
                .acks((short) -1)
                .timeoutMs(30_000)
                .topicData(List.of(TopicProduceData.builder()
                        .name(TOPIC)
                        .partitionData(List.of(new PartitionProduceData(0, new Records.InMemory(batch))))
                        .build()))
                .build();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < PIPELINED; i++) {
                client.send(ApiKey.PRODUCE, version, request);
            }
            for (int i = 0; i < PIPELINED; i++) {
                client.receive();
            }
        }
    }

    private static void fetch(PlainClient client, int version) throws IOException {
        for (int i = 0; i < FETCHES; i++) {
            client.ask(ApiKey.FETCH, version, FetchRequest.builder()
                    .maxWaitMs(100)
                    .minBytes(1)
                    .maxBytes(FETCH_BYTES_MAX)
                    .sessionEpoch(-1)
                    .topics(List.of(FetchTopic.builder()
                            .topic(TOPIC)
                            .partitions(List.of(FetchPartition.builder()
                                    .fetchOffset(i)
                                    .partitionMaxBytes(i % 2 == 0 ? 1_000 : FETCH_BYTES_MAX)
                                    .build()))
                            .build()))
                    .build(), FetchResponse.class);
        }
    }

    static void group(PlainClient client, int commits) throws IOException {
        client.ask(ApiKey.FIND_COORDINATOR, 4, FindCoordinatorRequest.builder()
                .coordinatorKeys(List.of(GROUP)).build(), FindCoordinatorResponse.class);
        String member = join(client, "").memberId();
        var joined = join(client, member);
        client.ask(ApiKey.SYNC_GROUP, 5, SyncGroupRequest.builder()
                .groupId(GROUP).generationId(joined.generationId()).memberId(member)
                .protocolType("consumer").protocolName("range")
                .assignments(List.of(new SyncGroupRequestAssignment(member, bytes("all"))))
                .build(), SyncGroupResponse.class);
        for (int i = 0; i < commits; i++) {
            client.ask(ApiKey.HEARTBEAT, 4, HeartbeatRequest.builder()
                    .groupId(GROUP).generationId(joined.generationId()).memberId(member).build(), HeartbeatResponse.class);
            commit(client, joined.generationId(), member, i);
        }
        client.ask(ApiKey.OFFSET_FETCH, 8, OffsetFetchRequest.builder()
                .groups(List.of(OffsetFetchRequestGroup.builder().groupId(GROUP).topics(null).build()))
                .build(), OffsetFetchResponse.class);
        client.ask(ApiKey.LEAVE_GROUP, 5, LeaveGroupRequest.builder()
                .groupId(GROUP)
                .members(List.of(MemberIdentity.builder().memberId(member).build()))
                .build(), LeaveGroupResponse.class);
    }

    private static JoinGroupResponse join(PlainClient client, String member) throws IOException {
        return client.ask(ApiKey.JOIN_GROUP, 9, JoinGroupRequest.builder()
                .groupId(GROUP).sessionTimeoutMs(10_000).rebalanceTimeoutMs(10_000).memberId(member)
                .protocolType("consumer")
                .protocols(List.of(new JoinGroupRequestProtocol("range", bytes(TOPIC))))
                .build(), JoinGroupResponse.class);
    }

    private static void commit(PlainClient client, int generation, String member, long offset) throws IOException {
        client.ask(ApiKey.OFFSET_COMMIT, 8, OffsetCommitRequest.builder()
                .groupId(GROUP).generationIdOrMemberEpoch(generation).memberId(member)
                .topics(List.of(OffsetCommitRequestTopic.builder()
                        .name(TOPIC)
                        .partitions(List.of(OffsetCommitRequestPartition.builder()
                                .partitionIndex(0).committedOffset(offset).committedMetadata("").build()))
                        .build()))
                .build(), OffsetCommitResponse.class);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
