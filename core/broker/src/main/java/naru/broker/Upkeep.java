package naru.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.log.LaneLogs;
import naru.log.LogFolder;
import naru.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a lane does for its logs while nobody asks: retention, compaction, the files of deleted partitions, checkpoints; on lane 0
 * also the snapshots of the metadata log that are due by the clock. The other intervals are Kafka's:
 * {@code log.retention.check.interval.ms}, {@code file.delete.delay.ms} of the broker,
 * {@code log.flush.offset.checkpoint.interval.ms} and {@code log.flush.start.offset.checkpoint.interval.ms}.
 */
final class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final int PURGED_AT_ONCE_MAX = 1_000;
    /** So that whoever waits for the lane does not wait for all of its partitions. */
    private static final int PARTITIONS_A_TURN = 64;
    // An interval of nothing must not keep a lane busy.
    private static final long INTERVAL_MS_MIN = 100;
    private static final long METADATA_INTERVAL_MS = 60_000;

    private final LaneBroker lane;
    private final Compactions compactions;
    private List<Runnable> due = new ArrayList<>();

    Upkeep(LaneBroker lane) {
        this.lane = lane;
        this.compactions = new Compactions(lane, this);
    }

    void begin() {
        retainLater();
        every(lane.broker().settings().number("log.flush.offset.checkpoint.interval.ms"), this::checkpoint);
        every(lane.broker().settings().number("log.flush.start.offset.checkpoint.interval.ms"), lane.partitions()::noteStarts);
        if (lane.number() == 0) {
            every(lane.broker().settings().number("log.segment.delete.delay.ms"), this::purge);
            every(METADATA_INTERVAL_MS, lane.broker().metadata()::onTime);
        }
        compactions.begin();
    }

    private void every(long ms, Runnable task) {
        lane.afterMs(Math.max(INTERVAL_MS_MIN, ms), () -> {
            due.add(task);
            every(ms, task);
        });
    }

    /** Runs between turns, later: nothing is staged then. */
    void afterMs(long ms, Runnable task) {
        lane.afterMs(ms, () -> due.add(task));
    }

    /** Runs when this turn is over, or the next one when it is over already. */
    void atEndOfTurn(Runnable task) {
        afterMs(0, task);
    }

    /**
     * Shows every partition of the lane between turns, a bounded number of them in each.
     *
     * @param visit true when it wants to see the same partition once more, in a later turn
     */
    void eachPartition(Predicate<Partition> visit, Runnable then) {
        walk(new ArrayDeque<>(lane.topics().ownPartitions()), visit, then);
    }

    private void walk(ArrayDeque<Partition> left, Predicate<Partition> visit, Runnable then) {
        for (int i = 0; i < PARTITIONS_A_TURN && !left.isEmpty(); i++) {
            if (visit.test(left.getFirst())) {
                break;
            }
            left.removeFirst();
        }
        if (left.isEmpty()) {
            then.run();
        } else {
            atEndOfTurn(() -> walk(left, visit, then));
        }
    }

    /** Nothing is staged now: the logs are as they are written. */
    void endTurn() {
        if (!due.isEmpty()) {
            var now = due;
            due = new ArrayList<>();
            now.forEach(Runnable::run);
        }
    }

    void onBroken(LaneLogs folder) {
        compactions.onBroken(folder);
    }

    private void retainLater() {
        long ms = lane.broker().settings().number("log.retention.check.interval.ms");
        afterMs(Math.max(INTERVAL_MS_MIN, ms), () -> eachPartition(this::retain, this::retainLater));
    }

    /** True when more may be due. */
    private boolean retain(Partition partition) {
        if (partition.offline() != ErrorCode.NONE) {
            return false; // deleted, or lost, since the walk began
        }
        try {
            boolean more = partition.log().retain(lane.nowMs(), partition.highWatermark()) > 0;
            var doomed = partition.log().takeDoomed(lane.nowMs());
            if (!doomed.isEmpty()) {
                delete(lane.partitions().folderOf(partition), doomed);
            }
            return more;
        } catch (DiskFailure failure) {
            LOG.error("Retention of {} stopped: {}", partition.name(), failure.getMessage());
            return false;
        }
    }

    /** Large files take their time to go. */
    private void delete(String folder, List<String> files) {
        lane.lanes().offLane(folder, Lanes.Work.CHORE, () -> {
            files.forEach(lane.broker().disk()::delete);
            return files.size();
        }, outcome -> {
            if (outcome instanceof Lanes.Outcome.Failed<Integer>(Throwable why)) {
                LOG.error("Old segments in {} could not be removed: {}", folder, why.getMessage());
            }
        });
    }

    private void checkpoint() {
        lane.partitions().checkpoint();
    }

    private void purge() {
        for (var folder : lane.broker().folders()) {
            if (folder.failure() == null) {
                purge(folder);
            }
        }
    }

    private void purge(LogFolder folder) {
        lane.lanes().offLane(folder.path(), Lanes.Work.CHORE, () -> folder.purge(PURGED_AT_ONCE_MAX), outcome -> {
            if (outcome instanceof Lanes.Outcome.Failed<Integer>(Throwable why)) {
                LOG.error("Deleted partitions in {} could not be removed: {}", folder.path(), why.getMessage());
            }
        });
    }
}
