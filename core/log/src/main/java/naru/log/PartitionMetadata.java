package naru.log;

import java.nio.charset.StandardCharsets;
import naru.base.Disk;
import naru.base.Uuid;

/** Kafka's {@code partition.metadata}: which topic, by id, the folder belongs to. */
final class PartitionMetadata {

    private PartitionMetadata() {}

    static void write(Disk disk, String folder, Uuid topicId) {
        var text = "version: 0\ntopic_id: " + topicId;
        WholeFile.write(disk, folder + "/" + FileNames.METADATA, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Blocking: what was written and its name survive a power cut. */
    static void sync(Disk disk, String folder) {
        try (var file = disk.open(folder + "/" + FileNames.METADATA)) {
            file.sync();
        }
        disk.syncFolder(folder);
    }

    /** {@link Uuid#ZERO} when there is no such file or it cannot be read. */
    static Uuid read(Disk disk, String folder) {
        String path = folder + "/" + FileNames.METADATA;
        if (!disk.exists(path)) {
            return Uuid.ZERO;
        }
        for (var line : new String(disk.readAll(path), StandardCharsets.UTF_8).split("\n")) {
            if (line.startsWith("topic_id:")) {
                try {
                    return Uuid.parse(line.substring(line.indexOf(':') + 1).strip());
                } catch (IllegalArgumentException e) {
                    return Uuid.ZERO;
                }
            }
        }
        return Uuid.ZERO;
    }
}
