package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import naru.base.Uuid;

/**
 * How far a lane has come with the partitions that it is to hold and has not opened. To open or make one is work for the disk, and some
 * thousands at once would keep everything else on the lane waiting for seconds: clients, and the heartbeats and votes of this node,
 * which the others would then take for dead. So a turn opens a few, and roles are given once all are open and on the medium.
 */
final class Openings {

    /** How many partitions may still be opened in this turn. */
    static final class Turn {
        private int left;

        private Turn(int left) {
            this.left = left;
        }

        boolean hasRoom() {
            return left > 0;
        }

        void opened() {
            left--;
        }
    }

    /** What opens partitions, and gives them roles. */
    interface Work {

        /**
         * Opens partitions of a topic while the turn has room.
         *
         * @param from where to begin, by number
         * @return where to go on; -1 when there are no more
         */
        int open(Uuid topic, int from, Turn turn);

        /** All are open: what is on no medium yet is brought there, and these topics' partitions get their roles. */
        void finish(List<Uuid> topics);
    }

    private final int perTurnMax;
    private final Consumer<Runnable> nextTurn;
    private final Work work;
    /** Topics with partitions to be opened, and where to go on. */
    private final LinkedHashMap<Uuid, Integer> unopened = new LinkedHashMap<>();
    private final LinkedHashSet<Uuid> opened = new LinkedHashSet<>();
    private ArrayList<Runnable> waiting = new ArrayList<>();
    private boolean scheduled;

    /**
     * @param perTurnMax partitions that are opened in a turn
     * @param nextTurn does something in the next turn
     */
    Openings(int perTurnMax, Consumer<Runnable> nextTurn, Work work) {
        this.perTurnMax = perTurnMax;
        this.nextTurn = nextTurn;
        this.work = work;
    }

    /** Partitions of this topic are to be opened, or were and have no role yet. */
    void add(Uuid topic) {
        unopened.put(topic, 0);
    }

    /** Does as much as one turn may; the next turns do the rest. */
    void goOn() {
        var turn = new Turn(scheduled ? 0 : perTurnMax);
        while (!unopened.isEmpty() && turn.hasRoom()) {
            var next = unopened.firstEntry();
            int at = work.open(next.getKey(), next.getValue(), turn);
            if (at < 0) {
                opened.add(next.getKey());
                unopened.remove(next.getKey());
            } else {
                unopened.put(next.getKey(), at);
            }
        }
        if (!unopened.isEmpty()) {
            goOnLater();
        } else if (!opened.isEmpty()) {
            var topics = List.copyOf(opened);
            opened.clear();
            work.finish(topics);
        }
    }

    private void goOnLater() {
        if (!scheduled) {
            scheduled = true;
            nextTurn.accept(() -> {
                scheduled = false;
                goOn();
                tellWhoWaits();
            });
        }
    }

    /** Runs the task as soon as nothing is left to be opened, maybe at once; the tasks in the order in which they came. */
    void whenDone(Runnable task) {
        waiting.add(task);
        tellWhoWaits();
    }

    private void tellWhoWaits() {
        if (unopened.isEmpty() && !waiting.isEmpty()) {
            var told = waiting;
            waiting = new ArrayList<>();
            told.forEach(Runnable::run);
        }
    }
}
