package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.base.Clock;
import naru.base.Randomness;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Deadlines;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteGroupsResponse;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.DescribeGroupsResponse;
import naru.protocol.message.GroupMetadataValue;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.LeaveGroupResponse;
import naru.protocol.message.ListGroupsRequest;
import naru.protocol.message.ListGroupsResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetDeleteRequest;
import naru.protocol.message.OffsetDeleteResponse;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/** The groups of one partition of {@code __consumer_offsets}: one method for each request. Owned by one lane. */
public final class GroupShard implements Shard {

    private static final int VERSION_WITH_NULL_PROTOCOL = 7;
    private static final int VERSION_WITH_NAMED_PROTOCOL = 5;
    private static final int VERSION_WITH_FETCH_OF_GROUPS = 8;

    private final Supplier<GroupSettings> settings;
    private final Clock clock;
    private final Deadlines deadlines = new Deadlines();
    private final Map<String, Group> groups = new TreeMap<>();
    /** The last committed record of each group; members come to life from it when loading ends. */
    private final Map<String, GroupMetadataValue> stored = new TreeMap<>();
    private final Offsets offsets = new Offsets();
    private final UndecidedOffsets undecided = new UndecidedOffsets();
    private final ShardRuntime runtime;
    private final Rebalances rebalances;
    private final Joins joins;
    private final Leaves leaves;
    private final OffsetRequests offsetRequests;
    private final Removals removals;
    private final Deadlines.Deadline expiry;

    /** @param settings asked whenever something is decided, so that what an operator changes counts from then on */
    public GroupShard(Supplier<GroupSettings> settings, ShardLog log, Clock clock, Randomness randomness) {
        this.settings = settings;
        this.clock = clock;
        this.runtime = new ShardRuntime(log, this::replay);
        this.rebalances = new Rebalances(settings, clock, deadlines, runtime);
        this.removals = new Removals(groups, stored, offsets, runtime);
        this.joins = new Joins(rebalances, deadlines, randomness, removals);
        this.leaves = new Leaves(rebalances);
        this.offsetRequests = new OffsetRequests(offsets, runtime);
        this.expiry = deadlines.create(this::expire);
    }

    @Override
    public void replay(CoordinatorRecord record, long producerId) {
        if (producerId == NO_PRODUCER) {
            apply(record);
        } else {
            undecided.add(producerId, record);
        }
    }

    @Override
    public void onTransactionEnded(long producerId, short producerEpoch, boolean committed) {
        var written = undecided.end(producerId);
        if (committed) {
            written.forEach(this::apply);
        }
    }

    /** Members are given a whole session from now, and requests are served. */
    @Override
    public void onLoaded() {
        tick();
        stored.forEach((id, value) -> groups.put(id, revived(id, value)));
        offsets.groups().forEach(id -> groups.computeIfAbsent(id, Group::new));
        runtime.onLoaded();
        expiry.in(settings.get().expiryIntervalMs());
    }

    @Override
    public void onUnloaded() {
        runtime.onUnloaded();
        for (var group : groups.values()) {
            for (var member : group.members.values()) {
                group.answerJoin(member, Group.failedJoin(member.id, ErrorCode.NOT_COORDINATOR));
                Rebalances.answerSync(member, Rebalances.failedSync(ErrorCode.NOT_COORDINATOR));
            }
            group.state = GroupState.DEAD;
        }
        groups.clear();
        stored.clear();
        offsets.forgetUnderWay();
        undecided.clear();
        deadlines.clear();
    }

    @Override
    public void onTime() {
        tick();
        deadlines.run();
    }

    @Override
    public long nextDeadlineMs() {
        return deadlines.nextMs();
    }

    private void expire() {
        removals.expire(settings.get().offsetsRetentionMs(), clock.nowMs());
        expiry.in(settings.get().expiryIntervalMs());
    }

    private void tick() {
        deadlines.advance(clock.nowNs() / 1_000_000);
    }

    private void apply(CoordinatorRecord record) {
        switch (GroupRecords.read(record)) {
            case GroupRecords.Fact.Offset(var key, var value) -> offsets.apply(key, value);
            case GroupRecords.Fact.Group(var key, var value) -> {
                if (value == null) {
                    stored.remove(key.group());
                } else {
                    stored.put(key.group(), value);
                }
            }
            case GroupRecords.Fact.Unknown _ -> { }
        }
    }

    private Group revived(String id, GroupMetadataValue value) {
        var group = new Group(id);
        for (var one : value.members()) {
            int rebalanceMs = one.rebalanceTimeout() < 0 ? one.sessionTimeout() : one.rebalanceTimeout();
            String protocol = value.protocol() == null ? "" : value.protocol();
            var member = new Member(one.memberId(), one.groupInstanceId(),
                    new ClientIdentity(one.clientId(), one.clientHost()), one.sessionTimeout(), rebalanceMs,
                    List.of(new JoinGroupRequestProtocol(protocol, one.subscription())));
            member.assignment = one.assignment();
            rebalances.watch(group, member);
            group.add(member, value.protocolType());
            member.session.in(member.sessionTimeoutMs);
        }
        group.protocolType = value.protocolType().isEmpty() ? null : value.protocolType();
        group.protocol = value.protocol();
        group.leader = value.leader();
        group.generation = value.generation();
        group.stateSinceMs = value.currentStateTimestamp();
        group.state = group.members.isEmpty() ? GroupState.EMPTY : GroupState.STABLE;
        return group;
    }

