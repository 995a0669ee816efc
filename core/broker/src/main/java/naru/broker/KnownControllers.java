package naru.broker;

import java.util.SortedMap;
import java.util.TreeMap;
import naru.configuration.BrokerSettings;
import naru.configuration.Voter;
import naru.metadata.MetadataLog;

/** Which controllers there are, and where they are asked: as the metadata log knows, else as the configuration says. */
final class KnownControllers {

    /**
     * The controllers as far as this node knows them.
     *
     * @param active who decides; -1 when that is not known
     */
    record All(int active, SortedMap<Integer, MetadataLog.Address> places) {}

    private final BrokerSettings settings;
    private final MetadataLog metadata;

    KnownControllers(BrokerSettings settings, MetadataLog metadata) {
        this.settings = settings;
        this.metadata = metadata;
    }

    /** Null when it is not known. On lane 0. */
    MetadataLog.Address addressOf(int id) {
        var known = metadata.addressOf(id);
        if (known != null) {
            return known;
        }
        for (var voter : settings.voters()) {
            if (voter.id() == id) {
                return addressOf(voter);
            }
        }
        return null;
    }

    private static MetadataLog.Address addressOf(Voter voter) {
        return new MetadataLog.Address(voter.host(), voter.port());
    }

    /** @param active who decides, -1 for nobody. On lane 0. */
    All with(int active) {
        var places = new TreeMap<>(metadata.voters());
        if (places.isEmpty()) {
            settings.voters().forEach(voter -> places.put(voter.id(), addressOf(voter)));
        }
        var ofActive = active < 0 ? null : addressOf(active);
        if (ofActive != null) {
            places.put(active, ofActive);
        }
        return new All(active, places);
    }
}
