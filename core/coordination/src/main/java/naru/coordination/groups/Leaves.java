package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.LeaveGroupRequest.MemberIdentity;
import naru.protocol.message.LeaveGroupResponse;
import naru.protocol.message.LeaveGroupResponse.MemberResponse;

/** Who goes out of a group, one by one up to version 2, in a crowd from version 3. */
final class Leaves {

    private static final int VERSION_WITH_CROWDS = 3;

    private final Rebalances rebalances;

    Leaves(Rebalances rebalances) {
        this.rebalances = rebalances;
    }

    /** @param group null when there is none of that id, and so none of these members */
    LeaveGroupResponse leave(Group group, LeaveGroupRequest request, int version) {
        boolean crowd = version >= VERSION_WITH_CROWDS;
        var leaving = crowd ? request.members() : List.of(new MemberIdentity(request.memberId(), null, null));
        var answers = new ArrayList<MemberResponse>();
        boolean somebodyLeft = false;
        for (var one : leaving) {
            var code = group == null ? ErrorCode.UNKNOWN_MEMBER_ID : leave(group, one);
            somebodyLeft |= code == ErrorCode.NONE;
            answers.add(new MemberResponse(one.memberId(), one.groupInstanceId(), code.code()));
        }
        if (somebodyLeft && group.state != GroupState.EMPTY) {
            rebalances.prepareOrComplete(group);
        }
        return crowd ? new LeaveGroupResponse(0, ErrorCode.NONE.code(), answers)
                : new LeaveGroupResponse(0, answers.getFirst().errorCode(), List.of());
    }

    private ErrorCode leave(Group group, MemberIdentity one) {
        var promise = group.promised.remove(one.memberId());
        if (promise != null) {
            promise.cancel();
            return ErrorCode.NONE;
        }
        var named = one.groupInstanceId() == null ? null : group.staticMember(one.groupInstanceId());
        boolean byInstance = named != null && one.memberId().isEmpty();
        var identified = byInstance ? ErrorCode.NONE : group.identify(one.memberId(), one.groupInstanceId());
        if (identified == ErrorCode.NONE) {
            rebalances.remove(group, byInstance ? named : group.members.get(one.memberId()));
        }
        return identified;
    }
}
