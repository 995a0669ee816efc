package naru.log;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import naru.base.Disk;
import naru.base.TopicPartition;
import naru.base.Uuid;

/** What lies in a lane's share of a log folder under which name, whose it is, and what is known of it until it is opened. */
final class FoundPartitions {

    private final Disk disk;
    private final String path;
    private final TreeMap<TopicPartition, LogFolder.Found> found = new TreeMap<>();
    private final TreeMap<TopicPartition, Catalogue.Entry> known = new TreeMap<>();

    FoundPartitions(Disk disk, String path, FolderRecovery.Contents contents, Predicate<TopicPartition> isMine) {
        this.disk = disk;
        this.path = path;
        contents.found().values().stream().filter(here -> isMine.test(here.name())).forEach(here -> found.put(here.name(), here));
        contents.known().values().stream().filter(entry -> isMine.test(entry.name())).forEach(entry -> known.put(entry.name(), entry));
    }

    List<LogFolder.Found> all() {
        return List.copyOf(found.values());
    }

    int count() {
        return found.size();
    }

    LogFolder.Found find(TopicPartition name) {
        return found.get(name);
    }

    void put(TopicPartition name, Uuid topicId, long highWatermark) {
        found.put(name, new LogFolder.Found(name, topicId, highWatermark));
    }

    /** Null when it was not there. */
    LogFolder.Found remove(TopicPartition name) {
        known.remove(name);
        return found.remove(name);
    }

    /** What checkpoints, catalogue and journals said when the process started, of those that are not opened yet. */
    TreeMap<TopicPartition, Catalogue.Entry> known() {
        return known;
    }

    /** What a log is opened with. */
    LogFacts facts(TopicPartition name, boolean clean) {
        var entry = known.get(name);
        return entry != null ? entry.facts() : new LogFacts(-1, 0, clean, -1, -1, -1, -1, -1);
    }

    /** What the next catalogue says of a partition that was not opened yet; null when nothing is known of it. */
    Catalogue.Entry unopened(TopicPartition name) {
        var noted = known.get(name);
        if (noted == null) {
            return null;
        }
        // Whose folder it is may not have been asked yet: these facts are of the topic that they were noted of, and of no other.
        var topicId = noted.topicId().isZero() ? found.get(name).topicId() : noted.topicId();
        return new Catalogue.Entry(name, topicId, noted.facts(), noted.highWatermark());
    }

    /**
     * Whether the partition that is here under this name is that topic's. Two tell: the catalogue, and the partition's own file, which is
     * asked where they might disagree; the file may be damaged, the catalogue may speak of a topic that was deleted since. So the
     * one that names this id is right.
     */
    boolean isOf(TopicPartition name, Uuid topicId) {
        var here = found.get(name);
        var noted = known.get(name);
        String folder = path + "/" + name;
        boolean isNoted = noted != null && noted.topicId().equals(topicId);
        boolean isTold = here.topicId().equals(topicId) || !isNoted && PartitionMetadata.read(disk, folder).equals(topicId);
        if (isNoted && !isTold) {
            PartitionMetadata.write(disk, folder, topicId);
            put(name, topicId, here.highWatermark());
        } else if (isTold && !isNoted && noted != null && !noted.topicId().isZero()) {
            known.remove(name); // what is known of another topic tells nothing of this one
            put(name, topicId, 0);
        }
        return isNoted || isTold || here.topicId().isZero();
    }
}
