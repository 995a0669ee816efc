package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;
import naru.coordination.membership.GroupKind;
import naru.protocol.message.OffsetCommitValue;

/** Which offsets have outlived {@code offsets.retention.minutes}. */
final class OffsetExpiry {

    private static final long NONE = -1;

    private OffsetExpiry() {}

    static List<TopicPartition> expired(GroupKind kind, String groupId, Offsets offsets, long retentionMs, long nowMs) {
        var expired = new ArrayList<TopicPartition>();
        for (var entry : offsets.of(groupId).entrySet()) {
            var partition = entry.getKey();
            long idleSinceMs = kind.idleSinceMs(groupId, partition.topic(), entry.getValue().commitTimestamp());
            if (idleSinceMs != GroupKind.IN_USE && !offsets.isUnderWay(groupId, partition)
                    && isOver(idleSinceMs, entry.getValue(), retentionMs, nowMs)) {
                expired.add(partition);
            }
        }
        return expired;
    }

    private static boolean isOver(long idleSinceMs, OffsetCommitValue value, long retentionMs, long nowMs) {
        return value.expireTimestamp() == NONE ? nowMs - idleSinceMs >= retentionMs : nowMs >= value.expireTimestamp();
    }
}
