package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.log.LaneLogs;
import naru.log.Log;
import naru.metadata.Changes;
import naru.metadata.Cluster;
import naru.metadata.Resource;
import naru.metadata.Topic;
import naru.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a lane's partitions in line with what the controller committed: opens, creates, configures, deletes. */
final class LanePartitions {

    private static final Logger LOG = LoggerFactory.getLogger(LanePartitions.class);

    private static final long TRY_AGAIN_MS = 1_000;

    private final LaneBroker lane;
    /** Topics some of whose partitions found no room on the disk. */
    private final TreeSet<Uuid> unserved = new TreeSet<>();
    /** This lane's share of each log folder, in the order of the settings. */
    private final List<LaneLogs> folders = new ArrayList<>();

    private final PartitionRoles roles;
    private final FolderAssignments assignments;
    private final FolderMoves moves;
    /** Whether what we hear is no older than what the process before us on this node had heard. */
    private boolean current;
    private final PartitionOpening opening;
    private final Openings openings;

    LanePartitions(LaneBroker lane) {
        this.lane = lane;
        this.roles = new PartitionRoles(lane);
        this.assignments = new FolderAssignments(lane);
        this.moves = new FolderMoves(lane, this, assignments);
        this.opening = new PartitionOpening(lane, this, assignments);
        this.openings = new Openings(lane.limits().partitionsOpenedPerTurnMax(), task -> lane.afterMs(0, task), new Opening());
    }

    /** Before the lanes run: every folder has been looked through, and this lane takes its share. */
    void takeShares() {
        for (var folder : lane.broker().folders()) {
            folders.add(folder.share(lane.number(), lane.randomness(), why -> onBroken(folder.path(), why)));
        }
    }

    void begin() {
        folders.forEach(folder -> folder.begin(lane.broker().clock().nowMs()));
    }

    /** Partitions on their way from one log folder to another. */
    FolderMoves moves() {
        return moves;
    }

    /** In the order of the settings. */
    List<LaneLogs> folders() {
        return folders;
    }

    /** The path of the log folder that a partition of this lane lies in. */
    String folderOf(Partition partition) {
        return homeOf(partition).path();
    }

    LaneLogs homeOf(Partition partition) {
        for (var folder : folders) {
            if (isIn(folder.path(), partition)) {
                return folder;
            }
        }
        throw new IllegalStateException("every log lies in a folder");
    }

    /** From time to time: so that a crash has little to look through. */
    void checkpoint() {
        for (var folder : folders) {
            folder.checkpoint(name -> highWatermarkOf(lane, name));
        }
    }

    /** From time to time: where the logs begin. */
    void noteStarts() {
        for (var folder : folders) {
            folder.noteStarts(name -> highWatermarkOf(lane, name));
        }
    }

    /** For a checkpoint: 0 where there is no such partition. */
    static long highWatermarkOf(LaneBroker lane, TopicPartition name) {
        var place = lane.place(name.topic(), name.partition());
        return place.partition() == null ? 0 : place.partition().highWatermark();
    }

    /** Records were deleted: hears when they cannot come back any more (null), or why they may. */
    void noteStart(Partition partition, Consumer<DiskFailure> whenNoted) {
        homeOf(partition).noteStarts(name -> highWatermarkOf(lane, name), whenNoted);
    }

    /** Drops the records at and behind the offset; hears why the log is as it was, or null. Nothing may be appended meanwhile. */
    void truncate(Partition partition, long offset, Consumer<DiskFailure> whenDone) {
        partition.log().cuts().truncateTo(offset, homeOf(partition), name -> highWatermarkOf(lane, name), whenDone);
    }

    /** As {@link #truncate}: everything goes, and the log begins at the offset. */
    void startAnew(Partition partition, long offset, Consumer<DiskFailure> whenDone) {
        partition.log().cuts().startAnewAt(
                offset, homeOf(partition), name -> highWatermarkOf(lane, name), whenDone);
    }

    /** A role that the controller gave could not be taken until now. */
    void bringInLine(Partition partition) {
        var topic = lane.cluster().topic(partition.topicId());
        if (topic != null && lane.topics().place(topic.id(), partition.name().partition()).partition() == partition) {
            roles.give(partition, topic.partitions().get(partition.name().partition()), settingsOf(lane.cluster(), topic));
        }
    }

    /** Syncs what was written to the partition's log, off the lane. */
    void flush(Partition partition) {
        homeOf(partition).flush(partition.log());
    }

    /** The end of the turn: what was written and must be durable is entered into the journals, which sync it. */
    void commit() {
        for (int i = 0; i < folders.size(); i++) {
            var folder = folders.get(i);
            try {
                folder.commit();
            } catch (DiskFailure failure) {
                LOG.error("The journal in {} could not be written: {}", folder.path(), failure.getMessage());
            }
        }
    }

    /** A sync that failed is never tried again: the kernel may have dropped what it could not write. */
    private void onBroken(String folder, DiskFailure failure) {
        folders.stream().filter(one -> one.path().equals(folder)).forEach(broken -> {
            lane.upkeep().onBroken(broken);
            moves.onBroken(broken);
        });
        LOG.error("The log folder {} goes offline: {}", folder, failure.getMessage());
        for (var partition : lane.topics().ownPartitions()) {
            if (isIn(folder, partition)) {
                roles.end(partition);
                partition.close(ErrorCode.KAFKA_STORAGE_ERROR);
            }
        }
    }

    private static boolean isIn(String folder, Partition partition) {
        return partition.log().folder().startsWith(folder + "/");
    }

