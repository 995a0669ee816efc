package naru.broker;

import naru.protocol.message.ApiKey;

/** Everything that is served, and by whom. */
final class Catalogue {

    private Catalogue() {}

    static Apis of(LaneBroker lane) {
        var apis = new Apis();
        return withTransactions(lane, withMovements(lane, QuorumHandlers.serve(lane, apis)))
                .serve(ApiKey.PRODUCE, new ProduceHandler(lane))
                .serve(ApiKey.FETCH, new FetchHandler(lane))
                .serve(ApiKey.LIST_OFFSETS, new ListOffsetsHandler(lane))
                .serve(ApiKey.METADATA, new MetadataHandler(lane))
                .serve(ApiKey.FIND_COORDINATOR, new FindCoordinatorHandler(lane))
                .serve(ApiKey.JOIN_GROUP, GroupHandlers.join(lane))
                .serve(ApiKey.SYNC_GROUP, GroupHandlers.sync(lane))
                .serve(ApiKey.HEARTBEAT, GroupHandlers.heartbeat(lane))
                .serve(ApiKey.CONSUMER_GROUP_HEARTBEAT, GroupHandlers.consumerHeartbeat(lane))
                .serve(ApiKey.CONSUMER_GROUP_DESCRIBE, GroupsHandlers.describeConsumers(lane))
                .serve(ApiKey.LEAVE_GROUP, GroupHandlers.leave(lane))
                .serve(ApiKey.OFFSET_COMMIT, new OffsetCommitHandler(lane))
                .serve(ApiKey.OFFSET_DELETE, new OffsetDeleteHandler(lane))
                .serve(ApiKey.OFFSET_FETCH, new OffsetFetchHandler(lane))
                .serve(ApiKey.DESCRIBE_GROUPS, GroupsHandlers.describe(lane))
                .serve(ApiKey.DELETE_GROUPS, GroupsHandlers.delete(lane))
                .serve(ApiKey.LIST_GROUPS, GroupsHandlers.list(lane))
                .serve(ApiKey.INIT_PRODUCER_ID, new InitProducerIdHandler(lane))
                .serve(ApiKey.WRITE_TXN_MARKERS, new WriteTxnMarkersHandler(lane))
                .serve(ApiKey.API_VERSIONS, new ApiVersionsHandler(lane, apis))
                .serve(ApiKey.CREATE_TOPICS, CommandHandlers.createTopics(lane))
                .serve(ApiKey.DELETE_TOPICS, CommandHandlers.deleteTopics(lane))
                .serve(ApiKey.CREATE_PARTITIONS, CommandHandlers.createPartitions(lane))
                .serve(ApiKey.ALTER_CONFIGS, CommandHandlers.alterConfigs(lane))
                .serve(ApiKey.INCREMENTAL_ALTER_CONFIGS, CommandHandlers.incrementalAlterConfigs(lane))
                .serve(ApiKey.DESCRIBE_CONFIGS, new DescribeConfigsHandler(lane))
                .serve(ApiKey.LIST_CONFIG_RESOURCES, new ListConfigResourcesHandler(lane))
                .serve(ApiKey.DESCRIBE_LOG_DIRS, new DescribeLogDirsHandler(lane))
                .serve(ApiKey.DELETE_RECORDS, new DeleteRecordsHandler(lane))
                .serve(ApiKey.OFFSET_FOR_LEADER_EPOCH, new OffsetForLeaderEpochHandler(lane))
                .serve(ApiKey.DESCRIBE_CLUSTER, new DescribeClusterHandler(lane))
                .serve(ApiKey.DESCRIBE_PRODUCERS, new DescribeProducersHandler(lane))
                .serve(ApiKey.SHARE_GROUP_HEARTBEAT, ShareGroupHandlers.heartbeat(lane))
                .serve(ApiKey.SHARE_GROUP_DESCRIBE, ShareGroupHandlers.describe(lane))
                .serve(ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS, ShareOffsetsHandlers.describe(lane))
                .serve(ApiKey.ALTER_SHARE_GROUP_OFFSETS, ShareOffsetsHandlers.alter(lane))
                .serve(ApiKey.DELETE_SHARE_GROUP_OFFSETS, ShareOffsetsHandlers.delete(lane))
                .serve(ApiKey.SHARE_FETCH, new ShareFetchHandler(lane))
                .serve(ApiKey.SHARE_ACKNOWLEDGE, new ShareAcknowledgeHandler(lane))
                .serve(ApiKey.INITIALIZE_SHARE_GROUP_STATE, ShareStateHandlers.initialize(lane))
                .serve(ApiKey.READ_SHARE_GROUP_STATE, ShareStateHandlers.read(lane))
                .serve(ApiKey.WRITE_SHARE_GROUP_STATE, ShareStateHandlers.write(lane))
                .serve(ApiKey.DELETE_SHARE_GROUP_STATE, ShareStateHandlers.delete(lane))
                .serve(ApiKey.READ_SHARE_GROUP_STATE_SUMMARY, ShareStateHandlers.summarize(lane))
                .serve(ApiKey.DESCRIBE_TOPIC_PARTITIONS, new DescribeTopicPartitionsHandler(lane));
    }

    private static Apis withMovements(LaneBroker lane, Apis apis) {
        return apis
                .serve(ApiKey.ELECT_LEADERS, CommandHandlers.electLeaders(lane))
                .serve(ApiKey.ALTER_PARTITION_REASSIGNMENTS, CommandHandlers.alterReassignments(lane))
                .serve(ApiKey.LIST_PARTITION_REASSIGNMENTS, CommandHandlers.listReassignments(lane))
                .serve(ApiKey.UPDATE_FEATURES, CommandHandlers.updateFeatures(lane))
                .serve(ApiKey.UNREGISTER_BROKER, CommandHandlers.unregisterBroker(lane));
    }

    private static Apis withTransactions(LaneBroker lane, Apis apis) {
        return apis
                .serve(ApiKey.ADD_PARTITIONS_TO_TXN, new AddPartitionsToTxnHandler(lane))
                .serve(ApiKey.ADD_OFFSETS_TO_TXN, TransactionHandlers.addOffsets(lane))
                .serve(ApiKey.TXN_OFFSET_COMMIT, new TxnOffsetCommitHandler(lane))
                .serve(ApiKey.END_TXN, TransactionHandlers.end(lane))
                .serve(ApiKey.DESCRIBE_TRANSACTIONS, TransactionOverviews.describe(lane))
                .serve(ApiKey.LIST_TRANSACTIONS, TransactionOverviews.list(lane));
    }
}
