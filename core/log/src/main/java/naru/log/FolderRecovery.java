package naru.log;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import naru.base.Disk;
import naru.base.TopicPartition;
import naru.base.Uuid;

/** Looks once what lies in a log folder, and brings what its journals hold back to the segments. */
final class FolderRecovery {

    /** Lies beside the partitions and is the quorum's alone. */
    private static final String METADATA_LOG = "__cluster_metadata-0";

    /**
     * What was found.
     *
     * @param clean the last stop was a clean one
     * @param crashedHere the last stop was a crash of a broker of ours, not of Kafka
     * @param found every partition whose folder is there
     * @param futures copies of partitions that lie in other folders, by the names of their folders
     * @param known what checkpoints, catalogue and journals say about the logs of those
     * @param missing what they say about others
     */
    record Contents(
            boolean clean, boolean crashedHere, TreeMap<TopicPartition, LogFolder.Found> found,
            TreeMap<TopicPartition, String> futures, TreeMap<TopicPartition, Catalogue.Entry> known,
            List<Catalogue.Entry> missing, List<String> findings) {

        static Contents none() {
            return new Contents(false, false, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), List.of(), new ArrayList<>());
        }
    }

    private final Disk disk;
    private final String path;
    private final List<String> findings = new ArrayList<>();
    private TreeMap<TopicPartition, Catalogue.Entry> known;
    /** What partitions say of themselves, of those that were asked. */
    private final TreeMap<TopicPartition, Uuid> ids = new TreeMap<>();

    private FolderRecovery(Disk disk, String path) {
        this.disk = disk;
        this.path = path;
    }

    static Contents run(Disk disk, String path) {
        return new FolderRecovery(disk, path).run();
    }

    private Contents run() {
        disk.establishFolders(path);
        boolean clean = disk.exists(path + "/" + Incarnation.CLEAN);
        known = FolderCheckpoints.readAll(disk, path, clean);
        var names = disk.list(path);
        boolean crashedHere = names.stream().anyMatch(name -> name.startsWith(JournalFile.PREFIX));
        JournalRecovery.run(disk, path, names, this::partitionOf, known, findings);
        var found = new TreeMap<TopicPartition, LogFolder.Found>();
        var futures = new TreeMap<TopicPartition, String>();
        for (var name : names) {
            find(name, found, futures);
        }
        // What is known of a partition that was deleted since helps nobody; but the checkpoints go on speaking of it.
        var missing = known.values().stream()
                .filter(entry -> !found.containsKey(entry.name()) && !futures.containsKey(entry.name())).toList();
        known.values().removeAll(missing);
        // From now on a stop is a crash until a close says otherwise.
        disk.delete(path + "/" + Incarnation.CLEAN);
        return new Contents(clean, crashedHere, found, futures, known, missing, findings);
    }

    /**
     * A topic that took another's name since the catalogue was written has that one's folder name, so what lies in the folder is asked: a file
     * for each partition, and therefore only of those for which it matters.
     */
    private Uuid idOf(Catalogue.Entry entry) {
        return ids.computeIfAbsent(entry.name(), name -> {
            var id = PartitionMetadata.read(disk, path + "/" + name);
            return id.isZero() ? entry.topicId() : id;
        });
    }

    private void find(
            String name, TreeMap<TopicPartition, LogFolder.Found> found, TreeMap<TopicPartition, String> futures) {
        var future = FileNames.partitionOfFuture(name);
        if (future != null) {
            futures.put(future, name);
            return;
        }
        if (name.endsWith(FileNames.DELETED_FOLDER) || name.equals(METADATA_LOG)) {
            return;
        }
        var partition = FileNames.partitionOf(name);
        var entry = partition == null ? null : known.get(partition);
        if (partition == null || entry == null && !disk.isFolder(path + "/" + name)) {
            return;
        }
        var id = ids.getOrDefault(partition, entry == null ? Uuid.ZERO : entry.topicId());
        id = id.isZero() ? PartitionMetadata.read(disk, path + "/" + name) : id;
        found.put(partition, new LogFolder.Found(partition, id, entry == null ? 0 : entry.highWatermark()));
    }

    /** The folder of a partition that the journal names by its topic's id; null when it is not here. */
    private TopicPartition partitionOf(Uuid topicId, int partition) {
        for (var entry : known.values()) {
            if (entry.name().partition() == partition && disk.isFolder(path + "/" + entry.name()) && idOf(entry).equals(topicId)) {
                if (!entry.topicId().isZero() && !entry.topicId().equals(topicId)) {
                    known.remove(entry.name()); // it speaks of the topic that bore the name before
                }
                return entry.name();
            }
        }
        for (var name : disk.list(path)) {
            var candidate = name.endsWith(FileNames.DELETED_FOLDER) ? null : FileNames.partitionOf(name);
            if (candidate != null && candidate.partition() == partition
                    && PartitionMetadata.read(disk, path + "/" + name).equals(topicId)) {
                return candidate;
            }
        }
        return null;
    }
}
