package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.NoOpRecord;
import naru.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;
import naru.protocol.message.UpdateFeaturesResponse;
import naru.protocol.message.UpdateFeaturesResponse.UpdatableFeatureResult;

/**
 * The levels that the cluster uses of its features rise and fall (KIP-584, KIP-1022). As with Kafka, version 0 of the
 * request, whose only downgrade says nothing of what may be lost, cannot lower any.
 */
final class FeatureCommands {

    private static final byte UPGRADE = 1;
    private static final byte UNSAFE_DOWNGRADE = 3;

    /** 4.0-IV1: records of partitions have eligible replicas since then. */
    private static final short ELIGIBLE_METADATA_MIN = 23;

    private final BrokerSettings settings;

    FeatureCommands(BrokerSettings settings) {
        this.settings = settings;
    }

    /** All of them or none; and the quorum is asked when nothing else is in the way. */
    Decision update(Command.UpdateFeatures command, Situation now) {
        var asked = command.request();
        var records = new ArrayList<Message>();
        Decision.QuorumQuestion question = null;
        try {
            var next = now.cluster();
            for (var wanted : asked.featureUpdates()) {
                boolean isOfQuorum = wanted.feature().equals(Features.QUORUM.name());
                check(wanted, next, isOfQuorum ? now.quorumVersion() : next.features().getOrDefault(wanted.feature(), (short) 0));
                if (isOfQuorum && wanted.maxVersionLevel() != now.quorumVersion()) {
                    question = new Decision.QuorumQuestion(wanted.maxVersionLevel(), asked.validateOnly());
                    records.addAll(raised(wanted, command.quorum()));
                    continue;
                }
                var change = isOfQuorum ? List.<Message>of() : updateOne(wanted, next);
                records.addAll(change);
                next = next.withAll(change);
            }
            if (question != null && command.quorum() == null) {
                return Decision.asking(question);
            }
        } catch (Refused refused) {
            return Decision.nothing(new UpdateFeaturesResponse(0, refused.code(),
                    "The update failed for all features since the following feature had an error: " + refused.getMessage(),
                    List.of()));
        }
        var results = asked.featureUpdates().stream()
                .map(one -> new UpdatableFeatureResult(one.feature(), ErrorCode.NONE.code(), "NONE")).toList();
        return new Decision(asked.validateOnly() ? List.of() : records,
                new UpdateFeaturesResponse(0, ErrorCode.NONE.code(), null, results));
    }

    private void check(FeatureUpdateKey wanted, Cluster cluster, short now) throws Refused {
        short level = wanted.maxVersionLevel();
        byte type = wanted.upgradeType();
        if (type < UPGRADE || type > UNSAFE_DOWNGRADE) {
            throw refused(wanted, "The controller does not support the given upgrade type.");
        }
        if (level < 0) {
            throw refused(wanted, "A feature version cannot be less than 0.");
        }
        checkSupport(wanted, cluster);
        if (level < now && type == UPGRADE) {
            throw refused(wanted, "Can't downgrade the version of this feature without setting the upgrade type to either"
                    + " safe or unsafe downgrade.");
        }
        if (level > now && type != UPGRADE) {
            throw refused(wanted, "Can't downgrade to a newer version.");
        }
    }

    /** The records that say so are the quorum's own. One that says nothing stands behind them, to be waited for. */
    private static List<Message> raised(FeatureUpdateKey wanted, MetadataLog.RaiseAnswer answer) throws Refused {
        if (wanted.upgradeType() != UPGRADE) {
            throw refused(wanted, "Can't downgrade the version of this feature.");
        }
        if (answer instanceof MetadataLog.RaiseAnswer.Refused(String why)) {
            throw new Refused(ErrorCode.INVALID_UPDATE_VERSION, why);
        }
        return List.of(new NoOpRecord());
    }

    private List<Message> updateOne(FeatureUpdateKey wanted, Cluster cluster) throws Refused {
        String name = wanted.feature();
        short level = wanted.maxVersionLevel();
        short now = cluster.features().getOrDefault(name, (short) 0);
        if (level == now) {
            return List.of();
        }
        return switch (name) {
            case Features.METADATA -> metadata(now, level, wanted.upgradeType());
            case LeadershipRules.FEATURE -> eligible(wanted, cluster);
            default -> List.of(new FeatureLevelRecord(name, level));
        };
    }