    /** NONE when a request about this group may go on. */
    private ErrorCode admit(String groupId, boolean emptyIdAllowed) {
        tick();
        boolean valid = groupId != null && (emptyIdAllowed || !groupId.isEmpty()) && GroupRecords.fits(groupId);
        return valid ? runtime.availability() : ErrorCode.INVALID_GROUP_ID;
    }

    public void joinGroup(JoinGroupRequest request, ClientIdentity client, int version, Consumer<JoinGroupResponse> reply) {
        Consumer<JoinGroupResponse> shaped = version >= VERSION_WITH_NULL_PROTOCOL ? reply : answer ->
                reply.accept(answer.protocolName() == null ? answer.toBuilder().protocolName("").build() : answer);
        var admitted = admit(request.groupId(), false);
        boolean timely = settings.get().sessionTimeoutMinMs() <= request.sessionTimeoutMs()
                && request.sessionTimeoutMs() <= settings.get().sessionTimeoutMaxMs();
        if (admitted == ErrorCode.NONE && !timely) {
            admitted = ErrorCode.INVALID_SESSION_TIMEOUT;
        } else if (admitted == ErrorCode.NONE && !GroupRecords.fits(request)) {
            admitted = ErrorCode.INVALID_REQUEST;
        }
        var group = groups.get(request.groupId());
        if (admitted == ErrorCode.NONE && group == null) {
            admitted = request.memberId().isEmpty() ? roomForOneMore() : ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (admitted != ErrorCode.NONE) {
            shaped.accept(Group.failedJoin(request.memberId(), admitted));
            return;
        }
        if (group == null) {
            group = new Group(request.groupId());
            group.stateSinceMs = clock.nowMs();
        }
        if (!group.hasRoomFor(request.memberId(), settings.get().membersMax())) {
            var member = group.members.get(request.memberId());
            if (member != null) {
                rebalances.remove(group, member);
            }
            shaped.accept(Group.failedJoin("", ErrorCode.GROUP_MAX_SIZE_REACHED));
            return;
        }
        joins.join(group, request, client, version, shaped);
        if (!removals.isUnused(group)) {
            groups.putIfAbsent(group.id, group);
        }
    }

    private ErrorCode roomForOneMore() {
        return groups.size() < settings.get().groupsMax() ? ErrorCode.NONE : ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }

    /** NONE when the request comes from a member of the present generation. */
    private ErrorCode recognise(Group group, String memberId, String instanceId, int generation) {
        if (group == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        var identified = group.identify(memberId, instanceId);
        if (identified != ErrorCode.NONE) {
            return identified;
        }
        return generation == group.generation ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    public void syncGroup(SyncGroupRequest request, ClientIdentity client, int version, Consumer<SyncGroupResponse> reply) {
        boolean named = request.protocolType() != null && request.protocolName() != null;
        var admitted = version < VERSION_WITH_NAMED_PROTOCOL || named
                ? admit(request.groupId(), false) : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        var group = groups.get(request.groupId());
        if (admitted == ErrorCode.NONE) {
            admitted = recognise(group, request.memberId(), request.groupInstanceId(), request.generationId());
        }
        if (admitted == ErrorCode.NONE && (differs(request.protocolType(), group.protocolType)
                || differs(request.protocolName(), group.protocol))) {
            admitted = ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (admitted != ErrorCode.NONE) {
            reply.accept(Rebalances.failedSync(admitted));
            return;
        }
        rebalances.sync(group, request, reply);
    }

    private static boolean differs(String asked, String known) {
        return asked != null && !asked.equals(known);
    }

    public void heartbeat(HeartbeatRequest request, ClientIdentity client, int version, Consumer<HeartbeatResponse> reply) {
        var admitted = admit(request.groupId(), false);
        if (admitted == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) {
            // The group may well exist; nobody is expired while loading, so the member may go on.
            admitted = ErrorCode.NONE;
        } else if (admitted == ErrorCode.NONE) {
            var group = groups.get(request.groupId());
            admitted = recognise(group, request.memberId(), request.groupInstanceId(), request.generationId());
            if (admitted == ErrorCode.NONE) {
                var member = group.members.get(request.memberId());
                member.session.in(member.sessionTimeoutMs);
                if (group.state == GroupState.PREPARING_REBALANCE) {
                    admitted = ErrorCode.REBALANCE_IN_PROGRESS;
                }
            }
        }
        reply.accept(new HeartbeatResponse(0, admitted.code()));
    }

    public void leaveGroup(LeaveGroupRequest request, ClientIdentity client, int version, Consumer<LeaveGroupResponse> reply) {
        var admitted = admit(request.groupId(), false);
        reply.accept(admitted == ErrorCode.NONE ? leaves.leave(groups.get(request.groupId()), request, version)
                : new LeaveGroupResponse(0, admitted.code(), List.of()));
    }

    public void offsetCommit(OffsetCommitRequest request, ClientIdentity client, int version,
            Consumer<OffsetCommitResponse> reply) {
        var admitted = admit(request.groupId(), true);
        if (admitted == ErrorCode.NONE) {
            admitted = mayCommit(request);
        }
        if (admitted != ErrorCode.NONE) {
            reply.accept(OffsetRequests.refused(request, admitted));
            return;
        }
        var group = groups.computeIfAbsent(request.groupId(), Group::new);
        offsetRequests.commit(request, settings.get().metadataBytesMax(), clock.nowMs(), answer -> {
            removals.forgetUnused(group);
            reply.accept(answer);
        });
    }

    private ErrorCode mayCommit(OffsetCommitRequest request) {
        var group = groups.get(request.groupId());
        int generation = request.generationIdOrMemberEpoch();
        if (group == null) {
            return generation < 0 ? roomForOneMore() : ErrorCode.ILLEGAL_GENERATION;
        }
        if (generation < 0 && group.state == GroupState.EMPTY) {
            return ErrorCode.NONE;
        }
        boolean anonymous = generation < 0 && request.memberId().isEmpty() && request.groupInstanceId() == null;
        if (anonymous) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        var recognised = recognise(group, request.memberId(), request.groupInstanceId(), generation);
        if (recognised != ErrorCode.NONE) {
            return recognised;
        }
        var member = group.members.get(request.memberId());
        member.session.in(member.sessionTimeoutMs);
        return group.state == GroupState.COMPLETING_REBALANCE ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
    }

    /** One group of an OffsetFetch; requests before version 8 have exactly one. */
    public void offsetFetch(OffsetFetchRequestGroup request, Consumer<OffsetFetchResponseGroup> reply) {
        var admitted = admit(request.groupId(), true);
        reply.accept(admitted == ErrorCode.NONE ? offsetRequests.fetch(request)
                : new OffsetFetchResponseGroup(request.groupId(), List.of(), admitted.code()));
    }

    /** An OffsetFetch all of whose groups belong to this shard. */
    public void offsetFetch(OffsetFetchRequest request, ClientIdentity client, int version, Consumer<OffsetFetchResponse> reply) {
        reply.accept(OffsetFetches.answer(request, version >= VERSION_WITH_FETCH_OF_GROUPS, this::offsetFetch));
    }

    public void offsetDelete(OffsetDeleteRequest request, ClientIdentity client, int version,
            Consumer<OffsetDeleteResponse> reply) {
        var admitted = admit(request.groupId(), false);
        var group = groups.get(request.groupId());
        if (admitted == ErrorCode.NONE && group == null) {
            admitted = ErrorCode.GROUP_ID_NOT_FOUND;
        }
        if (admitted == ErrorCode.NONE && group.state != GroupState.EMPTY && !group.isConsumers()) {
            admitted = ErrorCode.NON_EMPTY_GROUP;
        }
        if (admitted != ErrorCode.NONE) {
            reply.accept(new OffsetDeleteResponse(admitted.code(), 0, List.of()));
            return;
        }
        offsetRequests.delete(group, request, reply);
    }

    /** A question to all shards, put shortly; each of them is then asked with {@link #listGroups}. */
    public static ListGroupsRequest shortened(ListGroupsRequest request) {
        return Overview.shortened(request);
    }

    /** The groups of this shard; the host joins the answers of its shards. */
    public void listGroups(ListGroupsRequest request, ClientIdentity client, int version, Consumer<ListGroupsResponse> reply) {
        var admitted = admit("", true);
        reply.accept(admitted == ErrorCode.NONE
                ? new ListGroupsResponse(0, admitted.code(), Overview.list(groups.values(), request))
                : new ListGroupsResponse(0, admitted.code(), List.of()));
    }

    public void describeGroups(DescribeGroupsRequest request, ClientIdentity client, int version,
            Consumer<DescribeGroupsResponse> reply) {
        var described = new ArrayList<DescribeGroupsResponse.DescribedGroup>();
        for (var id : request.groups()) {
            var admitted = admit(id, true);
            var group = groups.get(id);
            if (admitted != ErrorCode.NONE) {
                described.add(Overview.refused(id, admitted));
            } else {
                described.add(group == null ? Overview.missing(id, version) : Overview.describe(group));
            }
        }
        reply.accept(new DescribeGroupsResponse(0, described));
    }

    public void deleteGroups(DeleteGroupsRequest request, ClientIdentity client, int version,
            Consumer<DeleteGroupsResponse> reply) {
        removals.delete(request, id -> admit(id, true), reply);
    }

    /** What was committed for topics that are gone is of no use to anybody. */
    @Override
    public void onTopicsDeleted(SortedSet<String> topics) {
        tick();
        if (runtime.availability() == ErrorCode.NONE) {
            removals.forgetTopics(topics);
        }
    }
}
