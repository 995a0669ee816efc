package naru.quorum;

import java.nio.charset.StandardCharsets;
import java.util.List;
import naru.base.Disk;
import naru.metadata.Cluster;
import naru.metadata.Features;
import naru.protocol.Message;
import naru.protocol.message.FeatureLevelRecord;

/** What a log begins with: {@code bootstrap.checkpoint}, which a folder gets when it is formatted, by Kafka or by us. */
public final class Beginning {

    private static final String NAME = "bootstrap.checkpoint";
    private static final String PARTITION = "partition.metadata";

    /** The id that Kafka gives to the topic of the metadata log. */
    private static final String TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAQ";

    /** Says that groups speak the consumer protocol, as Kafka 4.3 writes it into its folders. */
    private static final String GROUP_FEATURE = "group.version";
    private static final short GROUP_LEVEL = 1;

    /** Transactions of generation two (KIP-890), as Kafka formats new folders. */
    private static final String TRANSACTIONS = "transaction.version";

    private static final short TRANSACTIONS_LEVEL = 2;

    /** Share groups (KIP-932), as Kafka formats new folders. */
    private static final short SHARES_LEVEL = 1;

    private Beginning() {}

    /** The records that an empty log begins with. Writes the files that a folder of ours should have. */
    public static List<Message> of(Disk disk, String folder, long nowMs) {
        String own = folder + "/" + Names.FOLDER;
        disk.createFolders(own);
        if (!disk.exists(own + "/" + PARTITION)) {
            disk.replace(own + "/" + PARTITION,
                    ("version: 0\ntopic_id: " + TOPIC_ID).getBytes(StandardCharsets.UTF_8));
        }
        if (disk.exists(folder + "/" + NAME)) {
            var walk = new LogWalk(-1, List.of());
            walk.snapshot(disk, folder + "/" + NAME, 0, 0);
            if (!walk.cluster().equals(Cluster.EMPTY)) {
                return walk.cluster().toRecords();
            }
        }
        List<Message> ours = List.copyOf(features(RecordVersions.LEVEL));
        write(disk, folder, ours, RecordVersions.LEVEL, nowMs);
        return ours;
    }

    /** The features that a folder is formatted with where nothing else is said. */
    static List<FeatureLevelRecord> features(short level) {
        return List.of(
                new FeatureLevelRecord(RecordVersions.FEATURE, level),
                new FeatureLevelRecord(GROUP_FEATURE, GROUP_LEVEL),
                new FeatureLevelRecord(Features.SHARES, SHARES_LEVEL),
                new FeatureLevelRecord(TRANSACTIONS, TRANSACTIONS_LEVEL));
    }

    static void write(Disk disk, String folder, List<Message> records, short level, long nowMs) {
        SnapshotFile.write(disk, folder, NAME, 0, Quorum.UNNAMED, records, level, nowMs, 0);
    }
}
