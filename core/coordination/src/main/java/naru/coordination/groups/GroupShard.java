package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.base.Clock;
import naru.base.Randomness;
import naru.coordination.consumers.ConsumerGroups;
import naru.coordination.consumers.Descriptions;
import naru.coordination.consumers.Heartbeats;
import naru.coordination.membership.Ground;
import naru.coordination.membership.GroupKind;
import naru.coordination.membership.Kinds;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Deadlines;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupDescribeRequest;
import naru.protocol.message.ConsumerGroupDescribeResponse;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerGroupHeartbeatResponse;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteGroupsResponse;
import naru.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.DescribeGroupsResponse;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.JoinGroupRequest;
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
import naru.protocol.message.TxnOffsetCommitRequest;
import naru.protocol.message.TxnOffsetCommitResponse;

/** The groups of one partition of {@code __consumer_offsets}: one method for each request. Owned by one lane. */
public final class GroupShard implements Shard {

    /** Another kind of group in the same shard, made once the ground it stands on is there. */
    public interface Birth {
        GroupKind on(Ground ground);
    }

    private static final int VERSION_WITH_FETCH_OF_GROUPS = 8;

    private final Supplier<GroupSettings> settings;
    private final Clock clock;
    private final Deadlines deadlines = new Deadlines();
    private final Offsets offsets = new Offsets();
    private final UndecidedOffsets undecided = new UndecidedOffsets();
    private final ShardRuntime runtime;
    private final ClassicGroups classic;
    private final ConsumerGroups consumers;
    private final Heartbeats heartbeats;
    private final ClassicRequests classicRequests;
    private final Kinds kinds = new Kinds();
    private final OffsetRequests offsetRequests;
    private final TransactionalCommits transactionalCommits;
    private final Removals removals;
    private final Deadlines.Deadline expiry;

    /** @param others kinds of groups besides the classic and the consumer ones */
    public GroupShard(Surroundings around, ShardLog log, Clock clock, Randomness randomness, List<Birth> others) {
        this.settings = around.groups();
        this.clock = clock;
        this.runtime = new ShardRuntime(log, this::replay);
        var ground = new Ground(kinds, around.topics(), clock, randomness, deadlines, runtime);
        this.classic = new ClassicGroups(settings, ground, offsets, undecided);
        this.consumers = new ConsumerGroups(
                around.consumers(), ground, around.search(), offsets::tombstones, new Moves(classic));
        this.heartbeats = new Heartbeats(consumers);
        this.classicRequests = new ClassicRequests(settings, kinds, classic, consumers, this::admit);
        kinds.add(classic);
        kinds.add(consumers);
        others.forEach(birth -> kinds.add(birth.on(ground)));
        this.removals = new Removals(kinds.all(), offsets, runtime, classic::forgetUnused);
        this.offsetRequests = new OffsetRequests(settings, kinds, classic, offsets, undecided, ground);
        this.transactionalCommits = new TransactionalCommits(settings, offsetRequests, classic, undecided, ground);
        this.expiry = deadlines.create(this::expire);
    }

    /** The groups of a kind that the host asks about in words of their own. */
    public <K extends GroupKind> K kind(Class<K> type) {
        return kinds.all().stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
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
        undecided.end(producerId, (key, value) -> {
            if (committed) {
                offsets.apply(key, value);
                if (runtime.availability() == ErrorCode.NONE && kinds.of(key.group()) == null) {
                    classic.found(key.group());
                }
            }
            classic.forgetUnused(key.group());
        });
    }

    /** Members are given a whole session from now, and requests are served. */
    @Override
    public void onLoaded() {
        tick();
        runtime.onLoaded();
        kinds.all().forEach(GroupKind::onLoaded);
        for (var id : offsets.groups()) {
            if (kinds.of(id) == null) {
                classic.found(id);
            }
        }
        expiry.in(settings.get().expiryIntervalMs());
    }

