package naru.broker;

import java.util.HashMap;
import java.util.Map;
import naru.protocol.ErrorCode;
import naru.protocol.message.ShareFetchRequest;

/**
 * The share sessions of one lane. A consumer keeps to one connection, and its session ends with that: whatever it still
 * has is released. One that comes back on another lane is told that the session is gone, and opens a new one.
 */
final class ShareSessions {

    private static final int OPENING = 0;
    static final int CLOSING = -1;

    /** What a fetch is to do. */
    sealed interface Opening {

        /** The consumer says its last word. */
        record Last() implements Opening {}

        /** A session that goes on. */
        record Going(ShareSession session) implements Opening {}

        /** @param returned its consumer had one before, on another connection of this lane */
        record New(ShareSession session, boolean returned) implements Opening {}

        record Refused(ErrorCode why) implements Opening {}
    }

    private final LaneBroker lane;
    // Looked up, never walked.
    private final Map<ShareSession.Key, ShareSession> sessions = new HashMap<>();

    ShareSessions(LaneBroker lane) {
        this.lane = lane;
    }

    Opening open(Request request, ShareFetchRequest fetch, boolean acknowledges) {
        var key = new ShareSession.Key(fetch.groupId(), fetch.memberId());
        if (fetch.shareSessionEpoch() == CLOSING) {
            return sessions.containsKey(key) ? new Opening.Last() : new Opening.Refused(ErrorCode.SHARE_SESSION_NOT_FOUND);
        }
        if (fetch.shareSessionEpoch() == OPENING) {
            return begin(request, fetch, key, acknowledges);
        }
        var session = sessions.get(key);
        var error = error(session, fetch.shareSessionEpoch());
        if (error != ErrorCode.NONE) {
            return new Opening.Refused(error);
        }
        change(session, fetch);
        session.use();
        return new Opening.Going(session);
    }

    private Opening begin(Request request, ShareFetchRequest fetch, ShareSession.Key key, boolean acknowledges) {
        if (acknowledges) {
            return new Opening.Refused(ErrorCode.INVALID_REQUEST); // of a session that is new nothing was delivered
        }
        var before = sessions.remove(key);
        int max = Integer.parseInt(lane.configuration().ofBroker("group.share.max.share.sessions"));
        if (sessions.size() >= Math.max(1, max / lane.lanes().count())) {
            return new Opening.Refused(ErrorCode.SHARE_SESSION_LIMIT_REACHED);
        }
        var session = new ShareSession(key, request.conversation());
        sessions.put(key, session);
        change(session, fetch);
        request.conversation().whenClosed(() -> onClosed(session));
        return new Opening.New(session, before != null && !before.isOf(request.conversation()));
    }

    /**
     * Before a new session is served: what its consumer had through another connection is released. That connection may be of
     * another lane and need not know yet that it is closed; when it hears of it, its session is forgotten, or it would
     * release what the consumer has through the new one.
     */
    void succeed(Opening.New opened, Runnable then) {
        var key = opened.session().key();
        int lanes = lane.lanes().count();
        var round = new Round<Boolean>(lanes, elsewhere -> {
            if (opened.returned() || elsewhere.contains(true)) {
                LaneShares.releaseEverywhere(lane, key.group(), key.member(), then);
            } else {
                then.run();
            }
        });
        for (int i = 0; i < lanes; i++) {
            lane.<ShareSessions, Boolean>onLane(i, LaneBroker::shareSessions, (there, answer) ->
                    answer.accept(there != this && there.sessions.remove(key) != null), round.seat(i));
        }
    }

    private void onClosed(ShareSession session) {
        if (sessions.remove(session.key(), session)) {
            LaneShares.releaseEverywhere(lane, session.key().group(), session.key().member(), () -> { });
        }
    }

    private static ErrorCode error(ShareSession session, int epoch) {
        if (session == null) {
            return ErrorCode.SHARE_SESSION_NOT_FOUND;
        }
        return session.epoch() == epoch ? ErrorCode.NONE : ErrorCode.INVALID_SHARE_SESSION_EPOCH;
    }

    /** NONE when a consumer that fetches nothing may speak; its session goes on. */
    ErrorCode use(String group, String member, int epoch) {
        if (epoch == OPENING) {
            return ErrorCode.INVALID_SHARE_SESSION_EPOCH;
        }
        var session = sessions.get(new ShareSession.Key(group, member));
        if (session != null && epoch == CLOSING) {
            return ErrorCode.NONE;
        }
        var error = error(session, epoch);
        if (error == ErrorCode.NONE) {
            session.use();
        }
        return error;
    }

    void end(String group, String member) {
        sessions.remove(new ShareSession.Key(group, member));
    }

    private static void change(ShareSession session, ShareFetchRequest fetch) {
        for (var topic : fetch.topics()) {
            for (var partition : topic.partitions()) {
                session.parts().add(new ShareSession.Part(topic.topicId(), partition.partitionIndex()));
            }
        }
        for (var forgotten : fetch.forgottenTopicsData()) {
            for (int partition : forgotten.partitions()) {
                session.parts().remove(new ShareSession.Part(forgotten.topicId(), partition));
            }
        }
    }
}
