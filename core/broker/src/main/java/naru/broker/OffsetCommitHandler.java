package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.coordination.groups.GroupShard;
import naru.metadata.Topic;
import naru.protocol.ErrorCode;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import naru.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;

/**
 * OffsetCommit (API key 8). Only offsets of partitions that exist come before the coordinator, under their topic's name;
 * the others are refused one by one.
 */
final class OffsetCommitHandler implements Handler<OffsetCommitRequest> {

    static final short TOPIC_IDS = 10;

    private final LaneBroker lane;

    OffsetCommitHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, OffsetCommitRequest asked) {
        boolean byId = request.version() >= TOPIC_IDS;
        var unknown = byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        var found = new ArrayList<Topic>();
        var existing = new ArrayList<OffsetCommitRequestTopic>();
        for (var one : asked.topics()) {
            var topic = byId ? lane.cluster().topic(one.topicId()) : lane.cluster().topic(one.name());
            found.add(topic);
            if (topic != null) {
                existing.add(new OffsetCommitRequestTopic(topic.name(), topic.id(), one.partitions().stream()
                        .filter(at -> topic.has(at.partitionIndex())).toList()));
            }
        }
        boolean nothingExists = existing.stream().allMatch(one -> one.partitions().isEmpty());
        if (nothingExists && !asked.topics().isEmpty()) {
            request.answer(joined(asked, found, refuse(asked.toBuilder().topics(existing).build(), unknown).topics(), unknown));
            return;
        }
        GroupHandlers.<OffsetCommitRequest, OffsetCommitResponse>ask(
                lane, request, asked.groupId(), asked.toBuilder().topics(existing).build(), GroupShard::offsetCommit,
                OffsetCommitHandler::refuse, answer -> request.answer(joined(asked, found, answer.topics(), unknown)));
    }

    private static OffsetCommitResponse refuse(OffsetCommitRequest asked, ErrorCode error) {
        var topics = asked.topics().stream()
                .map(topic -> new OffsetCommitResponseTopic(topic.name(), topic.topicId(), topic.partitions().stream()
                        .map(one -> new OffsetCommitResponsePartition(one.partitionIndex(), error.code()))
                        .toList()))
                .toList();
        return new OffsetCommitResponse(0, topics);
    }

    /** In the order of the question: what the coordinator said, and our word about what it was not asked. */
    private static OffsetCommitResponse joined(
            OffsetCommitRequest asked, List<Topic> found, List<OffsetCommitResponseTopic> heard, ErrorCode unknown) {
        var said = heard.iterator();
        var topics = new ArrayList<OffsetCommitResponseTopic>();
        for (int i = 0; i < found.size(); i++) {
            var one = asked.topics().get(i);
            var topic = found.get(i);
            var codes = topic == null ? null : said.next().partitions().iterator();
            var partitions = new ArrayList<OffsetCommitResponsePartition>();
            for (var at : one.partitions()) {
                partitions.add(topic == null
                        ? new OffsetCommitResponsePartition(at.partitionIndex(), unknown.code())
                        : topic.has(at.partitionIndex()) ? codes.next() : new OffsetCommitResponsePartition(
                                at.partitionIndex(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()));
            }
            topics.add(new OffsetCommitResponseTopic(one.name(), one.topicId(), partitions));
        }
        return new OffsetCommitResponse(0, topics);
    }
}
