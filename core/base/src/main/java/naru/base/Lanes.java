package naru.base;

import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The threads that decide, as the core sees them. A lane runs one turn after another; what is posted to it arrives as
 * an input of a later turn. Everything a lane owns is touched by that lane alone, so the core needs no lock.
 */
public interface Lanes {

    /** How many lanes there are; fixed for the life of the process. */
    int count();

    /** The lane on which the caller runs, from 0; the caller is always on a lane. */
    int current();

    /** Runs {@code task} on {@code lane}, in order of posting, in a later turn (never inside this call). Never blocks. */
    void post(int lane, Runnable task);

    /**
     * Does blocking work on a thread of the given log folder and brings the outcome back to the lane that asked.
     * Work for one folder starts in the order asked; several may run at once unless {@code kind} is
     * {@link Work#SYNC}, of which one runs at a time for each folder.
     */
    <T> void offLane(String folder, Work kind, Callable<T> work, Consumer<Outcome<T>> whenDone);

    /** What the work is, so that a long one never holds up a short one. */
    enum Work {
        /** Journal and segment syncs: an acknowledgement waits for it. */
        SYNC,
        /** Reads that may be cold. */
        READ,
        /** Retention, compaction, checkpoints, deletions: nobody waits. */
        CHORE
    }

    /** What came of blocking work. */
    sealed interface Outcome<T> {
        record Done<T>(T value) implements Outcome<T> {}

        record Failed<T>(Throwable why) implements Outcome<T> {}
    }
}
