package naru.quorum;

import naru.protocol.Message;
import naru.protocol.message.BrokerRegistrationChangeRecord;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.MetadataRecordType;
import naru.protocol.message.PartitionChangeRecord;
import naru.protocol.message.PartitionRecord;
import naru.protocol.message.RegisterBrokerRecord;

/**
 * Which version of a record the members of a cluster can read: what {@code metadata.version} is about. Its numbers are
 * Kafka's feature levels.
 */
final class RecordVersions {

    static final String FEATURE = "metadata.version";

    /** 4.3-IV0: what we write, and the newest that we read. */
    static final short LEVEL = 30;

    /** 3.3-IV3: the oldest that Kafka 4 reads. */
    static final short LEVEL_MIN = 7;

    private static final short CORDONED_FOLDERS = 30;
    private static final short ELIGIBLE_LEADERS = 23;
    private static final short FOLDERS = 17;
    private static final short MIGRATION = 8;

    private RecordVersions() {}

    /** @throws DamagedMetadata when the record sets a level that we cannot read or write */
    static void check(Message record) {
        if (!(record instanceof FeatureLevelRecord feature) || !feature.name().equals(FEATURE)) {
            return;
        }
        short level = feature.featureLevel();
        if (level > LEVEL) {
            throw new DamagedMetadata("metadata.version " + level + " is newer than this version knows, which is " + LEVEL
                    + " (4.3-IV0)");
        }
        if (level < LEVEL_MIN) {
            throw new DamagedMetadata("metadata.version " + level + " is older than " + LEVEL_MIN
                    + " (3.3-IV3); upgrade the cluster with Kafka 3.9 first");
        }
    }

    /** @param level of the cluster that the record is written for */
    static int of(Message record, short level) {
        return switch (record) {
            case RegisterBrokerRecord _ -> level >= CORDONED_FOLDERS ? 4 : level >= FOLDERS ? 3 : level >= MIGRATION ? 2 : 1;
            case BrokerRegistrationChangeRecord _ -> level >= CORDONED_FOLDERS ? 3 : level >= FOLDERS ? 2 : 1;
            case PartitionRecord _ -> level >= ELIGIBLE_LEADERS ? 2 : level >= FOLDERS ? 1 : 0;
            case PartitionChangeRecord _ -> level >= ELIGIBLE_LEADERS ? 2 : level >= FOLDERS ? 1 : 0;
            default -> MetadataRecordType.of(record.apiNumber()).versionMax();
        };
    }
}
