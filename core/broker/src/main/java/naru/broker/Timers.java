package naru.broker;

import java.util.PriorityQueue;

/** What a lane wants to do later, soonest first; things due at the same instant in the order they were asked for. */
final class Timers {

    /** Something that will happen unless it is cancelled. */
    static final class Timer implements Comparable<Timer> {
        private final long dueNs;
        private final long order;
        private Runnable task;

        private Timer(long dueNs, long order, Runnable task) {
            this.dueNs = dueNs;
            this.order = order;
            this.task = task;
        }

        /** Harmless when it has happened already. The entry may stay in the heap until it is due, the task does not. */
        void cancel() {
            task = null;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(dueNs - other.dueNs, 0);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private static final int SWEPT_AT_MIN = 1_024;

    private final PriorityQueue<Timer> heap = new PriorityQueue<>();
    private long asked;
    private int sweptAt = SWEPT_AT_MIN;

    /** Entries now, cancelled ones included. */
    int size() {
        return heap.size();
    }

    Timer at(long dueNs, Runnable task) {
        if (heap.size() >= sweptAt) {
            // A client may ask to wait for weeks and be answered at once, again and again.
            heap.removeIf(timer -> timer.task == null);
            sweptAt = Math.max(SWEPT_AT_MIN, 2 * heap.size());
        }
        var timer = new Timer(dueNs, asked++, task);
        heap.add(timer);
        return timer;
    }

    /** When the next one is due; {@link Long#MAX_VALUE} when none is. */
    long nextDueNs() {
        dropCancelled();
        return heap.isEmpty() ? Long.MAX_VALUE : heap.peek().dueNs;
    }

    /** Runs what is due. What these tasks ask for anew runs in a later call, so a turn ends. */
    void runDue(long nowNs) {
        long askedBefore = asked;
        while (!heap.isEmpty() && heap.peek().dueNs - nowNs <= 0 && heap.peek().order < askedBefore) {
            var due = heap.poll();
            if (due.task != null) {
                due.task.run();
            }
        }
    }

    private void dropCancelled() {
        while (!heap.isEmpty() && heap.peek().task == null) {
            heap.poll();
        }
    }
}
