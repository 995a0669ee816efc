package naru.coordination.groups;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import naru.coordination.consumers.ClassicMembers;
import naru.coordination.consumers.ConsumerGroups;
import naru.coordination.membership.Kinds;
import naru.coordination.runtime.ClientIdentity;
import naru.protocol.ErrorCode;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.LeaveGroupResponse;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/** The requests of classic members, whose group is a classic one or, in a migration, a consumer group. */
final class ClassicRequests {

    private static final int VERSION_WITH_NULL_PROTOCOL = 7;
    private static final int VERSION_WITH_NAMED_PROTOCOL = 5;

    private final Supplier<GroupSettings> settings;
    private final Kinds kinds;
    private final ClassicGroups classic;
    private final ConsumerGroups consumers;
    private final ClassicMembers classicMembers;
    private final Function<String, ErrorCode> admission;

    /** @param admission NONE when a request about a group may go on */
    ClassicRequests(Supplier<GroupSettings> settings, Kinds kinds, ClassicGroups classic, ConsumerGroups consumers,
            Function<String, ErrorCode> admission) {
        this.settings = settings;
        this.kinds = kinds;
        this.classic = classic;
        this.consumers = consumers;
        this.classicMembers = new ClassicMembers(consumers);
        this.admission = admission;
    }

    void join(JoinGroupRequest request, ClientIdentity client, int version, Consumer<JoinGroupResponse> reply) {
        Consumer<JoinGroupResponse> shaped = version >= VERSION_WITH_NULL_PROTOCOL ? reply : answer ->
                reply.accept(answer.protocolName() == null ? answer.toBuilder().protocolName("").build() : answer);
        var admitted = admission.apply(request.groupId());
        boolean timely = settings.get().sessionTimeoutMinMs() <= request.sessionTimeoutMs()
                && request.sessionTimeoutMs() <= settings.get().sessionTimeoutMaxMs();
        if (admitted == ErrorCode.NONE && !timely) {
            admitted = ErrorCode.INVALID_SESSION_TIMEOUT;
        } else if (admitted == ErrorCode.NONE && !GroupRecords.fits(request)) {
            admitted = ErrorCode.INVALID_REQUEST;
        }
        var kind = kinds.of(request.groupId());
        if (admitted == ErrorCode.NONE && kind == null) {
            admitted = !request.memberId().isEmpty() ? ErrorCode.UNKNOWN_MEMBER_ID
                    : settings.get().roomForOneMore(kinds);
        }
        if (admitted != ErrorCode.NONE) {
            shaped.accept(Group.failedJoin(request.memberId(), admitted));
        } else if (kind == null || kind == classic) {
            classic.join(request, client, version, shaped);
        } else if (kind != consumers) {
            shaped.accept(Group.failedJoin("", ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
        } else if (consumers.isVacant(request.groupId())) {
            joinVacant(request, client, version, shaped);
        } else {
            classicMembers.join(request, client, version, shaped);
        }
    }

    /** A consumer group that everybody has left makes room for a classic one; its offsets stay. */
    private void joinVacant(JoinGroupRequest request, ClientIdentity client, int version, Consumer<JoinGroupResponse> reply) {
        if (!request.memberId().isEmpty()) {
            reply.accept(Group.failedJoin(request.memberId(), ErrorCode.UNKNOWN_MEMBER_ID));
            return;
        }
        consumers.retire(request.groupId(), error -> {
            if (error == ErrorCode.NONE) {
                join(request, client, version, reply);
            } else {
                reply.accept(Group.failedJoin(request.memberId(), error));
            }
        });
    }

    void sync(SyncGroupRequest request, int version, Consumer<SyncGroupResponse> reply) {
        boolean named = request.protocolType() != null && request.protocolName() != null;
        var admitted = version < VERSION_WITH_NAMED_PROTOCOL || named
                ? admission.apply(request.groupId()) : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        if (admitted != ErrorCode.NONE) {
            reply.accept(Rebalances.failedSync(admitted));
        } else if (consumers.has(request.groupId())) {
            classicMembers.sync(request, reply);
        } else {
            classic.sync(request, reply);
        }
    }

    ErrorCode heartbeat(HeartbeatRequest request) {
        var admitted = admission.apply(request.groupId());
        if (admitted == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) {
            // The group may well exist; nobody is expired while loading, so the member may go on.
            return ErrorCode.NONE;
        }
        if (admitted != ErrorCode.NONE) {
            return admitted;
        }
        return consumers.has(request.groupId()) ? classicMembers.heartbeat(request) : classic.heartbeat(request);
    }

    void leave(LeaveGroupRequest request, int version, Consumer<LeaveGroupResponse> reply) {
        var admitted = admission.apply(request.groupId());
        if (admitted == ErrorCode.NONE && consumers.has(request.groupId())) {
            classicMembers.leave(request, version, reply);
            return;
        }
        reply.accept(admitted == ErrorCode.NONE ? classic.leave(request, version)
                : new LeaveGroupResponse(0, admitted.code(), List.of()));
    }
}
