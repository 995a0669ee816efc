package naru.quorum;

import java.nio.charset.StandardCharsets;
import java.util.List;
import naru.base.Disk;
import naru.metadata.Cluster;
import naru.protocol.Message;

/** What a log begins with: {@code bootstrap.checkpoint}, which a folder gets when it is formatted, by Kafka or by us. */
public final class Beginning {

    private static final String NAME = "bootstrap.checkpoint";
    private static final String PARTITION = "partition.metadata";

    /** The id that Kafka gives to the topic of the metadata log. */
    private static final String TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAQ";

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
        List<Message> ours = List.copyOf(FeatureLevels.usual(RecordVersions.LEVEL));
        write(disk, folder, ours, RecordVersions.LEVEL, nowMs);
        return ours;
    }

    static void write(Disk disk, String folder, List<Message> records, short level, long nowMs) {
        SnapshotFile.write(disk, folder, NAME, 0, Quorum.UNNAMED, records, level, nowMs, 0);
    }
}
