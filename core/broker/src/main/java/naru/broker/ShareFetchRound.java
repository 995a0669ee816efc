package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.coordination.shares.Acquisition;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.Wish;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.message.ShareFetchRequest;
import naru.protocol.message.ShareFetchResponse;
import naru.protocol.message.ShareFetchResponse.AcquiredRecords;
import naru.protocol.message.ShareFetchResponse.PartitionData;
import naru.protocol.message.ShareFetchResponse.ShareFetchableTopicResponse;

/**
 * One share fetch from its first look to its answer. Partitions are asked one after the other, because what one gives
 * the next need not; when none has anything the round waits beside all of them, and nothing polls.
 */
final class ShareFetchRound {

    /** One partition of the round. */
    private final class Seat {
        private final ShareSession.Part part;
        private SharedPartition.Given given;
        private Watch watch;

        private Seat(ShareSession.Part part) {
            this.part = part;
        }

        private boolean isServed() {
            return given != null && !given.isNothing();
        }
    }

    /** Waits on the partition's lane, for new records and for old ones that are free again. */
    private final class Watch {
        private final LaneBroker owner;
        private final Watchers.Watcher ofRecords = watcher();
        private final Watchers.Watcher ofStates = watcher();

        private Watch(LaneBroker owner) {
            this.owner = owner;
        }

        private Watchers.Watcher watcher() {
            return new Watchers.Watcher() {
                @Override
                void onRaised() {
                    if (owner == lane) {
                        lookAgain();
                    } else {
                        owner.lanes().post(lane.number(), ShareFetchRound.this::lookAgain);
                    }
                }
            };
        }

        private void join(SharedPartition partition) {
            partition.partition().watchers().join(ofRecords);
            partition.watchers().join(ofStates);
        }

        private void leave() {
            ofRecords.leave();
            ofStates.leave();
        }
    }

    private final LaneBroker lane;
    private final Request request;
    private final ShareFetchRequest fetch;
    private final List<Seat> seats = new ArrayList<>();
    private List<Acknowledged.Outcome> acknowledged;
    private int recordsLeft;
    private int bytesLeft;
    private int next;
    private boolean asking;
    private boolean stale;
    private boolean looked;
    private boolean expired;
    private boolean done;
    private Timers.Timer deadline;

    ShareFetchRound(LaneBroker lane, Request request, ShareFetchRequest fetch, List<ShareSession.Part> parts) {
        this.lane = lane;
        this.request = request;
        this.fetch = fetch;
        this.recordsLeft = Math.max(1, fetch.maxRecords());
        this.bytesLeft = Math.min(Math.max(0, fetch.maxBytes()), lane.limits().fetchBytesMax());
        parts.forEach(part -> seats.add(new Seat(part)));
        this.expired = fetch.maxWaitMs() <= 0;
    }

    void start() {
        look();
    }

    void onAcknowledged(List<Acknowledged.Outcome> outcomes) {
        acknowledged = outcomes;
        if (looked) {
            decide();
        }
    }

    private void lookAgain() {
        if (done) {
            return;
        }
        if (asking) {
            stale = true;
        } else {
            next = 0;
            look();
        }
    }

    /** Asks the seats from {@code next} on; comes back when one answers later. */
    private void look() {
        asking = true;
        while (next < seats.size() && recordsLeft > 0 && !done) {
            var seat = seats.get(next++);
            if (seat.isServed()) {
                continue;
            }
            var answered = new boolean[] {false, false};
            ask(seat, given -> {
                take(seat, given);
                answered[0] = true;
                if (answered[1]) {
                    look();
                }
            });
            if (!answered[0]) {
                answered[1] = true;
                return;
            }
        }
        asking = false;
        looked = true;
        if (stale && !isSatisfied()) {
            stale = false;
            next = 0;
            look();
        } else {
            decide();
        }
    }

