package naru.simulation;

/**
 * Clients with one purpose, and a judge who remembers what they were promised. A story has one or more of these. Those who are
 * judged by everything that they hear, at once, have no audit and no judgement in the end.
 */
interface Workload {

    void start();

    /** Something bad happens to one of the clients. */
    default void trouble() {}

    /** Nobody begins anything new; what was begun is brought to its end. */
    void stop();

    /** What was begun has ended, and everybody is where calm leaves them. */
    boolean isQuiet();

    /** Says in the story who is not quiet, or has not been audited. */
    void tellUnquiet();

    /** All trouble is over and everybody is quiet: somebody looks at everything once more. */
    default void audit() {}

    default boolean isAudited() {
        return true;
    }

    /** Convicts when what clients did and saw does not fit together. */
    default void judge() {}

    /** How many clients were killed. */
    default int kills() {
        return 0;
    }

    /** What there was of it, for the report. */
    String tally();
}
