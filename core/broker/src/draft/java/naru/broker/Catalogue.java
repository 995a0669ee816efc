package naru.broker;

import naru.protocol.message.ApiKey;

/** Everything that is served, and by whom. */
final class Catalogue {

    private Catalogue() {}

    static Apis of(LaneBroker lane) {
        return new Apis()
                .serve(ApiKey.PRODUCE, new ProduceHandler(lane))
                .serve(ApiKey.FETCH, new FetchHandler(lane))
                .serve(ApiKey.LIST_OFFSETS, new ListOffsetsHandler(lane))
                .serve(ApiKey.METADATA, new MetadataHandler(lane))
                .serve(ApiKey.FIND_COORDINATOR, new FindCoordinatorHandler(lane))
                .serve(ApiKey.API_VERSIONS, new ApiVersionsHandler(lane))
                .serve(ApiKey.CREATE_TOPICS, CommandHandlers.createTopics(lane))
                .serve(ApiKey.DELETE_TOPICS, CommandHandlers.deleteTopics(lane))
                .serve(ApiKey.CREATE_PARTITIONS, CommandHandlers.createPartitions(lane))
                .serve(ApiKey.ALTER_CONFIGS, CommandHandlers.alterConfigs(lane))
                .serve(ApiKey.INCREMENTAL_ALTER_CONFIGS, CommandHandlers.incrementalAlterConfigs(lane))
                .serve(ApiKey.DELETE_RECORDS, new DeleteRecordsHandler(lane))
                .serve(ApiKey.OFFSET_FOR_LEADER_EPOCH, new OffsetForLeaderEpochHandler(lane))
                .serve(ApiKey.DESCRIBE_CLUSTER, new DescribeClusterHandler(lane))
                .serve(ApiKey.DESCRIBE_PRODUCERS, new DescribeProducersHandler(lane))
                .serve(ApiKey.DESCRIBE_TOPIC_PARTITIONS, new DescribeTopicPartitionsHandler(lane));
    }
}
