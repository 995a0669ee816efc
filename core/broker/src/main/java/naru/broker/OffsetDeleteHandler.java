package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import naru.coordination.groups.GroupShard;
import naru.protocol.ErrorCode;
import naru.protocol.message.OffsetDeleteRequest;
import naru.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import naru.protocol.message.OffsetDeleteResponse;
import naru.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import naru.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;

/** OffsetDelete (API key 47): a group forgets where it was in some partitions. */
final class OffsetDeleteHandler implements Handler<OffsetDeleteRequest> {

    private final LaneBroker lane;

    OffsetDeleteHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, OffsetDeleteRequest asked) {
        var existing = new ArrayList<OffsetDeleteRequestTopic>();
        var missing = new ArrayList<OffsetDeleteResponseTopic>();
        for (var one : asked.topics()) {
            var topic = lane.cluster().topic(one.name());
            var here = one.partitions().stream()
                    .filter(at -> topic != null && topic.has(at.partitionIndex())).toList();
            var gone = one.partitions().stream().filter(at -> topic == null || !topic.has(at.partitionIndex()))
                    .map(at -> new OffsetDeleteResponsePartition(
                            at.partitionIndex(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()))
                    .toList();
            if (!here.isEmpty()) {
                existing.add(new OffsetDeleteRequestTopic(one.name(), here));
            }
            if (!gone.isEmpty()) {
                missing.add(new OffsetDeleteResponseTopic(one.name(), gone));
            }
        }
        if (existing.isEmpty() && !missing.isEmpty()) {
            request.answer(new OffsetDeleteResponse(ErrorCode.NONE.code(), 0, missing));
            return;
        }
        GroupHandlers.<OffsetDeleteRequest, OffsetDeleteResponse>ask(
                lane, request, asked.groupId(), new OffsetDeleteRequest(asked.groupId(), existing),
                GroupShard::offsetDelete,
                (_, error) -> OffsetDeleteResponse.builder().errorCode(error.code()).build(),
                answer -> request.answer(joined(answer, missing)));
    }

    /** A topic is named once, whoever spoke about its partitions. */
    private static OffsetDeleteResponse joined(
            OffsetDeleteResponse answer, ArrayList<OffsetDeleteResponseTopic> missing) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            return answer;
        }
        var byName = new LinkedHashMap<String, List<OffsetDeleteResponsePartition>>();
        answer.topics().forEach(one -> byName.computeIfAbsent(one.name(), _ -> new ArrayList<>()).addAll(one.partitions()));
        missing.forEach(one -> byName.computeIfAbsent(one.name(), _ -> new ArrayList<>()).addAll(one.partitions()));
        var topics = new ArrayList<OffsetDeleteResponseTopic>();
        byName.forEach((name, partitions) -> topics.add(new OffsetDeleteResponseTopic(name, partitions)));
        return new OffsetDeleteResponse(answer.errorCode(), 0, topics);
    }
}
