package naru.coordination.consumers;

import java.util.List;
import naru.coordination.membership.Ground;
import naru.protocol.ErrorCode;

/** The deadlines of members: who is silent, or does not give up what it must, is sent away. */
final class Timeouts {

    private final ConsumerGroups groups;
    private final Ground ground;

    Timeouts(ConsumerGroups groups, Ground ground) {
        this.groups = groups;
        this.ground = ground;
    }

    private void watch(ConsumerGroup group, ConsumerMember member) {
        if (member.session == null) {
            member.session = ground.deadlines().create(() -> fence(group, member));
            member.rebalance = ground.deadlines().create(() -> fence(group, member));
            member.sync = ground.deadlines().create(() -> fence(group, member));
        }
    }

    private void fence(ConsumerGroup group, ConsumerMember member) {
        groups.whenFree(group, () -> {
            if (groups.group(group.id) == group && group.members.get(member.id) == member) {
                groups.dismiss(group, List.of(member), error -> {
                    if (error != ErrorCode.NONE && group.members.get(member.id) == member) {
                        // It could not be written: the member has another session.
                        onHeartbeat(group, member);
                    }
                });
            }
        });
    }

    /** It has spoken: a whole session from now. */
    void onHeartbeat(ConsumerGroup group, ConsumerMember member) {
        watch(group, member);
        if (member.standing.epoch() == Standing.GONE_FOR_A_WHILE) {
            member.rebalance.cancel();
        }
        member.session.in(sessionMs(group, member));
    }

    private int sessionMs(ConsumerGroup group, ConsumerMember member) {
        return member.isClassic() ? member.profile.classic().sessionTimeoutMs()
                : groups.settings(group.id).sessionTimeoutMs();
    }

    /** It was told to give up partitions, or has nothing to give up any more. */
    void onStep(ConsumerGroup group, ConsumerMember member) {
        watch(group, member);
        if (member.isClassic()) {
            return;
        }
        if (member.standing.state() == MemberState.UNREVOKED_PARTITIONS) {
            member.rebalance.in(member.profile.rebalanceTimeoutMs());
        } else {
            member.rebalance.cancel();
        }
    }

    /** A classic member was told to join again. Told twice, the first counts. */
    void onAskedToJoin(ConsumerGroup group, ConsumerMember member) {
        watch(group, member);
        if (!member.rebalance.isSet()) {
            member.rebalance.in(member.profile.rebalanceTimeoutMs());
        }
    }

    void onJoined(ConsumerGroup group, ConsumerMember member) {
        watch(group, member);
        member.rebalance.cancel();
        member.session.in(member.profile.classic().sessionTimeoutMs());
        member.sync.in(member.profile.rebalanceTimeoutMs());
    }

    void onSynced(ConsumerGroup group, ConsumerMember member) {
        watch(group, member);
        member.sync.cancel();
        member.session.in(member.profile.classic().sessionTimeoutMs());
    }
}
