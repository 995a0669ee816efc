package naru.coordination.consumers;

import naru.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;

/**
 * Where a member stands: the record that is written whenever it comes a step further.
 *
 * @param epoch what the next heartbeat must say; -2 for a static member that has left for a while
 * @param previousEpoch accepted too, in case the answer with the newer one was lost
 * @param assigned what it may use
 * @param revoking what it must give up first
 */
record Standing(int epoch, int previousEpoch, MemberState state, Owned assigned, Owned revoking) {

    static final int NEW = 0;
    static final int GONE_FOR_A_WHILE = -2;

    /** Of a member that has just come. */
    static final Standing FRESH = new Standing(NEW, -1, MemberState.STABLE, Owned.NONE, Owned.NONE);

    static Standing of(ConsumerGroupCurrentMemberAssignmentValue stored) {
        return new Standing(stored.memberEpoch(), stored.previousMemberEpoch(), MemberState.of(stored.state()),
                Owned.of(stored.assignedPartitions(), stored.memberEpoch()),
                Owned.of(stored.partitionsPendingRevocation(), stored.memberEpoch()));
    }

    ConsumerGroupCurrentMemberAssignmentValue stored() {
        return new ConsumerGroupCurrentMemberAssignmentValue(
                epoch, previousEpoch, state.code, assigned.stored(), revoking.stored());
    }

    boolean isAt(int targetEpoch) {
        return state == MemberState.STABLE && epoch == targetEpoch;
    }

    /** The same member in an epoch; the one before stays known, also when it is the same. */
    Standing step(int toEpoch, MemberState next, Owned nowAssigned, Owned nowRevoking) {
        return new Standing(toEpoch, epoch, next, nowAssigned, nowRevoking);
    }
}
