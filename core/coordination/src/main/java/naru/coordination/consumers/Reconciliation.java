package naru.coordination.consumers;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import naru.base.Uuid;
import naru.coordination.membership.Partitions;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;

/**
 * One step of a member towards its target: first it gives up what it must, then it is told the new epoch and gets what
 * nobody else has any more. A partition has one owner at any time because it is handed out only when its last owner has
 * said, by leaving it out of a heartbeat, that it is done with it.
 *
 * @param targetEpoch the epoch of the target
 * @param target what the member should have in the end
 * @param subscribed topics it subscribes to; others are given up whatever the target says
 * @param subscriptionChanged true when it does so only since this heartbeat
 * @param owned what the member says it has; null when it does not say
 * @param isFree true for a partition that no other member has
 */
record Reconciliation(int targetEpoch, Partitions target, SortedSet<Uuid> subscribed, boolean subscriptionChanged,
        List<TopicPartitions> owned, BiPredicate<Uuid, Integer> isFree) {

    /** Where the member stands after it; the same value when it stands where it stood. */
    Standing of(Standing now) throws Refused {
        return switch (now.state()) {
            case STABLE -> {
                if (now.epoch() != targetEpoch) {
                    yield towardsTarget(now, now.epoch());
                }
                yield subscriptionChanged ? withoutUnsubscribed(now) : now;
            }
            case UNREVOKED_PARTITIONS -> {
                if (stillHas(now.revoking())) {
                    yield subscriptionChanged ? withoutUnsubscribed(now) : now;
                }
                // It has caught up with the epoch that made it give them up, not with newer ones.
                yield towardsTarget(now, now.epoch());
            }
            case UNRELEASED_PARTITIONS -> towardsTarget(now, now.epoch());
            case UNKNOWN -> {
                if (owned == null || !owned.isEmpty()) {
                    throw new Refused(ErrorCode.FENCED_MEMBER_EPOCH, "What the member has is not known; it must join again.");
                }
                yield towardsTarget(now, targetEpoch);
            }
        };
    }

    private boolean stillHas(Owned revoking) {
        return owned == null || owned.stream().anyMatch(
                topic -> topic.partitions().stream().anyMatch(partition -> revoking.has(topic.topicId(), partition)));
    }

    /** No new target yet, but it must give up what it does not subscribe to any more. */
    private Standing withoutUnsubscribed(Standing now) {
        var kept = now.assigned().without(topic -> !subscribed.contains(topic));
        if (kept == now.assigned()) {
            return now;
        }
        var revoking = now.revoking().and(now.assigned().without(subscribed::contains));
        return stillHas(revoking) ? now.step(now.epoch(), MemberState.UNREVOKED_PARTITIONS, kept, revoking)
                : now.step(now.epoch(), now.state(), kept, now.revoking());
    }

    private Standing towardsTarget(Standing now, int epoch) {
        var kept = new TreeMap<Uuid, SortedMap<Integer, Integer>>();
        var revoking = new TreeMap<Uuid, SortedMap<Integer, Integer>>();
        now.assigned().byTopic().forEach((topic, partitions) -> partitions.forEach((partition, since) ->
                (wants(topic, partition) ? kept : revoking)
                        .computeIfAbsent(topic, _ -> new TreeMap<>()).put(partition, since)));
        var toRevoke = new Owned(revoking);
        if (!toRevoke.isEmpty() && stillHas(toRevoke)) {
            return now.step(epoch, MemberState.UNREVOKED_PARTITIONS, new Owned(kept), toRevoke);
        }
        boolean allFree = true;
        for (var topic : new TreeSet<>(target.byTopic().keySet())) {
            for (int partition : target.of(topic)) {
                boolean missing = subscribed.contains(topic) && !now.assigned().has(topic, partition);
                if (missing && (isFree.test(topic, partition) || now.revoking().has(topic, partition))) {
                    kept.computeIfAbsent(topic, _ -> new TreeMap<>()).put(partition, targetEpoch);
                } else if (missing) {
                    allFree = false;
                }
            }
        }
        var next = now.step(targetEpoch, allFree ? MemberState.STABLE : MemberState.UNRELEASED_PARTITIONS,
                new Owned(kept), Owned.NONE);
        boolean same = next.epoch() == now.epoch() && next.state() == now.state()
                && next.assigned().equals(now.assigned()) && now.revoking().isEmpty();
        return same ? now : next;
    }

    private boolean wants(Uuid topic, int partition) {
        return subscribed.contains(topic) && target.has(topic, partition);
    }
}
