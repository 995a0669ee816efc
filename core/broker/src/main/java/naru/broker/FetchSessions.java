package naru.broker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import naru.base.Randomness;
import naru.protocol.ErrorCode;
import naru.protocol.message.FetchRequest;

/**
 * The fetch sessions of one lane. Readers keep to one connection, so a session is looked for where it was opened; a
 * reader that comes back on another lane is told that the session is gone, and opens a new one.
 */
final class FetchSessions {

    static final short NAMES_TOPICS_BY_ID = 13;

    private static final int OPENING_EPOCH = 0;
    private static final int CLOSING_EPOCH = -1;
    private static final int NO_SESSION = 0;

    /** {@code min.incremental.fetch.session.eviction.ms}: a session used since then is not taken away. */
    static final long EVICTION_MS = 120_000;

    /** What a fetch is to read, and how its answer is to be told. */
    sealed interface Opening {

        /** Everything is read and everything is told. */
        record Full(List<FetchPosition> positions) implements Opening {}

        /** A new session: everything is told, and remembered. */
        record First(FetchSession session) implements Opening {}

        /** A known session: only news is told. */
        record Incremental(FetchSession session) implements Opening {}

        record Refused(ErrorCode why) implements Opening {}
    }

    private final LinkedHashMap<Integer, FetchSession> sessions = new LinkedHashMap<>(16, 0.75f, true);
    private final int sessionsMax;
    private final int positionsMax;
    private final Randomness randomness;
    private int positions;

    /** @param positionsMax partitions that all sessions together may remember */
    FetchSessions(int sessionsMax, int positionsMax, Randomness randomness) {
        this.sessionsMax = sessionsMax;
        this.positionsMax = positionsMax;
        this.randomness = randomness;
    }

    int size() {
        return sessions.size();
    }

    Opening open(FetchRequest fetch, short version, long nowMs) {
        if (fetch.sessionEpoch() == OPENING_EPOCH || fetch.sessionEpoch() == CLOSING_EPOCH) {
            end(sessions.get(fetch.sessionId()));
            var opened = fetch.sessionEpoch() == OPENING_EPOCH ? create(version >= NAMES_TOPICS_BY_ID, nowMs) : null;
            if (opened == null || !update(opened, fetch, nowMs)) {
                end(opened);
                return new Opening.Full(positionsOf(fetch));
            }
            return new Opening.First(opened);
        }
        return resume(fetch, version, nowMs);
    }

    private Opening resume(FetchRequest fetch, short version, long nowMs) {
        var session = sessions.get(fetch.sessionId());
        if (session == null) {
            return new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        if (session.nextEpoch() != fetch.sessionEpoch()) {
            return new Opening.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        }
        if (session.namesTopicsById() != version >= NAMES_TOPICS_BY_ID) {
            return new Opening.Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
        }
        if (!update(session, fetch, nowMs)) {
            // The reader names everything anew, and is served without a session when there is no room for one.
            end(session);
            return new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        if (session.isEmpty()) {
            end(session);
            return new Opening.Full(List.of());
        }
        session.use(nowMs);
        return new Opening.Incremental(session);
    }

    private void end(FetchSession session) {
        if (session != null && sessions.remove(session.id()) != null) {
            positions -= session.positions().size();
            session.end();
        }
    }

    /** Null when every session of a full cache was used lately: the reader then fetches without one. */
    private FetchSession create(boolean namesTopicsById, long nowMs) {
        if (sessions.size() >= sessionsMax && !evict(nowMs)) {
            return null;
        }
        int id;
        do {
            id = randomness.nextInt(Integer.MAX_VALUE);
        } while (id == NO_SESSION || sessions.containsKey(id));
        var session = new FetchSession(id, namesTopicsById, nowMs);
        sessions.put(id, session);
        return session;
    }

    private boolean evict(long nowMs) {
        var eldest = sessions.sequencedValues().isEmpty() ? null : sessions.sequencedValues().getFirst();
        if (eldest == null || nowMs - eldest.usedAtMs() <= EVICTION_MS) {
            return false;
        }
        end(eldest);
        return true;
    }

    /** False when the sessions would remember more than they may, also without those that nobody used lately. */
    private boolean update(FetchSession session, FetchRequest fetch, long nowMs) {
        positions -= session.positions().size();
        change(session, fetch);
        positions += session.positions().size();
        boolean fits = positions <= positionsMax;
        while (!fits && evict(nowMs)) {
            fits = positions <= positionsMax;
        }
        return fits;
    }

    private static void change(FetchSession session, FetchRequest fetch) {
        for (var topic : fetch.topics()) {
            for (var partition : topic.partitions()) {
                move(session.positionOf(keyOf(topic, partition)), partition);
            }
        }
        for (var forgotten : fetch.forgottenTopicsData()) {
            for (int partition : forgotten.partitions()) {
                session.forget(new FetchPosition.Key(forgotten.topicId(), forgotten.topic(), partition));
            }
        }
    }

    /** The sessions of other brokers. */
    List<FollowerRound> followers() {
        return sessions.sequencedValues().stream().map(FetchSession::follower).filter(Objects::nonNull).toList();
    }

    private static List<FetchPosition> positionsOf(FetchRequest fetch) {
        // A partition that is named twice is read once, from where it was named last.
        var positions = new LinkedHashMap<FetchPosition.Key, FetchPosition>();
        for (var topic : fetch.topics()) {
            for (var partition : topic.partitions()) {
                move(positions.computeIfAbsent(keyOf(topic, partition), FetchPosition::new), partition);
            }
        }
        return List.copyOf(positions.values());
    }

    static FetchPosition.Key keyOf(FetchRequest.FetchTopic topic, FetchRequest.FetchPartition partition) {
        return new FetchPosition.Key(topic.topicId(), topic.topic(), partition.partition());
    }

    private static void move(FetchPosition position, FetchRequest.FetchPartition asked) {
        position.moveTo(asked.fetchOffset(), asked.partitionMaxBytes(), asked.currentLeaderEpoch(), asked.lastFetchedEpoch(),
                asked.logStartOffset());
        if (asked.highWatermark() != Long.MAX_VALUE) {
            position.knows(asked.highWatermark());
        }
    }
}
