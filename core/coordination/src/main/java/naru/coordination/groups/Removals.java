package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.base.TopicPartition;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteGroupsResponse;
import naru.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import naru.protocol.message.GroupMetadataValue;

/** How groups and offsets end: by request, or by age. */
final class Removals {

    private static final int TOMBSTONES_MAX = 1_000;

    private final Map<String, Group> groups;
    private final Map<String, GroupMetadataValue> stored;
    private final Offsets offsets;
    private final ShardRuntime runtime;

    Removals(Map<String, Group> groups, Map<String, GroupMetadataValue> stored, Offsets offsets, ShardRuntime runtime) {
        this.groups = groups;
        this.stored = stored;
        this.offsets = offsets;
        this.runtime = runtime;
    }

    void delete(DeleteGroupsRequest request, Function<String, ErrorCode> admit, Consumer<DeleteGroupsResponse> reply) {
        var results = new ArrayList<DeletableGroupResult>();
        var records = new ArrayList<CoordinatorRecord>();
        var deleted = new ArrayList<String>();
        for (var id : request.groupsNames()) {
            var code = admit.apply(id);
            var group = groups.get(id);
            if (code == ErrorCode.NONE && group == null) {
                code = ErrorCode.GROUP_ID_NOT_FOUND;
            } else if (code == ErrorCode.NONE && group.state != GroupState.EMPTY) {
                code = ErrorCode.NON_EMPTY_GROUP;
            }
            if (code == ErrorCode.NONE) {
                records.addAll(tombstones(id));
                deleted.add(id);
            } else {
                results.add(new DeletableGroupResult(id, code.code(), null));
            }
        }
        runtime.submit(records, error -> {
            for (var id : deleted) {
                forget(id, error);
                results.add(new DeletableGroupResult(id, error.code(), null));
            }
            reply.accept(new DeleteGroupsResponse(0, results));
        });
    }

    private List<CoordinatorRecord> tombstones(String groupId) {
        var records = offsets.tombstones(groupId);
        records.add(GroupRecords.group(groupId, null));
        return records;
    }

    /** A group that somebody entered while its tombstone was on its way stays. */
    private void forget(String groupId, ErrorCode error) {
        var group = groups.get(groupId);
        if (error != ErrorCode.NONE || group == null) {
            return;
        }
        boolean buried = group.state == GroupState.EMPTY && group.recordsUnderWay == 0 && !stored.containsKey(groupId);
        if (buried) {
            group.begin();
        }
        forgetUnused(group);
    }

    /** True when nobody is in the group, nobody is on the way, and nothing of it is in the log. */
    boolean isUnused(Group group) {
        return group.state == GroupState.EMPTY && group.promised.isEmpty() && group.recordsUnderWay == 0
                && !stored.containsKey(group.id) && !offsets.knows(group.id);
    }

    void forgetUnused(Group group) {
        if (isUnused(group)) {
            groups.remove(group.id, group);
        }
    }

    void forgetTopics(SortedSet<String> topics) {
        for (var id : offsets.groups()) {
            var useless = offsets.all(id).stream().filter(at -> topics.contains(at.topic())).toList();
            bury(id, useless, false);
        }
    }

    /** In batches that any topic's {@code max.message.bytes} lets pass; the group itself goes with the last one. */
    private void bury(String groupId, List<TopicPartition> partitions, boolean withGroup) {
        var records = new ArrayList<CoordinatorRecord>();
        for (var at : partitions) {
            if (records.size() == TOMBSTONES_MAX) {
                runtime.submit(List.copyOf(records), _ -> { });
                records.clear();
            }
            records.add(Offsets.tombstone(groupId, at));
        }
        if (withGroup) {
            records.add(GroupRecords.group(groupId, null));
        }
        runtime.submit(records, error -> forget(groupId, error));
    }

    void expire(long retentionMs, long nowMs) {
        for (var group : List.copyOf(groups.values())) {
            var expired = OffsetExpiry.expired(group, offsets, retentionMs, nowMs);
            boolean nothingLeft = expired.size() == offsets.all(group.id).size();
            bury(group.id, expired, group.state == GroupState.EMPTY && group.promised.isEmpty() && nothingLeft);
        }
    }
}
