package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.log.LogFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a lane does for its logs while nobody asks: retention, the files of deleted partitions, checkpoints; on lane 0
 * also the snapshots of the metadata log that are due by the clock. The other intervals are Kafka's:
 * {@code log.retention.check.interval.ms}, {@code file.delete.delay.ms} of the broker,
 * {@code log.flush.offset.checkpoint.interval.ms} and {@code log.flush.start.offset.checkpoint.interval.ms}.
 */
final class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final int PURGED_AT_ONCE_MAX = 1_000;
    // An interval of nothing must not keep a lane busy.
    private static final long INTERVAL_MS_MIN = 100;
    private static final long METADATA_INTERVAL_MS = 60_000;

    private final LaneBroker lane;
    private final List<Runnable> due = new ArrayList<>();

    Upkeep(LaneBroker lane) {
        this.lane = lane;
    }

    void begin() {
        every(lane.broker().settings().number("log.retention.check.interval.ms"), this::retain);
        every(lane.broker().settings().number("log.flush.offset.checkpoint.interval.ms"), this::checkpoint);
        every(lane.broker().settings().number("log.flush.start.offset.checkpoint.interval.ms"), lane.partitions()::noteStarts);
        if (lane.number() == 0) {
            every(lane.broker().settings().number("log.segment.delete.delay.ms"), this::purge);
            every(METADATA_INTERVAL_MS, lane.broker().metadata()::onTime);
        }
    }

    private void every(long ms, Runnable task) {
        lane.afterMs(Math.max(INTERVAL_MS_MIN, ms), () -> {
            due.add(task);
            every(ms, task);
        });
    }

    /** Nothing is staged now: the logs are as they are written. */
    void endTurn() {
        if (!due.isEmpty()) {
            due.forEach(Runnable::run);
            due.clear();
        }
    }

    private void retain() {
        for (var partition : lane.topics().ownPartitions()) {
            try {
                partition.log().retain(lane.nowMs(), partition.highWatermark());
            } catch (DiskFailure failure) {
                LOG.error("Retention of {} stopped: {}", partition.name(), failure.getMessage());
            }
        }
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
