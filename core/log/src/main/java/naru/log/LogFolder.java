package naru.log;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.base.Lanes.Outcome;
import naru.base.Lanes.Work;
import naru.base.Limits;
import naru.base.Randomness;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * One entry of {@code log.dirs}, node-wide. Opened once, before the lanes run: only then may what a crash left be repaired,
 * because every journal of the folder is read and begun anew. Each lane then works through its own share,
 * {@link LaneLogs}, in which only its own partitions are. What is written for the folder as a whole, the checkpoints, is written
 * here: the shares report, and lane 0 owns this.
 */
public final class LogFolder {

    /**
     * A partition that lies in the folder.
     *
     * @param topicId {@link Uuid#ZERO} when the folder does not say
     * @param highWatermark as checkpointed; 0 when unknown
     */
    public record Found(TopicPartition name, Uuid topicId, long highWatermark) {}

    private final Disk disk;
    private final String path;
    private final Limits limits;
    private final Lanes lanes;
    private final Incarnation incarnation;
    private final FolderRecovery.Contents contents;
    private final LaneLogs[] shares;
    private final CleanedOffsets cleaned;
    private final List<List<Catalogue.Entry>> reports = new ArrayList<>();
    private Consumer<DiskFailure> whenNotCheckpointed = why -> { };
    private DiskFailure failure;
    private List<Consumer<DiskFailure>> waiting = new ArrayList<>();
    private boolean writing;
    private boolean reportedMeanwhile;
    private long epochBefore = Incarnation.UNKNOWN;
    private long epoch = Incarnation.UNKNOWN;

    /**
     * Looks what is in the folder, which is made when it does not exist, and repairs what a crash left. Blocking. A folder
     * that cannot be read has a {@link #failure} and nothing in it.
     *
     * @param path without a slash at the end
     * @param lanes their number decides which partition belongs to which
     */
    public LogFolder(Disk disk, String path, Limits limits, Lanes lanes) {
        this.disk = disk;
        this.path = path;
        this.limits = limits;
        this.lanes = lanes;
        this.shares = new LaneLogs[lanes.count()];
        this.incarnation = new Incarnation(disk, path);
        this.contents = lookInto();
        this.cleaned = new CleanedOffsets(disk, lanes, path, failure == null);
        for (int i = 0; i < lanes.count(); i++) {
            int lane = i;
            reports.add(contents.known().values().stream().filter(entry -> laneOf(entry.name(), lanes.count()) == lane).toList());
        }
    }

    private FolderRecovery.Contents lookInto() {
        try {
            disk.establishFolders(path);
            epochBefore = incarnation.before();
            return FolderRecovery.run(disk, path);
        } catch (DiskFailure why) {
            failure = why;
            if (why.kind() != DiskFailure.Kind.FULL) {
                incarnation.doubt();
            }
            return FolderRecovery.Contents.none();
        }
    }

    /**
     * The lane that owns a partition for as long as the process lives. By its name, not its topic's id: a topic that is
     * deleted and made again under its old name has the same folder, and one lane must do both in order.
     */
    public static int laneOf(TopicPartition name, int lanes) {
        return Math.floorMod(name.topic().hashCode() * 31 + name.partition(), lanes);
    }

    /**
     * A lane's share of the folder. Called once for each lane before any of them runs; the share belongs to that lane.
     *
     * @param whenBroken told once, on that lane, when the folder is lost
     */
    public LaneLogs share(int lane, Randomness randomness, Consumer<DiskFailure> whenBroken) {
        check(shares[lane] == null, "a lane has one share of a folder");
        var ports = LogPorts.over(disk, limits, randomness, contents.crashedHere());
        shares[lane] = new LaneLogs(this, lane, contents, failure, ports, whenBroken);
        return shares[lane];
    }

    public String path() {
        return path;
    }

    CleanedOffsets cleanedOffsets() {
        return cleaned;
    }

    Disk disk() {
        return disk;
    }

    Lanes lanes() {
        return lanes;
    }

    /** What recovery of the folder repaired, in sentences; each log has its own findings too. */
    public List<String> findings() {
        return contents.findings();
    }

    /** Why nothing of the folder can be used; null when it could be opened. */
    public DiskFailure failure() {
        return failure;
    }

    /**
     * The registration under which the process before this one wrote here, where all that it wrote is certain to be here still; -1
     * where that is not, or nobody knows.
     */
    public long epochBefore() {
        return failure == null ? epochBefore : Incarnation.UNKNOWN;
    }

    /** As {@link #epochBefore()}, where all of a process's folders say the same. */
    public static long epochBefore(List<LogFolder> all) {
        long epoch = all.getFirst().epochBefore();
        return all.stream().allMatch(one -> one.epochBefore() == epoch) ? epoch : Incarnation.UNKNOWN;
    }