    private void ask(Seat seat, Consumer<SharedPartition.Given> answer) {
        var place = lane.place(seat.part.topic(), seat.part.partition());
        if (place.error() != ErrorCode.NONE) {
            answer.accept(SharedPartition.Given.failed(place.error()));
            return;
        }
        var key = new ShareKey(fetch.groupId(), seat.part.topic(), seat.part.partition());
        var wish = new Wish(fetch.memberId(), recordsLeft, Math.max(1, fetch.batchSize()), fetch.shareAcquireMode() == 1);
        int bytesMax = bytesLeft;
        int bytesMin = expired ? 0 : Math.min(fetch.minBytes(), bytesMax);
        boolean waits = !expired;
        lane.<LaneBroker, SharedPartition.Given>onLane(place.lane(), there -> there, (there, reply) ->
                there.shares().with(key, (partition, error) -> {
                    if (partition == null) {
                        reply.accept(SharedPartition.Given.failed(error));
                        return;
                    }
                    var given = request.isAbandoned() && there == lane
                            ? SharedPartition.Given.NOTHING : partition.give(wish, bytesMax, bytesMin);
                    if (given.isNothing() && waits) {
                        seat.watch = seat.watch == null ? new Watch(there) : seat.watch;
                        seat.watch.join(partition);
                    }
                    reply.accept(given);
                }), answer);
    }

    private void take(Seat seat, SharedPartition.Given given) {
        if (done) {
            Answers.drop(given.records());
            return;
        }
        seat.given = given;
        recordsLeft -= given.acquisition().count();
        bytesLeft = Math.max(0, bytesLeft - given.records().sizeInBytes());
    }

    private boolean isSatisfied() {
        return seats.stream().anyMatch(Seat::isServed);
    }

    private void decide() {
        if (done || asking) {
            return;
        }
        boolean mayWait = deadline != null || !expired && !seats.isEmpty() && lane.mayLetFetchWait(seats.size());
        if (expired || !mayWait || isSatisfied()) {
            if (acknowledged != null) {
                finish();
            }
        } else if (deadline == null) {
            lane.fetchBeganWaiting(seats.size());
            deadline = lane.afterMs(fetch.maxWaitMs(), this::onDeadline);
            request.whenAbandoned(this::stopWaiting);
        }
    }

    private void onDeadline() {
        expired = true;
        lookAgain();
    }

    private void stopWaiting() {
        if (done) {
            return;
        }
        done = true;
        if (deadline != null) {
            deadline.cancel();
            lane.fetchStoppedWaiting(seats.size());
        }
        for (var seat : seats) {
            var watch = seat.watch;
            if (watch != null && watch.owner == lane) {
                watch.leave();
            } else if (watch != null) {
                lane.lanes().post(watch.owner.number(), watch::leave);
            }
        }
    }

    private void finish() {
        stopWaiting();
        var answers = new LinkedHashMap<ShareSession.Part, PartitionData.Builder>();
        int lockMs = 0;
        for (var seat : seats) {
            // A session that is new hears of all its partitions, later only of those where something happened.
            if (seat.given != null && (seat.isServed() || fetch.shareSessionEpoch() == 0)) {
                answers.put(seat.part, dataOf(seat));
                lockMs = Math.max(lockMs, seat.given.lockMs());
            }
        }
        for (var outcome : acknowledged) {
            answers.computeIfAbsent(outcome.part(), part -> PartitionData.builder()
                    .partitionIndex(part.partition()).records(Records.EMPTY))
                    .acknowledgeErrorCode(outcome.told().error().code())
                    .acknowledgeErrorMessage(outcome.told().message());
        }
        var topics = new LinkedHashMap<Uuid, List<PartitionData>>();
        answers.forEach((part, data) ->
                topics.computeIfAbsent(part.topic(), _ -> new ArrayList<>()).add(data.build()));
        var responses = new ArrayList<ShareFetchableTopicResponse>();
        topics.forEach((id, partitions) -> responses.add(new ShareFetchableTopicResponse(id, partitions)));
        request.answer(ShareFetchResponse.builder()
                .acquisitionLockTimeoutMs(lockMs > 0 ? lockMs : ShareGroupSettings.of(lane, fetch.groupId()).rules().lockMs())
                .responses(responses)
                .build());
    }

    private static PartitionData.Builder dataOf(Seat seat) {
        var given = seat.given;
        return PartitionData.builder()
                .partitionIndex(seat.part.partition())
                .errorCode(given.error().code())
                .records(given.records())
                .acquiredRecords(given.acquisition().runs().stream().map(ShareFetchRound::acquired).toList());
    }

    private static AcquiredRecords acquired(Acquisition.Run run) {
        return new AcquiredRecords(run.first(), run.end() - 1, (short) Math.min(run.deliveries(), Short.MAX_VALUE));
    }
}
