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
            outcomes.set(at, outcome);
            missing--;
            answerWhenComplete();
        }
    }

    private final Request request;
    private final ProduceRequest produce;
    private final Acks acks;
    private final List<TopicProduceResponse> topics;
    private List<PartitionProduceResponse> current = new ArrayList<>(4);
    private int missing;
    private int elsewhere;
    private boolean sealed;
    private boolean failed;

    ProduceRound(Request request, ProduceRequest produce, Acks acks) {
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
            request.answer(ProduceResponse.builder().responses(topics).build());
        }
    }
}
