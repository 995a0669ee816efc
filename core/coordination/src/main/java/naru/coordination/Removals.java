package naru.coordination;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteGroupsResponse;
import naru.protocol.message.DeleteGroupsResponse.DeletableGroupResult;

/** How groups and offsets end: by request, or by age. */
final class Removals {

    private final Map<String, Group> groups;
    private final Offsets offsets;
    private final Runtime runtime;

    Removals(Map<String, Group> groups, Offsets offsets, Runtime runtime) {
        this.groups = groups;
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
        if (error == ErrorCode.NONE && group != null && group.state == GroupState.EMPTY && group.promised.isEmpty()
                && !offsets.knows(groupId)) {
            groups.remove(groupId);
        }
    }

    void expire(long retentionMs, long nowMs) {
        for (var group : List.copyOf(groups.values())) {
            var records = new ArrayList<CoordinatorRecord>();
            var expired = OffsetExpiry.expired(group, offsets, retentionMs, nowMs);
            expired.forEach((TopicPartition one) -> records.add(Offsets.tombstone(group.id, one)));
            boolean nothingLeft = expired.size() == offsets.of(group.id).size();
            if (group.state == GroupState.EMPTY && group.promised.isEmpty() && nothingLeft) {
                records.add(GroupRecords.group(group.id, null));
            }
            runtime.submit(records, error -> forget(group.id, error));
        }
    }
}
