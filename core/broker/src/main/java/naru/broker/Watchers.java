package naru.broker;

/** Those who want to know when more of a partition may be read. Joining and leaving cost the same however many wait. */
final class Watchers {

    /** One who waits; waits at most once. */
    abstract static class Watcher {
        private Watchers joined;
        private Watcher before;
        private Watcher after;
        private long number;

        /** More may be read now, or the partition is gone. The watcher has left; it may join again. */
        abstract void onRaised();

        final void leave() {
            if (joined == null) {
                return;
            }
            if (before == null) {
                joined.first = after;
            } else {
                before.after = after;
            }
            if (after == null) {
                joined.last = before;
            } else {
                after.before = before;
            }
            joined = null;
            before = null;
            after = null;
        }
    }

    private Watcher first;
    private Watcher last;
    private long joins;

    void join(Watcher watcher) {
        watcher.leave();
        watcher.joined = this;
        watcher.number = joins++;
        watcher.before = last;
        if (last == null) {
            first = watcher;
        } else {
            last.after = watcher;
        }
        last = watcher;
    }

    /** Tells everybody who waits now. Those who join while it happens are told the next time. */
    void raised() {
        long joinsBefore = joins;
        while (first != null && first.number < joinsBefore) {
            var next = first;
            next.leave();
            next.onRaised();
        }
    }
}
