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
        return name.equals(InternalTopics.OFFSETS)
                ? offsetsTopic()
                : new CreatableTopic(name, AS_CONFIGURED, (short) AS_CONFIGURED, List.of(), List.of());
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
