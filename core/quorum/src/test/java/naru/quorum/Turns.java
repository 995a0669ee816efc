package naru.quorum;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Lanes;

/** One lane and its disk thread, taken turn by turn by hand; and the clock that goes with them. */
final class Turns implements Lanes, Clock {

    long nowMs = 1_000;

    private final ArrayDeque<Runnable> posted = new ArrayDeque<>();

    void runAll() {
        while (!posted.isEmpty()) {
            posted.removeFirst().run();
        }
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public long nowNs() {
        return nowMs * 1_000_000;
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public int current() {
        return 0;
    }

    @Override
    public void post(int lane, Runnable task) {
        posted.add(task);
    }

    @Override
    public <T> void offLane(String folder, Work kind, Callable<T> work, Consumer<Outcome<T>> whenDone) {
        posted.add(() -> {
            Outcome<T> outcome;
            try {
                outcome = new Outcome.Done<>(work.call());
            } catch (Exception failure) {
                outcome = new Outcome.Failed<>(failure);
            }
            var done = outcome;
            posted.add(() -> whenDone.accept(done));
        });
    }
}