    @Override
    public void onUnloaded() {
        runtime.onUnloaded();
        kinds.all().forEach(GroupKind::onUnloaded);
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
        if (GroupRecords.read(record) instanceof GroupRecords.Fact.Offset(var key, var value)) {
            undecided.overtake(key);
            offsets.apply(key, value);
            return;
        }
        for (var kind : kinds.all()) {
            if (kind.replay(record)) {
                return;
            }
        }
    }

    /** NONE when a request about this group may go on. */
    public ErrorCode admit(String groupId) {
        return admit(groupId, false);
    }

    private ErrorCode admit(String groupId, boolean emptyIdAllowed) {
        tick();
        boolean valid = groupId != null && (emptyIdAllowed || !groupId.isEmpty()) && GroupRecords.fits(groupId);
        return valid ? runtime.availability() : ErrorCode.INVALID_GROUP_ID;
    }

    public void joinGroup(JoinGroupRequest request, ClientIdentity client, int version, Consumer<JoinGroupResponse> reply) {
        classicRequests.join(request, client, version, reply);
    }

    public void syncGroup(SyncGroupRequest request, ClientIdentity client, int version, Consumer<SyncGroupResponse> reply) {
        classicRequests.sync(request, version, reply);
    }

    public void heartbeat(HeartbeatRequest request, ClientIdentity client, int version, Consumer<HeartbeatResponse> reply) {
        reply.accept(new HeartbeatResponse(0, classicRequests.heartbeat(request).code()));
    }

    public void leaveGroup(LeaveGroupRequest request, ClientIdentity client, int version, Consumer<LeaveGroupResponse> reply) {
        classicRequests.leave(request, version, reply);
    }

    public void consumerGroupHeartbeat(ConsumerGroupHeartbeatRequest request, ClientIdentity client, int version,
            Consumer<ConsumerGroupHeartbeatResponse> reply) {
        var fault = heartbeats.fault(request, version);
        if (fault != null) {
            reply.accept(fault);
            return;
        }
        var admitted = admit(request.groupId(), false);
        if (admitted == ErrorCode.NONE && !GroupRecords.fits(request.memberId())) {
            admitted = ErrorCode.INVALID_REQUEST;
        }
        if (admitted == ErrorCode.NONE) {
            heartbeats.heartbeat(request, client, reply);
        } else {
            reply.accept(Heartbeats.refused(admitted));
        }
    }

    public void describeConsumerGroups(ConsumerGroupDescribeRequest request, ClientIdentity client, int version,
            Consumer<ConsumerGroupDescribeResponse> reply) {
        var described = new ArrayList<ConsumerGroupDescribeResponse.DescribedGroup>();
        for (var id : request.groupIds()) {
            var admitted = admit(id, false);
            described.add(admitted == ErrorCode.NONE ? consumers.describe(id) : Descriptions.refused(id, admitted, null));
        }
        reply.accept(new ConsumerGroupDescribeResponse(0, described));
    }

    public void offsetCommit(OffsetCommitRequest request, ClientIdentity client, int version,
            Consumer<OffsetCommitResponse> reply) {
        var admitted = admit(request.groupId(), true);
        if (admitted == ErrorCode.NONE) {
            offsetRequests.commit(request, version, reply);
        } else {
            reply.accept(OffsetRequests.refused(request, admitted));
        }
    }

    /**
     * Commits inside a transaction, of which the host knows that it is open and reaches this shard's partition.
     *
     * @param version of the request
     */
    public void txnOffsetCommit(TxnOffsetCommitRequest request, ClientIdentity client, int version,
            Consumer<TxnOffsetCommitResponse> reply) {
        var admitted = admit(request.groupId(), false);
        if (admitted == ErrorCode.NONE) {
            transactionalCommits.commit(request, version, reply);
        } else {
            reply.accept(TransactionalCommits.refused(request, admitted));
        }
    }

    /** One group of an OffsetFetch; requests before version 8 have exactly one. */
    public void offsetFetch(OffsetFetchRequestGroup request, boolean requireStable, Consumer<OffsetFetchResponseGroup> reply) {
        var admitted = admit(request.groupId(), true);
        reply.accept(admitted == ErrorCode.NONE ? offsetRequests.fetch(request, requireStable)
                : new OffsetFetchResponseGroup(request.groupId(), List.of(), admitted.code()));
    }

