package naru.differential;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every conversation, in the order in which they are held, and the settings of the brokers that hold them. */
final class Scenarios {

    private Scenarios() {}

    static List<Scenario> all() {
        return Stream.of(
                        BrokerScenarios.ofAnEmptyBroker(),
                        ConfigScenarios.ofAnEmptyBroker(),
                        BrokerScenarios.all(),
                        TopicScenarios.all(),
                        ProduceScenarios.all(),
                        ReadScenarios.all(),
                        MarkerScenarios.all(),
                        CommittedScenarios.all(),
                        ConfigScenarios.all(),
                        GroupScenarios.all(),
                        ShareScenarios.all(),
                        ConsumerScenarios.all(),
                        TransactionScenarios.all(),
                        MovementScenarios.all(),
                        FeatureScenarios.all())
                .flatMap(List::stream).toList();
    }

    /** What both brokers are told: one node, and nothing that waits for the sake of many. */
    static Map<String, String> settings() {
        return new TreeMap<>(Map.of(
                "node.id", "1",
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "5",
                "log.initial.task.delay.ms", "3600000",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "5",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0"));
    }
}
