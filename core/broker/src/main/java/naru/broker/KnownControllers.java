package naru.broker;

import naru.configuration.BrokerSettings;
import naru.configuration.Voter;
import naru.metadata.MetadataLog;

/** Where controllers are asked: as the metadata log knows, else as the configuration says. */
final class KnownControllers {

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
}
