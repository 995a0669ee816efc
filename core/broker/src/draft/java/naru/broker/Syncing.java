package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.base.Lanes;
import naru.base.Lanes.Outcome;
import naru.log.LogFolder;
import naru.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what a lane wrote survive a power cut where an acknowledgement waits for it. One sync is under way at a time;
 * everything written meanwhile goes together into the next, so a slow disk makes larger groups, not a longer queue.
 */
final class Syncing {

    private static final Logger LOG = LoggerFactory.getLogger(Syncing.class);

    /** How far a partition will be durable when the sync that is under way has succeeded. */
    private record Promise(Partition partition, long end) {}

    private final LaneBroker lane;
    private final ArrayList<Partition> waiting = new ArrayList<>();
    private boolean underWay;

    Syncing(LaneBroker lane) {
        this.lane = lane;
    }

    /** The partition was written in this turn and somebody waits for it. */
    void add(Partition partition) {
        if (!partition.isAwaitingSync()) {
            partition.setAwaitingSync(true);
            waiting.add(partition);
        }
    }

    void endTurn() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        underWay = true;
        var promises = new ArrayList<Promise>(waiting.size());
        for (var partition : waiting) {
            partition.setAwaitingSync(false);
            promises.add(new Promise(partition, partition.log().writtenEnd()));
        }
        waiting.clear();
        var folders = List.copyOf(lane.partitions().folders());
        lane.lanes().offLane(folders.getFirst().path(), Lanes.Work.SYNC, () -> {
            folders.forEach(LogFolder::syncCreated);
            return promises;
        }, outcome -> onSynced(promises, outcome));
    }

    private void onSynced(List<Promise> promises, Outcome<?> outcome) {
        underWay = false;
        switch (outcome) {
            case Outcome.Done<?> _ -> {
                for (var promise : promises) {
                    promise.partition().onDurable(promise.end(), lane.nowMs());
                }
            }
            // A sync that failed is never tried again: the kernel may have dropped what it could not write.
            case Outcome.Failed<?>(Throwable why) -> {
                LOG.error("A sync failed; the partitions it was for go offline: {}", why.getMessage());
                for (var promise : promises) {
                    promise.partition().close(ErrorCode.KAFKA_STORAGE_ERROR);
                }
            }
        }
    }
}
