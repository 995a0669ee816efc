package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.log.Journal;
import naru.log.Log;
import naru.log.LogFolder;
import naru.metadata.Changes;
import naru.metadata.Cluster;
import naru.metadata.ConfigView;
import naru.metadata.Resource;
import naru.metadata.Topic;
import naru.protocol.ErrorCode;
import naru.replication.Durability;
import naru.replication.PartitionLeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a lane's partitions in line with what the controller committed: opens, creates, configures, deletes. */
final class LanePartitions {

    private static final Logger LOG = LoggerFactory.getLogger(LanePartitions.class);

    private final LaneBroker lane;
    /** A log folder, and this lane's journal in it. */
    private record Folder(LogFolder logs, Journal journal) {}

    private final List<Folder> folders = new ArrayList<>();

    LanePartitions(LaneBroker lane) {
        this.lane = lane;
    }

    void openFolders() {
        var broker = lane.broker();
        for (var path : broker.settings().logFolders()) {
            var folder = new LogFolder(broker.disk(), path, lane.limits(), lane.randomness());
            folder.findings().forEach(LOG::warn);
            var journal = new Journal(
                    broker.disk(), folder, lane.number(), lane.lanes(), broker.clock().nowMs(),
                    failure -> onBroken(folder, failure));
            folders.add(new Folder(folder, journal));
        }
    }

    /** The log folders, in the order of the settings. */
    List<LogFolder> folders() {
        return folders.stream().map(Folder::logs).toList();
    }

    /** The log folder that a partition of this lane lies in. */
    LogFolder folderOf(Partition partition) {
        for (var folder : folders) {
            if (isIn(folder.logs(), partition)) {
                return folder.logs();
            }
        }
        throw new IllegalStateException("every log lies in a folder");
    }

    /** From time to time: so that a crash has little to look through. */
    void checkpoint() {
        for (var folder : folders) {
            try {
                if (folder.logs().failure() == null) {
                    folder.journal().checkpoint();
                    folder.logs().checkpoint(name -> Broker.highWatermarkOf(lane, name));
                }
            } catch (DiskFailure failure) {
                LOG.error("The checkpoints of {} could not be written: {}", folder.logs().path(), failure.getMessage());
            }
        }
    }

    /** The end of the turn: what was written and must be durable is entered into the journals, which sync it. */
    void commit() {
        for (int i = 0; i < folders.size(); i++) {
            var folder = folders.get(i);
            try {
                folder.journal().commit();
            } catch (DiskFailure failure) {
                LOG.error("The journal in {} could not be written: {}", folder.logs().path(), failure.getMessage());
            }
        }
    }

    /** A sync that failed is never tried again: the kernel may have dropped what it could not write. */
    private void onBroken(LogFolder folder, DiskFailure failure) {
        LOG.error("The log folder {} goes offline: {}", folder.path(), failure.getMessage());
        folder.fail(failure);
        for (var partition : lane.topics().ownPartitions()) {
            if (isIn(folder, partition)) {
                partition.close(ErrorCode.KAFKA_STORAGE_ERROR);
            }
        }
    }

    private static boolean isIn(LogFolder folder, Partition partition) {
        return partition.log().folder().startsWith(folder.path() + "/");
    }

    void apply(Cluster cluster, Changes changes) {
        for (var id : changes.removed()) {
            remove(id);
        }
        for (var id : changes.topics()) {
            bringInLine(cluster, cluster.topic(id));
        }
        for (var resource : changes.configs()) {
            configure(cluster, resource);
        }
        if (!changes.topics().isEmpty()) {
            folders.forEach(folder -> folder.logs().syncOpened());
        }
    }

