package naru.coordination.groups;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.base.Clock;
import naru.coordination.runtime.Deadlines;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/** How a group gets from one generation to the next: gathering its members, and handing out what the leader decided. */
final class Rebalances {

    private final Supplier<GroupSettings> settings;
    private final Clock clock;
    private final Deadlines deadlines;
    private final ShardRuntime runtime;

    Rebalances(Supplier<GroupSettings> settings, Clock clock, Deadlines deadlines, ShardRuntime runtime) {
        this.settings = settings;
        this.clock = clock;
        this.deadlines = deadlines;
        this.runtime = runtime;
    }

    /** Gives a member the deadline after which it is taken for gone. */
    void watch(Group group, Member member) {
        member.session = deadlines.create(() -> {
            boolean knownAndSilent = group.members.get(member.id) == member
                    && (group.generation == member.bornIn || !member.isWaiting());
            if (knownAndSilent) {
                remove(group, member);
                prepareOrComplete(group);
            }
        });
        member.bornIn = group.generation;
    }

    void remove(Group group, Member member) {
        group.remove(member);
        answerSync(member, failedSync(ErrorCode.UNKNOWN_MEMBER_ID));
    }

    void prepareOrComplete(Group group) {
        switch (group.state) {
            case EMPTY, COMPLETING_REBALANCE, STABLE -> prepare(group);
            case PREPARING_REBALANCE -> completeIfAllJoined(group);
            case DEAD -> { }
        }
    }

    private void prepare(Group group) {
        if (group.state == GroupState.EMPTY && group.members.isEmpty()) {
            return;
        }
        if (group.state == GroupState.COMPLETING_REBALANCE) {
            refuseSyncs(group, ErrorCode.REBALANCE_IN_PROGRESS);
        }
        stopSyncDeadline(group);
        boolean first = group.state == GroupState.EMPTY;
        enter(group, GroupState.PREPARING_REBALANCE);
        if (group.rebalance == null) {
            group.rebalance = deadlines.create(() -> onRebalanceDeadline(group));
        }
        if (first) {
            group.gathering = true;
            group.joinedWhileGathering = false;
            group.gatheringLeftMs = Math.max(group.rebalanceTimeoutMs() - settings.get().initialRebalanceDelayMs(), 0);
            group.rebalance.in(settings.get().initialRebalanceDelayMs());
            if (settings.get().initialRebalanceDelayMs() == 0) {
                complete(group);
            }
        } else {
            group.rebalance.in(group.rebalanceTimeoutMs());
            completeIfAllJoined(group);
        }
    }

    private void onRebalanceDeadline(Group group) {
        if (group.state != GroupState.PREPARING_REBALANCE) {
            return;
        }
        if (group.gathering && group.joinedWhileGathering && group.gatheringLeftMs > 0) {
            long delayMs = Math.min(settings.get().initialRebalanceDelayMs(), group.gatheringLeftMs);
            group.joinedWhileGathering = false;
            group.gatheringLeftMs -= delayMs;
            group.rebalance.in(delayMs);
            return;
        }
        complete(group);
    }

    void completeIfAllJoined(Group group) {
        if (group.state == GroupState.PREPARING_REBALANCE && !group.gathering && group.allJoined()) {
            complete(group);
        }
    }

    private void complete(Group group) {
        group.rebalance.cancel();
        for (var member : List.copyOf(group.members.values())) {
            if (member.joining == null && member.instanceId == null) {
                remove(group, member);
            }
        }
        if (!group.members.isEmpty() && !group.electLeader()) {
            group.rebalance.in(group.rebalanceTimeoutMs());
            return;
        }
        group.gathering = false;
        group.generation++;
        if (group.members.isEmpty()) {
            group.protocol = null;
            group.leader = null;
            enter(group, GroupState.EMPTY);
            store(group, new TreeMap<>(), _ -> { });
            return;
        }
        group.protocol = group.elected();
        enter(group, GroupState.COMPLETING_REBALANCE);
        group.unsynced.addAll(group.members.keySet());
        if (group.sync == null) {
            group.sync = deadlines.create(() -> onSyncDeadline(group));
        }
        group.sync.in(group.rebalanceTimeoutMs());
        for (var member : List.copyOf(group.members.values())) {
            member.session.in(member.sessionTimeoutMs);
            group.answerJoin(member, group.joined(member.id, group.leader, false, member.id.equals(group.leader)));
        }
    }

