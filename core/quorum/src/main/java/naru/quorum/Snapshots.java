package naru.quorum;

import naru.base.Clock;
import naru.base.Disk;
import naru.base.Lanes;
import naru.metadata.Cluster;

/**
 * Knows when a snapshot is due and has it made. The value is immutable, so it is walked and written off the lane
 * while the lane goes on.
 */
final class Snapshots {

    /** What a snapshot is made of: everything before {@code end}, decided in {@code epoch} at the latest. */
    record Moment(Cluster cluster, Quorum quorum, short level, long end, int epoch, long lastMs) {}

    private final Disk disk;
    private final String folder;
    private final Rules rules;
    private final Lanes lanes;
    private final Clock clock;
    private final SnapshotSchedule schedule;

    /** @param bytes of log that the newest snapshot does not cover */
    Snapshots(Disk disk, String folder, Rules rules, Lanes lanes, Clock clock, long bytes) {
        this.disk = disk;
        this.folder = folder;
        this.rules = rules;
        this.lanes = lanes;
        this.clock = clock;
        this.schedule = new SnapshotSchedule(rules, clock, bytes);
    }

    void onWritten(long more) {
        schedule.onWritten(more);
    }

    boolean isDue() {
        return schedule.isDue();
    }

    /** @param whenTaken runs on the lane, when it is there and what it replaces is gone */
    void take(Moment moment, Runnable whenTaken) {
        schedule.begin();
        long nowMs = clock.nowMs();
        String own = folder + "/" + Names.FOLDER;
        lanes.offLane(folder, Lanes.Work.CHORE, () -> {
            SnapshotFile.write(
                    disk, own, Names.snapshot(moment.end(), moment.epoch()), moment.epoch(), moment.quorum(),
                    moment.cluster().toRecords(), moment.level(), nowMs, moment.lastMs());
            return null;
        }, outcome -> {
            switch (outcome) {
                // Only what is certain to be on the medium takes the place of anything.
                case Lanes.Outcome.Done<Object> _ -> clear(own, nowMs, () -> {
                    schedule.end(true);
                    whenTaken.run();
                });
                // Nothing is lost, the log says the same at greater length.
                case Lanes.Outcome.Failed<Object> _ -> schedule.end(false);
            }
        });
    }

    private void clear(String own, long nowMs, Runnable whenCleared) {
        lanes.offLane(folder, Lanes.Work.CHORE, () -> {
            Clearing.run(disk, own, rules, nowMs);
            return null;
        }, outcome -> {
            switch (outcome) {
                case Lanes.Outcome.Done<Object> _ -> whenCleared.run();
                case Lanes.Outcome.Failed<Object> _ -> schedule.end(false);
            }
        });
    }
}
