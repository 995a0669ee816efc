package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import naru.base.Uuid;
import naru.client.Exchange;
import naru.client.Reply;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchRequest.FetchPartition;
import naru.protocol.message.FetchRequest.FetchTopic;
import naru.protocol.message.FetchRequest.ForgottenTopic;
import naru.protocol.message.FetchRequest.ReplicaState;
import naru.protocol.message.FetchResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the partitions of a lane that one other broker leads: one connection, one fetch session (KIP-227), the next
 * question right after what the last one brought is written. A request names only what has changed since the one before, so
 * partitions where nothing happens cost nothing.
 *
 * <p>Normally one request is under way. A second one follows it at once when there is something new to ask about, so that a
 * partition that comes to this leader does not wait until the first one's wait is over.
 */
final class Fetcher {

    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
    private static final int UNDER_WAY_MAX = 2;
    private static final long REST_MS_FIRST = 20;
    private static final long REST_MS_MAX = 1_000;
    private static final long NEVER = Long.MIN_VALUE;
    private static final long NS_PER_MS = 1_000_000;
    /** A leader with nothing to say answers when the fetch does not want to wait any more; so much later its answer is overdue. */
    private static final long OVERDUE_MS = 400;

    private final LaneBroker lane;
    private final int leaderId;
    private final LinkedHashMap<Following.Key, Following> session = new LinkedHashMap<>();
    private final LinkedHashSet<Following> changed = new LinkedHashSet<>();
    private final LinkedHashSet<Following.Key> forgotten = new LinkedHashSet<>();
    /** Those that have not yet written as safely as they want what the last answer brought. */
    private final LinkedHashSet<Following> writing = new LinkedHashSet<>();
    /** Where the leader was looked for last, whether it was there or not. */
    private Neighbours.Address address;
    private Exchange exchange;
    private Timers.Timer rest;
    private long restMs = REST_MS_FIRST;
    private long asked;
    private long answered;
    /** When the question was asked that is to be answered next, and when the connection broke on which none was. */
    private long waitingSinceNs;
    private long lostAtNs = NEVER;
    private int sessionId;
    private int sessionEpoch;

    Fetcher(LaneBroker lane, int leaderId) {
        this.lane = lane;
        this.leaderId = leaderId;
    }

    int leaderId() {
        return leaderId;
    }

    /** For how long there has been reason to think that the leader is gone, in nanoseconds; negative while there is none. */
    long missedForNs(long nowNs) {
        if (lostAtNs != NEVER) {
            return nowNs - lostAtNs;
        }
        long patienceMs = lane.broker().settings().integer("replica.fetch.wait.max.ms") + OVERDUE_MS;
        return asked == answered ? -1 : nowNs - waitingSinceNs - patienceMs * NS_PER_MS;
    }

    /** It has a question open. */
    void want(Following one) {
        writing.remove(one);
        if (session.get(one.key()) != one || !one.isNamed()) {
            changed.add(one);
        }
        lane.replication().touch(this);
    }

    /** Nothing is asked until it has asked again: the leader would send the same once more. */
    void waitFor(Following one) {
        writing.add(one);
    }

    /** It has nothing to ask from this leader any more. */
    void leave(Following one) {
        writing.remove(one);
        changed.remove(one);
        if (session.remove(one.key(), one)) {
            forgotten.add(one.key());
        }
        lane.replication().touch(this);
    }

    /**
     * The cluster has changed: a leader that has started anew, or has moved, is asked where it is now. One that was lost may be back, too,
     * but is missed until it is heard, whatever else has changed.
     */
    void onCluster() {
        var now = lane.replication().neighbours().addressOf(leaderId);
        boolean isElsewhere = now != null && !now.equals(address);
        if (isElsewhere) {
            hangUp();
            lostAtNs = NEVER;
        }
        if (isElsewhere || now != null && exchange == null) {
            stopResting();
            restMs = REST_MS_FIRST;
            lane.replication().touch(this);
        }
    }

    /** The end of a turn: what was fetched in it is written. */
    void endTurn() {
        if (session.isEmpty() && changed.isEmpty()) {
            return; // its connection stays: there may be something again in a moment
        }
        boolean idle = asked == answered;
        boolean hurries = !changed.isEmpty() && asked - answered < UNDER_WAY_MAX && sessionEpoch > 0;
        if (rest == null && writing.isEmpty() && (idle || hurries)) {
            ask();
        }
    }

    private void ask() {
        if (!isConnected()) {
            takeRest();
            return;
        }
        if (sessionEpoch == 0) {
            changed.addAll(session.values());
            forgotten.clear();
        }
        if (asked == answered) {
            waitingSinceNs = lane.broker().clock().nowNs();
        }
        long number = ++asked;
        var request = request(number);
        var on = exchange;
        exchange.ask(ApiKey.FETCH, ApiKey.FETCH.stableMax(), request, request.maxWaitMs(), reply -> {
            if (on == exchange) {
                onReply(reply, number);
            }
        });
        if (sessionEpoch > 0) {
            sessionEpoch = sessionEpoch == Integer.MAX_VALUE ? 1 : sessionEpoch + 1;
        }
    }

