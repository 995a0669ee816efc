package naru.broker;

import java.util.EnumSet;
import java.util.Set;
import naru.protocol.message.ApiKey;

/** Everything that is served, and by whom. */
final class Catalogue {

    private static final Set<ApiKey> OF_RECORDS = EnumSet.of(
            ApiKey.PRODUCE, ApiKey.FETCH, ApiKey.LIST_OFFSETS, ApiKey.DELETE_RECORDS, ApiKey.OFFSET_FOR_LEADER_EPOCH,
            ApiKey.INIT_PRODUCER_ID, ApiKey.DESCRIBE_PRODUCERS);

    private static final Set<ApiKey> OF_THE_CLUSTER = EnumSet.of(
            ApiKey.API_VERSIONS, ApiKey.METADATA, ApiKey.DESCRIBE_CLUSTER, ApiKey.DESCRIBE_TOPIC_PARTITIONS, ApiKey.DESCRIBE_CONFIGS,
            ApiKey.LIST_CONFIG_RESOURCES, ApiKey.DESCRIBE_LOG_DIRS, ApiKey.ALTER_REPLICA_LOG_DIRS, ApiKey.CREATE_TOPICS, ApiKey.DELETE_TOPICS,
            ApiKey.CREATE_PARTITIONS, ApiKey.ALTER_CONFIGS, ApiKey.INCREMENTAL_ALTER_CONFIGS, ApiKey.ELECT_LEADERS,
            ApiKey.ALTER_PARTITION_REASSIGNMENTS, ApiKey.LIST_PARTITION_REASSIGNMENTS, ApiKey.UPDATE_FEATURES,
            ApiKey.UNREGISTER_BROKER);

    private static final Set<ApiKey> OF_GROUPS = EnumSet.of(
            ApiKey.FIND_COORDINATOR, ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP, ApiKey.HEARTBEAT, ApiKey.LEAVE_GROUP,
            ApiKey.CONSUMER_GROUP_HEARTBEAT, ApiKey.CONSUMER_GROUP_DESCRIBE, ApiKey.OFFSET_COMMIT, ApiKey.OFFSET_DELETE,
            ApiKey.OFFSET_FETCH, ApiKey.DESCRIBE_GROUPS, ApiKey.DELETE_GROUPS, ApiKey.LIST_GROUPS);

    private static final Set<ApiKey> OF_TRANSACTIONS = EnumSet.of(
            ApiKey.ADD_PARTITIONS_TO_TXN, ApiKey.ADD_OFFSETS_TO_TXN, ApiKey.TXN_OFFSET_COMMIT, ApiKey.END_TXN,
            ApiKey.WRITE_TXN_MARKERS, ApiKey.DESCRIBE_TRANSACTIONS, ApiKey.LIST_TRANSACTIONS);

    private static final Set<ApiKey> OF_SHARES = EnumSet.of(
            ApiKey.SHARE_GROUP_HEARTBEAT, ApiKey.SHARE_GROUP_DESCRIBE, ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS,
            ApiKey.ALTER_SHARE_GROUP_OFFSETS, ApiKey.DELETE_SHARE_GROUP_OFFSETS, ApiKey.SHARE_FETCH, ApiKey.SHARE_ACKNOWLEDGE,
            ApiKey.INITIALIZE_SHARE_GROUP_STATE, ApiKey.READ_SHARE_GROUP_STATE, ApiKey.WRITE_SHARE_GROUP_STATE,
            ApiKey.DELETE_SHARE_GROUP_STATE, ApiKey.READ_SHARE_GROUP_STATE_SUMMARY);

    private Catalogue() {}

    static Apis of(LaneBroker lane) {
        return of(lane, lane.broker().quorum() != null);
    }

    static Apis of(LaneBroker lane, boolean hasQuorum) {
        var apis = new Apis();
        if (hasQuorum) {
            apis.serve(QuorumHandlers.SERVED, api -> QuorumHandlers.of(lane, api));
        }
        return apis
                .serve(OF_RECORDS, api -> ofRecords(lane, api))
                .serve(OF_THE_CLUSTER, api -> ofTheCluster(lane, apis, api))
                .serve(OF_GROUPS, api -> ofGroups(lane, api))
                .serve(OF_TRANSACTIONS, api -> ofTransactions(lane, api))
                .serve(OF_SHARES, api -> ofShares(lane, api));
    }

    private static Handler<?> ofRecords(LaneBroker lane, ApiKey api) {
        return switch (api) {
            case PRODUCE -> new ProduceHandler(lane);
            case FETCH -> new FetchHandler(lane);
            case LIST_OFFSETS -> new ListOffsetsHandler(lane);
            case DELETE_RECORDS -> new DeleteRecordsHandler(lane);
            case OFFSET_FOR_LEADER_EPOCH -> new OffsetForLeaderEpochHandler(lane);
            case INIT_PRODUCER_ID -> new InitProducerIdHandler(lane);
            case DESCRIBE_PRODUCERS -> new DescribeProducersHandler(lane);
            default -> throw servedByNobody(api);
        };
    }

