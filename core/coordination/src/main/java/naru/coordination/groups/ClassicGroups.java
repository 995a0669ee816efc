package naru.coordination.groups;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.coordination.consumers.ClassicSide;
import naru.coordination.membership.Committer;
import naru.coordination.membership.Ground;
import naru.coordination.membership.GroupKind;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeGroupsResponse.DescribedGroup;
import naru.protocol.message.GroupMetadataValue;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.LeaveGroupResponse;
import naru.protocol.message.ListGroupsResponse.ListedGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/** Groups whose members divide the work among themselves, and groups that have nothing but offsets. */
final class ClassicGroups implements GroupKind {

    static final String LABEL = "classic";

    private final Supplier<GroupSettings> settings;
    private final Ground ground;
    private final Offsets offsets;
    private final UndecidedOffsets undecided;
    private final Map<String, Group> groups = new TreeMap<>();
    /** The last committed record of each group; members come to life from it when loading ends. */
    private final Map<String, GroupMetadataValue> stored = new TreeMap<>();
    private final Rebalances rebalances;
    private final Joins joins;
    private final Leaves leaves;

    ClassicGroups(Supplier<GroupSettings> settings, Ground ground, Offsets offsets, UndecidedOffsets undecided) {
        this.settings = settings;
        this.ground = ground;
        this.offsets = offsets;
        this.undecided = undecided;
        this.rebalances = new Rebalances(settings, ground.clock(), ground.deadlines(), ground.runtime());
        this.joins = new Joins(rebalances, ground.deadlines(), ground.randomness(), this::forgetUnused);
        this.leaves = new Leaves(rebalances);
    }

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public boolean has(String groupId) {
        return groups.containsKey(groupId);
    }

    @Override
    public Collection<String> ids() {
        return List.copyOf(groups.keySet());
    }

    @Override
    public int count() {
        return groups.size();
    }

    /** Null when there is none of that id. */
    Group group(String groupId) {
        return groups.get(groupId);
    }

    @Override
    public List<ListedGroup> list() {
        return groups.values().stream().map(Overview::listed).toList();
    }

    DescribedGroup describe(String groupId) {
        return Overview.describe(groups.get(groupId));
    }

    @Override
    public boolean replay(CoordinatorRecord record) {
        if (!(GroupRecords.read(record) instanceof GroupRecords.Fact.Group(var key, var value))) {
            return false;
        }
        if (value == null) {
            stored.remove(key.group());
        } else {
            stored.put(key.group(), value);
        }
        return true;
    }

    @Override
    public void onLoaded() {
        stored.forEach((id, value) -> groups.put(id, revived(id, value)));
    }

    @Override
    public void onUnloaded() {
        for (var group : groups.values()) {
            dismiss(group, ErrorCode.NOT_COORDINATOR);
            group.state = GroupState.DEAD;
        }
        groups.clear();
        stored.clear();
    }

    /** Whoever of its members waits is told why no answer comes. */
    static void dismiss(Group group, ErrorCode why) {
        for (var member : group.members.values()) {
            group.answerJoin(member, Group.failedJoin(member.id, why));
            Rebalances.answerSync(member, Rebalances.failedSync(why));
        }
    }

    private Group revived(String id, GroupMetadataValue value) {
        var group = new Group(id);
        for (var one : value.members()) {
            int rebalanceMs = one.rebalanceTimeout() < 0 ? one.sessionTimeout() : one.rebalanceTimeout();
            String protocol = value.protocol() == null ? "" : value.protocol();
            enroll(group, value.protocolType(), new Member(one.memberId(), one.groupInstanceId(),
                    new ClientIdentity(one.clientId(), one.clientHost()), one.sessionTimeout(), rebalanceMs,
                    List.of(new JoinGroupRequestProtocol(protocol, one.subscription()))), one.assignment());
        }
        group.protocolType = value.protocolType().isEmpty() ? null : value.protocolType();
        group.protocol = value.protocol();
        group.leader = value.leader();
        group.generation = value.generation();
        group.stateSinceMs = value.currentStateTimestamp();
        group.state = group.members.isEmpty() ? GroupState.EMPTY : GroupState.STABLE;
        return group;
    }

