package naru.simulation;

import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;

/** What clients of coordinators ask a small cluster of three: about one topic with one partition, one group, one transactional id. */
final class CoordinatorQuestions {

    static final String ORDERS = "orders";
    static final String GROUP = "group";
    static final String PAYER = "payer";

    private static final byte OF_GROUP = 0;
    private static final byte OF_TRANSACTION = 1;

    private final SmallCluster cluster;

    CoordinatorQuestions(SmallCluster cluster) {
        this.cluster = cluster;
    }

    /** The topic, with three replicas. */
    void create() {
        var topic = CreatableTopic.builder().name(ORDERS).numPartitions(1).replicationFactor((short) 3).build();
        cluster.ask(1, ApiKey.CREATE_TOPICS,
                CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(1_000).build(), CreateTopicsResponse.class);
        cluster.runForMs(200);
    }

    /** The group's, once there is one. */
    int coordinatorOfGroup() {
        return coordinator(OF_GROUP, GROUP);
    }

    /** The transactional id's, once there is one. */
    int coordinatorOfPayer() {
        return coordinator(OF_TRANSACTION, PAYER);
    }

    private int coordinator(byte type, String key) {
        var request = FindCoordinatorRequest.builder().keyType(type).coordinatorKeys(List.of(key)).build();
        cluster.await("there is a coordinator", () -> found(request).errorCode() == ErrorCode.NONE.code());
        cluster.runForMs(200);
        return found(request).nodeId();
    }

    private FindCoordinatorResponse.Coordinator found(FindCoordinatorRequest request) {
        return cluster.ask(1, ApiKey.FIND_COORDINATOR, request, FindCoordinatorResponse.class).coordinators().getFirst();
    }

    OffsetCommitRequest commitOf(long offset) {
        var partition = OffsetCommitRequestPartition.builder().partitionIndex(0).committedOffset(offset).committedMetadata("").build();
        var topic = OffsetCommitRequestTopic.builder().topicId(cluster.cluster().topic(ORDERS).id()).partitions(List.of(partition)).build();
        return OffsetCommitRequest.builder().groupId(GROUP).generationIdOrMemberEpoch(-1).memberId("").topics(List.of(topic)).build();
    }

    OffsetFetchRequest whatIsCommitted() {
        var topic = new OffsetFetchRequestTopics("", cluster.cluster().topic(ORDERS).id(), List.of(0));
        return OffsetFetchRequest.builder()
                .groups(List.of(new OffsetFetchRequestGroup(GROUP, null, -1, List.of(topic)))).build();
    }

    /** The transactional id's producer, once its coordinator is ready. */
    InitProducerIdResponse producer(int coordinator) {
        var request = InitProducerIdRequest.builder()
                .transactionalId(PAYER).transactionTimeoutMs(60_000).producerId(-1).producerEpoch((short) -1).build();
        cluster.await("the coordinator is ready", () ->
                cluster.ask(coordinator, ApiKey.INIT_PRODUCER_ID, request, InitProducerIdResponse.class).errorCode() == ErrorCode.NONE.code());
        return cluster.ask(coordinator, ApiKey.INIT_PRODUCER_ID, request, InitProducerIdResponse.class);
    }
}
