package naru.log;

import java.util.List;
import java.util.TreeMap;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * Copies of partitions that grow in a log folder while the partitions are served from another (KIP-113): folders whose names end with
 * {@code -future}, as Kafka's do. Of one lane's share of a log folder.
 */
public final class FutureLogs {

    private final LaneLogs home;
    private final LogPorts ports;
    private final TreeMap<TopicPartition, Catalogue.Entry> known;
    /** By the names of their folders. */
    private final TreeMap<TopicPartition, String> folders = new TreeMap<>();
    private final TreeMap<TopicPartition, Log> open = new TreeMap<>();
    /** What is known of partitions that are served from elsewhere by now, and whose folders are still here. */
    private final TreeMap<TopicPartition, Catalogue.Entry> left = new TreeMap<>();

    /** @param known what is known of the logs in the folder, which are found by name: a partition and a copy of it never lie in one */
    FutureLogs(LaneLogs home, LogPorts ports, TreeMap<TopicPartition, Catalogue.Entry> known) {
        this.home = home;
        this.ports = ports;
        this.known = known;
    }

    void found(TopicPartition name, String folder) {
        folders.put(name, folder);
    }

    /** False for a partition whose name is so long that the folder of a copy could not have one. */
    public static boolean mayExist(TopicPartition name) {
        return FileNames.mayHaveFuture(name);
    }

    public boolean has(TopicPartition name) {
        return folders.containsKey(name);
    }

    /** Of which partitions copies are here. */
    public List<TopicPartition> names() {
        return List.copyOf(folders.keySet());
    }

    /** Whether the copy that is here is of a partition of that topic, and not of one that had its name before. */
    public boolean isOf(TopicPartition name, Uuid topicId) {
        return PartitionMetadata.read(ports.disk(), pathOf(name)).equals(topicId);
    }

    int count() {
        return folders.size();
    }

    boolean isOpen(Log log) {
        return open.get(log.name()) == log;
    }

    private String pathOf(TopicPartition name) {
        return home.path() + "/" + folders.get(name);
    }

    /** Opens the copy that is here, or begins one where the log begins. */
    Log open(Log of, long nowMs) {
        var name = of.name();
        if (has(name) && !isOf(name, of.topicId())) {
            drop(name);
        }
        var found = has(name) ? reopened(of, nowMs) : null;
        var copy = found != null ? found : create(of, nowMs);
        open.put(name, copy);
        return copy;
    }

    /** Null when it is damaged, or another than the checkpoints speak of: what can be copied again is not mended. */
    private Log reopened(Log of, long nowMs) {
        var name = of.name();
        var entry = known.remove(name);
        if (entry == null || entry.facts().recoveryPoint() <= entry.facts().logStart()) {
            drop(name); // nothing of it is known to be on the medium, and where its first batch should be there may be a gap
            return null;
        }
        try {
            var copy = new Log(ports, name, of.topicId(), pathOf(name), of.config(), entry.facts(), nowMs);
            home.watch(copy);
            return copy;
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.DAMAGED) {
                throw failure;
            }
            drop(name);
            return null;
        }
    }

    private Log create(Log of, long nowMs) {
        var name = of.name();
        String folder = FileNames.ofFuture(name, ports.randomness().nextUuid());
        ports.disk().createFolders(home.path() + "/" + folder);
        folders.put(name, folder);
        PartitionMetadata.write(ports.disk(), pathOf(name), of.topicId());
        var copy = new Log(ports, name, of.topicId(), pathOf(name), of.config(), LogFacts.NONE.withLogStart(of.logStart()), nowMs);
        home.watch(copy);
        copy.safety().named();
        return copy;
    }

    /** A copy that nobody wants any more goes: it is renamed at once, and deleted later as every deleted partition is. */
    public void drop(TopicPartition name) {
        var copy = open.remove(name);
        if (copy != null) {
            copy.abandon();
        }
        if (has(name)) {
            known.remove(name);
            String path = pathOf(name);
            folders.remove(name);
            home.condemn(name, path);
        }
    }

    /** The copy is the partition: it gets its name. Nothing has changed when this fails. */
    void takesItsPlace(Log copy) {
        String now = home.path() + "/" + copy.name();
        copy.abandon();
        ports.disk().rename(copy.folder(), now);
        open.remove(copy.name());
        folders.remove(copy.name());
        copy.succession().inFolder(now);
    }

    /** The partition's folder stays here, until {@link #clear}: it is what a power cut may find, and what the checkpoints go on telling of. */
    void leave(Log log, long highWatermark) {
        left.put(log.name(), new Catalogue.Entry(log.name(), log.topicId(), log.facts(), highWatermark));
    }

    boolean isLeft(TopicPartition name) {
        return left.containsKey(name);
    }

    /** What a partition left behind that is served from elsewhere, goes, when there is anything. */
    public void clear(TopicPartition name) {
        if (isLeft(name)) {
            home.condemn(name, home.path() + "/" + name);
            left.remove(name);
        }
    }

    void addEntries(List<Catalogue.Entry> entries) {
        entries.addAll(left.values());
        for (var name : folders.keySet()) {
            var copy = open.get(name);
            var unopened = known.get(name);
            if (isLeft(name)) {
                continue; // a partition has one line
            }
            if (copy != null) {
                entries.add(new Catalogue.Entry(name, copy.topicId(), copy.facts(), copy.logStart()));
            } else if (unopened != null) {
                entries.add(unopened);
            }
        }
    }

    /** @param wasClean else what nobody has opened may be torn, and the next start would take it for whole */
    void close(boolean wasClean) {
        open.values().forEach(Log::close);
        if (!wasClean) {
            List.copyOf(folders.keySet()).stream().filter(name -> !open.containsKey(name)).forEach(this::drop);
        }
    }

    /** Blocking: everything that was written to the folder survives a power cut, names too. */
    void syncAll() {
        ports.disk().syncAll(home.path());
    }

    /** The partition is served from another folder, and what is here is not all there: whoever wants it finds it under another name. */
    String setAside(Log log) {
        home.depart(log);
        return home.setAside(log.name());
    }

    void synced() {
        open.values().forEach(copy -> copy.safety().syncedTo(copy.writtenEnd(), copy.safety().life()));
    }

    void abandon() {
        open.values().forEach(Log::abandon);
    }
}
