package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
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

    private static final String METADATA = "__cluster_metadata";

    private final BrokerSettings settings;

    TopicCommands(BrokerSettings settings) {
        this.settings = settings;
    }

    Decision create(CreateTopicsRequest request, Cluster cluster, Randomness randomness) {
        if (partitions(request) > Controller.PARTITIONS_PER_REQUEST_MAX) {
            var why = new Refused(ErrorCode.POLICY_VIOLATION, "Excessively large number of partitions per request.");
            return new Decision(List.of(), new CreateTopicsResponse(0,
                    request.topics().stream().map(topic -> refused(topic.name(), why)).toList()));
        }
        var twice = Repeated.among(request.topics(), CreatableTopic::name);
        var records = new ArrayList<Message>();
        var results = new ArrayList<CreatableTopicResult>();
        var next = cluster;
        for (var topic : request.topics()) {
            if (twice.contains(topic.name())) {
                continue;
            }
            try {
                var created = createOne(topic, next, randomness);
                var with = next.withAll(created);
                if (!topic.configs().isEmpty()) {
                    TopicConfigRules.check(topic.name(), new ConfigView(with, settings));
                }
                next = with;
                records.addAll(created);
                results.add(created(next.topic(topic.name()), next));
            } catch (Refused refused) {
                results.add(refused(topic.name(), refused));
            }
        }
        twice.forEach(name -> results.add(refused(name, new Refused(ErrorCode.INVALID_REQUEST, "Duplicate topic name."))));
        return new Decision(request.validateOnly() ? List.of() : records, new CreateTopicsResponse(0, results));
    }

    /** How many would be created if all were well; a count that is nonsense is left to the topic's own answer. */
    private long partitions(CreateTopicsRequest request) {
        long usual = settings.integer("num.partitions");
        long sum = 0;
        for (var topic : request.topics()) {
            sum += !topic.assignments().isEmpty() ? topic.assignments().size()
                    : topic.numPartitions() == -1 ? usual : Math.max(0, topic.numPartitions());
        }
        return sum;
    }

    private static CreatableTopicResult refused(String name, Refused why) {
        return CreatableTopicResult.builder()
                .name(name).errorCode(why.code()).errorMessage(why.getMessage())
                .numPartitions(-1).replicationFactor((short) -1).configs(List.of()).build();
    }

    private List<Message> createOne(CreatableTopic topic, Cluster cluster, Randomness randomness) throws Refused {
        if (topic.name().equals(METADATA)) {
            throw new Refused(ErrorCode.INVALID_REQUEST, "Creation of internal topic " + METADATA + " is prohibited.");
        }
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
        if (topic.replicationFactor() == 0 || topic.replicationFactor() < -1) {
            throw new Refused(ErrorCode.INVALID_REPLICATION_FACTOR,
                    "Replication factor must be larger than 0, or -1 to use the default value.");
        }
        if (topic.numPartitions() == 0 || topic.numPartitions() < -1) {
            throw new Refused(ErrorCode.INVALID_PARTITIONS,
                    "Number of partitions was set to an invalid non-positive value.");
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
            NewPartitions.checkAlive(one.partitionIndex(), one.brokerIds(), cluster);
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
                .name(topic.name()).topicId(topic.id()).errorMessage(null).numPartitions(topic.partitions().size())
                .replicationFactor((short) topic.replicationFactor()).configs(configs).build();
    }

    Decision delete(DeleteTopicsRequest request, Cluster cluster) {
        var wanted = new ArrayList<DeleteTopicState>(request.topics());
        request.topicNames().forEach(name -> wanted.add(new DeleteTopicState(name, Uuid.ZERO)));
        var names = Repeated.among(wanted.stream().filter(one -> one.name() != null).toList(), DeleteTopicState::name);
        var ids = Repeated.among(wanted.stream().filter(one -> one.name() == null).toList(), DeleteTopicState::topicId);
        var records = new ArrayList<Message>();
        var results = new ArrayList<DeletableTopicResult>();
        var seen = new TreeSet<Uuid>();
        for (var one : wanted) {
            boolean isRepeated = one.name() == null
                    ? ids.contains(one.topicId()) && !one.topicId().isZero()
                    : names.contains(one.name()) && one.topicId().isZero();
            if (!isRepeated) {
                results.add(deleteOne(one, cluster, seen, records));
            }
        }
        names.forEach(name -> results.add(new DeletableTopicResult(
                name, Uuid.ZERO, ErrorCode.INVALID_REQUEST.code(), "Duplicate topic name.")));
        ids.stream().filter(id -> !id.isZero()).forEach(id -> results.add(new DeletableTopicResult(
                null, id, ErrorCode.INVALID_REQUEST.code(), "Duplicate topic id.")));
        return new Decision(records, new DeleteTopicsResponse(0, results));
    }

    private DeletableTopicResult deleteOne(
            DeleteTopicState one, Cluster cluster, TreeSet<Uuid> seen, List<Message> records) {
        var topic = one.name() == null ? cluster.topic(one.topicId()) : cluster.topic(one.name());
        var why = complaint(one, topic, seen);
        if (why != null) {
            boolean isKnown = topic != null && one.name() != null && one.topicId().isZero();
            return new DeletableTopicResult(one.name(), isKnown ? topic.id() : one.topicId(), why.code(), why.getMessage());
        }
        records.add(new RemoveTopicRecord(topic.id()));
        return new DeletableTopicResult(topic.name(), topic.id(), ErrorCode.NONE.code(), null);
    }

    /** Null when the topic may go. */
    private Refused complaint(DeleteTopicState one, Topic topic, TreeSet<Uuid> seen) {
        if (!settings.flag("delete.topic.enable")) {
            return new Refused(ErrorCode.TOPIC_DELETION_DISABLED, "Topic deletion is disabled.");
        }
        if (one.name() == null && one.topicId().isZero()) {
            return new Refused(ErrorCode.INVALID_REQUEST, "Neither topic name nor id were specified.");
        }
        if (one.name() != null && !one.topicId().isZero()) {
            return new Refused(ErrorCode.INVALID_REQUEST, "You may not specify both topic name and topic id.");
        }
        if (topic == null) {
            return one.name() == null
                    ? new Refused(ErrorCode.UNKNOWN_TOPIC_ID, "This server does not host this topic ID.")
                    : new Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "This server does not host this topic-partition.");
        }
        return seen.add(topic.id()) ? null
                : new Refused(ErrorCode.INVALID_REQUEST, "The provided topic name maps to an ID that was already supplied.");
    }
}