    private static Handler<?> ofTheCluster(LaneBroker lane, Apis apis, ApiKey api) {
        return switch (api) {
            case API_VERSIONS -> new ApiVersionsHandler(lane, apis);
            case METADATA -> new MetadataHandler(lane);
            case DESCRIBE_CLUSTER -> new DescribeClusterHandler(lane);
            case DESCRIBE_TOPIC_PARTITIONS -> new DescribeTopicPartitionsHandler(lane);
            case DESCRIBE_CONFIGS -> new DescribeConfigsHandler(lane);
            case LIST_CONFIG_RESOURCES -> new ListConfigResourcesHandler(lane);
            case DESCRIBE_LOG_DIRS -> new DescribeLogDirsHandler(lane);
            case ALTER_REPLICA_LOG_DIRS -> new AlterReplicaLogDirsHandler(lane);
            case CREATE_TOPICS -> CommandHandlers.createTopics(lane);
            case DELETE_TOPICS -> CommandHandlers.deleteTopics(lane);
            case CREATE_PARTITIONS -> CommandHandlers.createPartitions(lane);
            case ALTER_CONFIGS -> CommandHandlers.alterConfigs(lane);
            case INCREMENTAL_ALTER_CONFIGS -> CommandHandlers.incrementalAlterConfigs(lane);
            case ELECT_LEADERS -> CommandHandlers.electLeaders(lane);
            case ALTER_PARTITION_REASSIGNMENTS -> CommandHandlers.alterReassignments(lane);
            case LIST_PARTITION_REASSIGNMENTS -> CommandHandlers.listReassignments(lane);
            case UPDATE_FEATURES -> CommandHandlers.updateFeatures(lane);
            case UNREGISTER_BROKER -> CommandHandlers.unregisterBroker(lane);
            default -> throw servedByNobody(api);
        };
    }

    private static Handler<?> ofGroups(LaneBroker lane, ApiKey api) {
        return switch (api) {
            case FIND_COORDINATOR -> new FindCoordinatorHandler(lane);
            case JOIN_GROUP -> GroupHandlers.join(lane);
            case SYNC_GROUP -> GroupHandlers.sync(lane);
            case HEARTBEAT -> GroupHandlers.heartbeat(lane);
            case LEAVE_GROUP -> GroupHandlers.leave(lane);
            case CONSUMER_GROUP_HEARTBEAT -> GroupHandlers.consumerHeartbeat(lane);
            case CONSUMER_GROUP_DESCRIBE -> GroupsHandlers.describeConsumers(lane);
            case OFFSET_COMMIT -> new OffsetCommitHandler(lane);
            case OFFSET_DELETE -> new OffsetDeleteHandler(lane);
            case OFFSET_FETCH -> new OffsetFetchHandler(lane);
            case DESCRIBE_GROUPS -> GroupsHandlers.describe(lane);
            case DELETE_GROUPS -> GroupsHandlers.delete(lane);
            case LIST_GROUPS -> GroupsHandlers.list(lane);
            default -> throw servedByNobody(api);
        };
    }

    private static Handler<?> ofTransactions(LaneBroker lane, ApiKey api) {
        return switch (api) {
            case ADD_PARTITIONS_TO_TXN -> new AddPartitionsToTxnHandler(lane);
            case ADD_OFFSETS_TO_TXN -> TransactionHandlers.addOffsets(lane);
            case TXN_OFFSET_COMMIT -> new TxnOffsetCommitHandler(lane);
            case END_TXN -> TransactionHandlers.end(lane);
            case WRITE_TXN_MARKERS -> new WriteTxnMarkersHandler(lane);
            case DESCRIBE_TRANSACTIONS -> TransactionOverviews.describe(lane);
            case LIST_TRANSACTIONS -> TransactionOverviews.list(lane);
            default -> throw servedByNobody(api);
        };
    }

    private static Handler<?> ofShares(LaneBroker lane, ApiKey api) {
        return switch (api) {
            case SHARE_GROUP_HEARTBEAT -> ShareGroupHandlers.heartbeat(lane);
            case SHARE_GROUP_DESCRIBE -> ShareGroupHandlers.describe(lane);
            case DESCRIBE_SHARE_GROUP_OFFSETS -> ShareOffsetsHandlers.describe(lane);
            case ALTER_SHARE_GROUP_OFFSETS -> ShareOffsetsHandlers.alter(lane);
            case DELETE_SHARE_GROUP_OFFSETS -> ShareOffsetsHandlers.delete(lane);
            case SHARE_FETCH -> new ShareFetchHandler(lane);
            case SHARE_ACKNOWLEDGE -> new ShareAcknowledgeHandler(lane);
            case INITIALIZE_SHARE_GROUP_STATE -> ShareStateHandlers.initialize(lane);
            case READ_SHARE_GROUP_STATE -> ShareStateHandlers.read(lane);
            case WRITE_SHARE_GROUP_STATE -> ShareStateHandlers.write(lane);
            case DELETE_SHARE_GROUP_STATE -> ShareStateHandlers.delete(lane);
            case READ_SHARE_GROUP_STATE_SUMMARY -> ShareStateHandlers.summarize(lane);
            default -> throw servedByNobody(api);
        };
    }

    /** An API stands in one of the sets above, and in no line of the method that goes with it. */
    static IllegalStateException servedByNobody(ApiKey api) {
        return new IllegalStateException(api + " is advertised and served by nobody");
    }
}
