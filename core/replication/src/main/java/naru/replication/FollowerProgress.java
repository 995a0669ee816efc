package naru.replication;

/** How far one follower has come, as its leader knows from its fetches. */
final class FollowerProgress {

    static final long UNKNOWN = -1;

    private final int id;
    private long brokerEpoch = UNKNOWN;
    private long logStart = UNKNOWN;
    private long logEnd = UNKNOWN;
    private long caughtUpAtMs;
    private long fetchedAtMs;
    private long leaderEndThen;
    private boolean counted;

    /** @param caughtUpAtMs the time of the last fetch that is taken to have reached the leader's end */
    FollowerProgress(int id, long caughtUpAtMs) {
        this.id = id;
        this.caughtUpAtMs = caughtUpAtMs;
        this.fetchedAtMs = caughtUpAtMs;
        this.leaderEndThen = Long.MAX_VALUE;
    }

    int id() {
        return id;
    }

    long brokerEpoch() {
        return brokerEpoch;
    }

    long logStart() {
        return logStart;
    }

    /** {@link #UNKNOWN} before its first fetch. */
    long logEnd() {
        return logEnd;
    }

    /** True for a member of the committed in-sync set or of a proposed one. */
    boolean isCounted() {
        return counted;
    }

    void count(boolean now) {
        counted = now;
    }

    /** In sync since now, by a committed record: it has the whole lag's time to show it. */
    void joined(long nowMs) {
        caughtUpAtMs = Math.max(caughtUpAtMs, nowMs);
    }

    /**
     * Under steady load a follower never reaches the leader's end. So it counts as caught up at the time of the fetch before
     * when it has now reached what was the end then.
     */
    void fetched(long epoch, long start, long end, long leaderEnd, long nowMs) {
        if (end >= leaderEnd) {
            caughtUpAtMs = Math.max(caughtUpAtMs, nowMs);
        } else if (end >= leaderEndThen) {
            caughtUpAtMs = Math.max(caughtUpAtMs, fetchedAtMs);
        }
        brokerEpoch = epoch;
        logStart = start;
        logEnd = end;
        leaderEndThen = leaderEnd;
        fetchedAtMs = nowMs;
    }

    /** @param lagMsMax {@code replica.lag.time.max.ms} */
    boolean isCaughtUp(long leaderEnd, long nowMs, int lagMsMax) {
        return logEnd == leaderEnd || nowMs - caughtUpAtMs <= lagMsMax;
    }
}
