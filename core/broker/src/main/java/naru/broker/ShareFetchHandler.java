package naru.broker;

import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.message.ShareFetchRequest;
import naru.protocol.message.ShareFetchResponse;

/** ShareFetch (API key 78): what is to be fetched is a matter of the session, when to answer one of the round. */
final class ShareFetchHandler implements Handler<ShareFetchRequest> {

    private static final int MEMBER_CHARS_MAX = 36;

    private final LaneBroker lane;

    ShareFetchHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, ShareFetchRequest fetch) {
        if (!saysWho(fetch.groupId(), fetch.memberId()) || fetch.isRenewAck() && !asksForNothing(fetch)) {
            request.answer(refused(ErrorCode.INVALID_REQUEST));
            return;
        }
        var acknowledged = Acknowledged.of(fetch);
        switch (lane.shareSessions().open(request, fetch, !acknowledged.isEmpty())) {
            case ShareSessions.Opening.Refused(var why) -> refuse(request, fetch, why);
            case ShareSessions.Opening.Last _ -> end(request, fetch, acknowledged);
            case ShareSessions.Opening.Going(var session) -> serve(request, fetch, session, acknowledged);
            case ShareSessions.Opening.New opened -> lane.shareSessions().succeed(
                    opened, () -> serve(request, fetch, opened.session(), acknowledged));
        }
    }

    private void serve(Request request, ShareFetchRequest fetch, ShareSession session, List<Acknowledged> acknowledged) {
        var parts = fetch.isRenewAck() ? List.<ShareSession.Part>of() : session.inTurn();
        var round = new ShareFetchRound(lane, request, fetch, parts);
        Acknowledged.tell(lane, fetch.groupId(), fetch.memberId(), acknowledged, request.version(), fetch.isRenewAck(),
                round::onAcknowledged);
        round.start();
    }

    /** True when the request names a group and a member. */
    static boolean saysWho(String group, String member) {
        return group != null && member != null && !member.isEmpty() && member.length() <= MEMBER_CHARS_MAX;
    }

    /** One who asks for time must not be given more records with it: they would be late at once. */
    private static boolean asksForNothing(ShareFetchRequest fetch) {
        return fetch.maxBytes() == 0 && fetch.minBytes() == 0 && fetch.maxRecords() == 0 && fetch.maxWaitMs() == 0;
    }

    /** One for whom there is no room comes back after a while, not at once. */
    private void refuse(Request request, ShareFetchRequest fetch, ErrorCode why) {
        var answer = refused(why);
        if (why == ErrorCode.SHARE_SESSION_LIMIT_REACHED && fetch.maxWaitMs() > 0) {
            lane.afterMs(fetch.maxWaitMs(), () -> request.answer(answer));
        } else {
            request.answer(answer);
        }
    }

    private void end(Request request, ShareFetchRequest fetch, List<Acknowledged> acknowledged) {
        lane.shareSessions().end(fetch.groupId(), fetch.memberId());
        var round = new ShareFetchRound(lane, request, fetch, List.of());
        Acknowledged.tell(lane, fetch.groupId(), fetch.memberId(), acknowledged, request.version(), fetch.isRenewAck(),
                outcomes -> LaneShares.releaseEverywhere(lane, fetch.groupId(), fetch.memberId(),
                        () -> round.onAcknowledged(outcomes)));
        round.start();
    }

    private static ShareFetchResponse refused(ErrorCode why) {
        return ShareFetchResponse.builder().errorCode(why.code()).responses(List.of()).build();
    }
}
