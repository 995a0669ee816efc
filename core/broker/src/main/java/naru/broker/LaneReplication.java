package naru.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.replication.LeaderInput;
import naru.replication.LiveBrokers;

/** What one lane says to other brokers about partitions: what it fetches, what it lets them fetch, and who is in sync. */
final class LaneReplication {

    private static final long NO_EPOCH = -1;
    /** So often within {@code replica.lag.time.max.ms} leaders look who lags behind. */
    private static final int LOOKS_WITHIN_LAG = 4;
    private static final long TICK_MS_MIN = 50;

    private final LaneBroker lane;
    private final Neighbours neighbours;
    private final InSyncRequests inSync;
    private final TreeMap<Integer, Fetcher> fetchers = new TreeMap<>();
    private LinkedHashSet<Fetcher> touched = new LinkedHashSet<>();
    private ArrayList<FollowerRound> woken = new ArrayList<>();
    private final Throttles throttles;
    private final LiveBrokers live = this::epochOfLive;
    /** Brokers that might be in sync when this lane looked last, each with the epoch of its registration. */
    private SortedMap<Integer, Long> known = new TreeMap<>();
    private long sessionMs;
    private boolean outOfTouch;

    LaneReplication(LaneBroker lane) {
        this.lane = lane;
        this.neighbours = new Neighbours(lane);
        this.inSync = new InSyncRequests(lane);
        this.throttles = new Throttles(lane);
    }

    void begin() {
        sessionMs = lane.broker().settings().integer("broker.session.timeout.ms");
        lane.afterMs(tickMs(), this::tick);
    }

    /**
     * For how long replicas were not heard, by the clock that nobody sets. By the wall clock none would lag for as long as somebody has
     * set it back, and once it is set forward, each would that does not have the last record yet.
     */
    long steadyMs() {
        return TimeUnit.NANOSECONDS.toMillis(lane.broker().clock().nowNs());
    }

    private long tickMs() {
        return Math.max(TICK_MS_MIN, lane.broker().settings().integer("replica.lag.time.max.ms") / LOOKS_WITHIN_LAG);
    }

    private void tick() {
        long nowMs = steadyMs();
        lane.fetchSessions().followers().forEach(round -> round.reaffirm(nowMs, tickMs()));
        lane.upkeep().eachPartition(this::lookWhoLags, () -> lane.afterMs(tickMs(), this::tick));
    }

    private boolean lookWhoLags(Partition partition) {
        if (partition.leading() != null && partition.offline() == ErrorCode.NONE && partition.state().replicas().size() > 1) {
            partition.leading().hear(new LeaderInput.TimePassed());
        }
        return false;
    }

    Neighbours neighbours() {
        return neighbours;
    }

    InSyncRequests inSync() {
        return inSync;
    }

    Throttles throttles() {
        return throttles;
    }

    /** Which brokers may be taken into an in-sync set, by the newest that this lane has heard. */
    LiveBrokers live() {
        return live;
    }

    private long epochOfLive(int brokerId) {
        var broker = lane.cluster().brokers().get(brokerId);
        return broker == null || broker.fenced() || broker.inControlledShutdown() ? NO_EPOCH : broker.epoch();
    }

    /** Of this broker's registration; -1 before the lane has heard of it. */
    long brokerEpoch() {
        var self = lane.cluster().brokers().get(lane.broker().nodeId());
        return self == null ? NO_EPOCH : self.epoch();
    }

    /** After so long without an answer from a controller, others may lead what this broker leads. */
    long sessionMs() {
        return sessionMs;
    }

    /** @param now whether no controller has answered this broker for the length of a session */
    void outOfTouch(boolean now) {
        outOfTouch = now;
    }

    /** True while others may lead by now what this broker leads as far as it has heard. */
    boolean isOutOfTouch() {
        return outOfTouch;
    }

    /** The broker that leads a partition; -1 when nobody does, or there is no such partition. */
    int leaderOf(TopicPartition partition) {
        var topic = lane.cluster().topic(partition.topic());
        return topic == null || !topic.has(partition.partition()) ? -1 : topic.partitions().get(partition.partition()).leader();
    }

    Fetcher fetcherFrom(int leaderId) {
        return fetchers.computeIfAbsent(leaderId, id -> new Fetcher(lane, id));
    }

    /** One for each broker that this lane has fetched from. */
    Collection<Fetcher> fetchers() {
        return fetchers.values();
    }

    /** It has something to do when this turn is written. */
    void touch(Fetcher fetcher) {
        touched.add(fetcher);
    }

    void wakeAtEndOfTurn(FollowerRound round) {
        woken.add(round);
    }

    void onCluster() {
        throttles.onCluster(lane.cluster());
        fetchers.values().forEach(Fetcher::onCluster);
        reaffirmWhoIsBack();
    }

    /**
     * A broker that is let in (again) may have fetched all the time, and caught up: then it has nothing more to say, and its leaders would
     * take it into their in-sync sets when they look the next time, seconds later.
     */
    private void reaffirmWhoIsBack() {
        var now = new TreeMap<Integer, Long>();
        for (int id : lane.cluster().brokers().keySet()) {
            long epoch = epochOfLive(id);
            if (epoch != NO_EPOCH) {
                now.put(id, epoch);
            }
        }
        if (!now.equals(known)) {
            var before = known;
            known = now;
            long nowMs = steadyMs();
            for (var round : lane.fetchSessions().followers()) {
                Long epoch = now.get(round.replicaId());
                if (epoch != null && !epoch.equals(before.get(round.replicaId()))) {
                    round.reaffirm(nowMs, tickMs());
                }
            }
        }
    }

    /** Everything this turn has appended is written: those who wait for it elsewhere are answered, and what is missing here is asked for. */
    void endTurn() {
        while (!woken.isEmpty()) {
            var rounds = woken;
            woken = new ArrayList<>();
            rounds.forEach(FollowerRound::wake);
        }
        if (!touched.isEmpty()) {
            var all = touched;
            touched = new LinkedHashSet<>();
            all.forEach(Fetcher::endTurn);
        }
        inSync.endTurn();
    }
}
