package naru.differential;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsRequest.CreatePartitionsAssignment;
import naru.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import naru.protocol.message.DescribeTopicPartitionsRequest;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataRequest.MetadataRequestTopic;
import naru.protocol.message.MetadataResponse;

/** Topics come, grow, are looked at and go. */
final class TopicScenarios {

    private TopicScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("create-topics", ApiKey.CREATE_TOPICS, TopicScenarios::create),
                new Scenario("create-topics-badly", ApiKey.CREATE_TOPICS, TopicScenarios::createBadly),
                new Scenario("create-topics-with-assignments", ApiKey.CREATE_TOPICS, TopicScenarios::createAssigned),
                new Scenario("create-topics-with-configs", ApiKey.CREATE_TOPICS, TopicScenarios::createConfigured),
                new Scenario("delete-topics", ApiKey.DELETE_TOPICS, TopicScenarios::delete),
                new Scenario("create-partitions", ApiKey.CREATE_PARTITIONS, TopicScenarios::grow),
                new Scenario("metadata", ApiKey.METADATA, TopicScenarios::metadata),
                new Scenario("metadata-creates-topics", ApiKey.METADATA, TopicScenarios::autoCreate),
                new Scenario("describe-topic-partitions", ApiKey.DESCRIBE_TOPIC_PARTITIONS, TopicScenarios::describePartitions));
    }

    private static CreateTopicsRequest creating(boolean validateOnly, CreatableTopic... topics) {
        return CreateTopicsRequest.builder().topics(List.of(topics)).timeoutMs(10_000).validateOnly(validateOnly).build();
    }

    private static CreatableTopic topic(String name, int partitions, int replicas) {
        return CreatableTopic.builder().name(name).numPartitions(partitions).replicationFactor((short) replicas).build();
    }

    private static CreatableTopic configured(String name, String... configs) {
        var settings = new ArrayList<CreatableTopicConfig>();
        for (int at = 0; at < configs.length; at += 2) {
            settings.add(new CreatableTopicConfig(configs[at], configs[at + 1]));
        }
        return topic(name, 1, 1).toBuilder().configs(settings).build();
    }

    private static CreatableTopic assigned(String name, int partitions, int replicas, CreatableReplicaAssignment... assignments) {
        return topic(name, partitions, replicas).toBuilder().assignments(List.of(assignments)).build();
    }

    private static CreatableReplicaAssignment on(int partition, Integer... brokers) {
        return new CreatableReplicaAssignment(partition, List.of(brokers));
    }

    private static void create(Conversation with, int version) {
        with.probe("one topic", creating(false, topic(with.name("a"), 3, 1)));
        with.probe("the same again", creating(false, topic(with.name("a"), 3, 1)));
        with.probe("the same again, only validated", creating(true, topic(with.name("a"), 1, 1)));
        with.probe("only validated", creating(true, topic(with.name("b"), 2, 1)));
        with.probe("after only validating", creating(false, topic(with.name("b"), 2, 1)));
        with.probe("several, one bad", creating(false, topic(with.name("c"), 1, 1), topic(with.name("d/e"), 1, 1), topic(with.name("f"), 0, 1)));
        with.probe("broker's defaults", creating(false, topic(with.name("g"), -1, -1)));
        with.probe("no topics", creating(false));
        with.probe("the same twice in one request", creating(false, topic(with.name("h"), 1, 1), topic(with.name("h"), 1, 1)));
        with.probe("a name that only differs in . and _", creating(false, topic(with.name("i.j"), 1, 1)));
        with.probe("the name it collides with", creating(false, topic(with.name("i_j"), 1, 1)));
        with.probe("no time", creating(false, topic(with.name("k"), 1, 1)).toBuilder().timeoutMs(60_000).build());
    }

    private static void createBadly(Conversation with, int version) {
        with.probe("no name", creating(false, topic("", 1, 1)));
        with.probe("a dot", creating(false, topic(".", 1, 1)));
        with.probe("two dots", creating(false, topic("..", 1, 1)));
        with.probe("a space", creating(false, topic("a b", 1, 1)));
        with.probe("a slash", creating(false, topic("a/b", 1, 1)));
        with.probe("not ascii", creating(false, topic("grüße", 1, 1)));
        with.probe("249 letters", creating(true, topic("a".repeat(249), 1, 1)));
        with.probe("250 letters", creating(false, topic("a".repeat(250), 1, 1)));
        with.probe("no partitions", creating(false, topic(with.name("a"), 0, 1)));
        with.probe("minus two partitions", creating(false, topic(with.name("a"), -2, 1)));
        with.probe("no replicas", creating(false, topic(with.name("a"), 1, 0)));
        with.probe("minus two replicas", creating(false, topic(with.name("a"), 1, -2)));
        with.probe("more replicas than brokers", creating(false, topic(with.name("a"), 1, 2)));
        with.probe("an internal topic", creating(true, topic("__transaction_state", 1, 1)));
        with.probe("the metadata topic", creating(true, topic("__cluster_metadata", 1, 1)));
    }

    private static void createAssigned(Conversation with, int version) {
        with.probe("assigned", creating(false, assigned(with.name("a"), -1, -1, on(0, 1), on(1, 1))));
        with.probe("assigned and counted", creating(false, assigned(with.name("b"), 2, 1, on(0, 1), on(1, 1))));
        with.probe("an unknown broker", creating(false, assigned(with.name("b"), -1, -1, on(0, 7))));
        with.probe("a broker twice", creating(false, assigned(with.name("b"), -1, -1, on(0, 1, 1))));
        with.probe("a partition left out", creating(false, assigned(with.name("b"), -1, -1, on(0, 1), on(2, 1))));
        with.probe("not from zero", creating(false, assigned(with.name("b"), -1, -1, on(1, 1))));
        with.probe("a partition twice", creating(false, assigned(with.name("b"), -1, -1, on(0, 1), on(0, 1))));
        with.probe("different counts of replicas", creating(false, assigned(with.name("b"), -1, -1, on(0, 1), on(1, 1, 2))));
        with.probe("nobody", creating(false, assigned(with.name("b"), -1, -1, on(0))));
        with.probe("a broker below zero", creating(false, assigned(with.name("b"), -1, -1, on(0, -1))));
    }

    private static void createConfigured(Conversation with, int version) {
        with.probe("good configs", creating(false, configured(with.name("a"), "retention.ms", "1000", "cleanup.policy", "compact")));
        with.probe("an unknown key", creating(false, configured(with.name("b"), "no.such.key", "1")));
        with.probe("not a number", creating(false, configured(with.name("b"), "retention.ms", "soon")));
        with.probe("below the least", creating(false, configured(with.name("b"), "segment.bytes", "1")));
        with.probe("not one of the words", creating(false, configured(with.name("b"), "cleanup.policy", "burn")));
        with.probe("not a boolean", creating(false, configured(with.name("b"), "preallocate", "maybe")));
        with.probe("null value", creating(false, configured(with.name("b"), "retention.ms", null)));
        with.probe("a key twice", creating(false, configured(with.name("c"), "retention.ms", "1", "retention.ms", "2")));
        with.probe("a broker's key", creating(false, configured(with.name("d"), "log.retention.ms", "1")));
        with.probe("empty value", creating(false, configured(with.name("e"), "cleanup.policy", "")));
        with.probe("spaces around", creating(false, configured(with.name("f"), "retention.ms", " 5 ")));
        with.probe("more in sync than brokers", creating(false, configured(with.name("g"), "min.insync.replicas", "3")));
        with.probe("local retention above retention", creating(false,
                configured(with.name("h"), "retention.ms", "1000", "local.retention.ms", "2000")));
        with.probe("lag that contradicts itself", creating(false,
                configured(with.name("i"), "min.compaction.lag.ms", "10", "max.compaction.lag.ms", "5")));
    }

    private static DeleteTopicsRequest deleting(int version, String... names) {
        var states = new ArrayList<DeleteTopicState>();
        for (var name : names) {
            states.add(new DeleteTopicState(name, Uuid.ZERO));
        }
        var request = DeleteTopicsRequest.builder().timeoutMs(10_000);
        return version < 6 ? request.topicNames(List.of(names)).build() : request.topics(states).build();
    }

    private static void delete(Conversation with, int version) {
        var a = Given.topic(with, "a", 2);
        var b = Given.topic(with, "b", 1);
        var c = Given.topicWithId(with, "c", 1);
        with.probe("two topics", deleting(version, a, b));
        with.probe("again", deleting(version, a));
        with.probe("unknown and bad names", deleting(version, with.name("nobody"), "a b", ""));
        with.probe("nothing", deleting(version));
        if (version >= 6) {
            with.probe("an unknown id", byId(Conversation.NOBODYS_ID));
            with.probe("neither name nor id", byId(Uuid.ZERO));
            with.probe("name and id", DeleteTopicsRequest.builder().timeoutMs(10_000)
                    .topics(List.of(new DeleteTopicState(with.name("c"), c))).build());
            with.probe("by id", byId(c));
            with.probe("by id again", byId(c));
        }
        var d = Given.topic(with, "d", 1);
        with.probe("the same twice in one request", deleting(version, d, d));
    }

    private static DeleteTopicsRequest byId(Uuid id) {
        return DeleteTopicsRequest.builder().timeoutMs(10_000).topics(List.of(new DeleteTopicState(null, id))).build();
    }

    private static CreatePartitionsRequest growing(boolean validateOnly, CreatePartitionsTopic... topics) {
        return CreatePartitionsRequest.builder().topics(List.of(topics)).timeoutMs(10_000).validateOnly(validateOnly).build();
    }

    private static void grow(Conversation with, int version) {
        var a = Given.topic(with, "a", 2);
        with.probe("only validated", growing(true, new CreatePartitionsTopic(a, 3, null)));
        with.probe("one more", growing(false, new CreatePartitionsTopic(a, 3, null)));
        with.probe("as many as there are", growing(false, new CreatePartitionsTopic(a, 3, null)));
        with.probe("fewer", growing(false, new CreatePartitionsTopic(a, 1, null)));
        with.probe("zero", growing(false, new CreatePartitionsTopic(a, 0, null)));
        with.probe("minus one", growing(false, new CreatePartitionsTopic(a, -1, null)));
        with.probe("unknown topic", growing(false, new CreatePartitionsTopic(with.name("nobody"), 3, null)));
        with.probe("bad name", growing(false, new CreatePartitionsTopic("a b", 3, null)));
        with.probe("no name", growing(false, new CreatePartitionsTopic("", 3, null)));
        with.probe("the same twice", growing(false, new CreatePartitionsTopic(a, 4, null), new CreatePartitionsTopic(a, 5, null)));
        with.probe("nothing", growing(false));
        with.probe("assigned", growing(false, assigning(a, 5, List.of(1), List.of(1))));
        with.probe("too few assignments", growing(false, assigning(a, 7, List.of(1))));
        with.probe("too many assignments", growing(false, assigning(a, 6, List.of(1), List.of(1))));
        with.probe("no assignments", growing(false, assigning(a, 6)));
        with.probe("unknown broker", growing(false, assigning(a, 6, List.of(9))));
        with.probe("a broker twice", growing(false, assigning(a, 6, List.of(1, 1))));
        with.probe("nobody", growing(false, assigning(a, 6, List.of())));
    }

    @SafeVarargs
    private static CreatePartitionsTopic assigning(String topic, int count, List<Integer>... brokers) {
        var assignments = new ArrayList<CreatePartitionsAssignment>();
        for (var each : brokers) {
            assignments.add(new CreatePartitionsAssignment(each));
        }
        return new CreatePartitionsTopic(topic, count, assignments);
    }

    private static MetadataRequest looking(boolean create, String... names) {
        var topics = new ArrayList<MetadataRequestTopic>();
        for (var name : names) {
            topics.add(new MetadataRequestTopic(Uuid.ZERO, name));
        }
        return MetadataRequest.builder().topics(topics).allowAutoTopicCreation(create).build();
    }

    private static void metadata(Conversation with, int version) {
        var b = Given.topicWithId(with, "b", 1);
        var a = Given.topic(with, "a", 3);
        with.probe("one topic", looking(false, a));
        with.probe("two topics and an unknown one", looking(false, a, with.name("b"), with.name("nobody")));
        with.probe("one topic twice", looking(false, a, a));
        if (version >= 4) {
            with.probe("bad names", looking(false, "a b", "", ".", "x".repeat(250)));
        }
        if (version >= 1) {
            with.probe("no topics", looking(false));
        }
        with.probe("authorized operations", looking(false, a).toBuilder()
                .includeClusterAuthorizedOperations(version <= 10).includeTopicAuthorizedOperations(true).build());
        if (version >= 10) {
            with.probe("by id", MetadataRequest.builder().topics(List.of(new MetadataRequestTopic(b, null))).build());
            with.probe("by an unknown id", MetadataRequest.builder().topics(List.of(new MetadataRequestTopic(Conversation.NOBODYS_ID, null))).build());
            with.probe("by id and name", MetadataRequest.builder().topics(List.of(new MetadataRequestTopic(b, with.name("b")))).build());
            with.probe("by no id and no name", MetadataRequest.builder().topics(List.of(new MetadataRequestTopic(Uuid.ZERO, null))).build());
            with.probe("by id and by name", MetadataRequest.builder().topics(List.of(
                    new MetadataRequestTopic(b, null), new MetadataRequestTopic(Uuid.ZERO, a))).build());
        }
    }

    private static void autoCreate(Conversation with, int version) {
        var name = with.name("made");
        with.<MetadataResponse>askUntil("first", "once it is there", version, looking(true, name),
                answer -> answer.topics().getFirst().errorCode() == 0);
        if (version >= 4) {
            with.probe("a bad name", looking(true, "a b"));
            with.probe("an internal topic", looking(false, "__transaction_state"));
        }
    }

    private static void describePartitions(Conversation with, int version) {
        var a = Given.topic(with, "a", 5);
        var b = Given.topic(with, "b", 2);
        with.probe("one topic", describing(2000, null, a));
        with.probe("two topics and an unknown one", describing(2000, null, b, a, with.name("nobody")));
        with.probe("bad names", describing(2000, null, "a b", ""));
        with.probe("the same twice", describing(2000, null, a, a));
        with.probe("at most three", describing(3, null, a, b));
        with.probe("going on", describing(3, new DescribeTopicPartitionsRequest.Cursor(a, 3), a, b));
        with.probe("going on behind the end", describing(3, new DescribeTopicPartitionsRequest.Cursor(a, 9), a, b));
        with.probe("going on with an unknown topic", describing(3, new DescribeTopicPartitionsRequest.Cursor(with.name("aa"), 0), a, b));
        with.probe("going on before zero", describing(3, new DescribeTopicPartitionsRequest.Cursor(a, -1), a, b));
        with.probe("at most none", describing(0, null, a));
    }

    private static DescribeTopicPartitionsRequest describing(int limit, DescribeTopicPartitionsRequest.Cursor cursor, String... topics) {
        var names = new ArrayList<DescribeTopicPartitionsRequest.TopicRequest>();
        for (var topic : topics) {
            names.add(new DescribeTopicPartitionsRequest.TopicRequest(topic));
        }
        return DescribeTopicPartitionsRequest.builder().topics(names).responsePartitionLimit(limit).cursor(cursor).build();
    }
}
