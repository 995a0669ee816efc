package naru.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import naru.protocol.ErrorCode;
import naru.protocol.message.FetchRequest;

/**
 * What one replica fetches from this broker, from fetch to fetch of its session. Its seats stay beside their partitions:
 * only those where something has happened, or of which the replica speaks, are looked at, so that a thousand quiet
 * partitions cost nothing.
 *
 * <p>A replica reads up to what is written. It is answered as soon as there is a byte more than it wants at least, or a
 * high watermark that it does not know, or an error; and at the latest when it does not want to wait any longer.
 */
final class FollowerRound {

    private static final short REPLICA_STATE = 15;

    /** One partition. */
    private final class Seat extends Watchers.Watcher {
        private final FetchPosition position;
        /** Among those to be looked at. */
        private boolean fresh;
        /** Another lane is asked about it; what happens meanwhile may be more than it tells. */
        private boolean away;
        private boolean changedMeanwhile;
        /** The replica has said since our last look where it is. */
        private boolean named;
        private boolean gone;
        /** Others took the room for what it has. */
        private boolean cramped;
        private Look look;
        private Watchers.Watcher remote;
        private int remoteLane;

        private Seat(FetchPosition position) {
            this.position = position;
        }

        @Override
        void onRaised() {
            refresh(this);
        }
    }

    private final LaneBroker lane;
    private final LinkedHashMap<FetchPosition.Key, Seat> seats = new LinkedHashMap<>();
    private final ArrayDeque<Seat> fresh = new ArrayDeque<>();
    /** What will be told to the request that waits. */
    private final ArrayList<Seat> found = new ArrayList<>();
    private Request request;
    private FetchRequest fetch;
    private FetchSessions.Opening opening;
    private ReplicaReader reader;
    private long begunAtMs;
    private int bytesFound;
    private int urgent;
    private int awaited;
    private int round;
    private Timers.Timer deadline;
    private int countedAsWaiting;
    private boolean expired;
    private boolean woken;

    FollowerRound(LaneBroker lane) {
        this.lane = lane;
    }

    /** The number of the broker that fetches; negative when it is a consumer. */
    static int replicaId(FetchRequest fetch, short version) {
        return version >= REPLICA_STATE ? fetch.replicaState().replicaId() : fetch.replicaId();
    }

    /** Of the broker that fetches; -1 before it has. */
    int replicaId() {
        return reader == null ? -1 : reader.id();
    }

    /** @param positions everything that is to be read, when the request or the session names it for the first time */
    void begin(Request asking, FetchRequest asked, FetchSessions.Opening how, Iterable<FetchPosition> positions) {
        if (request != null) {
            finish(); // the replica has something new to ask, and does not wait for the answer to the old
        }
        request = asking;
        fetch = asked;
        opening = how;
        reader = new ReplicaReader(replicaId(asked, asking.version()), asked.replicaState().replicaEpoch(), asking.version());
        begunAtMs = lane.replication().steadyMs();
        request.whenAbandoned(this::forgetRequest);
        if (how instanceof FetchSessions.Opening.Incremental(var session)) {
            name(session);
        } else {
            leaveAll();
            positions.forEach(this::sit);
        }
        lookAtFresh();
        decide();
    }

    private void name(FetchSession session) {
        for (var topic : fetch.topics()) {
            for (var partition : topic.partitions()) {
                var key = FetchSessions.keyOf(topic, partition);
                var seat = seats.get(key);
                if (seat == null) {
                    sit(session.positionOf(key));
                } else {
                    seat.named = true;
                    refresh(seat);
                }
            }
        }
        for (var forgotten : fetch.forgottenTopicsData()) {
            for (int partition : forgotten.partitions()) {
                leave(seats.remove(new FetchPosition.Key(forgotten.topicId(), forgotten.topic(), partition)));
            }
        }
    }

    private void sit(FetchPosition position) {
        var seat = new Seat(position);
        seat.named = true;
        seats.put(position.key(), seat);
        refresh(seat);
    }

