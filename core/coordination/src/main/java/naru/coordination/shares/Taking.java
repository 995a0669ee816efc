package naru.coordination.shares;

import java.util.ArrayList;
import java.util.List;

/** One consumer taking what is free, batch of the log by batch, until it has enough. */
final class Taking {

    private final Wish wish;
    private final InFlight inFlight;
    private final ShareRules rules;
    private final List<Acquisition.Run> taken = new ArrayList<>();
    private long end;
    private long sentTo = -1;
    private long room;
    private int count;
    private boolean over;

    /**
     * @param end where what was ever delivered ends
     * @param room records that were never delivered and may be under way besides
     */
    Taking(Wish wish, InFlight inFlight, ShareRules rules, long end, long room) {
        this.wish = wish;
        this.inFlight = inFlight;
        this.rules = rules;
        this.end = end;
        this.room = room;
    }

    /** Where what was ever delivered ends now. */
    long end() {
        return end;
    }

    Acquisition taken() {
        return taken.isEmpty() ? Acquisition.NONE : new Acquisition(List.copyOf(taken), sentTo);
    }

    /** There is nothing to be read between these two. */
    void skip(long first, long upTo) {
        if (first >= upTo) {
            return;
        }
        for (var run : inFlight.over(first, upTo)) {
            if (run.isAvailable()) {
                inFlight.become(run, RecordState.ARCHIVED);
            }
        }
        if (end < upTo) {
            inFlight.become(inFlight.add(end, upTo, RecordState.ARCHIVED, 0), RecordState.ARCHIVED);
            end = upTo;
        }
    }

    /** Takes what is free of a batch of the log; false when that was the last one. */
    boolean take(LogBatch batch, long untilMs) {
        if (!batch.readable()) {
            skip(batch.first(), batch.end());
            return true;
        }
        int before = count;
        long at = batch.first();
        while (at < batch.end() && !over) {
            var run = at < end ? inFlight.at(at) : null;
            long runEnd = run == null ? batch.end() : Math.min(run.end(), batch.end());
            if (run == null) {
                at = takeNew(at, runEnd, untilMs);
            } else {
                at = run.isAvailable() ? takeAgain(run, at, runEnd, untilMs) : runEnd;
            }
        }
        if (count > before) {
            sentTo = batch.end();
        }
        // Bytes between what this consumer gets and what it might get are not worth sending.
        boolean nothingHere = count == before && count > 0;
        return !over && !nothingHere && count < wish.recordsMax();
    }

    /** To stop in the middle of a batch would have its other records sent to somebody else once more. */
    private long endFor(long at, long wanted) {
        long left = Math.max(0, wish.recordsMax() - count);
        return wish.exactly() ? Math.min(wanted, at + left) : wanted;
    }

    private long takeNew(long at, long wanted, long untilMs) {
        long upTo = endFor(at, wanted);
        if (room <= 0 || upTo <= at) {
            over = true;
            return wanted;
        }
        give(inFlight.add(at, upTo, RecordState.AVAILABLE, 0), untilMs);
        end = upTo;
        room -= upTo - at;
        over = upTo < wanted;
        return upTo;
    }

    private long takeAgain(InFlight.Run free, long at, long wanted, long untilMs) {
        boolean last = free.deliveries() + 1 >= rules.deliveriesMax() && free.deliveries() > 0;
        if (last && count > 0) {
            // One that nobody could handle so far must not be the end of its neighbours too.
            over = true;
            return wanted;
        }
        long upTo = last ? at + 1 : endFor(at, wanted);
        if (upTo <= at) {
            over = true;
            return wanted;
        }
        for (var run : inFlight.over(at, upTo)) {
            give(run, untilMs);
        }
        over = last || upTo < wanted;
        return upTo;
    }

    private void give(InFlight.Run run, long untilMs) {
        inFlight.lock(run, wish.member(), untilMs);
        count += (int) run.count();
        var last = taken.isEmpty() ? null : taken.getLast();
        boolean joins = last != null && last.end() == run.first() && last.deliveries() == run.deliveries()
                && last.end() - last.first() < wish.batchSize();
        if (joins) {
            taken.set(taken.size() - 1, new Acquisition.Run(last.first(), run.end(), last.deliveries()));
        } else {
            taken.add(new Acquisition.Run(run.first(), run.end(), run.deliveries()));
        }
    }
}
