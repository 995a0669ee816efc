package naru.metadata;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.ControllerRegistrationRequest;

/**
 * What members of a cluster must agree on before it is used, and which levels of each this version knows. The names and
 * numbers are Kafka's.
 */
public final class Features {

    public static final String METADATA = "metadata.version";

    /** 4.3-IV0: what we write, and the newest that we read. */
    public static final short METADATA_MAX = 30;

    /** 3.7-IV0: records have a word for controllers from then on (KIP-919). */
    private static final short CONTROLLERS_MIN = 15;

    /** 3.7-IV2: records have a place for the log folders of brokers and replicas from then on (KIP-858). */
    private static final short FOLDERS_MIN = 17;

    /** 3.3-IV3: the oldest that Kafka 4 reads. */
    public static final short METADATA_MIN = 7;

    public static final String GROUPS = "group.version";
    public static final String TRANSACTIONS = "transaction.version";
    public static final String SHARES = "share.version";

    /** @param min 0 where doing without is a level too */
    public record Supported(String name, short min, short max) {

        boolean has(short level) {
            return min <= level && level <= max;
        }
    }

    /** Every feature with the levels that this version knows, by name. */
    public static final List<Supported> SUPPORTED = List.of(
            new Supported(LeadershipRules.FEATURE, (short) 0, (short) 1),
            new Supported(GROUPS, (short) 0, (short) 1),
            new Supported(METADATA, METADATA_MIN, METADATA_MAX),
            new Supported(SHARES, (short) 0, (short) 1),
            new Supported(TRANSACTIONS, (short) 0, (short) 2));

    /** Who names the voters of the quorum (KIP-853). The log of the quorum says its level, not a record of the cluster's. */
    public static final Supported QUORUM = new Supported("kraft.version", (short) 0, (short) 1);

    private Features() {}

    /** Those that this version knows, the quorum's among them, by name. */
    public static Stream<Supported> all() {
        return Stream.concat(SUPPORTED.stream(), Stream.of(QUORUM)).sorted((one, other) -> one.name().compareTo(other.name()));
    }

    /** What a broker of this version registers with. */
    public static List<BrokerRegistrationRequest.Feature> toRegister() {
        return all()
                .map(one -> new BrokerRegistrationRequest.Feature(one.name(), one.min(), one.max())).toList();
    }

    /** What a controller of this version registers with. */
    public static List<ControllerRegistrationRequest.Feature> toRegisterController() {
        return all()
                .map(one -> new ControllerRegistrationRequest.Feature(one.name(), one.min(), one.max())).toList();
    }

    /** Whether controllers register in this cluster. */
    public static boolean controllersRegister(Cluster cluster) {
        return cluster.features().getOrDefault(METADATA, (short) 0) >= CONTROLLERS_MIN;
    }

    /** Whether what is said of log folders is written down in this cluster. */
    public static boolean recordsFolders(Cluster cluster) {
        return cluster.features().getOrDefault(METADATA, (short) 0) >= FOLDERS_MIN;
    }

    /** Why a broker that knows these levels must stay out; null when it may come in. */
    static String complaint(List<BrokerRegistrationRequest.Feature> known, Cluster cluster) {
        var byName = new TreeMap<String, BrokerRegistrationRequest.Feature>();
        known.forEach(one -> byName.put(one.name(), one));
        if (!byName.containsKey(METADATA)) {
            return "Request features do not contain 'metadata.version'";
        }
        for (var finalized : cluster.features().entrySet()) {
            var feature = byName.get(finalized.getKey());
            short min = feature == null ? 0 : feature.minSupportedVersion();
            short max = feature == null ? 0 : feature.maxSupportedVersion();
            if (finalized.getValue() < min || finalized.getValue() > max) {
                return "Unable to register because the broker does not support finalized version " + finalized.getValue()
                        + " of " + finalized.getKey() + ". The broker wants a version between " + min + " and " + max
                        + ", inclusive.";
            }
        }
        return null;
    }
}
