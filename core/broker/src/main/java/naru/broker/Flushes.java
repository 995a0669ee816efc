package naru.broker;

import java.util.HashSet;
import java.util.Set;
import naru.protocol.ErrorCode;

/**
 * Syncs written records that no acknowledgement waits for, as often as {@code flush.messages} and {@code flush.ms} ask. Where
 * acknowledgements wait for the medium, the journal has synced them before either could be due.
 */
final class Flushes {

    private final LaneBroker lane;
    private final Set<Partition> scheduled = new HashSet<>();

    Flushes(LaneBroker lane) {
        this.lane = lane;
    }

    void onWritten(Partition partition) {
        var config = partition.log().config();
        if (partition.wantsSync() || partition.log().unsynced() <= 0) {
            return;
        }
        if (partition.log().unsynced() >= config.flushMessages()) {
            lane.partitions().flush(partition);
        } else if (config.flushMs() < Long.MAX_VALUE && scheduled.add(partition)) {
            lane.afterMs(config.flushMs(), () -> onTime(partition));
        }
    }

    private void onTime(Partition partition) {
        scheduled.remove(partition);
        if (partition.offline() == ErrorCode.NONE && partition.log().unsynced() > 0) {
            lane.partitions().flush(partition);
        }
    }
}