    private void bringInLine(Cluster cluster, Topic topic) {
        if (!lane.topics().hasTopic(topic.id())) {
            lane.topics().addTopic(topic.name(), topic.id());
        }
        for (int i = 0; i < topic.partitions().size(); i++) {
            if (topic.partitions().get(i).leader() != lane.broker().nodeId()
                    || lane.place(topic.id(), i).error() == ErrorCode.NONE) {
                continue;
            }
            int owner = lane.broker().laneOf(topic.id(), i);
            if (owner == lane.number()) {
                lead(cluster, topic, i);
            } else {
                lane.topics().put(topic.id(), i, owner);
            }
        }
    }

    private void lead(Cluster cluster, Topic topic, int index) {
        var name = new TopicPartition(topic.name(), index);
        var state = topic.partitions().get(index);
        var view = new ConfigView(cluster, lane.broker().settings());
        var config = TopicSettings.logConfig(view.topicSettings(topic.name()), view);
        try {
            var folder = folderOf(name, topic.id());
            boolean isNew = folder == null;
            var home = isNew ? emptiest() : folder;
            long highWatermark = isNew ? 0 : highWatermarkIn(home.logs(), name);
            Log log = isNew
                    ? home.logs().create(name, topic.id(), config, lane.nowMs())
                    : home.logs().open(name, config, lane.nowMs());
            log.findings().forEach(LOG::warn);
            var leader = new PartitionLeader(
                    TopicSettings.rules(lane.broker().nodeId(), topic.name(), view), new TreeSet<>(state.inSync()),
                    log.logEnd(), Math.clamp(highWatermark, log.logStart(), log.logEnd()), lane.nowMs());
            var partition = new Partition(name, topic.id(), log, leader, state.leaderEpoch(), home.journal());
            log.whenDurable(end -> partition.onDurable(end, lane.nowMs()));
            lane.topics().put(partition, lane.number());
            if (name.topic().equals(InternalTopics.OFFSETS)) {
                lane.coordinators().onLed(partition);
            }
        } catch (DiskFailure failure) {
            LOG.error("{} cannot be served: {}", name, failure.getMessage());
        }
    }

    private Folder folderOf(TopicPartition name, Uuid id) {
        for (var folder : folders) {
            for (var found : folder.logs().partitions()) {
                if (found.name().equals(name)) {
                    if (found.topicId().equals(id) || found.topicId().isZero()) {
                        return folder;
                    }
                    // A topic of that name that was deleted while this broker did not run.
                    folder.logs().delete(name);
                    return null;
                }
            }
        }
        return null;
    }

    private static long highWatermarkIn(LogFolder folder, TopicPartition name) {
        for (var found : folder.partitions()) {
            if (found.name().equals(name)) {
                return found.highWatermark();
            }
        }
        return 0;
    }

    private Folder emptiest() {
        Folder best = null;
        for (var folder : folders) {
            boolean works = folder.logs().failure() == null;
            if (works && (best == null || folder.logs().partitions().size() < best.logs().partitions().size())) {
                best = folder;
            }
        }
        if (best == null) {
            throw folders.getFirst().logs().failure();
        }
        return best;
    }

    private void remove(Uuid id) {
        for (var partition : lane.topics().remove(id)) {
            if (partition.name().topic().equals(InternalTopics.OFFSETS)) {
                lane.coordinators().onLost(partition);
            }
            partition.close(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            for (var folder : folders) {
                if (isIn(folder.logs(), partition)) {
                    folder.logs().delete(partition.name());
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
        var view = new ConfigView(cluster, lane.broker().settings());
        var config = TopicSettings.logConfig(view.topicSettings(topic.name()), view);
        for (var partition : lane.topics().ownPartitions(topic.id())) {
            partition.log().configure(config);
            partition.onRulesChanged(
                    TopicSettings.rules(lane.broker().nodeId(), topic.name(), view), lane.nowMs());
        }
    }

    void close() {
        for (var folder : folders) {
            folder.journal().close();
            folder.logs().close(name -> Broker.highWatermarkOf(lane, name));
        }
    }

    /** {@code naru.durability} in lower case, as an operator writes it. */
    static Durability durability(String text) {
        return Durability.valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }
}
