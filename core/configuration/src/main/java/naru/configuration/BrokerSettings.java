package naru.configuration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

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
    private static final String NODE_ID = "1";
    private static final String ROLES = "broker,controller";

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
        var reader = new Listeners(protocolMap(given), complaints);
        var listeners = reader.read("listeners", given.getOrDefault("listeners", LISTENERS));
        var advertised = advertised(given, listeners, reader, complaints);
        checkRoles(given, listeners, complaints);
        if (!complaints.isEmpty()) {
            throw new BadConfiguration(complaints);
        }
        return new BrokerSettings(given, listeners, advertised, warnings);
    }

    /** Where no map is given, the listeners of controllers speak plainly, as with Kafka. */
    private static String protocolMap(SortedMap<String, String> given) {
        String map = given.get("listener.security.protocol.map");
        if (map != null) {
            return map;
        }
        return ConfigKey.split(given.getOrDefault("controller.listener.names", "")).stream()
                .filter(name -> !Listeners.isProtocol(name))
                .map(name -> name + ":PLAINTEXT")
                .collect(java.util.stream.Collectors.joining(","));
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

    private static void checkRoles(SortedMap<String, String> given, List<Listener> listeners, List<String> complaints) {
        var roles = ConfigKey.split(given.getOrDefault("process.roles", ROLES));
        var controllers = ConfigKey.split(given.getOrDefault("controller.listener.names", ""));
        boolean hasListener = listeners.stream().anyMatch(one -> controllers.contains(one.name()));
        boolean hasOthers = listeners.stream().anyMatch(one -> !controllers.contains(one.name()));
        if (!roles.contains("broker") && (!hasListener || hasOthers)) {
            complaints.add("Invalid value " + given.get("process.roles") + " for configuration process.roles: a node that is"
                    + " a controller alone listens for controllers alone; name all of listeners in controller.listener.names");
        }
        if (!roles.contains("controller") && hasListener) {
            complaints.add("Invalid value " + given.get("process.roles") + " for configuration process.roles: a broker alone"
                    + " does not listen for controllers; take " + controllers + " out of listeners");
        }
        if (!roles.contains("controller") && controllers.isEmpty()) {
            complaints.add("Invalid value " + given.get("process.roles") + " for configuration process.roles: a broker alone"
                    + " has to know how controllers are reached; set controller.listener.names to the name of their listener");
        }
        checkVoters(given, roles.contains("controller"), complaints);
    }

    /** What the configurations of one cluster must agree on, as far as one of them shows it. */
    private static void checkVoters(SortedMap<String, String> given, boolean isController, List<String> complaints) {
        String text = given.getOrDefault("controller.quorum.voters", "");
        var voters = Voter.parse(text);
        int nodeId;
        try {
            nodeId = Integer.parseInt(given.getOrDefault("node.id", NODE_ID).strip());
        } catch (NumberFormatException _) {
            return; // told elsewhere
        }
        boolean votes = voters.stream().anyMatch(voter -> voter.id() == nodeId);
        if (!voters.isEmpty() && isController && !votes) {
            complaints.add("Invalid value " + text + " for configuration controller.quorum.voters: process.roles makes node "
                    + nodeId + " a controller, so it has to be among the voters");
        }
        if (!isController && votes) {
            complaints.add("Invalid value " + text + " for configuration controller.quorum.voters: node " + nodeId
                    + " is a broker alone by process.roles, so it cannot be among the voters");
        }
        if (!isController && voters.isEmpty() && given.getOrDefault("controller.quorum.bootstrap.servers", "").isBlank()) {
            complaints.add("process.roles makes node " + nodeId + " a broker alone: set controller.quorum.bootstrap.servers"
                    + " (or controller.quorum.voters) to where its controllers are");
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
            case "node.id" -> NODE_ID;
            case "process.roles" -> ROLES;
            case "listeners" -> LISTENERS;
            case "log.dir" -> "data";
            default -> ClusterDefaults.MS.containsKey(name) && !isAlone()
                    ? ClusterDefaults.MS.get(name) : ConfigKeys.BROKER.get(name).defaultValue();
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

    /**
     * True where nobody else will ever ask or be asked: this node is a broker and its own only controller, and listens for no
     * other. A listener at port 0 is one that nobody can be told of.
     */
    public boolean isAlone() {
        return isController() && isBroker() && (controllerListeners().isEmpty()
                || namesOnlyItself() && controllerListeners().stream().allMatch(one -> one.port() == 0));
    }

    /** True where no other controller is named: a node of which this is true may found a cluster by itself, others may join. */
    public boolean namesOnlyItself() {
        return voters().stream().allMatch(voter -> voter.id() == nodeId())
                && list("controller.quorum.bootstrap.servers").stream().allMatch(this::isOwn);
    }

    /** Whether {@code host:port} is where this node itself listens for controllers; of two names for one place it is in doubt not. */
    private boolean isOwn(String server) {
        int colon = server.lastIndexOf(':');
        String host = server.substring(0, Math.max(colon, 0));
        String port = server.substring(colon + 1);
        boolean isHere = List.of("localhost", "127.0.0.1", "[::1]", "::1").contains(host);
        boolean isUntold = controllerListeners().stream().anyMatch(one -> one.port() == 0);
        return isHere && isUntold || Stream.concat(listeners.stream(), advertised.stream())
                .filter(one -> isForControllers(one.name()) && Integer.toString(one.port()).equals(port))
                .anyMatch(one -> isHere || one.host().equals(host));
    }

    public boolean isBroker() {
        return list("process.roles").contains("broker");
    }

    public boolean isController() {
        return list("process.roles").contains("controller");
    }

    /** True for listeners on which controllers are asked: by brokers, by each other, by an operator's tools. */
    public boolean isForControllers(String listener) {
        return list("controller.listener.names").contains(listener);
    }

    /** Where clients are told to connect. */
    public List<Listener> advertisedToClients() {
        return advertised.stream().filter(one -> !isForControllers(one.name())).toList();
    }

    /** Where this node listens for what controllers are asked; none when it is not one, or is alone. */
    public List<Listener> controllerListeners() {
        return listeners.stream().filter(one -> isForControllers(one.name())).toList();
    }

    /** {@code controller.quorum.voters}: empty where the log itself says who votes. */
    public List<Voter> voters() {
        return Voter.parse(text("controller.quorum.voters"));
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
