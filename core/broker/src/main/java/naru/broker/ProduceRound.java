package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.base.OffsetRange;
import naru.protocol.ErrorCode;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import naru.protocol.message.ProduceResponse.PartitionProduceResponse;
import naru.protocol.message.ProduceResponse.TopicProduceResponse;
import naru.replication.LeaderInput.Acks;

/** One Produce request: a seat for each partition, answered when every seat has its outcome. */
final class ProduceRound {

    private static final PartitionProduceResponse NOT_YET = null;

    /** One partition of the request. */
    final class Seat implements Appender {
        private final List<PartitionProduceResponse> outcomes;
        private final int at;
        private final int partition;
        private boolean away;

        private Seat(List<PartitionProduceResponse> outcomes, int partition) {
            this.outcomes = outcomes;
            this.at = outcomes.size();
            this.partition = partition;
            outcomes.add(NOT_YET);
        }

        String clientId() {
            return request.clientId();
        }

        /**
         * Its bytes were copied for another lane. Until that one has taken them the request is under way, even when nobody
         * wants an answer: else nothing would slow down a producer that is faster than the other lane.
         */
        void goesElsewhere(int bytes) {
            away = true;
            elsewhere++;
            request.hold(bytes);
        }

        /** The other lane has taken the bytes, or refused them before. */
        void cameBack() {
            if (away) {
                away = false;
                elsewhere--;
                answerWhenComplete();
            }
        }

        @Override
        public void onAcknowledged(OffsetRange range, long logAppendTimeMs, long logStart) {
            settle(new PartitionProduceResponse(
                    partition, ErrorCode.NONE.code(), range.first(), logAppendTimeMs, logStart, List.of(), null,
                    ProduceResponse.LeaderIdAndEpoch.DEFAULT));
        }

        @Override
        public void onRefused(AppendRefused refused) {
            failed = true;
            settle(new PartitionProduceResponse(
                    partition, refused.why().code(), -1, -1, refused.logStart(), refused.records(), refused.message(),
                    ProduceResponse.LeaderIdAndEpoch.DEFAULT));
        }

        private void settle(PartitionProduceResponse outcome) {
            if (outcomes.get(at) != NOT_YET) {
                return; // the producer did not want to wait any longer
            }
            outcomes.set(at, outcome);
            missing--;
            answerWhenComplete();
        }
    }

    private static final short TELLS_LEADERS = 10;

    private final LaneBroker lane;
    private final Request request;
    private final ProduceRequest produce;
    private final Acks acks;
    private final List<TopicProduceResponse> topics;
    private List<PartitionProduceResponse> current = new ArrayList<>(4);
    private int missing;
    private int elsewhere;
    private boolean sealed;
    private boolean failed;
    private Timers.Timer deadline;

    ProduceRound(LaneBroker lane, Request request, ProduceRequest produce, Acks acks) {
        this.lane = lane;
        this.request = request;
        this.produce = produce;
        this.acks = acks;
        this.topics = new ArrayList<>(produce.topicData().size());
    }

    /** A seat for a partition of the topic that {@link #endTopic} will name. */
    Seat seat(int partition) {
        missing++;
        return new Seat(current, partition);
    }

    void endTopic(ProduceRequest.TopicProduceData topic) {
        if (!current.isEmpty()) {
            topics.add(new TopicProduceResponse(topic.name(), topic.topicId(), current));
            current = new ArrayList<>(4);
        }
    }

    /** Every seat has been given. */
    void seal() {
        sealed = true;
        answerWhenComplete();
        // A broker that is alone has nobody to wait for.
        if (missing > 0 && acks == Acks.ALL_IN_SYNC && lane.cluster().brokers().size() > 1) {
            awaitReplicas(Math.max(0, produce.timeoutMs()));
        }
    }

    private void awaitReplicas(long msLeft) {
        long sessionMs = lane.replication().sessionMs();
        deadline = lane.afterMs(Math.min(msLeft, sessionMs), () -> {
            if (lane.replication().isOutOfTouch()) {
                lookElsewhere();
            } else if (msLeft > sessionMs) {
                awaitReplicas(msLeft - sessionMs);
            } else {
                onDeadline();
            }
        });
    }

    /**
     * Neither followers nor controllers hear this broker, so it has most likely been replaced. A client that is told of a time that is over
     * asks here again, for ever; one whose connection ends looks for the leader anew, at other brokers too. (Kafka lets it ask on.)
     */
    private void lookElsewhere() {
        missing = Integer.MAX_VALUE; // whatever is acknowledged later, nobody hears it
        request.hangUp("waits for replicas, and no controller has answered this broker for a session's length");
    }

    /**
     * What was appended stays, and may be acknowledged by all yet; but nobody waits for it. Topics and their partitions have
     * their seats in the order of the request, which may name a topic twice.
     */
    private void onDeadline() {
        int next = 0;
        for (var asked : produce.topicData()) {
            if (asked.partitionData().isEmpty()) {
                continue; // it is not answered
            }
            var outcomes = topics.get(next++).partitionResponses();
            for (int i = 0; i < outcomes.size(); i++) {
                if (outcomes.get(i) == NOT_YET) {
                    outcomes.set(i, PartitionProduceResponse.builder()
                            .index(asked.partitionData().get(i).index()).errorCode(ErrorCode.REQUEST_TIMED_OUT.code()).baseOffset(-1).build());
                    missing--;
                }
            }
        }
        answerWhenComplete();
    }

    /**
     * A producer that wants no answer can only be told of a failure by the end of its connection, after which it asks
     * for metadata again.
     */
    private void answerNothing() {
        if (failed) {
            request.hangUp("produced with acks=0 to where it cannot");
        } else {
            request.answerNothing();
        }
    }

    void refuseAll(ErrorCode why) {
        for (var topic : produce.topicData()) {
            for (var partition : topic.partitionData()) {
                seat(partition.index()).onRefused(AppendRefused.because(why));
            }
            endTopic(topic);
        }
        seal();
    }

    private void answerWhenComplete() {
        if (!sealed) {
            return;
        }
        if (acks == Acks.NONE) {
            if (elsewhere == 0) {
                answerNothing();
            }
        } else if (missing == 0) {
            if (deadline != null) {
                deadline.cancel();
            }
            request.answer(failed && request.version() >= TELLS_LEADERS
                    ? withLeaders() : ProduceResponse.builder().responses(topics).build());
        }
    }

    private ProduceResponse withLeaders() {
        var leaders = new CurrentLeaders(lane, request.listener());
        for (var topic : topics) {
            topic.partitionResponses().replaceAll(each -> each.errorCode() == ErrorCode.NOT_LEADER_OR_FOLLOWER.code()
                    ? withLeader(topic, each, leaders) : each);
        }
        return ProduceResponse.builder().responses(topics).nodeEndpoints(leaders.nodes().stream()
                .map(node -> new ProduceResponse.NodeEndpoint(node.id(), node.host(), node.port(), node.rack())).toList())
                .build();
    }

    private PartitionProduceResponse withLeader(
            TopicProduceResponse answered, PartitionProduceResponse outcome, CurrentLeaders leaders) {
        var topic = answered.topicId().isZero()
                ? lane.cluster().topic(answered.name()) : lane.cluster().topic(answered.topicId());
        var leader = leaders.of(topic, outcome.index());
        return outcome.toBuilder()
                .currentLeader(new ProduceResponse.LeaderIdAndEpoch(leader.id(), leader.epoch())).build();
    }
}
