package naru.cli;

import java.util.ArrayList;
import java.util.List;

/** Ctrl-C, as a command sees it: whoever may be waiting is woken, and the command ends in its own words. */
final class Interruption {

    private final List<Runnable> wakers = new ArrayList<>();
    private volatile boolean asked;

    /** Runs the task when the user asks to end; at once when that has happened already. */
    synchronized void whenAsked(Runnable task) {
        wakers.add(task);
        if (asked) {
            task.run();
        }
    }

    /** Called by the shutdown hook. */
    synchronized void ask() {
        asked = true;
        wakers.forEach(Runnable::run);
    }

    /** Between two steps of work that asks no broker. */
    void check() {
        if (asked) {
            throw new Interrupted();
        }
    }
}
