package naru.cli;

import java.util.ArrayList;
import java.util.List;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.wire.Brokers;
import naru.cli.wire.Refused;
import naru.cli.wire.Topology;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import naru.protocol.message.DeleteTopicsResponse;

/** {@code naru topics}: what changes. */
final class TopicChanges {

    private static final int PARTITIONS_MAX = 1_000_000;
    /** How long a broker may take to hear what the controller has decided, before nobody waits for it any more. */
    private static final long HEARD_MS_MAX = 5_000;
    private static final long LOOK_MS = 20;

    private TopicChanges() {}

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("topics create", "Create topics")
                        .operands("TOPIC", Kind.OTHER)
                        .option(Option.of("partitions", "N", "into how many (default: what the broker is set to)").withLetter('p'))
                        .option(Option.of("replicas", "N", "how many brokers keep each (default: what the broker is set to)").withLetter('r')
                                .asKafkas("replication-factor"))
                        .option(Option.of("set", "KEY=VALUE", "a setting of the topic; may be given several times").repeated())
                        .option(Option.of("replica-assignment", "B:B,B:B", "brokers of each partition, as in Kafka's tools"))
                        .option(Option.flag("if-not-exists", "no complaint when it is there already"))
                        .option(Option.flag("dry-run", "only ask whether it would work"))
                        .example("naru topics create orders --partitions 12 --set retention.ms=86400000"), TopicChanges::create),
                new Command(Syntax.of("topics alter", "Add partitions to a topic, or change its settings")
                        .operand("TOPIC", Kind.TOPIC)
                        .option(Option.of("partitions", "N", "how many it shall have; never fewer than it has").withLetter('p'))
                        .option(Option.of("set", "KEY=VALUE", "a setting; may be given several times").repeated())
                        .option(Option.of("unset", "KEY", "back to what the broker is set to; may be given several times").repeated())
                        .option(Option.flag("dry-run", "only ask whether it would work"))
                        .example("naru topics alter orders --partitions 24")
                        .example("naru topics alter orders --set cleanup.policy=compact --unset retention.ms"), TopicChanges::alter),
                new Command(Syntax.of("topics delete", "Delete topics and all their records")
                        .operands("TOPIC", Kind.TOPIC)
                        .option(Option.flag("if-exists", "no complaint when it is not there"))
                        .option(Session.YES)
                        .example("naru topics delete orders --yes"), TopicChanges::delete));
    }

    private static void create(Session session) {
        var line = session.line();
        boolean dryRun = line.has("dry-run");
        var assignments = assignments(line.text("replica-assignment"));
        if (!assignments.isEmpty() && (line.has("partitions") || line.has("replicas"))) {
            throw Failure.misuse("--replica-assignment says how many partitions and replicas there are",
                    "leave --partitions and --replicas out");
        }
        int partitions = assignments.isEmpty() ? line.integer("partitions", -1, 1, PARTITIONS_MAX) : -1;
        short replicas = assignments.isEmpty() ? (short) line.integer("replicas", -1, 1, Short.MAX_VALUE) : -1;
        var configs = line.pairs("set").entrySet().stream()
                .map(one -> new CreatableTopicConfig(one.getKey(), one.getValue())).toList();
        var topics = line.operands().stream().distinct()
                .map(name -> new CreatableTopic(name, partitions, replicas, assignments, configs)).toList();
        var answer = session.brokers().controller().ask(ApiKey.CREATE_TOPICS, CreateTopicsRequest.builder()
                .topics(topics).timeoutMs((int) session.brokers().timeoutMs()).validateOnly(dryRun).build(), CreateTopicsResponse.class).await();
        for (var topic : answer.topics()) {
            boolean exists = ErrorCode.of(topic.errorCode()) == ErrorCode.TOPIC_ALREADY_EXISTS;
            if (exists && line.has("if-not-exists")) {
                session.screen().done("topic " + topic.name() + " exists already");
                continue;
            }
            Refused.check(topic.errorCode(), topic.errorMessage(), "topic '" + topic.name() + "' was not created");
            String size = topic.numPartitions() > 0
                    ? " with " + count(topic.numPartitions(), "partition") + " and " + count(topic.replicationFactor(), "replica") + (topic.numPartitions() > 1 ? " of each" : "")
                    : "";
            session.screen().done((dryRun ? "topic " + topic.name() + " could be created" : "created topic " + topic.name()) + size);
        }
        if (!dryRun) {
            awaitHeard(session.brokers(), topics.stream().map(CreatableTopic::name).toList());
        }
    }

    /** The next command may ask a broker that hears of a topic a moment later than the controller that made it. */
    private static void awaitHeard(Brokers brokers, List<String> names) {
        for (long waited = 0; waited < HEARD_MS_MAX; waited += LOOK_MS) {
            if (brokers.metadata(names).topics().stream().allMatch(topic -> topic.errorCode() == ErrorCode.NONE.code())) {
                return;
            }
            brokers.pause(LOOK_MS);
        }
    }

    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** {@code 1:2,2:3}: partition 0 on brokers 1 and 2, partition 1 on 2 and 3. */
    private static List<CreatableReplicaAssignment> assignments(String text) {
        var all = new ArrayList<CreatableReplicaAssignment>();
        if (text != null) {
            for (var partition : text.split(",", -1)) {
                try {
                    var brokers = new ArrayList<Integer>();
                    for (var broker : partition.split(":", -1)) {
                        brokers.add(Integer.parseInt(broker.strip()));
                    }
                    all.add(new CreatableReplicaAssignment(all.size(), brokers));
                } catch (NumberFormatException _) {
                    throw Failure.misuse("--replica-assignment wants ids of brokers, not '" + partition + "'", "write for example 1:2,2:3");
                }
            }
        }
        return all;
    }

    private static void alter(Session session) {
        var line = session.line();
        String name = line.operand(0);
        if (!line.has("partitions") && !line.has("set") && !line.has("unset")) {
            throw Failure.misuse("nothing is to be changed", "add --partitions, --set or --unset");
        }
        Topology.of(session.brokers(), List.of(name));
        boolean dryRun = line.has("dry-run");
        Settings.alter(session, Settings.TOPIC, name, line.pairs("set"), line.all("unset"), dryRun);
        if (line.has("partitions")) {
            int partitions = line.integer("partitions", 0, 1, PARTITIONS_MAX);
            var answer = session.brokers().controller().ask(ApiKey.CREATE_PARTITIONS, new CreatePartitionsRequest(
                    List.of(new CreatePartitionsTopic(name, partitions, null)), (int) session.brokers().timeoutMs(), dryRun),
                    CreatePartitionsResponse.class).await();
            for (var result : answer.results()) {
                Refused.check(result.errorCode(), result.errorMessage(), "topic '" + name + "' did not get " + partitions + " partitions");
            }
            session.screen().done("topic " + name + (dryRun ? " could have " : " has ") + count(partitions, "partition"));
        }
    }

    private static void delete(Session session) {
        var names = new ArrayList<>(session.line().operands().stream().distinct().toList());
        if (session.line().has("if-exists")) {
            var all = Topology.ofAll(session.brokers());
            names.removeIf(name -> {
                boolean missing = all.topic(name) == null;
                if (missing) {
                    session.screen().done("there is no topic " + name);
                }
                return missing;
            });
            if (names.isEmpty()) {
                return;
            }
        }
        Topology.of(session.brokers(), names);
        session.confirm("Delete " + (names.size() == 1 ? "topic " : names.size() + " topics: ") + String.join(", ", names) + ", with all records?");
        var answer = session.brokers().controller().ask(ApiKey.DELETE_TOPICS, DeleteTopicsRequest.builder()
                .topics(names.stream().map(name -> DeleteTopicState.builder().name(name).build()).toList())
                .topicNames(names)
                .timeoutMs((int) session.brokers().timeoutMs()).build(), DeleteTopicsResponse.class).await();
        for (var topic : answer.responses()) {
            Refused.check(topic.errorCode(), topic.errorMessage(), "topic '" + topic.name() + "' was not deleted");
            session.screen().done("deleted topic " + topic.name());
        }
    }
}
