package naru.broker;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;

/** The partitions one reader follows, so that it need not name them again (KIP-227). */
final class FetchSession {

    private final int id;
    private final boolean namesTopicsById;
    private final LinkedHashMap<FetchPosition.Key, FetchPosition> positions = new LinkedHashMap<>();
    private long usedAtMs;
    private int nextEpoch = 1;
    private FollowerRound follower;

    FetchSession(int id, boolean namesTopicsById, long nowMs) {
        this.id = id;
        this.namesTopicsById = namesTopicsById;
        this.usedAtMs = nowMs;
    }

    int id() {
        return id;
    }

    boolean namesTopicsById() {
        return namesTopicsById;
    }

    long usedAtMs() {
        return usedAtMs;
    }

    /** Null unless a replica reads; what it waits for stays from fetch to fetch. */
    FollowerRound follower() {
        return follower;
    }

    void follower(FollowerRound round) {
        follower = round;
    }

    /** Nobody fetches with it any more. */
    void end() {
        if (follower != null) {
            follower.close();
        }
    }

    /** The epoch that the next fetch of this session must carry. */
    int nextEpoch() {
        return nextEpoch;
    }

    void use(long nowMs) {
        usedAtMs = nowMs;
        // Epoch 0 opens a session, so the count starts over at 1.
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
    }

    FetchPosition positionOf(FetchPosition.Key key) {
        return positions.computeIfAbsent(key, FetchPosition::new);
    }

    void forget(FetchPosition.Key key) {
        positions.remove(key);
    }

    Collection<FetchPosition> positions() {
        return positions.values();
    }

    boolean isEmpty() {
        return positions.isEmpty();
    }

    /** What was served goes to the end, so that a full answer does not serve the same partitions again and again. */
    void moveToEnd(List<FetchPosition> served) {
        for (var position : served) {
            if (positions.remove(position.key()) != null) {
                positions.put(position.key(), position);
            }
        }
    }
}
