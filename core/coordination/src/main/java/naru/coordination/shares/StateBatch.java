package naru.coordination.shares;

import static naru.base.Invariant.check;

/**
 * What is kept about a run of records.
 *
 * @param first the first offset
 * @param end the offset after the last
 * @param state as {@link RecordState#id}; a number, because a coordinator keeps what it is told
 * @param deliveries how often they were handed out
 */
public record StateBatch(long first, long end, byte state, short deliveries) {

    public StateBatch {
        check(first < end, "a run of records has records");
    }

    public static StateBatch of(long first, long end, RecordState state, int deliveries) {
        return new StateBatch(first, end, state.id(), (short) Math.min(deliveries, Short.MAX_VALUE));
    }

    boolean isAlike(StateBatch other) {
        return state == other.state && deliveries == other.deliveries;
    }

    /** Delivered more often, or further on its way after as many deliveries. */
    boolean isNewerThan(StateBatch other) {
        return deliveries != other.deliveries ? deliveries > other.deliveries : state > other.state;
    }
}
