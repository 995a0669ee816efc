package naru.broker;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import naru.configuration.ConfigKeys;
import naru.coordination.consumers.ConsumerSettings;
import naru.metadata.ConfigView;
import naru.metadata.Resource;

/** What counts for consumer groups now: for all, and for those that an operator has said something about. */
final class ConsumerConfiguration {

    private static final List<String> OWN = List.of(
            "consumer.session.timeout.ms", "consumer.heartbeat.interval.ms", "consumer.assignment.interval.ms");

    private final ConsumerSettings forAll;
    private final Map<String, ConsumerSettings> ofGroup = new TreeMap<>();

    /** @param groupsMax groups of one shard */
    ConsumerConfiguration(ConfigView configuration, int groupsMax) {
        int[] times = {number(configuration, "group.consumer.session.timeout.ms"),
            number(configuration, "group.consumer.heartbeat.interval.ms"),
            number(configuration, "group.consumer.assignment.interval.ms")};
        this.forAll = settings(configuration, times, groupsMax);
        for (var resource : configuration.cluster().configs().keySet()) {
            if (resource.type() == Resource.GROUP) {
                var own = OWN.stream().mapToInt(key -> Integer.parseInt(
                        configuration.value(resource, ConfigKeys.GROUP.get(key)).text().strip())).toArray();
                ofGroup.put(resource.name(), settings(configuration, own, groupsMax));
            }
        }
    }

    ConsumerSettings of(String groupId) {
        return ofGroup.isEmpty() ? forAll : ofGroup.getOrDefault(groupId, forAll);
    }

    private static int number(ConfigView configuration, String key) {
        return Integer.parseInt(configuration.ofBroker(key));
    }

    private static ConsumerSettings settings(ConfigView configuration, int[] times, int groupsMax) {
        String policy = configuration.ofBroker("group.consumer.migration.policy").toLowerCase(Locale.ROOT);
        boolean both = policy.equals("bidirectional");
        var assignors = List.of(configuration.ofBroker("group.consumer.assignors").split("\\s*,\\s*")).stream()
                .map(ConsumerConfiguration::named).toList();
        return new ConsumerSettings(times[0], times[1], times[2], number(configuration, "group.consumer.max.size"), assignors,
                both || policy.equals("upgrade"), both || policy.equals("downgrade"),
                number(configuration, "group.max.size"),
                number(configuration, "group.consumer.regex.refresh.interval.ms"), groupsMax);
    }

    /** Kafka names its assignors by their classes too. */
    private static String named(String assignor) {
        return switch (assignor) {
            case "org.apache.kafka.coordinator.group.assignor.UniformAssignor" -> "uniform";
            case "org.apache.kafka.coordinator.group.assignor.RangeAssignor" -> "range";
            default -> assignor;
        };
    }
}
