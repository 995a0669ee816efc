package naru.client;

/** What an {@link Exchange} asks of whoever drives it: to be called again. */
@FunctionalInterface
public interface Timing {

    /**
     * Runs the task in a later turn, never inside this call.
     *
     * @param ms milliseconds from now; 0 for the next turn
     * @return calls it off; harmless when it has run
     */
    Runnable afterMs(long ms, Runnable task);
}