    /**
     * After a start a node is told the metadata as it was at some time in the past, and then what came after. To go through
     * that with the logs of the newest state would delete what was given away and came back, and a topic for the sake of one
     * that bore its name before. So nothing is done until the cluster knows this process.
     */
    void apply(Cluster cluster, Changes changes) {
        if (current) {
            bringInLine(cluster, changes);
        } else if (lane.broker().isCurrent(cluster)) {
            current = true;
            moves.dropStrays(cluster);
            new Strays(lane).setAside(cluster);
            var all = Changes.of(cluster.toRecords());
            opening.takeOver(all.topics());
            bringInLine(cluster, all);
        }
    }

    /** Runs the task when what was committed so far is true of the partitions here: at once, unless many are to be opened. */
    void whenInLine(Runnable task) {
        openings.whenDone(task);
    }

    private void bringInLine(Cluster cluster, Changes changes) {
        for (var id : changes.removed()) {
            remove(id);
        }
        for (var id : changes.topics()) {
            bringInLine(cluster, cluster.topic(id));
        }
        for (var resource : changes.configs()) {
            configure(cluster, resource);
        }
        openings.goOn();
    }

    private void bringInLine(Cluster cluster, Topic topic) {
        if (!lane.topics().hasTopic(topic.id())) {
            lane.topics().addTopic(topic.name(), topic.id());
        }
        lane.topics().hasPartitions(topic.id(), topic.partitions().size());
        TopicSettings settings = null;
        for (int i = 0; i < topic.partitions().size(); i++) {
            var state = topic.partitions().get(i);
            var place = lane.place(topic.id(), i);
            var known = place.partition();
            if (known != null && known.state() == state) {
                continue;
            }
            boolean isHere = state.replicas().contains(lane.broker().nodeId());
            int owner = lane.broker().laneOf(topic.name(), i);
            if (owner != lane.number()) {
                lane.topics().put(topic.id(), i, isHere ? owner : TopicTable.NOWHERE);
            } else if (!isHere) {
                giveUp(topic.id(), i, known);
            } else if (known == null || known.state() == null) {
                openings.add(topic.id());
            } else {
                settings = settings != null ? settings : settingsOf(cluster, topic);
                roles.give(known, state, settings);
            }
        }
    }

    private final class Opening implements Openings.Work {

        @Override
        public int open(Uuid id, int from, Openings.Turn turn) {
            var topic = lane.cluster().topic(id);
            return topic == null ? -1 : opening.open(topic, from, turn, settingsOf(lane.cluster(), topic));
        }

        @Override
        public void finish(List<Uuid> topics) {
            opening.takenOver();
            folders.forEach(LaneLogs::syncOpened);
            topics.stream().map(lane.cluster()::topic).filter(Objects::nonNull).forEach(this::giveRoles);
        }

        private void giveRoles(Topic topic) {
            var settings = settingsOf(lane.cluster(), topic);
            for (var partition : lane.topics().ownPartitions(topic.id())) {
                var state = topic.partitions().get(partition.name().partition());
                if (partition.state() != state) {
                    roles.give(partition, state, settings);
                }
            }
        }
    }

    private TopicSettings settingsOf(Cluster cluster, Topic topic) {
        return TopicSettings.of(cluster, lane.broker().settings(), topic.name());
    }

    /** No folder had room for a partition of this topic. */
    void tryAgainLater(Uuid topic) {
        if (unserved.isEmpty()) {
            lane.afterMs(TRY_AGAIN_MS, this::tryAgain);
        }
        unserved.add(topic);
    }

    /** There may be room by now for partitions that found none. */
    private void tryAgain() {
        var topics = List.copyOf(unserved);
        unserved.clear();
        topics.forEach(this::lookAgain);
    }

    /** What could not be opened before may be opened now. */
    void lookAgain(Uuid id) {
        var topic = lane.cluster().topic(id);
        if (topic != null) {
            bringInLine(lane.cluster(), topic);
            openings.goOn();
        }
    }

    private void remove(Uuid id) {
        for (var partition : lane.topics().remove(id)) {
            remove(partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, (folder, log) -> folder.delete(log.name()));
        }
    }

    /** This broker is no replica any more: others hold what it held. */
    private void giveUp(Uuid topic, int index, Partition known) {
        lane.topics().put(topic, index, TopicTable.NOWHERE);
        if (known != null) {
            remove(known, ErrorCode.NOT_LEADER_OR_FOLLOWER, (folder, log) -> folder.givenUp().take(log));
        }
    }

    /** A folder that cannot be taken away costs room, and nothing else: nobody finds it under its topic's id. */
    private void remove(Partition partition, ErrorCode why, BiConsumer<LaneLogs, Log> how) {
        roles.end(partition);
        partition.close(why);
        for (var folder : folders) {
            if (isIn(folder.path(), partition)) {
                try {
                    moves.onGone(partition);
                    how.accept(folder, partition.log());
                } catch (DiskFailure failure) {
                    LOG.error("The files of {} stay after it was deleted: {}", partition.name(), failure.getMessage());
                }
            }
        }
    }

    private void configure(Cluster cluster, Resource resource) {
        if (resource.type() == Resource.TOPIC) {
            var topic = cluster.topic(resource.name());
            if (topic != null) {
                configure(cluster, topic);
            }
        } else if (resource.type() == Resource.BROKER) {
            cluster.topics().forEach(topic -> configure(cluster, topic));
        }
    }

    private void configure(Cluster cluster, Topic topic) {
        var settings = settingsOf(cluster, topic);
        for (var partition : lane.topics().ownPartitions(topic.id())) {
            partition.log().configure(settings.log());
            partition.onRulesChanged(settings.leader());
        }
    }
}
