package naru.broker;

import naru.protocol.message.FetchRequest;

/** Fetch (API key 1): what to read is a matter of the session, when to answer one of the round. */
final class FetchHandler implements Handler<FetchRequest> {

    private final LaneBroker lane;

    FetchHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, FetchRequest fetch) {
        var opening = lane.fetchSessions().open(fetch, request.version(), lane.nowMs());
        switch (opening) {
            case FetchSessions.Opening.Refused(var why) -> request.answer(FetchAnswer.refused(why));
            case FetchSessions.Opening.Full(var positions) -> begin(request, fetch, opening, positions);
            case FetchSessions.Opening.First(var session) -> begin(request, fetch, opening, session.positions());
            case FetchSessions.Opening.Incremental(var session) -> begin(request, fetch, opening, session.positions());
        }
    }

    private void begin(Request request, FetchRequest fetch, FetchSessions.Opening opening,
            Iterable<FetchPosition> positions) {
        if (FollowerRound.replicaId(fetch, request.version()) >= 0) {
            follower(opening).begin(request, fetch, opening, positions);
        } else {
            new FetchRound(lane, request, fetch, opening, positions).start();
        }
    }

    private FollowerRound follower(FetchSessions.Opening opening) {
        var session = switch (opening) {
            case FetchSessions.Opening.First(var first) -> first;
            case FetchSessions.Opening.Incremental(var known) -> known;
            case FetchSessions.Opening.Full _, FetchSessions.Opening.Refused _ -> null;
        };
        if (session == null) {
            return new FollowerRound(lane);
        }
        if (session.follower() == null) {
            session.follower(new FollowerRound(lane));
        }
        return session.follower();
    }
}