    private void refresh(Seat seat) {
        if (seat.gone) {
            return;
        }
        if (seat.away) {
            seat.changedMeanwhile = true;
            return;
        }
        if (!seat.fresh) {
            seat.fresh = true;
            fresh.addLast(seat);
        }
        if (request != null && !woken) {
            woken = true;
            lane.replication().wakeAtEndOfTurn(this);
        }
    }

    /** The end of a turn in which something happened to one of the partitions. */
    void wake() {
        woken = false;
        if (request != null) {
            lookAtFresh();
            decide();
        }
    }

    private void lookAtFresh() {
        for (int left = fresh.size(); left > 0 && room() > 0; left--) {
            var seat = fresh.removeFirst();
            if (seat.gone) {
                continue;
            }
            seat.fresh = false;
            var place = lane.place(seat.position.key(), reader.version());
            if (place.isElsewhere()) {
                lookElsewhere(seat, place);
            } else {
                if (place.partition() != null) {
                    place.partition().followersWatching().join(seat);
                }
                boolean named = seat.named;
                seat.named = false;
                if (place.partition() == null) {
                    onLooked(seat, Look.nowhere(place.error()), false);
                } else {
                    var look = reader.look(place.partition(), seat.position, named, room(), bytesFound == 0, begunAtMs);
                    onLooked(seat, look, reader.isCramped(place.partition(), seat.position, look));
                }
            }
        }
    }

    private int room() {
        return Math.min(fetch.maxBytes(), lane.limits().fetchBytesMax()) - bytesFound;
    }

    /** Asks the lane that owns the partition, and watches there from the same instant. */
    private void lookElsewhere(Seat seat, Place place) {
        awaited++;
        seat.away = true;
        int asked = round;
        var by = reader;
        var copy = seat.position.copy();
        boolean named = seat.named;
        int room = room();
        boolean first = bytesFound == 0;
        long atMs = begunAtMs;
        seat.named = false;
        seat.remoteLane = place.lane();
        var there = lane.broker().lane(place.lane());
        lane.lanes().post(place.lane(), () -> {
            var partition = there.ownPartition(place);
            if (partition == null) {
                there.lanes().post(lane.number(), () -> onLookedElsewhere(
                        seat, Look.nowhere(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION), false, null, asked));
                return;
            }
            var watcher = new Watchers.Watcher() {
                @Override
                void onRaised() {
                    there.lanes().post(lane.number(), () -> refresh(seat));
                }
            };
            partition.followersWatching().join(watcher);
            var look = by.look(partition, copy, named, room, first, atMs);
            boolean cramped = by.isCramped(partition, copy, look);
            there.lanes().post(lane.number(), () -> onLookedElsewhere(seat, look, cramped, watcher, asked));
        });
    }

    private void onLookedElsewhere(Seat seat, Look look, boolean cramped, Watchers.Watcher watcher, int asked) {
        leaveElsewhere(seat);
        seat.remote = watcher;
        if (asked == round) {
            awaited--;
        }
        if (seat.gone) {
            look.drop();
            leaveElsewhere(seat);
            return;
        }
        seat.away = false;
        boolean unwanted = request == null || asked != round || look.bytes() > Math.max(room(), 0) && bytesFound > 0;
        if (unwanted || seat.changedMeanwhile) {
            seat.changedMeanwhile = false;
            refresh(seat);
        }
        if (unwanted) {
            look.drop(); // for the next request
        } else {
            onLooked(seat, look, cramped);
        }
        if (request != null) {
            decide();
        }
    }

    private void onLooked(Seat seat, Look look, boolean cramped) {
        if (seat.look == null) {
            found.add(seat);
        } else {
            bytesFound -= seat.look.bytes();
            urgent -= isUrgent(seat, seat.look) ? 1 : 0;
            seat.look.drop();
        }
        seat.look = look;
        seat.cramped = cramped;
        bytesFound += look.bytes();
        urgent += isUrgent(seat, look) ? 1 : 0;
    }

