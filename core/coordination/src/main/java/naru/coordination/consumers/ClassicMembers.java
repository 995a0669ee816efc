package naru.coordination.consumers;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.coordination.membership.Partitions;
import naru.coordination.runtime.ClientIdentity;
import naru.protocol.ErrorCode;
import naru.protocol.MalformedMessage;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.LeaveGroupRequest.MemberIdentity;
import naru.protocol.message.LeaveGroupResponse;
import naru.protocol.message.LeaveGroupResponse.MemberResponse;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/** Members of a consumer group that speak the classic protocol: its requests, translated. No member leads. */
public final class ClassicMembers {

    private static final int VERSION_WITH_PROMISED_IDS = 4;
    private static final int VERSION_WITH_CROWDS = 3;

    private final ConsumerGroups groups;
    private final Migration migration;

    public ClassicMembers(ConsumerGroups groups) {
        this.groups = groups;
        this.migration = groups.migration();
    }

    // --- JoinGroup ---

    public void join(JoinGroupRequest request, ClientIdentity client, int version, Consumer<JoinGroupResponse> reply) {
        whenFree(request.groupId(), () -> {
            try {
                decideJoin(request, client, version, reply);
            } catch (Refused refused) {
                reply.accept(failed(request.memberId(), refused.why));
            }
        }, error -> reply.accept(failed(request.memberId(), error)));
    }

