package naru.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * The network between all places: a road for each pair and direction. A road that is cut is silent: what is sent on it
 * waits, as TCP sends it again and again, and arrives some time after the road is whole, or never.
 */
final class Roads {

    private static final long RETRANSMISSION_NS_MIN = 1_000_000;
    private static final long RETRANSMISSION_NS_MAX = 300_000_000;
    /** What Linux waits at least before it sends a segment again. */
    private static final long LOST_SEGMENT_NS = 200_000_000;

    private final class Way implements Road {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private int cuts;
        private boolean releasing;

        @Override
        public void pass(Runnable arrival) {
            if (cuts > 0 || releasing) {
                waiting.addLast(arrival);
            } else {
                arrival.run();
            }
        }

        @Override
        public long stallNs() {
            return dice.onceIn(lossOnceIn) ? LOST_SEGMENT_NS + dice.nextLong(LOST_SEGMENT_NS) : 0;
        }

        private void heal() {
            cuts--;
            if (cuts == 0 && !releasing && !waiting.isEmpty()) {
                releasing = true;
                timeline.after(dice.between(RETRANSMISSION_NS_MIN, RETRANSMISSION_NS_MAX), this::release);
            }
        }

        private void release() {
            releasing = false;
            while (cuts == 0 && !waiting.isEmpty()) {
                waiting.removeFirst().run();
            }
        }
    }

    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final Map<String, Way> ways = new TreeMap<>();
    private int lossOnceIn;

    Roads(Timeline timeline, SimulatedRandomness dice) {
        this.timeline = timeline;
        this.dice = dice;
    }

    private Way way(String from, String to) {
        return ways.computeIfAbsent(from + ">" + to, _ -> new Way());
    }

    Road between(String from, String to) {
        return way(from, to);
    }

    /** Silence in this direction, until it was healed as often as it was cut. */
    void cut(String from, String to) {
        way(from, to).cuts++;
    }

    void heal(String from, String to) {
        way(from, to).heal();
    }

    boolean isCut(String from, String to) {
        return way(from, to).cuts > 0;
    }

    /** Once in how many sendings a segment is lost on its way; 0 for never. */
    void lossOnceIn(int sendings) {
        lossOnceIn = sendings;
    }
}