    private static boolean isUrgent(Seat seat, Look look) {
        return look.isError() || look.divergedAt() != null || seat.position.isBehind(look);
    }

    private void decide() {
        boolean mayWait = deadline != null || fetch.maxWaitMs() > 0 && lane.mayLetFetchWait(seats.size());
        if (awaited == 0 && (expired || !mayWait || seats.isEmpty() || urgent > 0 || bytesFound >= fetch.minBytes())) {
            finish();
        } else if (deadline == null && mayWait) {
            deadline = lane.afterMs(fetch.maxWaitMs(), this::onDeadline);
            countedAsWaiting = seats.size();
            lane.fetchBeganWaiting(countedAsWaiting);
        }
    }

    private void onDeadline() {
        expired = true;
        decide();
    }

    private void finish() {
        var asking = request;
        request = null;
        stopWaiting();
        var answer = new FetchAnswer(lane, asking, opening);
        // First those for which there was no room, so that they are the first the next time.
        for (var seat : found) {
            if (seat.cramped) {
                refresh(seat);
            }
        }
        for (var seat : found) {
            boolean moreToSay = seat.look.bytes() > 0 || isUrgent(seat, seat.look);
            answer.add(seat.position, seat.look);
            seat.look = null;
            if (moreToSay) {
                refresh(seat); // it is told again, unless the replica says that it has come further
            }
        }
        forgetFound();
        asking.answer(answer.build());
    }

    private void forgetFound() {
        found.clear();
        bytesFound = 0;
        urgent = 0;
        if (opening instanceof FetchSessions.Opening.Full) {
            leaveAll();
        }
    }

    private void stopWaiting() {
        round++;
        awaited = 0;
        expired = false;
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
            lane.fetchStoppedWaiting(countedAsWaiting);
        }
    }

    /** Nobody waits for an answer any more; what was found is looked at again for the next request. */
    private void forgetRequest() {
        if (request == null) {
            return;
        }
        request = null;
        stopWaiting();
        for (var seat : found) {
            seat.look.drop();
            seat.look = null;
            refresh(seat);
        }
        forgetFound();
    }

    /**
     * From time to time: a replica that fetches, and does not speak of a partition, is where it was. Its leader has not heard
     * of it since, and must not think that it is behind.
     *
     * @param withinMs so long ago at most it has asked for something
     */
    void reaffirm(long nowMs, long withinMs) {
        if (reader == null || request == null && nowMs - begunAtMs > withinMs) {
            return;
        }
        for (var seat : seats.values()) {
            var place = lane.place(seat.position.key(), reader.version());
            if (seat.fresh || seat.away) {
                seat.named = true; // the next request says where the replica is, by naming it or not, and looks there
                seat.changedMeanwhile |= seat.away;
            } else if (place.partition() != null) {
                reader.reaffirm(place.partition(), seat.position, nowMs);
            } else if (place.isElsewhere()) {
                reaffirmElsewhere(place, seat.position.copy(), nowMs);
            }
        }
    }

    private void reaffirmElsewhere(Place place, FetchPosition position, long nowMs) {
        var by = reader;
        lane.lanes().post(place.lane(), () -> {
            var partition = lane.broker().lane(place.lane()).ownPartition(place);
            if (partition != null) {
                by.reaffirm(partition, position, nowMs);
            }
        });
    }

    /** The session is over. */
    void close() {
        forgetRequest();
        leaveAll();
    }

    private void leaveAll() {
        seats.values().forEach(this::leave);
        seats.clear();
        fresh.clear();
    }

    private void leave(Seat seat) {
        if (seat != null) {
            seat.gone = true;
            seat.leave();
            leaveElsewhere(seat);
        }
    }

    private void leaveElsewhere(Seat seat) {
        var watcher = seat.remote;
        if (watcher != null) {
            seat.remote = null;
            lane.lanes().post(seat.remoteLane, watcher::leave);
        }
    }
}
