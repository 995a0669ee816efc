package naru.coordination.shares;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.protocol.ErrorCode;

/**
 * One partition as one share group sees it, beside the partition's leader: who has which record, since when, and what
 * is over. Its promises:
 * <ul>
 *   <li>a record is in the hands of at most one consumer at a time, and only as long as his lock lasts;
 *   <li>a consumer hears that its acknowledgement counts when the coordinator has written it, and never is a record
 *       handed out again after that;
 *   <li>a record is handed out at most {@link ShareRules#deliveriesMax} times;
 *   <li>no more than {@link ShareRules#inFlightMax} records are under way, except to complete a batch of the log.
 * </ul>
 *
 * <p>Locks that end are not a consumer's word: they count at once, and are written as well as they can be. After a crash
 * a lock is gone in any case.
 */
public final class SharePartition {

    private static final ShareTold NOT_ACQUIRED = new ShareTold(
            ErrorCode.INVALID_RECORD_STATE, "The offset cannot be acknowledged. The offset is not acquired.");
    private static final ShareTold NOT_THE_OWNER =
            new ShareTold(ErrorCode.INVALID_RECORD_STATE, "Member is not the owner of offset");
    private static final ShareTold NO_RENEWAL = new ShareTold(
            ErrorCode.INVALID_RECORD_STATE, "Renewing acquisition locks is not enabled for the group.");

    private final Supplier<ShareRules> rules;
    private final StateKeeper keeper;
    private final Runnable whenMore;
    private final InFlight inFlight = new InFlight();
    private long start;
    private long end;
    private int stateEpoch;
    private ErrorCode fenced = ErrorCode.NONE;
    /** Somebody was sent away because too many records are under way. */
    private boolean full;

    /**
     * @param rules asked whenever something is decided
     * @param whenMore called when there may be something to hand out that was not free before
     */
    public SharePartition(Supplier<ShareRules> rules, StateKeeper keeper, Runnable whenMore) {
        this.rules = rules;
        this.keeper = keeper;
        this.whenMore = whenMore;
    }

    /**
     * Takes over what was kept.
     *
     * @param from where to begin when nothing was
     */
    public void load(StateKeeper.Kept kept, long from) {
        check(kept.error() == ErrorCode.NONE, "what was kept could be read");
        stateEpoch = kept.stateEpoch();
        start = kept.start() < 0 ? from : kept.start();
        end = start;
        for (var batch : StateBatches.combine(List.of(), kept.batches(), start)) {
            if (batch.first() > end) {
                // Never delivered, because what lies behind it was fetched first.
                inFlight.add(end, batch.first(), RecordState.AVAILABLE, 0);
            }
            var state = RecordState.of(batch.state());
            boolean free = state == null || state == RecordState.ACQUIRED;
            inFlight.add(batch.first(), batch.end(), free ? RecordState.AVAILABLE : state, batch.deliveries());
            end = batch.end();
        }
        advance();
    }

    /** NONE, or why the coordinator does not take our word any more; then another one must be loaded in its place. */
    public ErrorCode fenced() {
        return fenced;
    }

    /** The first record that may still be delivered. */
    public long start() {
        return start;
    }

    /** The offset after the last one that was ever delivered. */
    public long end() {
        return end;
    }

    /** Where to read for what {@link #acquire} may hand out next. */
    public long nextOffset() {
        var free = inFlight.firstAvailable();
        return free == null ? end : free.first();
    }

    /** False while as many records are under way as may be. */
    public boolean hasRoom() {
        full = inFlight.firstAvailable() == null && underWay() >= rules.get().inFlightMax();
        return !full;
    }

    private long underWay() {
        return end - start - inFlight.completed();
    }

    /** Runs that are told apart now; for those who watch over memory. */
    int runs() {
        return inFlight.size();
    }

    /**
     * Hands out what is free. Where the log has no records any more, or none for a consumer, delivery is over; that need
     * not be written, because whoever reads there again finds the same.
     *
     * @param batches those that were read from {@link #nextOffset} on, in order
     */
    public Acquisition acquire(Wish wish, List<LogBatch> batches, long nowMs) {
        var now = rules.get();
        var taking = new Taking(wish, inFlight, now, end, now.inFlightMax() - underWay());
        long before = nextOffset();
        for (var batch : batches) {
            long from = Math.max(batch.first(), start);
            if (from >= batch.end()) {
                continue;
            }
            taking.skip(before, from);
            if (!taking.take(new LogBatch(from, batch.end(), batch.readable()), nowMs + now.lockMs())) {
                break;
            }
            before = batch.end();
        }
        end = taking.end();
        advance();
        return taking.taken();
    }

    /**
     * A consumer's word about records it has: all of it counts, or nothing.
     *
     * @param acknowledgements in the order of their offsets, without overlaps
     * @param reply NONE once it is written
     */
    public void acknowledge(
            String member, List<Acknowledgement> acknowledgements, long nowMs, Consumer<ShareTold> reply) {
        var told = fenced != ErrorCode.NONE ? ShareTold.of(fenced) : objection(member, acknowledgements);
        if (told != ShareTold.DONE) {
            reply.accept(told);
            return;
        }
        var change = new InFlight.Settling();
        var changed = new ArrayList<StateBatch>();
        for (var one : acknowledgements) {
            long at = Math.max(one.first(), start);
            while (at <= one.last()) {
                long typeEnd = one.endOfType(at);
                say(one.typeAt(at), inFlight.over(at, typeEnd), change, changed, nowMs);
                at = typeEnd;
            }
        }
        write(change, changed, error -> reply.accept(ShareTold.of(error)));
    }

