package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.message.FetchRequest;

/**
 * One fetch from its first look at its partitions to its answer. When there is not enough to read it waits beside its
 * partitions: a raised high watermark makes it look again at that partition, its deadline makes it answer with what
 * there is. Nothing polls.
 */
final class FetchRound {

    /** One partition of the round. */
    private final class Seat extends Watchers.Watcher {
        private final FetchPosition position;
        private final Place place;
        private Look look;
        private Watchers.Watcher remote;

        private Seat(FetchPosition position, Place place) {
            this.position = position;
            this.place = place;
        }

        @Override
        void onRaised() {
            lookAgain(this);
        }
    }

    private final LaneBroker lane;
    private final Request request;
    private final FetchRequest fetch;
    private final FetchSessions.Opening opening;
    private final List<Seat> seats;
    private final int bytesMax;
    private final boolean committedOnly;
    private int awaited;
    private Timers.Timer deadline;
    private boolean expired;
    private boolean done;

    FetchRound(LaneBroker lane, Request request, FetchRequest fetch, FetchSessions.Opening opening,
            Iterable<FetchPosition> positions) {
        this.lane = lane;
        this.request = request;
        this.fetch = fetch;
        this.opening = opening;
        this.bytesMax = Math.min(fetch.maxBytes(), lane.limits().fetchBytesMax());
        this.committedOnly = fetch.isolationLevel() == 1;
        this.seats = new ArrayList<>();
        for (var position : positions) {
            seats.add(new Seat(position, lane.place(position.key(), request.version())));
        }
    }

    void start() {
        int remaining = bytesMax;
        List<Seat> elsewhere = null;
        for (var seat : seats) {
            if (seat.place.isElsewhere()) {
                elsewhere = elsewhere == null ? new ArrayList<>() : elsewhere;
                elsewhere.add(seat);
            } else {
                seat.look = lookHere(seat, remaining, remaining == bytesMax);
                remaining -= seat.look.bytes();
            }
        }
        if (elsewhere != null) {
            for (var seat : elsewhere) {
                lookElsewhere(seat, remaining);
            }
        }
        decide();
    }

    private Look lookHere(Seat seat, int bytesAllowed, boolean atLeastOne) {
        if (seat.place.error() != ErrorCode.NONE) {
            return Look.nowhere(seat.place.error());
        }
        int allowed = Math.max(0, Math.min(seat.position.bytesMax(), bytesAllowed));
        return seat.place.partition().look(seat.position, allowed, atLeastOne, committedOnly);
    }

    /** Asks the lane that owns the partition. It watches there from the same instant, so no raise is missed. */
    private void lookElsewhere(Seat seat, int bytesAllowed) {
        awaited++;
        var copy = seat.position.copy();
        int allowed = Math.max(0, Math.min(copy.bytesMax(), bytesAllowed));
        boolean atLeastOne = bytesAllowed == bytesMax;
        boolean watches = fetch.maxWaitMs() > 0;
        int home = lane.number();
        lane.lanes().post(seat.place.lane(), () -> {
            var owner = lane.broker().lane(seat.place.lane());
            var partition = owner.ownPartition(seat.place);
            var look = partition == null
                    ? Look.nowhere(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                    : partition.look(copy, allowed, atLeastOne, committedOnly);
            Watchers.Watcher watcher = null;
            if (watches && partition != null) {
                watcher = new Watchers.Watcher() {
                    @Override
                    void onRaised() {
                        owner.lanes().post(home, () -> lookAgain(seat));
                    }
                };
                partition.watchers().join(watcher);
            }
            var joined = watcher;
            owner.lanes().post(home, () -> onLookedElsewhere(seat, look, joined));
        });
    }

    private void onLookedElsewhere(Seat seat, Look look, Watchers.Watcher watcher) {
        awaited--;
        seat.remote = watcher;
        if (done) {
            look.drop();
            leaveElsewhere(seat);
            return;
        }
        replace(seat, look);
        decide();
    }

    private void leaveElsewhere(Seat seat) {
        var watcher = seat.remote;
        if (watcher != null) {
            seat.remote = null;
            lane.lanes().post(seat.place.lane(), watcher::leave);
        }
    }

    private static void replace(Seat seat, Look look) {
        if (seat.look != null) {
            seat.look.drop();
        }
        seat.look = look;
    }

    private void lookAgain(Seat seat) {
        if (done) {
            return;
        }
        int others = bytesSeen() - (seat.look == null ? 0 : seat.look.bytes());
        if (seat.place.isElsewhere()) {
            seat.remote = null;
            lookElsewhere(seat, bytesMax - others);
        } else {
            replace(seat, lookHere(seat, bytesMax - others, others == 0));
            decide();
        }
    }

    private int bytesSeen() {
        int sum = 0;
        for (var seat : seats) {
            if (seat.look != null) {
                sum += seat.look.bytes();
            }
        }
        return sum;
    }

    private void decide() {
        if (awaited > 0 || done) {
            return;
        }
        boolean wait = deadline != null || fetch.maxWaitMs() > 0 && lane.mayLetFetchWait();
        if (expired || !wait || isSatisfied()) {
            finish();
            return;
        }
        if (deadline == null) {
            lane.fetchBeganWaiting();
            deadline = lane.afterMs(fetch.maxWaitMs(), this::onDeadline);
            request.whenAbandoned(this::abandon);
        }
        for (var seat : seats) {
            if (!seat.place.isElsewhere()) {
                seat.place.partition().watchers().join(seat);
            }
        }
    }

    /** Enough to read, nothing to wait for, or something the reader must hear at once. */
    private boolean isSatisfied() {
        if (seats.isEmpty()) {
            return true;
        }
        long bytes = 0;
        for (var seat : seats) {
            if (seat.look.isError() || seat.look.divergedAt() != null) {
                return true;
            }
            bytes += seat.look.bytes();
        }
        return bytes >= fetch.minBytes();
    }

    private void onDeadline() {
        expired = true;
        decide();
    }

    private void abandon() {
        if (!done) {
            stopWaiting();
            for (var seat : seats) {
                if (seat.look != null) {
                    seat.look.drop();
                }
            }
        }
    }

    private void stopWaiting() {
        done = true;
        if (deadline != null) {
            deadline.cancel();
            lane.fetchStoppedWaiting();
        }
        for (var seat : seats) {
            seat.leave();
            leaveElsewhere(seat);
        }
    }

    private void finish() {
        stopWaiting();
        var answer = new FetchAnswer(opening);
        for (var seat : seats) {
            answer.add(seat.position, seat.look);
        }
        request.answer(answer.build());
    }
}
