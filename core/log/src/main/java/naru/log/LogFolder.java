package naru.log;

import static naru.base.Invariant.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.Limits;
import naru.base.Randomness;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * One entry of {@code log.dirs}: the partitions in it, their checkpoints, and the files open for them. Owned by one lane.
 *
 * <p>Finding what is there reads names and two or three small files; a log is opened by {@link #open}.
 */
public final class LogFolder {

    private static final String CLEAN = ".kafka_cleanshutdown";
    private static final int NAME_MAX = 255;
    // A sync of the whole file system also waits for everybody else's bytes: only many new partitions are worth it.
    private static final int SYNCED_ONE_BY_ONE_MAX = 8;

    /**
     * A partition that lies in the folder.
     *
     * @param topicId {@link Uuid#ZERO} when the folder does not say
     * @param highWatermark as checkpointed; 0 when unknown
     */
    public record Found(TopicPartition name, Uuid topicId, long highWatermark) {}

    private final Disk disk;
    private final String path;
    private final LogPorts ports;
    private final Randomness randomness;
    private final TreeMap<TopicPartition, Catalogue.Entry> known;
    private final TreeMap<TopicPartition, Found> found = new TreeMap<>();
    private final TreeMap<TopicPartition, Log> open = new TreeMap<>();
    private final List<String> findings = new ArrayList<>();
    private final boolean clean;
    private boolean recovered;
    private final ArrayList<String> created = new ArrayList<>();
    private ArrayList<Log> dirty = new ArrayList<>();
    private DiskFailure failure;

    /**
     * Looks what is in the folder, which is made when it does not exist.
     *
     * @param path without a slash at the end
     */
    public LogFolder(Disk disk, String path, Limits limits, Randomness randomness) {
        this.disk = disk;
        this.path = path;
        this.randomness = randomness;
        this.ports = LogPorts.over(disk, limits, randomness);
        disk.createFolders(path);
        var names = disk.list(path);
        this.clean = names.contains(CLEAN);
        this.known = FolderCheckpoints.readAll(disk, path, clean);
        JournalRecovery.run(disk, path, names, this::folderOfTopic, known, findings);
        for (var name : names) {
            find(name);
        }
        // From now on a stop is a crash until close() says otherwise.
        disk.delete(path + "/" + CLEAN);
    }

    private void find(String name) {
        if (name.endsWith(FileNames.DELETED_FOLDER)) {
            return;
        }
        var partition = FileNames.partitionOf(name);
        if (partition == null || !disk.isFolder(path + "/" + name)) {
            return;
        }
        var entry = known.get(partition);
        var id = entry == null || entry.topicId().isZero() ? PartitionMetadata.read(disk, path + "/" + name) : entry.topicId();
        found.put(partition, new Found(partition, id, entry == null ? 0 : entry.highWatermark()));
    }

    /** The folder of a partition that the journal names by its topic's id; null when it is not here. */
    private TopicPartition folderOfTopic(Uuid topicId, int partition) {
        for (var entry : known.values()) {
            if (entry.name().partition() == partition && entry.topicId().equals(topicId)) {
                return entry.name();
            }
        }
        for (var name : disk.list(path)) {
            var candidate = FileNames.partitionOf(name);
            if (candidate != null && candidate.partition() == partition
                    && PartitionMetadata.read(disk, path + "/" + name).equals(topicId)) {
                return candidate;
            }
        }
        return null;
    }

    public String path() {
        return path;
    }

    /** What lay in the folder when this process started, and what was created since. */
    public Collection<Found> partitions() {
        return List.copyOf(found.values());
    }

    /** What recovery of the folder repaired, in sentences; each log has its own findings too. */
    public List<String> findings() {
        return findings;
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** Files open now. */
    public int openFiles() {
        return ports.files().open();
    }

    /** Null while the folder works. */
    public DiskFailure failure() {
        return failure;
    }

    /** The medium failed: nothing of this folder is served any more. */
    public void fail(DiskFailure why) {
        if (failure == null) {
            failure = why;
            for (var log : open.values()) {
                log.abandon();
            }
        }
    }

    /** Opens the log of a partition that is here, recovering it when the last stop was a crash. */
    public Log open(TopicPartition name, LogConfig config, long nowMs) {
        var here = found.get(name);
        check(here != null, "only a partition that is here is opened");
        var log = open.get(name);
        if (log == null) {
            var entry = known.remove(name);
            var facts = entry != null
                    ? entry.facts()
                    : new LogFacts(-1, 0, clean, -1, -1, -1, -1, -1);
            log = new Log(ports, name, here.topicId(), folderOf(name), config, facts, nowMs);
            adopt(log);
            recovered |= log.wasRecovered();
        }
        return log;
    }

    /** Makes a new partition: a folder with its metadata. It survives a power cut after {@link #syncOpened}. */
    public Log create(TopicPartition name, Uuid topicId, LogConfig config, long nowMs) {
        check(!found.containsKey(name), "a partition is created once");
        String folder = folderOf(name);
        disk.createFolders(folder);
        PartitionMetadata.write(disk, folder, topicId);
        found.put(name, new Found(name, topicId, 0));
        created.add(folder);
        var log = new Log(ports, name, topicId, folder, config, LogFacts.NONE, nowMs);
        adopt(log);
        return log;
    }

    private void adopt(Log log) {
        open.put(log.name(), log);
        log.whenDirty(() -> dirty.add(log));
    }

    /** The logs written since the last call. */
    List<Log> takeDirty() {
        var taken = dirty;
        dirty = new ArrayList<>();
        taken.removeIf(log -> open.get(log.name()) != log);
        return taken;
    }

    /**
     * Blocking: makes every partition created so far survive a power cut, and what recovery mended: from now on the
     * journal speaks of what comes after it alone.
     */
    public void syncOpened() {
        if (recovered || created.size() > SYNCED_ONE_BY_ONE_MAX) {
            disk.syncAll(path);
            recovered = false;
        } else if (!created.isEmpty()) {
            created.forEach(folder -> PartitionMetadata.sync(disk, folder));
            disk.syncFolder(path);
        }
        created.clear();
    }

    /** Takes a partition out of the folder: it is renamed at once, {@link #purge} deletes it later. */
    public void delete(TopicPartition name) {
        var log = open.remove(name);
        if (log != null) {
            log.abandon();
        }
        known.remove(name);
        if (found.remove(name) == null) {
            return;
        }
        var id = randomness.nextUuid();
        String suffix = "." + hex(id.high()) + hex(id.low()) + FileNames.DELETED_FOLDER;
        String plain = name.toString();
        String kept = plain.substring(0, Math.min(plain.length(), NAME_MAX - suffix.length()));
        disk.rename(folderOf(name), path + "/" + kept + suffix);
    }

    private static String hex(long bits) {
        var digits = Long.toHexString(bits);
        return "0".repeat(16 - digits.length()) + digits;
    }

    /** Blocking: deletes the files of partitions taken out before, up to {@code foldersMax} of them. */
    public int purge(int foldersMax) {
        int purged = 0;
        for (var name : disk.list(path)) {
            if (purged < foldersMax && name.endsWith(FileNames.DELETED_FOLDER)) {
                for (var file : disk.list(path + "/" + name)) {
                    disk.delete(path + "/" + name + "/" + file);
                }
                disk.delete(path + "/" + name);
                purged++;
            }
        }
        return purged;
    }

    /** Writes Kafka's checkpoints and the catalogue. */
    public void checkpoint(ToLongFunction<TopicPartition> highWatermark) {
        FolderCheckpoints.write(disk, path, entries(highWatermark));
    }

    private List<Catalogue.Entry> entries(ToLongFunction<TopicPartition> highWatermark) {
        var entries = new ArrayList<Catalogue.Entry>(found.size());
        for (var here : found.values()) {
            var log = open.get(here.name());
            var unopened = known.get(here.name());
            if (log != null) {
                long mark = Math.min(highWatermark.applyAsLong(here.name()), log.writtenEnd());
                entries.add(new Catalogue.Entry(here.name(), here.topicId(), log.facts(), mark));
            } else if (unopened != null) {
                entries.add(new Catalogue.Entry(here.name(), here.topicId(), unopened.facts(), unopened.highWatermark()));
            }
        }
        return entries;
    }

    /** Blocking. A clean stop: everything on the medium, checkpoints, and Kafka's mark that nothing needs recovery. */
    public void close(ToLongFunction<TopicPartition> highWatermark) {
        if (failure != null) {
            return;
        }
        for (var log : open.values()) {
            log.close();
        }
        disk.syncAll(path);
        for (var log : open.values()) {
            log.syncedTo(log.writtenEnd());
        }
        checkpoint(highWatermark);
        // Nothing that was never opened changed, so it is as clean as it was found.
        if (clean || known.isEmpty()) {
            JournalFile.deleteAll(disk, path);
            WholeFile.write(disk, path + "/" + CLEAN, "{\"version\":0,\"brokerEpoch\":-1}".getBytes(StandardCharsets.UTF_8));
        }
        disk.syncAll(path);
        for (var log : open.values()) {
            log.abandon();
        }
    }

    private String folderOf(TopicPartition name) {
        return path + "/" + name;
    }
}