    /** On lane 0: this process is registered under this epoch, and the next one here is told so. */
    public void registered(long brokerEpoch) {
        if (failure == null) {
            epoch = brokerEpoch;
            incarnation.note(brokerEpoch);
        }
    }

    /**
     * From any thread, as soon as the medium fails: what was written is not certain to be here any more. The next process must not take
     * it for certain even if this one ends before a lane hears of the failure.
     */
    void doubt() {
        incarnation.doubt();
    }

    /** Who hears that the checkpoint files could not be written; the folder is used on. */
    public void whenNotCheckpointed(Consumer<DiskFailure> listener) {
        whenNotCheckpointed = listener;
    }

    /** On lane 0: the medium failed under one lane, so no other may rely on it. */
    void failed(DiskFailure why) {
        if (failure == null) {
            failure = why;
            doubt();
            for (int i = 0; i < shares.length; i++) {
                var share = shares[i];
                if (share != null) {
                    lanes.post(i, () -> share.fail(why));
                }
            }
        }
    }

    /**
     * On lane 0: how the logs of a lane are now. Kafka's checkpoints and the catalogue are written from all reports, off the lane.
     *
     * @param whenWritten hears on lane 0 that a power cut changes nothing any more (null), or why it may
     */
    void report(int lane, List<Catalogue.Entry> entries, Consumer<DiskFailure> whenWritten) {
        if (failure != null) {
            whenWritten.accept(failure);
            return;
        }
        reports.set(lane, entries);
        waiting.add(whenWritten);
        reportedMeanwhile = writing;
        if (!writing) {
            writeReports();
        }
    }

    private void writeReports() {
        writing = true;
        var told = waiting;
        waiting = new ArrayList<>();
        var all = allReported();
        lanes.offLane(path, Work.CHORE, () -> {
            FolderCheckpoints.write(disk, path, all);
            return all.size();
        }, outcome -> onReportsWritten(outcome, told));
    }

    private void onReportsWritten(Outcome<Integer> outcome, List<Consumer<DiskFailure>> told) {
        writing = false;
        var problem = outcome instanceof Outcome.Failed<Integer>(var why) ? asFailure(why) : failure;
        if (problem != null) {
            whenNotCheckpointed.accept(problem);
        }
        told.forEach(listener -> listener.accept(problem));
        if (reportedMeanwhile && failure == null) {
            reportedMeanwhile = false;
            writeReports();
        } else if (failure != null) {
            waiting.forEach(listener -> listener.accept(failure));
            waiting.clear();
        }
    }

    private DiskFailure asFailure(Throwable why) {
        return why instanceof DiskFailure known ? known : new DiskFailure(DiskFailure.Kind.BROKEN, path, why);
    }

    private List<Catalogue.Entry> allReported() {
        var all = new ArrayList<Catalogue.Entry>();
        reports.forEach(all::addAll);
        all.sort((one, other) -> one.name().compareTo(other.name()));
        return all;
    }

    /** Blocking, from anywhere: deletes the files of partitions taken out before, up to {@code foldersMax} of them. */
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

    /**
     * Blocking, after the lanes have ended. A clean stop: everything on the medium, checkpoints, and Kafka's mark that nothing
     * needs recovery. The mark is left out when a log that is here could not be brought in order, or the disk has no room: the
     * next start then finds what a crash leaves.
     */
    public void close(ToLongFunction<TopicPartition> highWatermark) {
        try {
            closeInOrder(highWatermark);
        } catch (DiskFailure why) {
            failure = why;
            doubt();
            whenNotCheckpointed.accept(why);
        }
    }

    private void closeInOrder(ToLongFunction<TopicPartition> highWatermark) {
        if (incarnation.isDoubted()) {
            return; // a sync failed of which no lane has heard any more; another one might say that all is well
        }
        for (var share : shares) {
            if (failure != null || share == null || share.failure() != null) {
                return;
            }
        }
        boolean whole = true;
        for (var share : shares) {
            whole &= share.closeLogs(contents.clean());
        }
        disk.syncAll(path);
        for (int i = 0; i < shares.length; i++) {
            reports.set(i, shares[i].entriesOnceSynced(highWatermark));
        }
        FolderCheckpoints.write(disk, path, allReported());
        if (whole) {
            JournalFile.deleteAll(disk, path);
            // Who was not registered has changed nothing that counts.
            WholeFile.write(disk, path + "/" + Incarnation.CLEAN, Incarnation.cleanStop(epoch < 0 ? epochBefore : epoch));
        }
        disk.syncAll(path);
        if (whole) {
            incarnation.forget();
        }
    }
}