    /** A member that is there already, with a whole session from now. */
    private void enroll(Group group, String protocolType, Member member, ByteBuffer assignment) {
        member.assignment = assignment;
        rebalances.watch(group, member);
        group.add(member, protocolType);
        member.session.in(member.sessionTimeoutMs);
    }

    // --- from and to the consumer protocol ---

    /** As it would be; no deadline of it runs. */
    Group built(ClassicSide.Classic from) {
        var group = new Group(from.id());
        for (var one : from.members()) {
            var member = new Member(one.id(), one.instanceId(), one.client(), one.sessionTimeoutMs(),
                    one.rebalanceTimeoutMs(), one.protocols());
            member.assignment = one.assignment();
            rebalances.watch(group, member);
            group.add(member, from.protocolType());
        }
        group.protocol = from.protocol();
        group.generation = from.generation();
        group.assignedGeneration = from.generation();
        group.stateSinceMs = ground.clock().nowMs();
        group.state = GroupState.STABLE;
        return group;
    }

    void move(ClassicSide.Classic from, boolean toRebalance) {
        var group = built(from);
        groups.put(group.id, group);
        group.members.values().forEach(member -> member.session.in(member.sessionTimeoutMs));
        if (toRebalance) {
            rebalances.prepareOrComplete(group);
        }
    }

    /** It was frozen, and whatever its deadlines would have done meanwhile is still to be done. */
    void resume(Group group) {
        rebalances.prepareOrComplete(group);
    }

    void remove(String groupId, ErrorCode why) {
        var group = groups.remove(groupId);
        if (group != null) {
            dismiss(group, why);
            group.state = GroupState.DEAD;
            group.members.values().forEach(member -> member.session.cancel());
            group.promised.values().forEach(promise -> promise.cancel());
        }
    }

    @Override
    public void onTopicsChanged(SortedSet<String> names) {
        // Members watch their topics themselves.
    }

    /** A group for offsets or a first member; the same one when it is there. */
    Group found(String groupId) {
        return groups.computeIfAbsent(groupId, Group::new);
    }

