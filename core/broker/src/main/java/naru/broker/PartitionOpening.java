package naru.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.log.FoundTwice;
import naru.log.LaneLogs;
import naru.log.Log;
import naru.metadata.Topic;
import naru.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the log of a partition in one of the folders, or makes it in the one that has the fewest. */
final class PartitionOpening {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionOpening.class);

    private final LaneBroker lane;
    private final LanePartitions partitions;
    private final FolderAssignments assignments;
    /** Partitions, by topic id and number, that may lie in a folder which could not be used at the start. */
    private final TreeSet<String> outOfReach = new TreeSet<>();
    /** Of these topics it is looked for the first time what the cluster says this broker holds. */
    private final TreeSet<Uuid> takenOver = new TreeSet<>();

    PartitionOpening(LaneBroker lane, LanePartitions partitions, FolderAssignments assignments) {
        this.lane = lane;
        this.partitions = partitions;
        this.assignments = assignments;
    }

    /** What is opened of these topics is what the process before had, if anything is. */
    void takeOver(Collection<Uuid> topics) {
        takenOver.addAll(topics);
    }

    /** What is opened from now on may be new. */
    void takenOver() {
        takenOver.clear();
    }

    /**
     * Opens partitions of a topic that this lane is to hold, while the turn has room.
     *
     * @param from where to begin, by number
     * @return where to go on; -1 when there are no more
     */
    int open(Topic topic, int from, Openings.Turn turn, TopicSettings settings) {
        for (int i = from; i < topic.partitions().size(); i++) {
            if (!turn.hasRoom()) {
                return i;
            }
            if (isWanted(topic, i)) {
                open(topic, i, settings);
                turn.opened();
            }
        }
        return -1;
    }

    private boolean isWanted(Topic topic, int index) {
        return lane.place(topic.id(), index).partition() == null
                && topic.partitions().get(index).replicas().contains(lane.broker().nodeId())
                && lane.broker().laneOf(topic.name(), index) == lane.number();
    }

    private void open(Topic topic, int index, TopicSettings settings) {
        var name = new TopicPartition(topic.name(), index);
        try {
            assignments.refuseWhenOutOfReach(topic, index);
            var holders = foldersOf(name, topic.id());
            boolean isNew = holders.isEmpty();
            if (isNew) {
                refuseWhatIsOutOfReach(topic.id(), index);
            }
            long highWatermark = holders.stream().mapToLong(one -> one.find(name).highWatermark()).max().orElse(0);
            var home = isNew ? folderForNew(name) : FoundTwice.furthest(holders, name, settings.log(), lane.nowMs(), LOG::warn);
            if (isNew && home.givenUp().has(name, topic.id())) {
                lane.topics().putUnserved(topic.id(), index);
                home.givenUp().whenForgotten(
                        name, topic.id(), one -> LanePartitions.highWatermarkOf(lane, one), () -> partitions.lookAgain(topic.id()));
                return;
            }
            Log log = isNew
                    ? home.create(name, topic.id(), settings.log(), lane.nowMs())
                    : home.open(name, settings.log(), lane.nowMs());
            log.findings().forEach(LOG::warn);
            var partition = new Partition(
                    name, topic.id(), log, Math.clamp(highWatermark, log.logStart(), log.logEnd()), home.journal());
            log.whenDurable(end -> partition.onDurable(end));
            lane.topics().put(partition, lane.number());
            assignments.tell(partition);
            partitions.moves().onOpened(partition);
        } catch (DiskFailure failure) {
            if (lane.place(topic.id(), index).error() != ErrorCode.KAFKA_STORAGE_ERROR) { // told once
                LOG.error("{} cannot be served: {}", name, failure.getMessage());
            }
            lane.topics().putUnserved(topic.id(), index);
            if (failure.kind() == DiskFailure.Kind.FULL) {
                partitions.tryAgainLater(topic.id());
            }
        }
    }

    /**
     * What is in none of the folders when this broker starts, while one cannot be used, may lie in that one. An empty log in another
     * would lead in its place, as if nothing had ever been written; and when the folder works again there would be two.
     *
     * @throws DiskFailure why that folder cannot be used
     */
    private void refuseWhatIsOutOfReach(Uuid topic, int index) {
        String name = topic + "-" + index;
        if (takenOver.contains(topic) || outOfReach.contains(name)) {
            partitions.folders().stream().map(LaneLogs::failure).filter(Objects::nonNull).findFirst().ifPresent(why -> {
                outOfReach.add(name);
                throw why;
            });
        }
    }

    /** More than one after a crash while the partition went from one to the other. */
    private List<LaneLogs> foldersOf(TopicPartition name, Uuid id) {
        var holders = new ArrayList<LaneLogs>(1);
        for (var folder : partitions.folders()) {
            if (folder.find(name) != null && folder.isOf(name, id)) {
                holders.add(folder);
            } else if (folder.find(name) != null) {
                String aside = folder.setAside(name);
                LOG.warn("{} in {} is of another topic that had this name: it is set aside as {}", name, folder.path(), aside);
            }
        }
        return holders;
    }

    private LaneLogs folderForNew(TopicPartition name) {
        return Objects.requireNonNullElseGet(partitions.moves().wantedFor(name), this::emptiest);
    }

    /** Of those that take new partitions; where none does, of all, as the controller has decided so. */
    private LaneLogs emptiest() {
        var configuration = lane.configuration();
        var best = emptiest(partitions.folders().stream().filter(one -> !Cordons.has(configuration, one.path())).toList());
        best = best == null ? emptiest(partitions.folders()) : best;
        if (best == null) {
            throw partitions.folders().getFirst().failure();
        }
        return best;
    }

    private static LaneLogs emptiest(List<LaneLogs> among) {
        LaneLogs best = null;
        for (var folder : among) {
            if (folder.failure() == null && (best == null || folder.count() < best.count())) {
                best = folder;
            }
        }
        return best;
    }
}
