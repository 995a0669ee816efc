package naru.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.log.FutureLogs;
import naru.log.LaneLogs;
import naru.metadata.Cluster;
import naru.metadata.Resource;
import naru.protocol.ErrorCode;
import naru.replication.ByteRate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of one lane that move from one log folder to another (KIP-113), as operators ask for it. They take turns at copying,
 * a bounded piece at a time, at the pace of {@code replica.alter.log.dirs.io.max.bytes.per.second}; producers and consumers go on meanwhile.
 */
final class FolderMoves {

    private static final Logger LOG = LoggerFactory.getLogger(FolderMoves.class);
    static final String RATE = "replica.alter.log.dirs.io.max.bytes.per.second";

    private final LaneBroker lane;
    private final LanePartitions partitions;
    private final FolderAssignments assignments;
    private final TreeMap<TopicPartition, FolderMove> moves = new TreeMap<>();
    /** Where partitions are to be created that are not here yet. */
    private final LinkedHashMap<TopicPartition, String> wanted = new LinkedHashMap<>();
    private final ArrayDeque<FolderMove> copying = new ArrayDeque<>();
    private final ByteRate rate = new ByteRate();
    private Object rateOf;
    private boolean busy;
    private boolean full;

    FolderMoves(LaneBroker lane, LanePartitions partitions, FolderAssignments assignments) {
        this.lane = lane;
        this.partitions = partitions;
        this.assignments = assignments;
    }

    FolderAssignments assignments() {
        return assignments;
    }