    void join(JoinGroupRequest request, ClientIdentity client, int version, Consumer<JoinGroupResponse> reply) {
        var group = groups.get(request.groupId());
        if (group == null) {
            group = new Group(request.groupId());
            group.stateSinceMs = ground.clock().nowMs();
        }
        if (group.frozen) {
            reply.accept(Group.failedJoin(request.memberId(), ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
            return;
        }
        if (!group.hasRoomFor(request.memberId(), settings.get().membersMax())) {
            var member = group.members.get(request.memberId());
            if (member != null) {
                rebalances.remove(group, member);
            }
            reply.accept(Group.failedJoin("", ErrorCode.GROUP_MAX_SIZE_REACHED));
            return;
        }
        joins.join(group, request, client, version, reply);
        if (!isUnused(group)) {
            groups.putIfAbsent(group.id, group);
        }
    }

    /** NONE when the request comes from a member of the present generation. */
    private static ErrorCode recognise(Group group, String memberId, String instanceId, int generation) {
        if (group == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        var identified = group.identify(memberId, instanceId);
        if (identified != ErrorCode.NONE) {
            return identified;
        }
        return generation == group.generation ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    void sync(SyncGroupRequest request, Consumer<SyncGroupResponse> reply) {
        var group = groups.get(request.groupId());
        var recognised = recognise(group, request.memberId(), request.groupInstanceId(), request.generationId());
        if (recognised == ErrorCode.NONE && (differs(request.protocolType(), group.protocolType)
                || differs(request.protocolName(), group.protocol))) {
            recognised = ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (recognised != ErrorCode.NONE) {
            reply.accept(Rebalances.failedSync(recognised));
            return;
        }
        rebalances.sync(group, request, reply);
    }

    private static boolean differs(String asked, String known) {
        return asked != null && !asked.equals(known);
    }

    ErrorCode heartbeat(HeartbeatRequest request) {
        var group = groups.get(request.groupId());
        var recognised = recognise(group, request.memberId(), request.groupInstanceId(), request.generationId());
        if (recognised == ErrorCode.NONE) {
            var member = group.members.get(request.memberId());
            member.session.in(member.sessionTimeoutMs);
            if (group.state == GroupState.PREPARING_REBALANCE) {
                return ErrorCode.REBALANCE_IN_PROGRESS;
            }
        }
        return recognised;
    }

    LeaveGroupResponse leave(LeaveGroupRequest request, int version) {
        return leaves.leave(groups.get(request.groupId()), request, version);
    }

    @Override
    public ErrorCode mayCommit(String groupId, Committer committer) {
        var group = groups.get(groupId);
        if (committer.generation() < 0 && group.state == GroupState.EMPTY) {
            return ErrorCode.NONE;
        }
        if (committer.isAnonymous()) {
            // A producer of before KIP-447 does not say for whom it commits.
            return committer.transactional() ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
        }
        var recognised = recognise(group, committer.memberId(), committer.instanceId(), committer.generation());
        if (recognised != ErrorCode.NONE || committer.transactional()) {
            return recognised;
        }
        var member = group.members.get(committer.memberId());
        member.session.in(member.sessionTimeoutMs);
        return group.state == GroupState.COMPLETING_REBALANCE ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
    }

    @Override
    public ErrorCode mayFetch(OffsetFetchRequestGroup request) {
        return ErrorCode.NONE;
    }

    @Override
    public ErrorCode mayForgetOffsets(String groupId) {
        var group = groups.get(groupId);
        return group.state == GroupState.EMPTY || group.isConsumers() ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
    }

    @Override
    public boolean subscribes(String groupId, String topic) {
        return groups.get(groupId).subscribes(topic);
    }

    /** The clock of a group's offsets starts when its last member goes; without members ever, at the commit. */
    @Override
    public long idleSinceMs(String groupId, String topic, long committedMs) {
        var group = groups.get(groupId);
        if (group.state == GroupState.EMPTY) {
            boolean hadMembers = group.protocolType != null && group.stateSinceMs > 0;
            return hadMembers ? group.stateSinceMs : committedMs;
        }
        boolean unread = group.isConsumers() && group.state == GroupState.STABLE && !group.subscribes(topic);
        return unread ? committedMs : IN_USE;
    }

    @Override
    public boolean isDeserted(String groupId) {
        var group = groups.get(groupId);
        return group.state == GroupState.EMPTY && group.promised.isEmpty();
    }

    @Override
    public void delete(String groupId, Consumer<ErrorCode> whenDone) {
        if (groups.get(groupId).state != GroupState.EMPTY) {
            whenDone.accept(ErrorCode.NON_EMPTY_GROUP);
            return;
        }
        var records = offsets.tombstones(groupId);
        // What a transaction may still bring is deleted with the group: a tombstone overtakes it.
        undecided.partitions(groupId).forEach(at -> records.add(Offsets.tombstone(groupId, at)));
        records.add(GroupRecords.group(groupId, null));
        ground.runtime().submit(records, error -> {
            forget(groupId, error);
            whenDone.accept(error);
        });
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
    private boolean isUnused(Group group) {
        return group.state == GroupState.EMPTY && group.promised.isEmpty() && group.recordsUnderWay == 0 && !group.frozen
                && !stored.containsKey(group.id) && !offsets.knows(group.id) && !undecided.has(group.id);
    }

    private void forgetUnused(Group group) {
        if (isUnused(group)) {
            groups.remove(group.id, group);
        }
    }

    void forgetUnused(String groupId) {
        var group = groups.get(groupId);
        if (group != null) {
            forgetUnused(group);
        }
    }
}
