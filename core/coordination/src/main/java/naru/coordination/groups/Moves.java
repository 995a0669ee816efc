package naru.coordination.groups;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.coordination.consumers.ClassicSide;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.ErrorCode;

/** Classic groups that become consumer groups, and the other way round. */
final class Moves implements ClassicSide {

    private final ClassicGroups groups;
    /** Looked up only: how the frozen groups stood. */
    private final Map<String, GroupState> frozen = new HashMap<>();

    Moves(ClassicGroups groups) {
        this.groups = groups;
    }

    @Override
    public Classic find(String groupId) {
        var group = groups.group(groupId);
        if (group == null) {
            return null;
        }
        List<Mover> movers = group.members.values().stream().map(member -> new Mover(member.id, member.instanceId,
                member.client, member.sessionTimeoutMs, member.rebalanceTimeoutMs, member.protocols,
                member.assignment.duplicate())).toList();
        return new Classic(groupId, group.recordsUnderWay == 0 && !group.frozen, group.protocolType, group.protocol,
                group.generation, movers);
    }

    @Override
    public void freeze(String groupId) {
        var group = groups.group(groupId);
        if (group != null) {
            group.frozen = true;
            frozen.put(groupId, group.state);
            if (!group.members.isEmpty()) {
                group.state = GroupState.DEAD;
            }
        }
    }

    @Override
    public void thaw(String groupId) {
        var state = frozen.remove(groupId);
        var group = groups.group(groupId);
        if (group != null && state != null) {
            group.frozen = false;
            group.state = state;
            groups.resume(group);
        }
    }

    @Override
    public void dissolve(String groupId) {
        frozen.remove(groupId);
        groups.remove(groupId, ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Override
    public CoordinatorRecord record(Classic next) {
        var group = groups.built(next);
        var assignments = new TreeMap<String, ByteBuffer>();
        next.members().forEach(member -> assignments.put(member.id(), member.assignment()));
        return GroupRecords.group(next.id(), group.stored(assignments));
    }

    @Override
    public CoordinatorRecord tombstone(String groupId) {
        return GroupRecords.group(groupId, null);
    }

    @Override
    public void found(Classic next, boolean rebalances) {
        groups.move(next, rebalances);
    }
}
