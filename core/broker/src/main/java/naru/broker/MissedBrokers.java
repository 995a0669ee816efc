package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Brokers that this lane misses before the cluster has decided that they are gone: a connection to them broke, or an answer is overdue.
 *
 * <p>A client asks who leads as soon as its own connection breaks, which is before anybody has been elected. Were it told the
 * old leader once more, it would look there in vain, and rest, longer each time it is told the same. So an answer that would name a missed
 * broker waits until the cluster has decided, or the broker is heard again. It does not wait for long, and not at all when the
 * cluster cannot decide: most of its controllers may be gone, too.
 */
final class MissedBrokers {

    /** An answer waits no longer from when it is next, in milliseconds: other answers on its connection wait behind it. */
    private static final int WAIT_MS_MAX = 1_000;

    /** So long after a broker was missed first, the cluster should have decided, in milliseconds. */
    private static final long DECIDED_MS_MAX = 4_000;

    /** An answer that waits. */
    private static final class Held {
        private final Predicate<SortedSet<Integer>> names;
        private final Runnable answer;
        private Timers.Timer deadline;

        private Held(Predicate<SortedSet<Integer>> names, Runnable answer) {
            this.names = names;
            this.answer = answer;
        }
    }

    private final LaneBroker lane;
    private ArrayList<Held> held = new ArrayList<>();

    MissedBrokers(LaneBroker lane) {
        this.lane = lane;
    }

    /**
     * Runs {@code answer}, at once or a little later.
     *
     * @param names whether the answer would, as things stand, name one of these brokers
     */
    void whenFound(Predicate<SortedSet<Integer>> names, Runnable answer) {
        var missed = missed();
        if (missed.isEmpty() || held.size() >= lane.limits().commandsWaitingMax() || !names.test(missed)) {
            answer.run();
            return;
        }
        var one = new Held(names, answer);
        one.deadline = lane.afterMs(WAIT_MS_MAX, () -> {
            held.remove(one);
            answer.run();
        });
        held.add(one);
    }

    /** Those that may still lead, as far as the cluster has decided. */
    private SortedSet<Integer> missed() {
        var missed = new TreeSet<Integer>();
        long nowNs = lane.broker().clock().nowNs();
        for (var fetcher : lane.replication().fetchers()) {
            long sinceNs = fetcher.missedForNs(nowNs);
            var broker = lane.cluster().brokers().get(fetcher.leaderId());
            if (sinceNs >= 0 && sinceNs < TimeUnit.MILLISECONDS.toNanos(DECIDED_MS_MAX) && broker != null && !broker.fenced()) {
                missed.add(fetcher.leaderId());
            }
        }
        return missed;
    }

    /** The cluster has decided something, or a broker was heard again. */
    void lookAgain() {
        if (held.isEmpty()) {
            return;
        }
        var missed = missed();
        var waiting = held;
        held = new ArrayList<>();
        List<Held> found = new ArrayList<>();
        for (var one : waiting) {
            if (!missed.isEmpty() && one.names.test(missed)) {
                held.add(one);
            } else {
                found.add(one);
            }
        }
        for (var one : found) {
            one.deadline.cancel();
            one.answer.run();
        }
    }
}
