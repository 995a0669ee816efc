package naru.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Predicate;
import naru.base.Uuid;
import naru.metadata.Cluster;
import naru.metadata.Topic;
import naru.metadata.TopicNames;
import naru.protocol.ErrorCode;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataRequest.MetadataRequestTopic;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.MetadataResponse.MetadataResponseBroker;
import naru.protocol.message.MetadataResponse.MetadataResponsePartition;
import naru.protocol.message.MetadataResponse.MetadataResponseTopic;

/**
 * Metadata (API key 3): who leads what. A topic that does not exist yet is created where configuration allows it, and
 * the answer waits until it has leaders: the client's first record need not ask again.
 */
final class MetadataHandler implements Handler<MetadataRequest> {

    private static final short NULL_MEANS_ALL = 1;
    private static final short CLIENT_DECIDES_ABOUT_CREATION = 4;
    private static final short KNOWS_LISTENERS = 6;
    private static final short KNOWS_TOPICS_BY_ID = 12;

    private final LaneBroker lane;

    MetadataHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, MetadataRequest asked) {
        if (request.version() < KNOWS_TOPICS_BY_ID && anyTopic(asked, topic -> topic.name() == null || !topic.topicId().isZero())) {
            refuse(request, asked, ErrorCode.INVALID_REQUEST);
            return;
        }
        if (anyTopic(asked, topic -> topic.name() == null && topic.topicId().isZero())) {
            refuse(request, asked, ErrorCode.UNKNOWN_SERVER_ERROR);
            return;
        }
        var missing = missingNames(request, asked);
        if (missing.isEmpty()) {
            answerWhenFound(request, asked);
        } else {
            lane.autoCreation().create(missing, () -> answerWhenFound(request, asked));
        }
    }

    private void answerWhenFound(Request request, MetadataRequest asked) {
        request.whenNext(() -> lane.missed().whenFound(missed -> namesAny(request, asked, missed), () -> answer(request, asked)));
    }

    private boolean namesAny(Request request, MetadataRequest asked, SortedSet<Integer> brokers) {
        var cluster = lane.cluster();
        if (wantsAll(request, asked)) {
            return cluster.topics().stream().anyMatch(topic -> isLedByAny(topic, brokers));
        }
        return anyTopic(asked, one -> isLedByAny(
                one.name() == null ? cluster.topic(one.topicId()) : cluster.topic(one.name()), brokers));
    }

    private static boolean isLedByAny(Topic topic, SortedSet<Integer> brokers) {
        return topic != null && topic.partitions().stream().anyMatch(partition -> brokers.contains(partition.leader()));
    }

    private static boolean anyTopic(MetadataRequest asked, Predicate<MetadataRequestTopic> such) {
        return asked.topics() != null && asked.topics().stream().anyMatch(such);
    }

    /** As Kafka does when a request makes no sense: an error for every topic, and not a word about brokers. */
    private static void refuse(Request request, MetadataRequest asked, ErrorCode why) {
        var topics = new ArrayList<MetadataResponseTopic>();
        for (var topic : asked.topics()) {
            topics.add(MetadataResponseTopic.builder()
                    .errorCode(why.code())
                    .name(topic.name() == null ? "" : topic.name())
                    .topicId(topic.topicId())
                    .build());
        }
        request.answer(MetadataResponse.builder().topics(topics).errorCode(why.code()).build());
    }

    /** Each topic once; by id alone as soon as one is asked for by its id, as Kafka does. */
    private static Collection<MetadataRequestTopic> wanted(MetadataRequest asked) {
        boolean byId = anyTopic(asked, topic -> !topic.topicId().isZero());
        var wanted = new LinkedHashSet<MetadataRequestTopic>();
        for (var topic : asked.topics()) {
            if (!byId) {
                wanted.add(topic);
            } else if (!topic.topicId().isZero()) {
                wanted.add(new MetadataRequestTopic(topic.topicId(), null));
            }
        }
        return wanted;
    }

    private static boolean wantsAll(Request request, MetadataRequest asked) {
        return asked.topics() == null || request.version() < NULL_MEANS_ALL && asked.topics().isEmpty();
    }

    private LinkedHashSet<String> missingNames(Request request, MetadataRequest asked) {
        var missing = new LinkedHashSet<String>();
        boolean mayCreate = request.version() < CLIENT_DECIDES_ABOUT_CREATION || asked.allowAutoTopicCreation();
        if (!mayCreate || wantsAll(request, asked) || !lane.autoCreation().isEnabled()) {
            return missing;
        }
        for (var topic : wanted(asked)) {
            if (topic.name() != null && lane.cluster().topic(topic.name()) == null
                    && TopicNames.isValid(topic.name())) {
                missing.add(topic.name());
            }
        }
        return missing;
    }

    private void answer(Request request, MetadataRequest asked) {
        var cluster = lane.cluster();
        var reachable = new Reachable(cluster, request.listener());
        var topics = new ArrayList<MetadataResponseTopic>();
        if (wantsAll(request, asked)) {
            for (var topic : cluster.topics()) {
                topics.add(describe(topic, request, asked, reachable));
            }
        } else {
            for (var wanted : wanted(asked)) {
                topics.add(describe(cluster, wanted, request, asked, reachable));
            }
        }
        request.answer(MetadataResponse.builder()
                .brokers(brokers(cluster, request.listener()))
                .clusterId(lane.broker().clusterId())
                .controllerId(lane.broker().nodeId())
                .topics(topics)
                .clusterAuthorizedOperations(asked.includeClusterAuthorizedOperations()
                        ? AuthorizedOperations.CLUSTER : AuthorizedOperations.NOT_ASKED)
                .build());
    }

    private List<MetadataResponseBroker> brokers(Cluster cluster, String listener) {
        var brokers = new ArrayList<MetadataResponseBroker>();
        for (var node : Endpoints.of(cluster, listener)) {
            brokers.add(new MetadataResponseBroker(node.id(), node.host(), node.port(), node.rack()));
        }
        return brokers;
    }

    private static MetadataResponseTopic describe(
            Cluster cluster, MetadataRequestTopic wanted, Request request, MetadataRequest asked, Reachable reachable) {
        boolean byId = wanted.name() == null;
        var topic = byId ? cluster.topic(wanted.topicId()) : cluster.topic(wanted.name());
        if (topic != null) {
            return describe(topic, request, asked, reachable);
        }
        var error = byId ? ErrorCode.UNKNOWN_TOPIC_ID
                : TopicNames.isValid(wanted.name())
                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION;
        return MetadataResponseTopic.builder()
                .errorCode(error.code())
                .name(wanted.name())
                .topicId(byId ? wanted.topicId() : Uuid.ZERO)
                .isInternal(!byId && InternalTopics.isInternal(wanted.name()))
                .build();
    }

    private static MetadataResponseTopic describe(Topic topic, Request request, MetadataRequest asked, Reachable reachable) {
        boolean knowsListeners = request.version() >= KNOWS_LISTENERS;
        var partitions = new ArrayList<MetadataResponsePartition>(topic.partitions().size());
        for (int i = 0; i < topic.partitions().size(); i++) {
            var partition = topic.partitions().get(i);
            partitions.add(new MetadataResponsePartition(
                    reachable.error(partition, knowsListeners).code(), i, reachable.leader(partition),
                    partition.leaderEpoch(), partition.replicas(), partition.inSync(), reachable.offline(partition)));
        }
        return new MetadataResponseTopic(
                ErrorCode.NONE.code(), topic.name(), topic.id(), InternalTopics.isInternal(topic.name()), partitions,
                asked.includeTopicAuthorizedOperations() ? AuthorizedOperations.TOPIC : AuthorizedOperations.NOT_ASKED);
    }
}
