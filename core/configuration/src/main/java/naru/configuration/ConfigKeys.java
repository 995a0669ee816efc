package naru.configuration;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys one kind of resource has, by name. */
public final class ConfigKeys {

    /** What a broker's keys are about, in the order in which one reads of it. */
    public record Theme(String title, List<ConfigKey> keys) {}

    public static final List<Theme> BROKER_THEMES = List.of(
            new Theme("The node and its controllers", QuorumKeys.ALL),
            new Theme("Listeners, connections and requests", NetworkKeys.ALL),
            new Theme("Topics and logs", LogKeys.ALL),
            new Theme("Replication", ReplicationKeys.ALL),
            new Theme("Groups, offsets and transactions", GroupCoordinatorKeys.ALL),
            new Theme("Remote storage", RemoteStorageKeys.ALL),
            new Theme("Security", SecurityKeys.ALL));
    public static final ConfigKeys BROKER = new ConfigKeys(BROKER_THEMES.stream().map(Theme::keys).toList());
    /** Further keys of brokers that only a running cluster has, never a file: told only when they are set. */
    public static final ConfigKeys RATES = new ConfigKeys(List.of(ReplicationKeys.RATES));
    public static final ConfigKeys TOPIC = new ConfigKeys(List.of(TopicKeys.ALL));
    public static final ConfigKeys GROUP = new ConfigKeys(List.of(GroupKeys.ALL));
    public static final ConfigKeys CLIENT_METRICS = new ConfigKeys(List.of(ClientMetricsKeys.ALL));

    private final SortedMap<String, ConfigKey> byName = new TreeMap<>();

    private ConfigKeys(List<List<ConfigKey>> themes) {
        for (var theme : themes) {
            for (var key : theme) {
                byName.put(key.name(), key);
            }
        }
    }

    /** Null when there is no such key. */
    public ConfigKey get(String name) {
        return byName.get(name);
    }

    /** All of them, by name. */
    public Collection<ConfigKey> all() {
        return java.util.Collections.unmodifiableCollection(byName.values());
    }
}
