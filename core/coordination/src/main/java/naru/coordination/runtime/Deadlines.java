package naru.coordination.runtime;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Deadlines of a shard in one heap. A deadline that moves later costs nothing: its entry stays where it is and is put
 * back when it comes up, so that a heartbeat is one assignment.
 */
public final class Deadlines {

    public static final long NEVER = Long.MAX_VALUE;

    private static final int SWEPT_AT_MIN = 1_024;

    /** Something that happens once, unless it is moved or cancelled before. */
    public final class Deadline {
        private final Runnable whenPassed;
        private long atMs = NEVER;
        private long queuedAtMs = NEVER;

        private Deadline(Runnable whenPassed) {
            this.whenPassed = whenPassed;
        }

        public void in(long delayMs) {
            atMs = nowMs + delayMs;
            if (atMs < queuedAtMs) {
                queue(this);
            }
        }

        public boolean isSet() {
            return atMs != NEVER;
        }

        public void cancel() {
            atMs = NEVER;
        }
    }

    private record Entry(long atMs, long sequence, Deadline of) {}

    private final PriorityQueue<Entry> heap =
            new PriorityQueue<>(Comparator.comparingLong(Entry::atMs).thenComparingLong(Entry::sequence));
    private long sequence;
    private long nowMs;
    private int sweptAt = SWEPT_AT_MIN;

    public Deadline create(Runnable whenPassed) {
        return new Deadline(whenPassed);
    }

    public void clear() {
        heap.clear();
    }

    public void advance(long toMs) {
        nowMs = Math.max(nowMs, toMs);
    }

    /** Entries now, those of cancelled deadlines included. */
    int size() {
        return heap.size();
    }

    public long nextMs() {
        return heap.isEmpty() ? NEVER : heap.peek().atMs();
    }

    public void run() {
        while (!heap.isEmpty() && heap.peek().atMs() <= nowMs) {
            var entry = heap.poll();
            var deadline = entry.of();
            if (deadline.queuedAtMs != entry.atMs()) {
                continue;
            }
            deadline.queuedAtMs = NEVER;
            if (deadline.atMs <= nowMs) {
                deadline.atMs = NEVER;
                deadline.whenPassed.run();
            } else if (deadline.atMs != NEVER) {
                queue(deadline);
            }
        }
    }

    private void queue(Deadline deadline) {
        if (heap.size() >= sweptAt) {
            sweep();
        }
        deadline.queuedAtMs = deadline.atMs;
        heap.add(new Entry(deadline.atMs, sequence++, deadline));
    }

    /** Members come and go much faster than sessions end: what was cancelled is never more than half of the heap for long. */
    private void sweep() {
        heap.removeIf(entry -> {
            var of = entry.of();
            boolean outdated = of.queuedAtMs != entry.atMs();
            boolean cancelled = !outdated && of.atMs == NEVER;
            if (cancelled) {
                of.queuedAtMs = NEVER;
            }
            return outdated || cancelled;
        });
        sweptAt = Math.max(SWEPT_AT_MIN, 2 * heap.size());
    }
}
