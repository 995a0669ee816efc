package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.ShareAcknowledgeRequest;
import naru.protocol.message.ShareAcknowledgeResponse;
import naru.protocol.message.ShareAcknowledgeResponse.PartitionData;
import naru.protocol.message.ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse;

/** ShareAcknowledge (API key 79): what a consumer says about the records it has, without fetching more. */
final class ShareAcknowledgeHandler implements Handler<ShareAcknowledgeRequest> {

    private final LaneBroker lane;

    ShareAcknowledgeHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, ShareAcknowledgeRequest asked) {
        if (!ShareFetchHandler.saysWho(asked.groupId(), asked.memberId())) {
            request.answer(refused(ErrorCode.INVALID_REQUEST));
            return;
        }
        var error = lane.shareSessions().use(asked.groupId(), asked.memberId(), asked.shareSessionEpoch());
        if (error != ErrorCode.NONE) {
            request.answer(refused(error));
            return;
        }
        boolean last = asked.shareSessionEpoch() == ShareSessions.CLOSING;
        if (last) {
            lane.shareSessions().end(asked.groupId(), asked.memberId());
        }
        Acknowledged.tell(lane, asked.groupId(), asked.memberId(), Acknowledged.of(asked), request.version(),
                asked.isRenewAck(), outcomes -> {
                    var answer = answer(asked.groupId(), outcomes);
                    if (last) {
                        LaneShares.releaseEverywhere(
                                lane, asked.groupId(), asked.memberId(), () -> request.answer(answer));
                    } else {
                        request.answer(answer);
                    }
                });
    }

    private static ShareAcknowledgeResponse refused(ErrorCode why) {
        return ShareAcknowledgeResponse.builder().errorCode(why.code()).responses(List.of()).build();
    }

    private ShareAcknowledgeResponse answer(String group, List<Acknowledged.Outcome> outcomes) {
        var topics = new LinkedHashMap<Uuid, List<PartitionData>>();
        for (var outcome : outcomes) {
            topics.computeIfAbsent(outcome.part().topic(), _ -> new ArrayList<>()).add(PartitionData.builder()
                    .partitionIndex(outcome.part().partition())
                    .errorCode(outcome.told().error().code())
                    .errorMessage(outcome.told().message())
                    .build());
        }
        var responses = new ArrayList<ShareAcknowledgeTopicResponse>();
        topics.forEach((id, partitions) -> responses.add(new ShareAcknowledgeTopicResponse(id, partitions)));
        return ShareAcknowledgeResponse.builder()
                .acquisitionLockTimeoutMs(ShareGroupSettings.of(lane, group).rules().lockMs())
                .responses(responses)
                .build();
    }
}
