package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
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
    private final FetchReader reader;
    /** Bytes in all looks; parts whose reader must hear of them at once. Kept, because a round may have thousands of seats. */
    private int bytesSeen;
    private int urgent;
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
        this.reader = FetchReader.of(fetch, request.version());
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
                replace(seat, lookHere(seat, remaining, remaining == bytesMax));
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
        return look(lane, seat.place.partition(), seat.position, allowed, atLeastOne, reader);
    }

    /** On the lane of the partition. A consumer in a rack may be sent to a replica there. */
    private static Look look(LaneBroker owner, Partition partition, FetchPosition at, int bytesMax, boolean atLeastOne,
            FetchReader reader) {
        int nearest = reader.rack().isEmpty() ? NearestReplica.THIS_ONE : NearestReplica.of(owner, partition, at, reader.rack());
        var look = partition.look(at, nearest < 0 ? bytesMax : 0, nearest < 0 && atLeastOne, reader);
        return nearest < 0 || look.isError() || look.divergedAt() != null ? look : look.preferring(nearest);
    }

    /** Asks the lane that owns the partition. It watches there from the same instant, so no raise is missed. */
    private void lookElsewhere(Seat seat, int bytesAllowed) {
        awaited++;
        var copy = seat.position.copy();
        int allowed = Math.max(0, Math.min(copy.bytesMax(), bytesAllowed));
        boolean atLeastOne = bytesAllowed == bytesMax;
        boolean watches = fetch.maxWaitMs() > 0;
        int home = lane.number();
        var by = reader;
        lane.lanes().post(seat.place.lane(), () -> {
            var owner = lane.broker().lane(seat.place.lane());
            var partition = owner.ownPartition(seat.place);
            var look = partition == null
                    ? Look.nowhere(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                    : look(owner, partition, copy, allowed, atLeastOne, by);
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
        replace(seat, fitting(seat, look));
        if (request.isAbandoned()) {
            abandon();
        } else {
            decide();
        }
    }

    /** Every lane was asked for as much as there was room for, and together they found more: what is too much waits. */
    private Look fitting(Seat seat, Look look) {
        int others = bytesSeen - (seat.look == null ? 0 : seat.look.bytes());
        if (others == 0 || look.bytes() <= bytesMax - others) {
            return look;
        }
        look.drop();
        return look.with(Records.EMPTY);
    }

    private void leaveElsewhere(Seat seat) {
        var watcher = seat.remote;
        if (watcher != null) {
            seat.remote = null;
            lane.lanes().post(seat.place.lane(), watcher::leave);
        }
    }

    private void replace(Seat seat, Look look) {
        if (seat.look != null) {
            bytesSeen -= seat.look.bytes();
            urgent -= isUrgent(seat.look) ? 1 : 0;
            seat.look.drop();
        }
        seat.look = look;
        bytesSeen += look.bytes();
        urgent += isUrgent(look) ? 1 : 0;
    }

    private static boolean isUrgent(Look look) {
        return look.isError() || look.divergedAt() != null || look.preferredReplica() >= 0;
    }

    private void lookAgain(Seat seat) {
        if (done) {
            return;
        }
        int others = bytesSeen - (seat.look == null ? 0 : seat.look.bytes());
        if (seat.place.isElsewhere()) {
            seat.remote = null;
            lookElsewhere(seat, bytesMax - others);
        } else {
            replace(seat, lookHere(seat, bytesMax - others, others == 0));
            decide();
            if (!done) {
                watch(seat);
            }
        }
    }

    private void decide() {
        if (done) {
            return;
        }
        boolean waits = deadline != null;
        boolean mayWait = waits || fetch.maxWaitMs() > 0 && lane.mayLetFetchWait(seats.size());
        if (awaited == 0 && (expired || !mayWait || isSatisfied())) {
            finish();
        } else if (!waits && mayWait) {
            beginWaiting();
        }
    }

    /** Also while other lanes are still asked: what is written here meanwhile must not be missed. */
    private void beginWaiting() {
        lane.fetchBeganWaiting(seats.size());
        deadline = lane.afterMs(fetch.maxWaitMs(), this::onDeadline);
        request.whenAbandoned(this::abandon);
        for (var seat : seats) {
            watch(seat);
        }
    }

    private static void watch(Seat seat) {
        if (seat.place.partition() != null) {
            seat.place.partition().watchers().join(seat);
        }
    }

    /** Enough to read, nothing to wait for, or something the reader must hear at once. */
    private boolean isSatisfied() {
        return seats.isEmpty() || urgent > 0 || bytesSeen >= fetch.minBytes();
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
            lane.fetchStoppedWaiting(seats.size());
        }
        for (var seat : seats) {
            seat.leave();
            leaveElsewhere(seat);
        }
    }

    private void finish() {
        stopWaiting();
        var answer = new FetchAnswer(lane, request, opening);
        for (var seat : seats) {
            answer.add(seat.position, seat.look);
        }
        request.answer(answer.build());
    }
}
