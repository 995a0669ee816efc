package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;
import naru.protocol.message.OffsetCommitValue;

/** Which offsets have outlived {@code offsets.retention.minutes}. */
final class OffsetExpiry {

    private static final long NONE = -1;

    private OffsetExpiry() {}

    static List<TopicPartition> expired(Group group, Offsets offsets, long retentionMs, long nowMs) {
        var expired = new ArrayList<TopicPartition>();
        for (var entry : offsets.of(group.id).entrySet()) {
            var partition = entry.getKey();
            if (mayExpire(group, partition) && !offsets.isUnderWay(group.id, partition)
                    && isOver(group, entry.getValue(), retentionMs, nowMs)) {
                expired.add(partition);
            }
        }
        return expired;
    }

    private static boolean mayExpire(Group group, TopicPartition partition) {
        return group.state == GroupState.EMPTY || group.isConsumers() && group.state == GroupState.STABLE && !group.subscribes(partition.topic());
    }

    private static boolean isOver(Group group, OffsetCommitValue value, long retentionMs, long nowMs) {
        if (value.expireTimestamp() != NONE) {
            return nowMs >= value.expireTimestamp();
        }
        // The clock of a group's offsets starts when its last member goes; without members ever, at the commit.
        boolean hadMembers = group.state == GroupState.EMPTY && group.protocolType != null && group.stateSinceMs > 0;
        long fromMs = hadMembers ? group.stateSinceMs : value.commitTimestamp();
        return nowMs - fromMs >= retentionMs;
    }
}