    /** An OffsetFetch all of whose groups belong to this shard. */
    public void offsetFetch(OffsetFetchRequest request, ClientIdentity client, int version, Consumer<OffsetFetchResponse> reply) {
        reply.accept(OffsetFetches.answer(request, version >= VERSION_WITH_FETCH_OF_GROUPS,
                (group, answer) -> offsetFetch(group, request.requireStable(), answer)));
    }

    public void offsetDelete(OffsetDeleteRequest request, ClientIdentity client, int version,
            Consumer<OffsetDeleteResponse> reply) {
        var admitted = admit(request.groupId(), false);
        if (admitted == ErrorCode.NONE) {
            offsetRequests.delete(request, reply);
        } else {
            reply.accept(new OffsetDeleteResponse(admitted.code(), 0, List.of()));
        }
    }

    /** A question to all shards, put shortly; each of them is then asked with {@link #listGroups}. */
    public static ListGroupsRequest shortened(ListGroupsRequest request) {
        return Overview.shortened(request);
    }

    /** The groups of this shard; the host joins the answers of its shards. */
    public void listGroups(ListGroupsRequest request, ClientIdentity client, int version, Consumer<ListGroupsResponse> reply) {
        var admitted = admit("", true);
        reply.accept(admitted == ErrorCode.NONE
                ? new ListGroupsResponse(0, admitted.code(), Overview.list(kinds.all(), request))
                : new ListGroupsResponse(0, admitted.code(), List.of()));
    }

    public void describeGroups(DescribeGroupsRequest request, ClientIdentity client, int version,
            Consumer<DescribeGroupsResponse> reply) {
        var described = new ArrayList<DescribeGroupsResponse.DescribedGroup>();
        for (var id : request.groups()) {
            var admitted = admit(id, true);
            if (admitted != ErrorCode.NONE) {
                described.add(Overview.refused(id, admitted));
            } else {
                described.add(classic.has(id) ? classic.describe(id)
                        : Overview.missing(id, kinds.of(id) != null, version));
            }
        }
        reply.accept(new DescribeGroupsResponse(0, described));
    }

    public void deleteGroups(DeleteGroupsRequest request, ClientIdentity client, int version,
            Consumer<DeleteGroupsResponse> reply) {
        var results = new ArrayList<DeletableGroupResult>();
        int asked = request.groupsNames().size();
        if (asked == 0) {
            reply.accept(new DeleteGroupsResponse(0, results));
        }
        for (var id : request.groupsNames()) {
            deleteGroup(id, error -> {
                results.add(new DeletableGroupResult(id, error.code(), null));
                if (results.size() == asked) {
                    reply.accept(new DeleteGroupsResponse(0, results));
                }
            });
        }
    }

    private void deleteGroup(String groupId, Consumer<ErrorCode> whenDone) {
        var admitted = admit(groupId, true);
        var kind = kinds.of(groupId);
        if (admitted != ErrorCode.NONE) {
            whenDone.accept(admitted);
        } else if (kind == null) {
            whenDone.accept(ErrorCode.GROUP_ID_NOT_FOUND);
        } else {
            kind.delete(groupId, whenDone);
        }
    }

    /** What was committed for topics that are gone is of no use to anybody. */
    @Override
    public void onTopicsDeleted(SortedSet<String> topics) {
        tick();
        if (runtime.availability() == ErrorCode.NONE) {
            removals.forgetTopics(topics);
            kinds.all().forEach(kind -> kind.onTopicsChanged(topics));
        }
    }

    /** Topics were created, or have more partitions than before. */
    public void onTopicsChanged(SortedSet<String> topics) {
        tick();
        if (runtime.availability() == ErrorCode.NONE) {
            kinds.all().forEach(kind -> kind.onTopicsChanged(topics));
        }
    }
}
