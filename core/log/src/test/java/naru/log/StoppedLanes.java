package naru.log;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import naru.base.Lanes;

/** Off-lane work waits until the test lets it run. */
final class StoppedLanes implements Lanes {
    private final int count;
    private final ArrayDeque<Runnable> work = new ArrayDeque<>();

    StoppedLanes(int count) {
        this.count = count;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int current() {
        return 0;
    }

    @Override
    public void post(int lane, Runnable task) {
        work.add(task);
    }

    @Override
    public <T> void offLane(String folder, Work kind, Callable<T> task, Consumer<Outcome<T>> whenDone) {
        work.add(() -> {
            Outcome<T> outcome;
            try {
                outcome = new Outcome.Done<>(task.call());
            } catch (Exception e) {
                outcome = new Outcome.Failed<>(e);
            }
            whenDone.accept(outcome);
        });
    }

    void runOne() {
        work.removeFirst().run();
    }

    void runAll() {
        while (!work.isEmpty()) {
            runOne();
        }
    }

    boolean isIdle() {
        return work.isEmpty();
    }

    /** The process ended: what it was about to do does not happen. */
    void forget() {
        work.clear();
    }
}
