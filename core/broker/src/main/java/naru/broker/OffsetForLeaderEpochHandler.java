package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.message.OffsetForLeaderEpochRequest;
import naru.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import naru.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import naru.protocol.message.OffsetForLeaderEpochResponse;
import naru.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import naru.protocol.message.OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult;

/** OffsetForLeaderEpoch (API key 23): where an epoch ended here, so that a reader finds where its log diverged. */
final class OffsetForLeaderEpochHandler implements Handler<OffsetForLeaderEpochRequest> {

    private final LaneBroker lane;

    OffsetForLeaderEpochHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, OffsetForLeaderEpochRequest asked) {
        PartitionRounds.of(lane, asked.topics(), OffsetForLeaderTopic::topic, OffsetForLeaderTopic::partitions,
                OffsetForLeaderPartition::partition,
                OffsetForLeaderEpochHandler::answer,
                (wanted, error) -> new EpochEndOffset(error.code(), wanted.partition(), -1, -1),
                answers -> request.answer(OffsetForLeaderEpochResponse.builder()
                        .topics(topicsOf(asked, answers)).build()));
    }

    private static List<OffsetForLeaderTopicResult> topicsOf(
            OffsetForLeaderEpochRequest asked, List<List<EpochEndOffset>> answers) {
        var topics = new ArrayList<OffsetForLeaderTopicResult>();
        for (int i = 0; i < answers.size(); i++) {
            topics.add(new OffsetForLeaderTopicResult(asked.topics().get(i).topic(), answers.get(i)));
        }
        return topics;
    }

    private static EpochEndOffset answer(Partition partition, OffsetForLeaderPartition wanted) {
        // Also who does not lead says that it knows of a later leader than the one who asks.
        var outdated = partition.offline() != ErrorCode.NONE ? partition.offline() : partition.epochError(wanted.currentLeaderEpoch());
        var error = outdated != ErrorCode.NONE ? outdated : partition.refusal();
        if (error != ErrorCode.NONE) {
            return new EpochEndOffset(error.code(), wanted.partition(), -1, -1);
        }
        var end = partition.endOfEpoch(wanted.leaderEpoch());
        return new EpochEndOffset(ErrorCode.NONE.code(), wanted.partition(), end.epoch(), end.endOffset());
    }
}
