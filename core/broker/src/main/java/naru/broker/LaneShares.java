package naru.broker;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.coordination.shares.Acknowledgement;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.ShareTold;
import naru.protocol.ErrorCode;

/** The partitions of this lane as share groups see them; each begins when it is first asked for. */
final class LaneShares {

    private final LaneBroker lane;
    private final TreeMap<ShareKey, SharedPartition> partitions = new TreeMap<>();

    LaneShares(LaneBroker lane) {
        this.lane = lane;
    }

    /** Told when a share partition can be asked: the partition, or null and why there is none. */
    interface Taker {
        void take(SharedPartition partition, ErrorCode error);
    }

    /** Begins it when there is none yet. */
    void with(ShareKey key, Taker taker) {
        var place = lane.place(key.topic(), key.partition());
        if (place.partition() == null) {
            taker.take(null, place.error() == ErrorCode.NONE ? ErrorCode.NOT_LEADER_OR_FOLLOWER : place.error());
            return;
        }
        if (place.partition().refusal() != ErrorCode.NONE) {
            taker.take(null, place.partition().refusal());
            return;
        }
        var found = find(key);
        if (found == null) {
            var begun = new SharedPartition(lane, key, place.partition());
            partitions.put(key, begun);
            begun.load(error -> {
                if (error != ErrorCode.NONE) {
                    partitions.remove(key, begun);
                }
                taker.take(error == ErrorCode.NONE ? begun : null, told(error));
            });
        } else {
            found.whenReady(error -> taker.take(error == ErrorCode.NONE ? found : null, told(error)));
        }
    }

    /** Null when it has not begun, or another one must begin in its place. */
    SharedPartition find(ShareKey key) {
        var found = partitions.get(key);
        if (found != null && !found.isCurrent()) {
            partitions.remove(key, found);
            found.close();
            return null;
        }
        return found;
    }

    /** What a consumer is told of an error between us and the coordinator. */
    static ErrorCode told(ErrorCode error) {
        return switch (error) {
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS ->
                    ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case FENCED_LEADER_EPOCH -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
            default -> error;
        };
    }

    /** A consumer is gone: whatever it has, on any lane, somebody else may have. */
    static void releaseEverywhere(LaneBroker from, String group, String member, Runnable whenDone) {
        var lanes = from.lanes().count();
        var round = new Round<Boolean>(lanes, _ -> whenDone.run());
        for (int i = 0; i < lanes; i++) {
            from.<LaneShares, Boolean>onLane(i, LaneBroker::shares,
                    (shares, answer) -> shares.release(group, member, () -> answer.accept(true)), round.seat(i));
        }
    }

    private void release(String group, String member, Runnable whenDone) {
        var mine = of(group);
        var round = new Round<Boolean>(mine.size(), _ -> whenDone.run());
        for (int i = 0; i < mine.size(); i++) {
            var seat = round.seat(i);
            var one = mine.get(i);
            one.whenReady(_ -> one.release(member, _ -> seat.accept(true)));
        }
    }

    private List<SharedPartition> of(String group) {
        return List.copyOf(partitions.subMap(new ShareKey(group, Uuid.ZERO, Integer.MIN_VALUE),
                new ShareKey(group + "\0", Uuid.ZERO, Integer.MIN_VALUE)).values());
    }

    /** Nobody is in the group any more: what it knew is kept by the coordinators. */
    static void forgetEverywhere(LaneBroker from, String group) {
        for (int i = 0; i < from.lanes().count(); i++) {
            from.<LaneShares, Boolean>onLane(i, LaneBroker::shares, (shares, answer) -> {
                shares.forget(group);
                answer.accept(true);
            }, _ -> { });
        }
    }

    private void forget(String group) {
        for (var one : of(group)) {
            partitions.remove(one.key(), one);
            one.close();
        }
    }

    void onLost(Partition partition) {
        for (var one : List.copyOf(partitions.values())) {
            if (one.partition() == partition) {
                partitions.remove(one.key(), one);
                one.close();
            }
        }
    }

    /** What a consumer says about records it has; told once it counts. */
    void acknowledge(ShareKey key, String member, List<Acknowledgement> said, Consumer<ShareTold> reply) {
        var place = lane.place(key.topic(), key.partition());
        var found = find(key);
        if (place.error() != ErrorCode.NONE) {
            reply.accept(new ShareTold(place.error(), null));
        } else if (place.partition() != null && place.partition().refusal() != ErrorCode.NONE) {
            reply.accept(new ShareTold(place.partition().refusal(), null));
        } else if (found == null) {
            reply.accept(ShareTold.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        } else {
            found.whenReady(error -> {
                if (error == ErrorCode.NONE) {
                    found.acknowledge(member, said, outcome -> reply.accept(
                            new ShareTold(told(outcome.error()), outcome.message())));
                } else {
                    reply.accept(ShareTold.of(told(error)));
                }
            });
        }
    }
}
