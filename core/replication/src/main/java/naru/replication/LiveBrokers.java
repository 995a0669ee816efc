package naru.replication;

/**
 * Which brokers a leader may take into its in-sync set now: those that are registered, neither fenced nor about to shut
 * down, by the newest cluster value of the lane. Asked when a follower would join, so nobody has to tell every leader of
 * every broker.
 */
@FunctionalInterface
public interface LiveBrokers {

    /** What a leader without followers needs. */
    LiveBrokers NONE = _ -> -1;

    /** The epoch of the broker's registration; -1 when it may not join. */
    long epochOf(int brokerId);
}
