package naru.broker;

import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.client.Reply;
import naru.metadata.Partition;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.OffsetForLeaderEpochRequest;
import naru.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import naru.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import naru.protocol.message.OffsetForLeaderEpochResponse;

/**
 * Those who may have taken this broker's place at a partition, asked whether they have before a coordinator tells a client what it remembers.
 *
 * <p>What a coordinator writes proves that it is the coordinator still: who follows another leader does not take it. What it remembers proves
 * nothing. One that is cut off from the others, and not from its clients, may have been replaced; and what the next one has acknowledged since,
 * it does not know. So where that may be ({@link BrokerLifecycle#isUnreplaced}), whoever might lead instead is asked: none of them does, or
 * the place was taken, or nobody knows. Who cannot know hangs up, and the client looks for its coordinator anew, at other brokers too. (Kafka
 * answers what it remembers.)
 */
final class Successors {

    private static final long LOOK_MS = 100;

    /** So many sessions long an answer waits: another controller may have to be elected first, and then miss a replica that is gone. */
    private static final int SESSIONS_MAX = 2;

    private final LaneBroker lane;
    private final Request request;
    private final TopicPartition of;
    private final int leaderEpoch;
    private final Consumer<Boolean> whenKnown;
    private final long deadlineNs;
    /** Who thinks about it. */
    private final TreeSet<Integer> asked = new TreeSet<>();
    /** Who said, since the request came, that it does not lead. */
    private final TreeSet<Integer> innocent = new TreeSet<>();
    private boolean over;

    private Successors(LaneBroker lane, Request request, TopicPartition of, int leaderEpoch, Consumer<Boolean> whenKnown) {
        this.lane = lane;
        this.request = request;
        this.of = of;
        this.leaderEpoch = leaderEpoch;
        this.whenKnown = whenKnown;
        this.deadlineNs = lane.broker().clock().nowNs() + TimeUnit.MILLISECONDS.toNanos(SESSIONS_MAX * lane.replication().sessionMs());
    }

    /**
     * @param request hung up on when nobody can tell
     * @param whenKnown hears, on this lane, whether this broker leads the partition, at once where that is certain
     */
    static void ask(LaneBroker lane, Request request, TopicPartition of, Consumer<Boolean> whenKnown) {
        var state = stateOf(lane, of);
        if (!isLed(lane, state)) {
            whenKnown.accept(false);
            return;
        }
        lane.broker().isUnreplaced(lane.number(), certain -> {
            if (certain) {
                whenKnown.accept(true);
            } else {
                new Successors(lane, request, of, state.leaderEpoch(), whenKnown).look();
            }
        });
    }

    private static Partition stateOf(LaneBroker lane, TopicPartition of) {
        var topic = lane.cluster().topic(of.topic());
        return topic == null || !topic.has(of.partition()) ? null : topic.partitions().get(of.partition());
    }

    private static boolean isLed(LaneBroker lane, Partition state) {
        return state != null && state.leader() == lane.broker().nodeId();
    }

    /** The cluster may have decided meanwhile: that this broker leads no longer, or that some of those who are silent need not be asked. */
    private void look() {
        if (over) {
            return;
        }
        decide();
        if (over) {
            return;
        }
        if (lane.broker().clock().nowNs() - deadlineNs >= 0) {
            over = true;
            request.hangUp("asks for what this broker remembers, and those who may have replaced it do not say that they have not");
            return;
        }
        for (int id : silent()) {
            if (asked.add(id)) {
                ask(id);
            }
        }
        lane.afterMs(LOOK_MS, this::look);
    }

    private void decide() {
        if (over || request.isAnswered() || request.isAbandoned()) {
            over = true;
            return;
        }
        var state = stateOf(lane, of);
        boolean leads = isLed(lane, state) && state.leaderEpoch() == leaderEpoch;
        if (!leads || silent().isEmpty()) {
            over = true;
            whenKnown.accept(leads);
        }
    }

    /** Nobody else can have been elected, unless a topic prefers that to having everything. */
    private TreeSet<Integer> silent() {
        var state = stateOf(lane, of);
        var silent = new TreeSet<>(state.inSync());
        silent.addAll(state.eligible());
        silent.remove(lane.broker().nodeId());
        silent.removeAll(innocent);
        return silent;
    }

    private void ask(int id) {
        var question = OffsetForLeaderEpochRequest.builder().replicaId(lane.broker().nodeId()).topics(List.of(new OffsetForLeaderTopic(
                of.topic(), List.of(new OffsetForLeaderPartition(of.partition(), leaderEpoch, leaderEpoch))))).build();
        lane.replication().neighbours().ask(id, ApiKey.OFFSET_FOR_LEADER_EPOCH, question, reply -> {
            asked.remove(id);
            if (reply instanceof Reply.Answered(var answer, int _) && doesNotLead((OffsetForLeaderEpochResponse) answer)) {
                innocent.add(id);
                decide();
            }
        });
    }

    /** It follows this broker, or has not heard even of that; who knows of a later leader says so, whoever that is. */
    private static boolean doesNotLead(OffsetForLeaderEpochResponse answer) {
        return switch (ErrorCode.of(answer.topics().getFirst().partitions().getFirst().errorCode())) {
            case NOT_LEADER_OR_FOLLOWER, UNKNOWN_LEADER_EPOCH -> true;
            default -> false;
        };
    }
}