    private void say(
            byte type, List<InFlight.Run> runs, InFlight.Settling change, List<StateBatch> changed, long nowMs) {
        for (var run : runs) {
            if (type == Acknowledgement.RENEW) {
                inFlight.renew(run, nowMs + rules.get().lockMs());
                continue;
            }
            var target = switch (type) {
                case Acknowledgement.ACCEPT -> RecordState.ACKNOWLEDGED;
                case Acknowledgement.RELEASE -> givenBack(run);
                default -> RecordState.ARCHIVED;
            };
            inFlight.settle(run, change, target);
            changed.add(StateBatch.of(run.first(), run.end(), target, run.deliveries()));
        }
    }

    private RecordState givenBack(InFlight.Run run) {
        return run.deliveries() >= rules.get().deliveriesMax() ? RecordState.ARCHIVED : RecordState.AVAILABLE;
    }

    /** DONE when every record is in this consumer's hands; what is older than the start is nobody's concern any more. */
    private ShareTold objection(String member, List<Acknowledgement> acknowledgements) {
        long said = -1;
        for (var one : acknowledgements) {
            long at = Math.max(one.first(), start);
            if (one.last() >= end && one.last() >= at) {
                return new ShareTold(ErrorCode.INVALID_REQUEST, "Batch record not found. The "
                        + (one.first() >= end ? "first" : "last") + " offset in request is past acquired records.");
            }
            if (one.first() <= said) {
                return NOT_ACQUIRED; // a word about a record whose state is on its way already
            }
            said = one.last();
            while (at <= one.last()) {
                var run = inFlight.at(at);
                if (run == null || !run.isHeldBySomebody()) {
                    return NOT_ACQUIRED;
                }
                if (!run.isHeldBy(member)) {
                    return NOT_THE_OWNER;
                }
                at = run.end();
            }
            if (one.types().contains(Acknowledgement.RENEW) && !rules.get().mayRenew()) {
                return NO_RENEWAL;
            }
        }
        return ShareTold.DONE;
    }

    /** The consumer is gone or lets go of everything. {@code reply} is told as for {@link #acknowledge}. */
    public void release(String member, Consumer<ErrorCode> reply) {
        if (fenced != ErrorCode.NONE) {
            reply.accept(fenced);
            return;
        }
        var change = new InFlight.Settling();
        var changed = new ArrayList<StateBatch>();
        say(Acknowledgement.RELEASE, inFlight.heldBy(member), change, changed, 0);
        write(change, changed, reply);
    }

    private void write(InFlight.Settling change, List<StateBatch> changed, Consumer<ErrorCode> reply) {
        if (changed.isEmpty()) {
            reply.accept(ErrorCode.NONE);
            return;
        }
        keeper.write(changeOf(changed), error -> {
            for (var range : changed) {
                for (var run : inFlight.over(range.first(), range.end())) {
                    finish(run, change, error);
                }
            }
            onWritten(error);
            reply.accept(error);
        });
    }

    private void finish(InFlight.Run run, InFlight.Settling change, ErrorCode error) {
        if (!inFlight.isPartOf(run, change)) {
            return; // the log does not have it any more
        }
        if (error == ErrorCode.NONE) {
            inFlight.settled(run);
        } else {
            inFlight.unsettled(run);
        }
    }

    private StateKeeper.Change changeOf(List<StateBatch> changed) {
        return new StateKeeper.Change(
                stateEpoch, start, (int) Math.min(inFlight.completed(), Integer.MAX_VALUE),
                StateBatches.combine(List.of(), changed, start));
    }

    private void writeAsWellAsCanBe(List<StateBatch> changed) {
        if (!changed.isEmpty()) {
            keeper.write(changeOf(changed), this::onWritten);
            advance();
            tellWhoWaits();
        }
    }

    /** Only when there is something for them: many may wait, and they come for every call. */
    private void tellWhoWaits() {
        if (inFlight.firstAvailable() != null || full && hasRoom() || fenced != ErrorCode.NONE) {
            whenMore.run();
        }
    }

    private void onWritten(ErrorCode error) {
        switch (error) {
            case FENCED_STATE_EPOCH, FENCED_LEADER_EPOCH, GROUP_ID_NOT_FOUND, UNKNOWN_TOPIC_OR_PARTITION,
                    INVALID_REQUEST -> fenced = error;
            default -> { }
        }
        advance();
        tellWhoWaits();
    }

    private void advance() {
        var first = inFlight.first();
        while (first != null && first.isOver()) {
            start = first.end();
            inFlight.dropBefore(start);
            first = inFlight.first();
        }
    }

    /** When {@link #onTime} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineMs() {
        return inFlight.nextExpiryMs();
    }

    /** Locks that have ended by now are gone. */
    public void onTime(long nowMs) {
        var changed = new ArrayList<StateBatch>();
        for (var run : inFlight.expired(nowMs)) {
            var target = givenBack(run);
            changed.add(StateBatch.of(run.first(), run.end(), target, run.deliveries()));
        }
        for (var one : changed) {
            for (var run : inFlight.over(one.first(), one.end())) {
                inFlight.become(run, RecordState.of(one.state()));
            }
        }
        writeAsWellAsCanBe(changed);
    }

    /** The log begins here now; what was before cannot be delivered. */
    public void onLogStart(long logStart) {
        if (logStart <= start) {
            return;
        }
        inFlight.dropBefore(logStart);
        start = logStart;
        end = Math.max(end, logStart);
        advance();
        tellWhoWaits();
    }
}