    private void checkSupport(FeatureUpdateKey wanted, Cluster cluster) throws Refused {
        var ours = Features.all().filter(one -> one.name().equals(wanted.feature())).findFirst().orElse(null);
        if (ours == null || !ours.has(wanted.maxVersionLevel())) {
            throw refused(wanted, "Local controller " + settings.nodeId() + (ours == null ? " does not support this feature."
                    : " only supports versions " + range(ours.min(), ours.max())));
        }
        for (var broker : cluster.brokers().values()) {
            // One that registered before brokers told what they know says nothing either way.
            var theirs = broker.features().stream().filter(one -> one.name().equals(wanted.feature())).findFirst();
            short min = theirs.isEmpty() ? 0 : theirs.get().minSupportedVersion();
            short max = theirs.isEmpty() ? 0 : theirs.get().maxSupportedVersion();
            if (!broker.features().isEmpty() && (wanted.maxVersionLevel() < min || wanted.maxVersionLevel() > max)) {
                throw refused(wanted, "Broker " + broker.id() + (theirs.isEmpty() ? " does not support this feature."
                        : " only supports versions " + range(min, max)));
            }
        }
        if (Features.controllersRegister(cluster)) {
            checkControllers(wanted, cluster);
        }
    }

    /** One of them may decide next. */
    private void checkControllers(FeatureUpdateKey wanted, Cluster cluster) throws Refused {
        for (var other : cluster.controllers().values()) {
            var theirs = other.features().stream().filter(one -> one.name().equals(wanted.feature())).findFirst();
            short min = theirs.isEmpty() ? 0 : theirs.get().minSupportedVersion();
            short max = theirs.isEmpty() ? 0 : theirs.get().maxSupportedVersion();
            if (other.controllerId() != settings.nodeId() && (wanted.maxVersionLevel() < min || wanted.maxVersionLevel() > max)) {
                throw refused(wanted, "Controller " + other.controllerId() + (max == 0 ? " does not support this feature."
                        : " only supports versions " + range(min, max)));
            }
        }
        for (var voter : settings.voters()) {
            if (voter.id() != settings.nodeId() && !cluster.controllers().containsKey(voter.id())) {
                throw refused(wanted, "controller " + voter.id() + " has not registered, and may not support this feature");
            }
        }
    }

    private static String range(short min, short max) {
        return min == max ? Short.toString(min) : min + "-" + max;
    }

    /** To write records that say less would lose what they say now: refused, as Kafka does. */
    private static List<Message> metadata(short now, short level, byte type) throws Refused {
        if (level < now) {
            throw new Refused(ErrorCode.INVALID_UPDATE_VERSION, "Unsupported metadata.version downgrade from " + now + " to "
                    + level + ". " + (type == UNSAFE_DOWNGRADE
                            ? "Unsafe metadata downgrade is not supported in this version."
                            : "Refusing to perform the requested downgrade because it might delete metadata information."));
        }
        return List.of(new FeatureLevelRecord(Features.METADATA, level));
    }

    /** When the feature goes, so does what was remembered by it. */
    private List<Message> eligible(FeatureUpdateKey wanted, Cluster cluster) throws Refused {
        short metadata = cluster.features().getOrDefault(Features.METADATA, (short) 0);
        if (wanted.maxVersionLevel() > 0 && metadata < ELIGIBLE_METADATA_MIN) {
            throw refused(wanted, wanted.feature() + " could not be set to " + wanted.maxVersionLevel()
                    + " because it depends on metadata.version level " + ELIGIBLE_METADATA_MIN);
        }
        var level = new FeatureLevelRecord(wanted.feature(), wanted.maxVersionLevel());
        var records = new ArrayList<Message>(List.of(level));
        records.addAll(wanted.maxVersionLevel() > 0
                ? EligibleReplicas.agreement(cluster.with(level), settings) : EligibleReplicas.forgotten(cluster));
        return records;
    }

    private static Refused refused(FeatureUpdateKey wanted, String why) {
        return new Refused(ErrorCode.INVALID_UPDATE_VERSION,
                "Invalid update version " + wanted.maxVersionLevel() + " for feature " + wanted.feature() + ". " + why);
    }
}
