package naru.coordination.shares;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import naru.protocol.message.ShareSnapshotValue;
import naru.protocol.message.ShareUpdateValue;

/** The committed state of one share partition, and who waits to change it. */
final class KeptState {

    int snapshotEpoch;
    int stateEpoch;
    int leaderEpoch;
    long start;
    int completed;
    long createdMs;
    long writtenMs;
    /** Changes since the last snapshot. */
    int updates;
    /** Where the last snapshot stands in the log; what was written before is of no use any more. */
    long snapshotAt;
    /** False before the first snapshot and after a tombstone. */
    boolean exists;

    private StateBatches batches = new StateBatches();

    // A snapshot is made of what is committed: nothing else of this share partition may be on its way beside it.
    int underWay;
    boolean alone;
    final Deque<Runnable> held = new ArrayDeque<>();

    List<StateBatch> batches() {
        return batches.list();
    }

    void apply(ShareSnapshotValue value, long at) {
        snapshotEpoch = value.snapshotEpoch();
        stateEpoch = value.stateEpoch();
        leaderEpoch = value.leaderEpoch();
        start = value.startOffset();
        completed = value.deliveryCompleteCount();
        createdMs = value.createTimestamp();
        writtenMs = value.writeTimestamp();
        batches = new StateBatches();
        value.stateBatches().stream()
                .filter(one -> one.firstOffset() <= one.lastOffset())
                .forEach(one -> batches.lay(new StateBatch(
                        one.firstOffset(), one.lastOffset() + 1, one.deliveryState(), one.deliveryCount())));
        updates = 0;
        snapshotAt = at;
        exists = true;
    }

    void apply(ShareUpdateValue value) {
        snapshotEpoch = value.snapshotEpoch();
        leaderEpoch = Math.max(leaderEpoch, value.leaderEpoch());
        start = value.startOffset() < 0 ? start : value.startOffset();
        completed = value.deliveryCompleteCount();
        value.stateBatches().stream()
                .filter(one -> one.firstOffset() <= one.lastOffset())
                .forEach(one -> batches.lay(new StateBatch(
                        one.firstOffset(), one.lastOffset() + 1, one.deliveryState(), one.deliveryCount())));
        batches.dropBefore(start);
        updates++;
        exists = true;
    }
}