    private boolean isConnected() {
        if (exchange != null && !exchange.hasEnded()) {
            return true;
        }
        address = lane.replication().neighbours().addressOf(leaderId);
        if (address == null) {
            return false;
        }
        exchange = lane.replication().neighbours().connect(address, UNDER_WAY_MAX);
        exchange.whenOpen(this::onHeard);
        return true;
    }

    private void onHeard() {
        lostAtNs = NEVER;
        lane.missed().lookAgain();
    }

    private FetchRequest request(long number) {
        var settings = lane.broker().settings();
        int partitionBytes = settings.integer("replica.fetch.max.bytes");
        var topics = new LinkedHashMap<Uuid, List<FetchPartition>>();
        for (var one : changed) {
            var at = one.open();
            one.name(number);
            session.put(one.key(), one);
            forgotten.remove(one.key());
            topics.computeIfAbsent(one.key().topic(), _ -> new ArrayList<>()).add(new FetchPartition(
                    one.key().partition(), at.leaderEpoch(), at.offset(), at.lastEpoch(), at.logStart(), partitionBytes,
                    Uuid.ZERO, one.highWatermark()));
        }
        changed.clear();
        var named = new ArrayList<FetchTopic>(topics.size());
        topics.forEach((id, partitions) -> named.add(new FetchTopic("", id, partitions)));
        return FetchRequest.builder()
                .replicaState(new ReplicaState(lane.broker().nodeId(), lane.replication().brokerEpoch()))
                .maxWaitMs(settings.integer("replica.fetch.wait.max.ms"))
                .minBytes(settings.integer("replica.fetch.min.bytes"))
                .maxBytes(settings.integer("replica.fetch.response.max.bytes"))
                .sessionId(sessionId)
                .sessionEpoch(sessionEpoch)
                .topics(named)
                .forgottenTopicsData(takeForgotten())
                .build();
    }

    private List<ForgottenTopic> takeForgotten() {
        if (forgotten.isEmpty()) {
            return List.of();
        }
        var topics = new LinkedHashMap<Uuid, List<Integer>>();
        for (var key : forgotten) {
            topics.computeIfAbsent(key.topic(), _ -> new ArrayList<>()).add(key.partition());
        }
        forgotten.clear();
        var all = new ArrayList<ForgottenTopic>(topics.size());
        topics.forEach((id, partitions) -> all.add(new ForgottenTopic("", id, partitions)));
        return all;
    }

    private void onReply(Reply reply, long number) {
        answered = number;
        waitingSinceNs = lane.broker().clock().nowNs();
        switch (reply) {
            case Reply.Answered(var answer, int _) -> {
                onAnswer((FetchResponse) answer, number);
                onHeard();
            }
            case Reply.Lost(var why, boolean _) -> {
                if (restMs == REST_MS_FIRST) { // told once
                    LOG.info("Broker {} cannot be fetched from: {}", leaderId, why);
                }
                lostAtNs = lostAtNs == NEVER ? waitingSinceNs : lostAtNs;
                hangUp();
                takeRest();
            }
            case Reply.Unspoken _ -> {
                LOG.error("Broker {} does not speak a version of Fetch that replicas need", leaderId);
                hangUp();
                takeRest();
            }
        }
        lane.replication().touch(this);
    }

    private void onAnswer(FetchResponse answer, long number) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            LOG.info("Broker {} ends the fetch session {}: {}", leaderId, sessionId, ErrorCode.of(answer.errorCode()));
            endSession();
            takeRest();
            return;
        }
        restMs = REST_MS_FIRST;
        if (sessionEpoch == 0 && answer.sessionId() != 0) {
            sessionId = answer.sessionId();
            sessionEpoch = 1;
        }
        for (var topic : answer.responses()) {
            for (var partition : topic.partitions()) {
                tell(new Following.Key(topic.topicId(), partition.partitionIndex()), partition, number);
            }
        }
    }

    /**
     * An answer to an older question than the newest is not for this log any more; the newest is answered, too. It may not even have
     * left: then it leaves with the next request, and must stay open until that.
     */
    private void tell(Following.Key key, FetchResponse.PartitionData answer, long number) {
        var one = session.get(key);
        if (one == null || one.namedIn() > number || one.open() == null || !one.isNamed()) {
            return;
        }
        one.onAnswer(answer);
        if (one.open() == null && !writing.contains(one)) {
            leave(one);
        }
    }

    private void endSession() {
        sessionId = 0;
        sessionEpoch = 0;
    }

    /** Whatever was asked and not answered is asked again on the next connection. */
    private void hangUp() {
        if (exchange != null) {
            var ended = exchange;
            exchange = null;
            ended.close();
        }
        answered = asked;
        endSession();
    }

    private void takeRest() {
        if (rest == null) {
            rest = lane.afterMs(restMs, () -> {
                rest = null;
                lane.replication().touch(this);
            });
            restMs = Math.min(2 * restMs, REST_MS_MAX);
        }
    }

    private void stopResting() {
        if (rest != null) {
            rest.cancel();
            rest = null;
        }
    }
}