    private void whenFree(String groupId, Runnable decision, Consumer<ErrorCode> otherwise) {
        var group = groups.group(groupId);
        boolean accepted = groups.whenFree(group, () -> {
            if (groups.availability() != ErrorCode.NONE) {
                otherwise.accept(groups.availability());
            } else if (groups.group(groupId) != group) {
                // It was buried or moved meanwhile: a member that joins again finds what there is now.
                otherwise.accept(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
            } else {
                decision.run();
            }
        });
        if (!accepted) {
            otherwise.accept(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        }
    }

    private static JoinGroupResponse failed(String memberId, ErrorCode why) {
        return JoinGroupResponse.builder().memberId(memberId).errorCode(why.code()).protocolName(null).build();
    }

    private void decideJoin(JoinGroupRequest request, ClientIdentity client, int version, Consumer<JoinGroupResponse> reply)
            throws Refused {
        var group = groups.group(request.groupId());
        if (group.isEmpty()) {
            throw new Refused(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, null);
        }
        var settings = groups.settings(group.id);
        if (!settings.upgrades() && !settings.downgrades()) {
            throw new Refused(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, null);
        }
        boolean isUnknown = request.memberId().isEmpty();
        String memberId = isUnknown ? groups.ground().randomness().nextUuid().toString() : request.memberId();
        if (group.members.size() >= settings.membersMax() && !group.members.containsKey(memberId)) {
            throw new Refused(ErrorCode.GROUP_MAX_SIZE_REACHED, null);
        }
        var names = new TreeSet<String>();
        request.protocols().forEach(one -> names.add(one.name()));
        if (!Migration.CONSUMER.equals(request.protocolType()) || !group.classicMembersSupport(names)) {
            throw new Refused(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, null);
        }
        if (isUnknown && request.groupInstanceId() == null && version >= VERSION_WITH_PROMISED_IDS) {
            reply.accept(failed(memberId, ErrorCode.MEMBER_ID_REQUIRED));
            return;
        }
        var draft = groups.draft(group);
        take(draft, group, memberId, request.groupInstanceId(), isUnknown);
        try {
            describe(draft, request, client);
        } catch (MalformedMessage broken) {
            throw new Refused(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, null);
        }
        var replaced = draft.before();
        var answer = new JoinGroupResponse(0, ErrorCode.NONE.code(), draft.standing().epoch(), Migration.CONSUMER,
                request.protocols().getFirst().name(), "", false, memberId, List.of());
        boolean downgrades = replaced != null && request.groupInstanceId() != null
                && migration.mayDowngrade(group, List.of(replaced), true);
        if (downgrades) {
            migration.downgrade(group, replaced, draft, error ->
                    reply.accept(error == ErrorCode.NONE ? answer : failed(memberId, error)));
        } else {
            submit(group, draft, answer, reply);
        }
    }

    private static void take(Draft draft, ConsumerGroup group, String memberId, String instanceId, boolean isUnknown)
            throws Refused {
        if (instanceId == null) {
            var known = group.members.get(memberId);
            if (known == null) {
                draft.takeNew(memberId);
            } else {
                draft.take(known);
            }
            return;
        }
        var known = group.staticMember(instanceId);
        if (isUnknown && known == null) {
            draft.takeNew(memberId);
        } else if (isUnknown) {
            draft.takeOver(known, memberId);
        } else if (known == null) {
            throw new Refused(ErrorCode.UNKNOWN_MEMBER_ID, null);
        } else if (!known.id.equals(memberId)) {
            throw new Refused(ErrorCode.FENCED_INSTANCE_ID, null);
        } else {
            draft.take(known);
        }
    }

    private void describe(Draft draft, JoinGroupRequest request, ClientIdentity client) throws Refused {
        var said = Embedded.subscription(request.protocols().getFirst().metadata());
        draft.update(draft.profile().with(request.groupInstanceId(), Migration.blankToNull(said.rackId()), client,
                said.topics(), null, request.rebalanceTimeoutMs() < 0 ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs(),
                null, Migration.classic(request.sessionTimeoutMs(), request.protocols())));
        draft.retarget();
        draft.reconcile(Embedded.owned(said, groups.ground().topics()));
    }

    private void submit(ConsumerGroup group, Draft draft, JoinGroupResponse answer, Consumer<JoinGroupResponse> reply) {
        group.topicsStale = false;
        groups.submit(group, draft.facts(), error -> {
            if (error != ErrorCode.NONE) {
                group.topicsStale = true;
                reply.accept(failed(answer.memberId(), error));
                return;
            }
            groups.timeouts().onJoined(group, group.members.get(answer.memberId()));
            reply.accept(answer);
        });
    }

    // --- SyncGroup ---

    public void sync(SyncGroupRequest request, Consumer<SyncGroupResponse> reply) {
        whenFree(request.groupId(), () -> {
            try {
                reply.accept(synced(request));
            } catch (Refused refused) {
                reply.accept(SyncGroupResponse.builder().errorCode(refused.why.code()).build());
            }
        }, error -> reply.accept(SyncGroupResponse.builder().errorCode(
                (error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.REBALANCE_IN_PROGRESS : error).code()).build()));
    }

    private SyncGroupResponse synced(SyncGroupRequest request) throws Refused {
        var group = groups.group(request.groupId());
        var member = classicMember(group, request.memberId(), request.groupInstanceId());
        checkGeneration(member, request.generationId());
        var protocol = member.profile.classic().supportedProtocols().getFirst();
        boolean differs = request.protocolType() != null && !request.protocolType().equals(Migration.CONSUMER)
                || request.protocolName() != null && !request.protocolName().equals(protocol.name());
        if (differs) {
            throw new Refused(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, null);
        }
        boolean outdated = group.generation.epoch() > member.standing.epoch()
                && member.standing.state() != MemberState.UNREVOKED_PARTITIONS;
        if (outdated) {
            groups.timeouts().onAskedToJoin(group, member);
            throw new Refused(ErrorCode.REBALANCE_IN_PROGRESS, null);
        }
        groups.timeouts().onSynced(group, member);
        return new SyncGroupResponse(0, ErrorCode.NONE.code(), request.protocolType(), request.protocolName(),
                assignment(member, protocol.metadata()));
    }

    private ByteBuffer assignment(ConsumerMember member, ByteBuffer like) {
        var partitions = Partitions.builder();
        member.standing.assigned().byTopic().forEach(
                (topic, numbers) -> numbers.keySet().forEach(number -> partitions.add(topic, number)));
        return Embedded.written(partitions.build(), groups.ground().topics(), like);
    }

    private static ConsumerMember classicMember(ConsumerGroup group, String memberId, String instanceId) throws Refused {
        var member = anyMember(group, memberId, instanceId);
        if (!member.isClassic()) {
            throw new Refused(ErrorCode.UNKNOWN_MEMBER_ID, null);
        }
        return member;
    }

    private static ConsumerMember anyMember(ConsumerGroup group, String memberId, String instanceId) throws Refused {
        var member = instanceId == null ? group.members.get(memberId) : group.staticMember(instanceId);
        if (member == null) {
            throw new Refused(ErrorCode.UNKNOWN_MEMBER_ID, null);
        }
        if (!member.id.equals(memberId)) {
            throw new Refused(ErrorCode.FENCED_INSTANCE_ID, null);
        }
        return member;
    }

    private static void checkGeneration(ConsumerMember member, int generation) throws Refused {
        if (member.standing.epoch() != generation) {
            throw new Refused(ErrorCode.ILLEGAL_GENERATION, null);
        }
    }

    // --- Heartbeat ---

    public ErrorCode heartbeat(HeartbeatRequest request) {
        var group = groups.group(request.groupId());
        try {
            var member = classicMember(group, request.memberId(), request.groupInstanceId());
            checkGeneration(member, request.generationId());
            groups.timeouts().onHeartbeat(group, member);
            if (mustJoinAgain(group, member)) {
                groups.timeouts().onAskedToJoin(group, member);
                return ErrorCode.REBALANCE_IN_PROGRESS;
            }
            return ErrorCode.NONE;
        } catch (Refused refused) {
            return refused.why;
        }
    }

    /** It is behind, or must give up something, or could have all it waits for. */
    private static boolean mustJoinAgain(ConsumerGroup group, ConsumerMember member) {
        return member.standing.epoch() < group.generation.epoch() || switch (member.standing.state()) {
            case UNREVOKED_PARTITIONS -> true;
            case UNRELEASED_PARTITIONS -> !waits(group, member);
            case STABLE, UNKNOWN -> false;
        };
    }

    private static boolean waits(ConsumerGroup group, ConsumerMember member) {
        var target = group.targets.getOrDefault(member.id, Partitions.NONE);
        for (var topic : target.byTopic().entrySet()) {
            for (int partition : topic.getValue()) {
                String owner = group.ownerOf(topic.getKey(), partition);
                if (owner != null && !owner.equals(member.id)) {
                    return true;
                }
            }
        }
        return false;
    }

    // --- LeaveGroup ---

    public void leave(LeaveGroupRequest request, int version, Consumer<LeaveGroupResponse> reply) {
        boolean crowd = version >= VERSION_WITH_CROWDS;
        whenFree(request.groupId(), () -> decideLeave(request, crowd, reply),
                error -> reply.accept(new LeaveGroupResponse(0, error.code(), List.of())));
    }

    private void decideLeave(LeaveGroupRequest request, boolean crowd, Consumer<LeaveGroupResponse> reply) {
        var group = groups.group(request.groupId());
        var named = crowd ? request.members() : List.of(new MemberIdentity(request.memberId(), null, null));
        var leaving = new ArrayList<ConsumerMember>();
        var answers = new ArrayList<MemberResponse>();
        for (var one : named) {
            try {
                var known = one.groupInstanceId() == null ? null : group.staticMember(one.groupInstanceId());
                boolean byInstance = known != null && one.memberId().isEmpty();
                // Whatever it speaks: this is also how operators send members away.
                var member = anyMember(group, byInstance ? known.id : one.memberId(), one.groupInstanceId());
                if (!leaving.contains(member)) {
                    leaving.add(member);
                }
                answers.add(new MemberResponse(member.id, one.groupInstanceId(), ErrorCode.NONE.code()));
            } catch (Refused refused) {
                answers.add(new MemberResponse(one.memberId(), one.groupInstanceId(), refused.why.code()));
            }
        }
        Consumer<ErrorCode> answer = error -> reply.accept(error != ErrorCode.NONE
                ? new LeaveGroupResponse(0, error.code(), List.of())
                : crowd ? new LeaveGroupResponse(0, error.code(), answers)
                        : new LeaveGroupResponse(0, answers.getFirst().errorCode(), List.of()));
        if (leaving.isEmpty()) {
            answer.accept(ErrorCode.NONE);
        } else {
            groups.dismiss(group, leaving, answer);
        }
    }
}
