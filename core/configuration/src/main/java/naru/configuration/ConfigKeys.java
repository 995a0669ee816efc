package naru.configuration;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys one kind of resource has, by name. */
public final class ConfigKeys {

    public static final ConfigKeys BROKER = new ConfigKeys(List.of(
            NetworkKeys.ALL, LogKeys.ALL, QuorumKeys.ALL, ReplicationKeys.ALL, GroupCoordinatorKeys.ALL,
            RemoteStorageKeys.ALL, SecurityKeys.ALL));
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
