package naru.log;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * One lane's share of a log folder: the partitions that are its own, the files open for them, and its journal. A log is
 * opened by {@link #open}; until then its files are not looked at.
 */
public final class LaneLogs {

    private final LogFolder folder;
    private final int lane;
    private final Disk disk;
    private final String path;
    private final LogPorts ports;
    private final Consumer<DiskFailure> whenBroken;
    private final boolean clean;
    private final FoundPartitions found;
    private final TreeMap<TopicPartition, Log> open = new TreeMap<>();
    private final CleanedOffsets.Share cleaned;
    private final GivenUp givenUp = new GivenUp(this);
    private final FutureLogs futures;
    private final OpenedLogs opened = new OpenedLogs();
    private ArrayList<Log> dirty = new ArrayList<>();
    private Journal journal;
    private DiskFailure failure;

    LaneLogs(
            LogFolder folder, int lane, FolderRecovery.Contents contents, DiskFailure failure, LogPorts ports,
            Consumer<DiskFailure> whenBroken) {
        this.folder = folder;
        this.lane = lane;
        this.disk = folder.disk();
        this.path = folder.path();
        this.ports = ports;
        this.whenBroken = whenBroken;
        this.clean = contents.clean();
        this.failure = failure;
        this.found = new FoundPartitions(disk, path, contents, this::isMine);
        this.cleaned = folder.cleanedOffsets().share(lane);
        contents.missing().stream().filter(entry -> isMine(entry.name())).forEach(givenUp::missing);
        this.futures = new FutureLogs(this, ports, found.known());
        contents.futures().keySet().stream().filter(this::isMine).forEach(name -> futures.found(name, contents.futures().get(name)));
    }

    private boolean isMine(TopicPartition name) {
        return LogFolder.laneOf(name, folder.lanes().count()) == lane;
    }

    /** On the lane, before anything is written: makes its journal, which takes some milliseconds. */
    public void begin(long generation) {
        begin(generation, Journal.Room.USUAL);
    }

    void begin(long generation, Journal.Room room) {
        check(journal == null, "a lane has one journal in a folder");
        if (failure == null) {
            try {
                journal = new Journal(disk, this, lane, folder.lanes(), generation, room, this::broke);
            } catch (DiskFailure why) {
                broke(why);
            }
        }
    }

    /** Where this lane enters what it wrote; null when the folder could not be opened. */
    public Journal journal() {
        return journal;
    }

    /**
     * The end of the turn, after the logs were written: what was entered into the journal is on its way to the medium.
     *
     * @throws DiskFailure when the journal could not be written: the folder is lost
     */
    public void commit() {
        if (journal != null && failure == null) {
            journal.commit();
        }
    }

    public String path() {
        return path;
    }

    /** What of this lane lay in the folder when the process started, and what was created since. */
    public Collection<LogFolder.Found> partitions() {
        return found.all();
    }

    /** Null when the partition is not here. */
    public LogFolder.Found find(TopicPartition name) {
        return found.find(name);
    }

    /** Whether the partition that is here under this name is that topic's. */
    public boolean isOf(TopicPartition name, Uuid topicId) {
        return found.isOf(name, topicId);
    }

    /** How many partitions of this lane are here, or on their way. */
    public int count() {
        return found.count() + futures.count();
    }

    /** Copies that grow here of partitions that are served from another folder. */
    public FutureLogs futures() {
        return futures;
    }

    /** Null while the folder works. */
    public DiskFailure failure() {
        return failure;
    }

    void broke(DiskFailure why) {
        folder.doubt();
        fail(why);
        // The other lanes must not rely on it either.
        folder.lanes().post(0, () -> folder.failed(why));
    }

    /** Off the lane: waits for the medium. A kernel that could not write something may have dropped it. */
    <T> T waitForMedium(T done, Runnable sync) {
        try {
            sync.run();
            return done;
        } catch (DiskFailure why) {
            folder.doubt();
            throw why;
        }
    }

    /** The medium failed: nothing of this folder is served any more. */
    void fail(DiskFailure why) {
        if (failure == null) {
            failure = why;
            open.values().forEach(Log::abandon);
            futures.abandon();
            whenBroken.accept(why);
        }
    }

    /**
     * Opens the log of a partition that is here, recovering it when the last stop was a crash.
     *
     * @throws DiskFailure also when the folder is lost, or the log is damaged where nothing may be cut; it names file and place
     */
    public Log open(TopicPartition name, LogConfig config, long nowMs) {
        var here = found.find(name);
        check(here != null, "only a partition that is here, and this lane's, is opened");
        if (failure != null) {
            throw failure;
        }
        var log = open.get(name);
        if (log == null) {
            log = adopt(new Log(ports, name, here.topicId(), folderOf(name), config, found.facts(name, clean), nowMs));
            found.known().remove(name);
            log.compaction().cleanedTo(cleaned.of(name));
            opened.onOpened(log);
        }
        return log;
    }

    /** Makes a new partition: a folder with its metadata. It survives a power cut after {@link #syncOpened}. Not one of {@link #givenUp}. */
    public Log create(TopicPartition name, Uuid topicId, LogConfig config, long nowMs) {
        check(isMine(name), "a partition is created by the lane that owns it");
        check(!givenUp.has(name, topicId), "what the journal says of a replica must not come into the next one");
        check(found.find(name) == null, "a partition is created once");
        String folder = folderOf(name);
        if (disk.isFolder(folder) && disk.list(folder).stream().anyMatch(file -> file.endsWith(FileNames.LOG))) {
            condemn(name, folder); // when it was deleted, that failed
        }
        disk.createFolders(folder);
        PartitionMetadata.write(disk, folder, topicId);
        found.put(name, topicId, 0);
        opened.onCreated(folder);
        cleaned.forget(name);
        return adopt(new Log(ports, name, topicId, folder, config, LogFacts.NONE, nowMs));
    }

    private Log adopt(Log log) {
        open.put(log.name(), log);
        return watch(log);
    }

    Log watch(Log log) {
        log.safety().whenDirty(() -> dirty.add(log));
        return log;
    }

    /** A copy is the partition from now on. */
    void arrive(Log log, long highWatermark, long cleanedTo) {
        found.put(log.name(), log.topicId(), highWatermark);
        found.known().remove(log.name());
        open.put(log.name(), log);
        cleaned(log, cleanedTo);
    }

    /** The partition is served from another folder from now on; its files stay for the time being. */
    void depart(Log log) {
        open.remove(log.name());
        found.remove(log.name());
        cleaned.forget(log.name());
        if (journal != null) {
            journal.forget(log);
        }
        log.abandon();
    }

    List<Log> takeDirty() {
        var taken = dirty;
        dirty = new ArrayList<>();
        taken.removeIf(log -> open.get(log.name()) != log && !futures.isOpen(log));
        return taken;
    }

    /**
     * Blocking: makes every partition created so far survive a power cut, and what recovery mended: from now on the
     * journal speaks of what comes after it alone. When that fails the folder is lost.
     */
    public void syncOpened() {
        try {
            if (failure == null) {
                opened.sync(disk, path);
            }
        } catch (DiskFailure why) {
            broke(why);
        }
    }

    public GivenUp givenUp() {
        return givenUp;
    }

    /** Takes a partition out of the folder: it is renamed at once, {@link LogFolder#purge} deletes it later. */
    public void delete(TopicPartition name) {
        var log = open.remove(name);
        if (log != null) {
            log.abandon();
        }
        cleaned.forget(name);
        if (found.remove(name) != null) {
            condemn(name, folderOf(name));
        }
    }

    /**
     * Takes a partition that is not open out of the folder, and leaves its files to the operator. What the checkpoints say of it must not be
     * taken for the next replica's: {@link #givenUp}.
     *
     * @return where they are now
     */
    public String setAside(TopicPartition name) {
        check(!open.containsKey(name), "what is served is not set aside");
        String aside = path + "/" + FileNames.ofStray(name, ports.randomness().nextUuid());
        disk.rename(folderOf(name), aside);
        var noted = found.find(name) == null ? null : found.unopened(name);
        if (noted != null) {
            givenUp.missing(noted);
        }
        cleaned.forget(name);
        found.remove(name);
        return aside;
    }

    /** What lies there belongs to nobody any more. */
    void condemn(TopicPartition name, String there) {
        opened.onGone(there);
        disk.rename(there, path + "/" + FileNames.ofDeleted(name, ports.randomness().nextUuid()));
    }

    /** From time to time, between turns: syncs what was written, and has the checkpoint files say how far the logs are. */
    public void checkpoint(ToLongFunction<TopicPartition> highWatermark) {
        if (failure != null) {
            return;
        }
        journal.checkpoint();
        report(highWatermark, _ -> { });
    }

    /** From time to time: has the checkpoint files say where the logs begin, when that has changed. */
    public void noteStarts(ToLongFunction<TopicPartition> highWatermark) {
        long moved = open.values().stream().filter(Log::takeStartMoved).count();
        if (moved > 0 && failure == null) {
            report(highWatermark, _ -> { });
        }
    }

    /**
     * At once: has the checkpoint files say where the logs begin.
     *
     * @param whenNoted hears on this lane that a power cut changes nothing any more (null), or why it may
     */
    public void noteStarts(ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenNoted) {
        open.values().forEach(Log::takeStartMoved);
        report(highWatermark, why -> folder.lanes().post(lane, () -> whenNoted.accept(why)));
    }

    void report(ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenWritten) {
        var entries = entries(highWatermark);
        var told = givenUp.leaveOut(whenWritten, task -> folder.lanes().post(lane, task));
        if (lane == 0) {
            folder.report(lane, entries, told);
        } else {
            folder.lanes().post(0, () -> folder.report(lane, entries, told));
        }
    }

    boolean isOpen(Log log) {
        return failure == null && (open.get(log.name()) == log || futures.isOpen(log));
    }

    /** Between turns: begins a round of compaction, one at a time for each log. {@link LogCompaction#dirtiness} said {@code found} just now. */
    public void compact(Log log, Dirtiness found, CompactionLimits limits, Compaction.Host host) {
        check(isOpen(log), "a log that is served is compacted");
        var plan = log.compaction().plan(found, limits, host.nowMs());
        new Compaction(this, folder.lanes(), disk, log, plan, host).begin();
    }

    void cleaned(Log log, long offset) {
        log.compaction().cleanedTo(offset);
        cleaned.note(log.name(), offset);
    }

    /** Between turns or in one: syncs what was written to this log, off the lane. */
    public void flush(Log log) {
        flush(log, () -> { });
    }

    /** False when that was cut off meanwhile, or its topic deleted: then there are no files any more to note it in. */
    boolean synced(LogSync sync) {
        return isOpen(sync.log()) && sync.log().synced(sync);
    }

    void flush(Log log, Runnable then) {
        if (isOpen(log)) {
            try {
                new LogFlush(this, log.beginSync(true), then).begin(disk, folder.lanes());
            } catch (DiskFailure why) {
                broke(why);
            }
        }
    }

    private List<Catalogue.Entry> entries(ToLongFunction<TopicPartition> highWatermark) {
        var entries = new ArrayList<Catalogue.Entry>(found.count());
        for (var here : found.all()) {
            var log = open.get(here.name());
            var unopened = log == null ? found.unopened(here.name()) : null;
            if (log != null) {
                long mark = Math.min(highWatermark.applyAsLong(here.name()), log.writtenEnd());
                entries.add(new Catalogue.Entry(here.name(), here.topicId(), log.facts(), mark));
            } else if (unopened != null) {
                entries.add(unopened);
            }
        }
        futures.addEntries(entries);
        return entries;
    }

    /**
     * Everything to the files. After a crash also what nobody opened is brought in order now, so that the folder as a whole is.
     *
     * @return false when a log could not be
     */
    boolean closeLogs(boolean wasClean) {
        boolean whole = wasClean || OpenedLogs.openAll(this);
        open.values().forEach(Log::close);
        futures.close(wasClean);
        if (journal != null) {
            journal.close();
        }
        return whole;
    }

    List<Catalogue.Entry> entriesOnceSynced(ToLongFunction<TopicPartition> highWatermark) {
        open.values().forEach(log -> log.safety().syncedTo(log.writtenEnd(), log.safety().life()));
        futures.synced();
        var entries = entries(highWatermark);
        open.values().forEach(Log::abandon);
        futures.abandon();
        return entries;
    }

    private String folderOf(TopicPartition name) {
        return path + "/" + name;
    }
}
