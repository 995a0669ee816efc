package naru.coordination.shares;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The records between the first that may still be delivered and the last that was ever delivered, as runs that know the
 * same about all their records. Runs lie side by side without gaps; they are split where something is said about a part
 * of one, and joined again where nothing tells two neighbours apart. So their number follows what consumers do, not how
 * many records there are.
 */
final class InFlight {

    /** A change that is being written; until it is, nobody may touch its records. */
    static final class Settling {}

    /** Records about which the same is known. Changed only here, because it stands in indexes. */
    static final class Run {
        private long first;
        private long end;
        private RecordState state;
        private int deliveries;
        private String member;
        private long lockedUntilMs;
        private Settling settling;
        private RecordState target;

        private Run(long first, long end, RecordState state, int deliveries) {
            this.first = first;
            this.end = end;
            this.state = state;
            this.deliveries = deliveries;
        }

        private Run from(long at) {
            var right = new Run(at, end, state, deliveries);
            right.member = member;
            right.lockedUntilMs = lockedUntilMs;
            right.settling = settling;
            right.target = target;
            return right;
        }

        long first() {
            return first;
        }

        long end() {
            return end;
        }

        long count() {
            return end - first;
        }

        int deliveries() {
            return deliveries;
        }

        RecordState state() {
            return state;
        }

        /** Free to be handed out. */
        boolean isAvailable() {
            return state == RecordState.AVAILABLE && settling == null;
        }

        boolean isHeldBySomebody() {
            return state == RecordState.ACQUIRED && settling == null;
        }

        /** In this consumer's hands, and nothing said about it yet. */
        boolean isHeldBy(String who) {
            return isHeldBySomebody() && member.equals(who);
        }

        boolean isOver() {
            return state.isFinal() && settling == null;
        }

        /** What it will be once everything is written. */
        private RecordState outcome() {
            return settling == null ? state : target;
        }

        private boolean isLike(Run next) {
            return end == next.first && settling == null && next.settling == null && state == next.state
                    && state != RecordState.ACQUIRED && (state.isFinal() || deliveries == next.deliveries);
        }
    }

    private final TreeMap<Long, Run> runs = new TreeMap<>();
    private final TreeMap<Long, Run> available = new TreeMap<>();
    private final TreeSet<Run> locks = new TreeSet<>(
            Comparator.comparingLong((Run run) -> run.lockedUntilMs).thenComparingLong(run -> run.first));
    private long completed;

    /** Records whose delivery is over, or will be once everything is written. */
    long completed() {
        return completed;
    }

    int size() {
        return runs.size();
    }

    /** The first that nobody has; null when there is none. */
    Run firstAvailable() {
        var first = available.firstEntry();
        return first == null ? null : first.getValue();
    }

    Run first() {
        var first = runs.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** The run that holds an offset; null when none does. */
    Run at(long offset) {
        var found = runs.floorEntry(offset);
        return found == null || found.getValue().end <= offset ? null : found.getValue();
    }

    /** When the next lock ends; {@link Long#MAX_VALUE} when nothing is locked. */
    long nextExpiryMs() {
        return locks.isEmpty() ? Long.MAX_VALUE : locks.first().lockedUntilMs;
    }

    /** Runs whose lock has ended, in the order in which they did. */
    List<Run> expired(long nowMs) {
        var expired = new ArrayList<Run>();
        for (var run : locks) {
            if (run.lockedUntilMs > nowMs) {
                break;
            }
            expired.add(run);
        }
        return expired;
    }

    /** Everything in a consumer's hands, in order. */
    List<Run> heldBy(String member) {
        var held = new ArrayList<Run>();
        for (var run : runs.values()) {
            if (run.isHeldBy(member)) {
                held.add(run);
            }
        }
        return held;
    }

    /** New at the end, or known from before. */
    Run add(long first, long end, RecordState state, int deliveries) {
        check(at(first) == null && (runs.higherKey(first) == null || runs.higherKey(first) >= end), "runs do not overlap");
        var run = new Run(first, end, state, deliveries);
        runs.put(first, run);
        index(run);
        return run;
    }

    /** Exactly these offsets, as far as they are known: runs that reach beyond are split. */
    List<Run> over(long first, long end) {
        splitAt(first);
        splitAt(end);
        return List.copyOf(runs.subMap(first, end).values());
    }

    private void splitAt(long at) {
        var run = at(at);
        if (run != null && run.first < at) {
            unindex(run);
            var right = run.from(at);
            run.end = at;
            runs.put(at, right);
            index(run);
            index(right);
        }
    }

    /** One more delivery. */
    void lock(Run run, String member, long untilMs) {
        check(run.isAvailable(), "what is handed out is free");
        unindex(run);
        run.state = RecordState.ACQUIRED;
        run.deliveries++;
        run.member = member;
        run.lockedUntilMs = untilMs;
        index(run);
    }

    void renew(Run run, long untilMs) {
        unindex(run);
        run.lockedUntilMs = untilMs;
        index(run);
    }

    /** Nothing else may happen to it until {@link #settled} or {@link #unsettled}. */
    void settle(Run run, Settling change, RecordState target) {
        unindex(run);
        run.settling = change;
        run.target = target;
        index(run);
    }

    void settled(Run run) {
        become(run, run.target);
    }

    /** In the consumer's hands again, for as long as it had it. */
    void unsettled(Run run) {
        unindex(run);
        run.settling = null;
        index(run);
    }

    boolean isPartOf(Run run, Settling change) {
        return run.settling == change;
    }

    void become(Run run, RecordState state) {
        unindex(run);
        run.settling = null;
        run.state = state;
        run.member = null;
        index(run);
        joinNeighbours(run);
    }

    private void joinNeighbours(Run run) {
        var joined = run;
        var before = runs.lowerEntry(run.first);
        if (before != null && before.getValue().isLike(run)) {
            joined = join(before.getValue(), run);
        }
        var after = runs.higherEntry(joined.first);
        if (after != null && joined.isLike(after.getValue())) {
            join(joined, after.getValue());
        }
    }

    private Run join(Run left, Run right) {
        unindex(left);
        unindex(right);
        runs.remove(right.first);
        left.end = right.end;
        index(left);
        return left;
    }

    /** Forgets what comes before an offset. */
    void dropBefore(long offset) {
        splitAt(offset);
        while (!runs.isEmpty() && runs.firstKey() < offset) {
            unindex(runs.pollFirstEntry().getValue());
        }
    }

    private void index(Run run) {
        if (run.outcome().isFinal()) {
            completed += run.count();
        }
        if (run.isAvailable()) {
            available.put(run.first, run);
        } else if (run.state == RecordState.ACQUIRED && run.settling == null) {
            locks.add(run);
        }
    }

    private void unindex(Run run) {
        if (run.outcome().isFinal()) {
            completed -= run.count();
        }
        if (run.isAvailable()) {
            available.remove(run.first);
        } else if (run.state == RecordState.ACQUIRED && run.settling == null) {
            locks.remove(run);
        }
    }
}