    private void onSyncDeadline(Group group) {
        boolean someMissing = false;
        for (var memberId : List.copyOf(group.unsynced)) {
            someMissing = true;
            remove(group, group.members.get(memberId));
        }
        if (someMissing) {
            prepareOrComplete(group);
        }
    }

    private static void stopSyncDeadline(Group group) {
        group.unsynced.clear();
        if (group.sync != null) {
            group.sync.cancel();
        }
    }

    void sync(Group group, SyncGroupRequest request, Consumer<SyncGroupResponse> reply) {
        var member = group.members.get(request.memberId());
        switch (group.state) {
            case EMPTY -> reply.accept(failedSync(ErrorCode.UNKNOWN_MEMBER_ID));
            case DEAD -> reply.accept(failedSync(ErrorCode.COORDINATOR_NOT_AVAILABLE));
            case PREPARING_REBALANCE -> reply.accept(failedSync(ErrorCode.REBALANCE_IN_PROGRESS));
            case COMPLETING_REBALANCE -> {
                member.syncing = reply;
                synced(group, member);
                boolean decides = member.id.equals(group.leader) && group.assignedGeneration != group.generation;
                if (decides) {
                    assign(group, request);
                }
            }
            case STABLE -> {
                synced(group, member);
                member.session.in(member.sessionTimeoutMs);
                reply.accept(assigned(group, member));
            }
        }
    }

    private static void synced(Group group, Member member) {
        group.unsynced.remove(member.id);
        if (group.unsynced.isEmpty() && group.sync != null) {
            group.sync.cancel();
        }
    }

    private void assign(Group group, SyncGroupRequest request) {
        var assignments = new TreeMap<String, ByteBuffer>();
        request.assignments().forEach(one -> assignments.put(one.memberId(), one.assignment()));
        // Once in a generation: a second word of the leader must not be in the log when members were given the first.
        int generation = group.generation;
        group.assignedGeneration = generation;
        store(group, assignments, error -> {
            if (group.state != GroupState.COMPLETING_REBALANCE || group.generation != generation) {
                return;
            }
            if (error != ErrorCode.NONE) {
                refuseSyncs(group, error);
                prepareOrComplete(group);
                return;
            }
            enter(group, GroupState.STABLE);
            for (var member : group.members.values()) {
                member.assignment = assignments.getOrDefault(member.id, Member.NOTHING);
                if (member.syncing != null) {
                    member.session.in(member.sessionTimeoutMs);
                    answerSync(member, assigned(group, member));
                }
            }
        });
    }

    private static void refuseSyncs(Group group, ErrorCode why) {
        for (var member : group.members.values()) {
            member.assignment = Member.NOTHING;
            if (member.syncing != null) {
                member.session.in(member.sessionTimeoutMs);
                answerSync(member, failedSync(why));
            }
        }
    }

    private static SyncGroupResponse assigned(Group group, Member member) {
        return new SyncGroupResponse(0, ErrorCode.NONE.code(), group.protocolType, group.protocol, member.assignment.duplicate());
    }

    static SyncGroupResponse failedSync(ErrorCode why) {
        return SyncGroupResponse.builder().errorCode(why.code()).build();
    }

    static void answerSync(Member member, SyncGroupResponse response) {
        if (member.syncing != null) {
            var reply = member.syncing;
            member.syncing = null;
            reply.accept(response);
        }
    }

    private void enter(Group group, GroupState state) {
        group.state = state;
        group.stateSinceMs = clock.nowMs();
    }

    void store(Group group, Map<String, ByteBuffer> assignments, Consumer<ErrorCode> whenDone) {
        group.recordsUnderWay++;
        runtime.submit(List.of(GroupRecords.group(group.id, group.stored(assignments))), error -> {
            group.recordsUnderWay--;
            whenDone.accept(error);
        });
    }
}
