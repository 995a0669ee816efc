package naru.base;

/**
 * What a lane runs: the decisions of one share of a broker. All calls come from the lane's own thread. Whoever stages nothing
 * and waits for no time has nothing to say to turns and clocks.
 */
@FunctionalInterface
public interface LaneProgram {

    /** A client connected. The link and the visit belong to this lane for life. */
    Visit onConnect(ClientLink link);

    /** Called once before the first turn, on the lane. */
    default void onStart() {}

    /**
     * The end of a turn, after all inputs of the turn: write what was staged, then answer. Afterwards the frames of
     * this turn may be reused by the network.
     */
    default void endTurn() {}

    /** Whatever is due by the clock now. Called at most once a turn, only when {@link #nextDeadlineNs} has passed. */
    default void onTime() {}

    /** When {@link #onTime} is wanted next, on {@link Clock#nowNs}; {@link Long#MAX_VALUE} when nothing is due. */
    default long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }
}
