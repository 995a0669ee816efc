package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.coordination.membership.GroupKind;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;

/** How offsets end by age or with their topics, and with them the groups that have nothing else. */
final class Removals {

    private static final int TOMBSTONES_MAX = 1_000;

    private final List<GroupKind> kinds;
    private final Offsets offsets;
    private final ShardRuntime runtime;
    private final Consumer<String> forgetUnused;

    /** @param forgetUnused lets go of a group that had nothing but offsets */
    Removals(List<GroupKind> kinds, Offsets offsets, ShardRuntime runtime, Consumer<String> forgetUnused) {
        this.kinds = kinds;
        this.offsets = offsets;
        this.runtime = runtime;
        this.forgetUnused = forgetUnused;
    }

    void forgetTopics(SortedSet<String> topics) {
        for (var id : offsets.groups()) {
            var useless = offsets.all(id).stream().filter(at -> topics.contains(at.topic())).toList();
            bury(id, useless, () -> { });
        }
    }

    /** In batches that any topic's {@code max.message.bytes} lets pass. */
    private void bury(String groupId, List<TopicPartition> partitions, Runnable whenBuried) {
        var records = new ArrayList<CoordinatorRecord>();
        for (var at : partitions) {
            if (records.size() == TOMBSTONES_MAX) {
                runtime.submit(List.copyOf(records), _ -> { });
                records.clear();
            }
            records.add(Offsets.tombstone(groupId, at));
        }
        runtime.submit(records, error -> {
            if (error == ErrorCode.NONE) {
                forgetUnused.accept(groupId);
                whenBuried.run();
            }
        });
    }

    void expire(long retentionMs, long nowMs) {
        for (var kind : kinds) {
            for (var id : kind.ids()) {
                bury(id, OffsetExpiry.expired(kind, id, offsets, retentionMs, nowMs), () -> buryDeserted(kind, id));
            }
        }
    }

    private void buryDeserted(GroupKind kind, String groupId) {
        if (kind.has(groupId) && kind.isDeserted(groupId) && !offsets.knows(groupId)) {
            kind.delete(groupId, _ -> { });
        }
    }
}
