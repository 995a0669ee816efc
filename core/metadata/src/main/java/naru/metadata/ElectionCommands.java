package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import naru.configuration.BrokerSettings;
import naru.metadata.PartitionChange.Election;
import naru.protocol.ErrorCode;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.ElectLeadersResponse;
import naru.protocol.message.ElectLeadersResponse.PartitionResult;
import naru.protocol.message.ElectLeadersResponse.ReplicaElectionResult;

/** Leaderships move because somebody says so, or because too many are not where they should be. */
final class ElectionCommands {

    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final BrokerSettings settings;

    ElectionCommands(BrokerSettings settings) {
        this.settings = settings;
    }

    Decision elect(ElectLeadersRequest asked, Cluster cluster) {
        if (asked.electionType() != PREFERRED && asked.electionType() != UNCLEAN) {
            return Decision.nothing(ofUnknownType(asked));
        }
        var moved = new Movements.Moved();
        var rules = new LeadershipRules.Book(cluster, settings);
        var results = new ArrayList<ReplicaElectionResult>();
        if (asked.topicPartitions() == null) {
            for (var topic : cluster.topics()) {
                var answers = new ArrayList<PartitionResult>();
                for (int i = 0; i < topic.partitions().size(); i++) {
                    var answer = electOne(topic, topic.name(), i, asked.electionType(), cluster, rules, moved);
                    if (answer.errorCode() != ErrorCode.ELECTION_NOT_NEEDED.code()) {
                        answers.add(answer);
                    }
                }
                results.add(new ReplicaElectionResult(topic.name(), answers));
            }
        } else {
            for (var wanted : asked.topicPartitions()) {
                var topic = cluster.topic(wanted.topic());
                results.add(new ReplicaElectionResult(wanted.topic(), wanted.partitions().stream()
                        .map(i -> electOne(topic, wanted.topic(), i, asked.electionType(), cluster, rules, moved)).toList()));
            }
        }
        return new Decision(moved.records(), ElectLeadersResponse.builder().replicaElectionResults(results).build(),
                moved.notices());
    }

    private static PartitionResult electOne(
            Topic topic, String name, int number, byte type, Cluster cluster, LeadershipRules.Book rules,
            Movements.Moved moved) {
        if (topic == null) {
            return result(number, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such topic as " + name);
        }
        if (!topic.has(number)) {
            return result(number, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such partition as " + name + "-" + number);
        }
        var was = moved.latest(name + "-" + number, topic.partitions().get(number));
        boolean isPreferred = type == PREFERRED;
        if (isPreferred ? was.leader() == was.replicas().getFirst() : was.leader() >= 0) {
            return result(number, ErrorCode.ELECTION_NOT_NEEDED, "Leader election not needed for topic partition.");
        }
        int before = moved.records().size();
        moved.add(new PartitionChange(was, topic.id(), number, rules.of(name), Movements.serving(cluster, was))
                .elect(isPreferred ? Election.PREFERRED : Election.UNCLEAN), name + "-" + number, was);
        if (moved.records().size() == before) {
            return isPreferred
                    ? result(number, ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE, "The preferred leader was not available.")
                    : result(number, ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
                            "Eligible topic partition leaders are not available.");
        }
        return result(number, ErrorCode.NONE, null);
    }

    private static ElectLeadersResponse ofUnknownType(ElectLeadersRequest asked) {
        var why = "Unknown election type " + asked.electionType();
        List<ElectLeadersRequest.TopicPartitions> topics = asked.topicPartitions() == null ? List.of() : asked.topicPartitions();
        return ElectLeadersResponse.builder().errorCode(ErrorCode.INVALID_REQUEST.code())
                .replicaElectionResults(topics.stream().map(topic -> new ReplicaElectionResult(topic.topic(),
                        topic.partitions().stream().map(i -> result(i, ErrorCode.INVALID_REQUEST, why)).toList())).toList())
                .build();
    }

    private static PartitionResult result(int number, ErrorCode code, String message) {
        return new PartitionResult(number, code.code(), message);
    }

    /** Gives leaderships back to the preferred leaders, as far as these are in sync. */
    Decision balance(Cluster cluster) {
        var moved = new Movements.Moved();
        var rules = new LeadershipRules.Book(cluster, settings);
        for (var topic : cluster.topics()) {
            for (int i = 0; i < topic.partitions().size() && moved.records().size() < Controller.LEADERS_BALANCED_MAX; i++) {
                var was = topic.partitions().get(i);
                int first = was.replicas().getFirst();
                boolean isMeant = was.leader() >= 0 && was.leader() != first && was.inSync().contains(first);
                if (isMeant && Movements.serving(cluster, was).test(first)) {
                    moved.add(new PartitionChange(was, topic.id(), i, rules.of(topic.name()), Movements.serving(cluster, was))
                            .elect(Election.PREFERRED), topic.name() + "-" + i, was);
                }
            }
        }
        return new Decision(moved.records(), null, moved.records().isEmpty() ? List.of()
                : List.of("Gave " + moved.records().size() + " leaderships back to the preferred leaders"));
    }
}