    /**
     * A partition of this lane is to lie in another folder. The order of what is refused is Kafka's.
     *
     * @return {@link ErrorCode#NONE} when it is on its way, or there
     */
    ErrorCode ask(TopicPartition name, String path) {
        var to = partitions.folders().stream().filter(one -> one.path().equals(path)).findFirst().orElse(null);
        if (!FutureLogs.mayExist(name)) {
            return ErrorCode.INVALID_TOPIC_EXCEPTION;
        } else if (to == null) {
            return ErrorCode.LOG_DIR_NOT_FOUND;
        } else if (to.failure() != null) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        } else if (Cordons.has(lane.configuration(), path)) {
            return ErrorCode.INVALID_REPLICA_ASSIGNMENT;
        }
        var place = lane.place(name.topic(), name.partition());
        var partition = place.partition();
        if (place.error() == ErrorCode.KAFKA_STORAGE_ERROR || partition != null && partition.offline() != ErrorCode.NONE) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        } else if (partition == null) {
            remember(name, path);
            var topic = lane.cluster().topic(name.topic());
            return topic != null && topic.has(name.partition()) ? ErrorCode.REPLICA_NOT_AVAILABLE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return move(partition, to);
    }

    /** Only the newest wishes are kept where there are too many. */
    private void remember(TopicPartition name, String path) {
        if (wanted.size() >= lane.limits().topicsPerRequestMax()) {
            wanted.pollFirstEntry();
        }
        wanted.putLast(name, path);
    }

    private ErrorCode move(Partition partition, LaneLogs to) {
        var current = moves.get(partition.name());
        if (current != null && current.to() == to) {
            return ErrorCode.NONE;
        }
        cancel(partition);
        var from = partitions.homeOf(partition);
        if (from == to) {
            return ErrorCode.NONE;
        }
        // A folder that is out of sight may hold a copy already, and there is to be one.
        if (partitions.folders().stream().anyMatch(one -> one.failure() != null)) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        }
        return begin(partition, from, to) ? ErrorCode.NONE : ErrorCode.KAFKA_STORAGE_ERROR;
    }

    private boolean begin(Partition partition, LaneLogs from, LaneLogs to) {
        try {
            var move = new FolderMove(lane, this, partition, from, to);
            moves.put(partition.name(), move);
            move.begin();
            return true;
        } catch (DiskFailure failure) {
            LOG.error("{} cannot be moved to {}: {}", partition.name(), to.path(), failure.getMessage());
            return false;
        }
    }

    /** A partition was opened or created: it goes on to move where it was moving when the process before this one ended. */
    void onOpened(Partition partition) {
        for (var folder : partitions.folders()) {
            if (folder.failure() == null && folder.futures().has(partition.name())) {
                var home = partitions.homeOf(partition);
                if (home == folder || moves.containsKey(partition.name())) {
                    takeAway(folder, partition.name(), folder.futures()::drop);
                } else {
                    begin(partition, home, folder);
                }
            }
        }
    }

    /** Before any partition is opened after a start: a copy goes where what it is of was deleted, or given to others, while this broker did not run. */
    void dropStrays(Cluster cluster) {
        for (var folder : partitions.folders()) {
            for (var name : folder.failure() == null ? folder.futures().names() : List.<TopicPartition>of()) {
                var topic = cluster.topic(name.topic());
                boolean isHere = topic != null && topic.has(name.partition())
                        && topic.partitions().get(name.partition()).replicas().contains(lane.broker().nodeId());
                if (!isHere || !folder.futures().isOf(name, topic.id())) {
                    LOG.info("A copy of {} in {} is of nothing that this broker holds, and goes", name, folder.path());
                    takeAway(folder, name, folder.futures()::drop);
                }
            }
        }
    }

    /** What cannot be taken away costs room, and nothing else. */
    private static void takeAway(LaneLogs folder, TopicPartition name, Consumer<TopicPartition> how) {
        try {
            how.accept(name);
        } catch (DiskFailure failure) {
            LOG.error("A copy of {} stays in {}: {}", name, folder.path(), failure.getMessage());
        }
    }

    /** Where a new partition is to be created because somebody has asked for it; null when nobody has. Asked once. */
    LaneLogs wantedFor(TopicPartition name) {
        String path = wanted.remove(name);
        return partitions.folders().stream().filter(one -> one.path().equals(path) && one.failure() == null).findFirst().orElse(null);
    }

    /** What was copied is of no use: the partition stays, or goes altogether. */
    void cancel(Partition partition) {
        var move = moves.remove(partition.name());
        if (move != null) {
            copying.remove(move);
            move.giveUp();
        }
    }

    void arrived(FolderMove move) {
        moves.remove(move.partition().name());
    }

    /** The partition is no more here: nor is what a crash or a move has left of it in any folder. */
    void onGone(Partition partition) {
        cancel(partition);
        for (var folder : partitions.folders()) {
            if (folder.failure() == null) {
                takeAway(folder, partition.name(), folder.futures()::clear);
            }
        }
    }

    void onBroken(LaneLogs folder) {
        for (var move : List.copyOf(moves.values())) {
            if (move.to() == folder) {
                LOG.error("{} is not moved to {}, which is offline", move.partition().name(), folder.path());
                cancel(move.partition());
            } else if (move.from() == folder) {
                moves.remove(move.partition().name());
                copying.remove(move);
                move.leave();
            }
        }
    }

    boolean isMoving(Partition partition) {
        return moves.containsKey(partition.name());
    }

    List<FolderMove> all() {
        return new ArrayList<>(moves.values());
    }

    /** Told once: it is tried again and again. */
    void complain(FolderMove move, DiskFailure failure) {
        if (!full) {
            LOG.warn("{} has to wait before it goes to {}: {}", move.partition().name(), move.to().path(), failure.getMessage());
        }
        full = true;
    }

    // --- one after the other ---

    void wantsToCopy(FolderMove move) {
        if (!copying.contains(move)) {
            copying.add(move);
        }
        pump();
    }

    private void pump() {
        if (busy || copying.isEmpty()) {
            return;
        }
        busy = true;
        limit();
        lane.upkeep().afterMs(rate.msUntilRoom(lane.nowMs()), () -> {
            var next = copying.poll();
            if (next == null) {
                busy = false;
            } else {
                next.step(this::onStep);
            }
        });
    }

    private void onStep(int bytes) {
        busy = false;
        if (bytes > 0) {
            full = false;
            rate.spend(bytes, lane.nowMs());
        }
        pump();
    }

    /** As many lanes as there are divide it among them. */
    private void limit() {
        Cluster cluster = lane.cluster();
        if (cluster.configs() != rateOf) {
            rateOf = cluster.configs();
            String own = cluster.config(Resource.broker(lane.broker().nodeId())).get(RATE);
            String text = own != null ? own : cluster.config(Resource.ALL_BROKERS).get(RATE);
            rate.limitTo(text == null ? ByteRate.UNLIMITED
                    : Math.max(1, Long.parseLong(text.strip()) / lane.lanes().count()), lane.nowMs());
        }
    }
}
