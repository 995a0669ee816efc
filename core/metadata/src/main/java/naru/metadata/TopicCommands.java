package naru.metadata;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.configuration.ConfigKeys;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import naru.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import naru.protocol.message.DeleteTopicsResponse;
import naru.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import naru.protocol.message.RemoveTopicRecord;
import naru.protocol.message.TopicRecord;

/** Topics come and go. */
final class TopicCommands {

    private static final int ALREADY_ANSWERED = 0;
    static final String TOO_MANY_PARTITIONS = "Excessively large number of partitions per request.";

    private final BrokerSettings settings;

    TopicCommands(BrokerSettings settings) {
        this.settings = settings;
    }

    Decision create(CreateTopicsRequest request, Cluster cluster, Randomness randomness) {
        var records = new ArrayList<Message>();
        var results = new ArrayList<CreatableTopicResult>();
        var next = cluster;
        boolean tooMany = partitionsAsked(request) > NewPartitions.PER_REQUEST_MAX;
        var named = NewPartitions.timesNamed(request.topics(), CreatableTopic::name);
        for (var topic : request.topics()) {
            int times = named.put(topic.name(), ALREADY_ANSWERED);
            if (times == ALREADY_ANSWERED) {
                continue;
            }
            try {
                if (tooMany) {
                    throw new Refused(ErrorCode.POLICY_VIOLATION, TOO_MANY_PARTITIONS);
                }
                if (times > 1) {
                    throw new Refused(ErrorCode.INVALID_REQUEST, "Duplicate topic name.");
                }
                var created = createOne(topic, next, randomness);
                next = next.withAll(created);
                records.addAll(created);
                results.add(created(next.topic(topic.name()), next));
            } catch (Refused refused) {
                results.add(CreatableTopicResult.builder()
                        .name(topic.name()).errorCode(refused.code()).errorMessage(refused.getMessage())
                        .numPartitions(-1).replicationFactor((short) -1).configs(List.of()).build());
            }
        }
        return new Decision(request.validateOnly() ? List.of() : records, new CreateTopicsResponse(0, results));
    }

    private long partitionsAsked(CreateTopicsRequest request) {
        long sum = 0;
        for (var topic : request.topics()) {
            sum += !topic.assignments().isEmpty() ? topic.assignments().size()
                    : topic.numPartitions() == -1 ? settings.integer("num.partitions") : Math.max(0, topic.numPartitions());
        }
        return sum;
    }

    private List<Message> createOne(CreatableTopic topic, Cluster cluster, Randomness randomness) throws Refused {
        TopicNames.check(topic.name(), cluster);
        var records = new ArrayList<Message>();
        var id = randomness.nextUuid();
        records.add(new TopicRecord(topic.name(), id));
        for (var config : topic.configs()) {
            if (config.value() == null) {
                throw new Refused(ErrorCode.INVALID_CONFIG,
                        "Null value not supported for topic configs: " + config.name());
            }
            ConfigCommands.check(ConfigKeys.TOPIC, "topic", config.name(), config.value());
            records.add(new ConfigRecord(Resource.TOPIC, topic.name(), config.name(), config.value()));
        }
        var replicas = topic.assignments().isEmpty() ? placed(topic, cluster, randomness) : typed(topic, cluster);
        for (int i = 0; i < replicas.size(); i++) {
            records.add(NewPartitions.record(id, i, replicas.get(i), cluster));
        }
        return records;
    }

    private List<List<Integer>> placed(CreatableTopic topic, Cluster cluster, Randomness randomness) throws Refused {
        if (topic.numPartitions() == 0 || topic.numPartitions() < -1) {
            throw new Refused(ErrorCode.INVALID_PARTITIONS,
                    "Number of partitions was set to an invalid non-positive value.");
        }
        if (topic.replicationFactor() == 0 || topic.replicationFactor() < -1) {
            throw new Refused(ErrorCode.INVALID_REPLICATION_FACTOR,
                    "Replication factor was set to an invalid non-positive value.");
        }
        int count = topic.numPartitions() < 0 ? settings.integer("num.partitions") : topic.numPartitions();
        int copies = topic.replicationFactor() < 0
                ? settings.integer("default.replication.factor") : topic.replicationFactor();
        var placement = new Placement(cluster, randomness);
        var replicas = new ArrayList<List<Integer>>();
        for (int i = 0; i < count; i++) {
            replicas.add(placement.replicas(i, copies));
        }
        return replicas;
    }

    private static List<List<Integer>> typed(CreatableTopic topic, Cluster cluster) throws Refused {
        if (topic.replicationFactor() != -1) {
            throw new Refused(ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but replication factor was not set to -1.");
        }
        if (topic.numPartitions() != -1) {
            throw new Refused(ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but numPartitions was not set to -1.");
        }
        var byNumber = new TreeMap<Integer, List<Integer>>();
        for (var one : topic.assignments()) {
            NewPartitions.checkManual(one.brokerIds(), cluster);
            if (byNumber.put(one.partitionIndex(), one.brokerIds()) != null) {
                throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "Found multiple manual partition assignments for partition " + one.partitionIndex());
            }
            int copies = topic.assignments().getFirst().brokerIds().size();
            if (one.brokerIds().size() != copies) {
                throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes a partition with " + one.brokerIds().size()
                                + " replica(s), but this is not consistent with previous partitions, which have "
                                + copies + " replica(s).");
            }
        }
        if (byNumber.firstKey() != 0 || byNumber.lastKey() != byNumber.size() - 1) {
            throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "partitions should be a consecutive 0-based integer sequence");
        }
        return List.copyOf(byNumber.values());
    }

    private CreatableTopicResult created(Topic topic, Cluster cluster) {
        var configs = new ArrayList<CreatableTopicConfigs>();
        for (var value : new ConfigView(cluster, settings).all(Resource.topic(topic.name()))) {
            configs.add(new CreatableTopicConfigs(
                    value.key().name(), value.shown(), false, value.source().id(), value.isSensitive()));
        }
        return CreatableTopicResult.builder()
                .name(topic.name()).topicId(topic.id()).numPartitions(topic.partitions().size())
                .replicationFactor((short) topic.replicationFactor()).configs(configs).build();
    }

    Decision delete(DeleteTopicsRequest request, Cluster cluster) {
        var wanted = new ArrayList<DeleteTopicState>(request.topics());
        request.topicNames().forEach(name -> wanted.add(new DeleteTopicState(name, Uuid.ZERO)));
        var records = new ArrayList<Message>();
        var results = new ArrayList<DeletableTopicResult>();
        var seen = new LinkedHashSet<Uuid>();
        for (var one : wanted) {
            var topic = one.name() == null ? cluster.topic(one.topicId()) : cluster.topic(one.name());
            if (topic == null) {
                var code = one.name() == null ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
                results.add(new DeletableTopicResult(one.name(), one.topicId(), code.code(), one.name() == null
                        ? "This server does not host this topic ID." : "This server does not host this topic-partition."));
            } else if (!settings.flag("delete.topic.enable")) {
                results.add(new DeletableTopicResult(topic.name(), topic.id(),
                        ErrorCode.TOPIC_DELETION_DISABLED.code(), "Topic deletion is disabled."));
            } else if (seen.add(topic.id())) {
                records.add(new RemoveTopicRecord(topic.id()));
                results.add(new DeletableTopicResult(topic.name(), topic.id(), ErrorCode.NONE.code(), null));
            }
        }
        return new Decision(records, new DeleteTopicsResponse(0, results));
    }
}
