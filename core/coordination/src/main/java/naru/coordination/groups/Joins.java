package naru.coordination.groups;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.Randomness;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.Deadlines;
import naru.protocol.ErrorCode;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;

/** Who comes into a group. */
final class Joins {

    /** How long a member that joins for the first time may wait for its answer, whatever its session timeout is. */
    private static final int NEW_MEMBER_WAIT_MS = 300_000;
    private static final int VERSION_WITH_PROMISED_IDS = 4;
    private static final int PROMISED_MAX = 10_000;
    private static final int VERSION_WITH_SKIPPED_ASSIGNMENT = 9;

    private final Rebalances rebalances;
    private final Deadlines deadlines;
    private final Randomness randomness;
    private final Consumer<Group> forgetUnused;

    /** @param forgetUnused lets go of a group that nobody came into */
    Joins(Rebalances rebalances, Deadlines deadlines, Randomness randomness, Consumer<Group> forgetUnused) {
        this.forgetUnused = forgetUnused;
        this.rebalances = rebalances;
        this.deadlines = deadlines;
        this.randomness = randomness;
    }

    void join(Group group, JoinGroupRequest request, ClientIdentity client, int version, Consumer<JoinGroupResponse> reply) {
        if (!group.accepts(request.protocolType(), request.protocols())) {
            reply.accept(Group.failedJoin(request.memberId(), ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
        } else if (!request.memberId().isEmpty()) {
            joinKnown(group, request, client, reply);
        } else if (request.groupInstanceId() != null) {
            joinStatic(group, request, client, version, reply);
        } else {
            String memberId = client.clientId() + "-" + randomness.nextUuid();
            if (version >= VERSION_WITH_PROMISED_IDS) {
                promise(group, memberId, request.sessionTimeoutMs());
                reply.accept(Group.failedJoin(memberId, ErrorCode.MEMBER_ID_REQUIRED));
            } else {
                add(group, memberId, request, client, reply);
            }
        }
    }

    private void promise(Group group, String memberId, int sessionTimeoutMs) {
        if (group.promised.size() >= PROMISED_MAX) {
            // Whoever means it comes back at once, so the oldest is the least likely to.
            var oldest = group.promised.entrySet().iterator();
            oldest.next().getValue().cancel();
            oldest.remove();
        }
        var deadline = deadlines.create(() -> {
            group.promised.remove(memberId);
            rebalances.completeIfAllJoined(group);
            forgetUnused.accept(group);
        });
        group.promised.put(memberId, deadline);
        deadline.in(sessionTimeoutMs);
    }

    private void add(Group group, String memberId, JoinGroupRequest request, ClientIdentity client,
            Consumer<JoinGroupResponse> reply) {
        var member = new Member(memberId, request.groupInstanceId(), client, request.sessionTimeoutMs(),
                rebalanceTimeoutMs(request), request.protocols());
        rebalances.watch(group, member);
        group.add(member, request.protocolType());
        group.awaitJoin(member, reply);
        member.session.in(NEW_MEMBER_WAIT_MS);
        group.joinedWhileGathering = group.gathering;
        rebalances.prepareOrComplete(group);
    }

    /** Versions before 1 have one timeout for both. */
    private static int rebalanceTimeoutMs(JoinGroupRequest request) {
        return request.rebalanceTimeoutMs() < 0 ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs();
    }

    private void joinKnown(Group group, JoinGroupRequest request, ClientIdentity client, Consumer<JoinGroupResponse> reply) {
        String memberId = request.memberId();
        var promise = group.promised.remove(memberId);
        if (promise != null) {
            promise.cancel();
            add(group, memberId, request, client, reply);
            return;
        }
        var identified = group.identify(memberId, request.groupInstanceId());
        if (identified != ErrorCode.NONE) {
            reply.accept(Group.failedJoin(memberId, identified));
            return;
        }
        var member = group.members.get(memberId);
        boolean leads = memberId.equals(group.leader);
        boolean sameProtocols = member.protocols.equals(request.protocols());
        switch (group.state) {
            case PREPARING_REBALANCE -> rejoin(group, member, request, reply);
            case COMPLETING_REBALANCE, STABLE -> {
                boolean answeredAsBefore = sameProtocols && !(leads && group.state == GroupState.STABLE);
                if (answeredAsBefore) {
                    reply.accept(group.joined(memberId, group.leader, false, leads));
                } else {
                    rejoin(group, member, request, reply);
                }
            }
            case EMPTY, DEAD -> reply.accept(Group.failedJoin(memberId, ErrorCode.UNKNOWN_MEMBER_ID));
        }
    }

    private void rejoin(Group group, Member member, JoinGroupRequest request, Consumer<JoinGroupResponse> reply) {
        update(group, member, request);
        group.awaitJoin(member, reply);
        rebalances.prepareOrComplete(group);
    }

    private static void update(Group group, Member member, JoinGroupRequest request) {
        group.propose(member, request.protocols());
        member.sessionTimeoutMs = request.sessionTimeoutMs();
        member.rebalanceTimeoutMs = rebalanceTimeoutMs(request);
    }

    private void joinStatic(Group group, JoinGroupRequest request, ClientIdentity client, int version,
            Consumer<JoinGroupResponse> reply) {
        String newId = request.groupInstanceId() + "-" + randomness.nextUuid();
        var member = group.staticMember(request.groupInstanceId());
        if (member == null) {
            add(group, newId, request, client, reply);
            return;
        }
        String oldId = member.id;
        String oldLeader = group.leader;
        group.answerJoin(member, Group.failedJoin(oldId, ErrorCode.FENCED_INSTANCE_ID));
        Rebalances.answerSync(member, Rebalances.failedSync(ErrorCode.FENCED_INSTANCE_ID));
        group.rename(member, newId);
        update(group, member, request);
        member.session.in(member.sessionTimeoutMs);
        boolean keeps = group.state == GroupState.STABLE && group.protocol.equals(group.elected());
        if (!keeps) {
            group.awaitJoin(member, reply);
            rebalances.prepareOrComplete(group);
            return;
        }
        // The group goes on undisturbed. Clients that cannot skip the assignment are told of a leader that is gone,
        // or they would take the leader's part in a rebalance that does not happen.
        boolean skips = version >= VERSION_WITH_SKIPPED_ASSIGNMENT;
        boolean leads = newId.equals(group.leader);
        var answer = group.joined(newId, skips ? group.leader : oldLeader, skips && leads, skips && leads);
        rebalances.store(group, assignments(group), error -> {
            if (error == ErrorCode.NONE) {
                reply.accept(answer);
            } else {
                if (group.members.get(newId) == member && !group.members.containsKey(oldId)) {
                    group.rename(member, oldId);
                }
                reply.accept(Group.failedJoin("", error));
            }
        });
    }

    private static Map<String, ByteBuffer> assignments(Group group) {
        var all = new TreeMap<String, ByteBuffer>();
        List.copyOf(group.members.values()).forEach(member -> all.put(member.id, member.assignment));
        return all;
    }
}
