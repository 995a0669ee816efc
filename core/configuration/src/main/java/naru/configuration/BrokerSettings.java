package naru.configuration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the file and the command line say, checked. Values are kept as text by key, because that is what DescribeConfigs
 * shows; the methods read them.
 *
 * @param given only what was set, old spellings translated
 * @param advertised with an empty host where clients are told the name of this machine, as its listener is on every address
 * @param warnings lines for the log: unknown keys, old spellings
 */
public record BrokerSettings(
        SortedMap<String, String> given, List<Listener> listeners, List<Listener> advertised, List<String> warnings) {

    /** What the newcomer's broker listens on: nobody else's business until the operator says so. */
    private static final String LISTENERS = "PLAINTEXT://127.0.0.1:9092";

    public BrokerSettings {
        given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
        listeners = List.copyOf(listeners);
        advertised = List.copyOf(advertised);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads properties as an operator wrote them.
     *
     * @throws BadConfiguration naming every bad key at once
     */
    public static BrokerSettings parse(Map<String, String> properties) {
        var warnings = new ArrayList<String>();
        var complaints = new ArrayList<String>();
        var given = OldSpellings.translate(new TreeMap<>(properties), warnings, complaints);
        for (var entry : given.entrySet()) {
            var key = ConfigKeys.BROKER.get(entry.getKey());
            String complaint = key == null ? null : key.complaint(entry.getValue());
            if (key == null && !isForPlugins(entry.getKey())) {
                warnings.add("unknown configuration '" + entry.getKey() + "' is ignored");
            }
            if (complaint != null) {
                complaints.add(complaint);
            }
        }
        var reader = new Listeners(given.getOrDefault("listener.security.protocol.map", ""), complaints);
        var listeners = reader.read("listeners", given.getOrDefault("listeners", LISTENERS));
        var advertised = advertised(given, listeners, reader, complaints);
        checkRoles(given, complaints);
        if (!complaints.isEmpty()) {
            throw new BadConfiguration(complaints);
        }
        return new BrokerSettings(given, listeners, advertised, warnings);
    }

    private static List<Listener> advertised(
            SortedMap<String, String> given, List<Listener> listeners, Listeners reader, List<String> complaints) {
        String text = given.get("advertised.listeners");
        if (text == null) {
            return clientListeners(given, listeners).stream().map(BrokerSettings::named).toList();
        }
        var advertised = reader.read("advertised.listeners", text);
        for (var one : advertised) {
            String bad = isAnyAddress(one.host()) ? "clients cannot connect to " + one.host() + "; name a host they can reach"
                    : listeners.stream().noneMatch(other -> other.name().equals(one.name()))
                            ? "listener " + one.name() + " is not among listeners" : null;
            if (bad != null) {
                complaints.add("Invalid value " + text + " for configuration advertised.listeners: " + bad);
            }
        }
        return advertised;
    }

    private static List<Listener> clientListeners(SortedMap<String, String> given, List<Listener> listeners) {
        var controllers = ConfigKey.split(given.getOrDefault("controller.listener.names", ""));
        return listeners.stream().filter(one -> !controllers.contains(one.name())).toList();
    }

    private static Listener named(Listener listener) {
        return isAnywhere(listener) ? new Listener(listener.name(), listener.protocol(), "", listener.port()) : listener;
    }

    private static boolean isAnywhere(Listener listener) {
        return listener.host().isEmpty() || isAnyAddress(listener.host());
    }

    /** Where a socket listens on every address, of either family; nowhere that anybody could connect to. */
    private static boolean isAnyAddress(String host) {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("0:0:0:0:0:0:0:0");
    }

    private static void checkRoles(SortedMap<String, String> given, List<String> complaints) {
        String roles = given.get("process.roles");
        if (roles != null && !ConfigKey.split(roles).contains("broker")) {
            complaints.add("Invalid value " + roles + " for configuration process.roles: "
                    + "must contain broker; a node that is a controller alone is not supported yet");
        }
    }

    /** Plug-ins read their own keys, listeners prefix theirs: neither is a spelling mistake. */
    private static boolean isForPlugins(String name) {
        return name.startsWith("listener.name.") || name.startsWith("config.providers.")
                || name.startsWith("rlmm.config.") || name.startsWith("rsm.config.");
    }

    /** The value that counts, a default of ours or Kafka's included; null when there is none. */
    public String text(String name) {
        String set = given.get(name);
        if (set != null) {
            return set.strip();
        }
        return switch (name) {
            case "node.id" -> "1";
            case "process.roles" -> "broker,controller";
            case "listeners" -> LISTENERS;
            case "log.dir" -> "data";
            default -> ConfigKeys.BROKER.get(name).defaultValue();
        };
    }

    public int integer(String name) {
        return Integer.parseInt(text(name));
    }

    public long number(String name) {
        return Long.parseLong(text(name));
    }

    public boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    public List<String> list(String name) {
        String text = text(name);
        return text == null ? List.of() : ConfigKey.split(text);
    }

    public boolean isGiven(String name) {
        return given.containsKey(name);
    }

    public int nodeId() {
        return integer("node.id");
    }

    /** At least one. */
    public List<String> logFolders() {
        return list(isGiven("log.dirs") ? "log.dirs" : "log.dir");
    }

    /** Where {@code __cluster_metadata-0} lies. */
    public String metadataFolder() {
        String own = text("metadata.log.dir");
        return own == null ? logFolders().getFirst() : own;
    }

    /**
     * Replicas of an internal topic, by the key that sets them: unless set, as many as a broken broker would ask for,
     * up to three, so that one broker alone works at once.
     */
    public int internalReplicas(String name, int brokers) {
        return isGiven(name) ? integer(name) : Math.min(3, Math.max(1, brokers));
    }

    /** The in-sync minimum of an internal topic follows its replicas: what Kafka asks for, but never all of few. */
    public int internalInSyncMin(String name, int replicas) {
        return isGiven(name) ? integer(name) : Math.min(integer(name), Math.max(1, replicas - 1));
    }

    /** Waiting for more members is for clusters; alone on a laptop it is three seconds of nothing. */
    public int groupInitialRebalanceDelayMs(int brokers) {
        String name = "group.initial.rebalance.delay.ms";
        return !isGiven(name) && brokers <= 1 ? 0 : integer(name);
    }

    /** Of a topic whose creator does not say and that has no setting of its own: the first synonym that is set. */
    public String topicDefault(ConfigKey key) {
        for (var synonym : key.synonyms()) {
            if (isGiven(synonym.name())) {
                return synonym.convert(text(synonym.name()));
            }
        }
        return key.defaultValue();
    }
}
