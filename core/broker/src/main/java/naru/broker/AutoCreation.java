package naru.broker;

import java.util.List;
import java.util.Set;
import naru.metadata.Command;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;

/** Creates topics because somebody asked for them, not because somebody said so. */
final class AutoCreation {

    private static final int AS_CONFIGURED = -1;

    private final LaneBroker lane;

    AutoCreation(LaneBroker lane) {
        this.lane = lane;
    }

    boolean isEnabled() {
        return lane.configuration().ofBroker("auto.create.topics.enable").equals("true");
    }

    /** Calls back on this lane when the topics have leaders here, or could not be created. */
    void create(Set<String> names, Runnable whenDecided) {
        var request = CreateTopicsRequest.builder()
                .topics(names.stream().map(this::topic).toList())
                .build();
        lane.broker().decide(lane.number(), new Command.CreateTopics(request), _ -> whenDecided.run(), whenDecided);
    }

    private CreatableTopic topic(String name) {
        return switch (name) {
            case InternalTopics.OFFSETS -> offsetsTopic();
            case InternalTopics.SHARES -> sharesTopic();
            case InternalTopics.TRANSACTIONS -> transactionsTopic();
            default -> new CreatableTopic(name, AS_CONFIGURED, (short) AS_CONFIGURED, List.of(), List.of());
        };
    }

    /** Not compacted: the coordinator deletes what is of no use, and nothing else may be lost. */
    private CreatableTopic sharesTopic() {
        var settings = lane.broker().settings();
        int brokers = lane.cluster().brokers().size();
        int replicas = settings.internalReplicas("share.coordinator.state.topic.replication.factor", brokers);
        int inSync = settings.internalInSyncMin("share.coordinator.state.topic.min.isr", replicas);
        return new CreatableTopic(
                InternalTopics.SHARES, settings.integer("share.coordinator.state.topic.num.partitions"), (short) replicas,
                List.of(),
                List.of(
                        new CreatableTopicConfig("cleanup.policy", "delete"),
                        new CreatableTopicConfig("compression.type", "producer"),
                        new CreatableTopicConfig("segment.bytes", settings.text("share.coordinator.state.topic.segment.bytes")),
                        new CreatableTopicConfig("min.insync.replicas", Integer.toString(inSync)),
                        new CreatableTopicConfig("retention.ms", "-1")));
    }

    private CreatableTopic transactionsTopic() {
        var settings = lane.broker().settings();
        int replicas = settings.internalReplicas("transaction.state.log.replication.factor", lane.cluster().brokers().size());
        int inSyncMin = settings.internalInSyncMin("transaction.state.log.min.isr", replicas);
        return new CreatableTopic(
                InternalTopics.TRANSACTIONS, settings.integer("transaction.state.log.num.partitions"), (short) replicas, List.of(),
                List.of(
                        new CreatableTopicConfig("cleanup.policy", "compact"),
                        new CreatableTopicConfig("compression.type", "uncompressed"),
                        new CreatableTopicConfig("min.insync.replicas", Integer.toString(inSyncMin)),
                        new CreatableTopicConfig("segment.bytes", settings.text("transaction.state.log.segment.bytes")),
                        new CreatableTopicConfig("unclean.leader.election.enable", "false")));
    }

    private CreatableTopic offsetsTopic() {
        var settings = lane.broker().settings();
        int replicas = settings.internalReplicas("offsets.topic.replication.factor", lane.cluster().brokers().size());
        return new CreatableTopic(
                InternalTopics.OFFSETS, settings.integer("offsets.topic.num.partitions"), (short) replicas, List.of(),
                List.of(
                        new CreatableTopicConfig("cleanup.policy", "compact"),
                        new CreatableTopicConfig("compression.type", "producer"),
                        new CreatableTopicConfig("segment.bytes", settings.text("offsets.topic.segment.bytes"))));
    }
}
