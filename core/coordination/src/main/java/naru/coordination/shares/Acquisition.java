package naru.coordination.shares;

import java.util.List;

/**
 * Records that a consumer was given.
 *
 * @param runs in the order of their offsets
 * @param end the end of the log's batch that holds the last of them; what comes after need not be sent
 */
public record Acquisition(List<Run> runs, long end) {

    public static final Acquisition NONE = new Acquisition(List.of(), -1);

    /**
     * @param first the first offset
     * @param end the offset after the last
     * @param deliveries how often they were handed out, this time included
     */
    public record Run(long first, long end, int deliveries) {}

    public boolean isEmpty() {
        return runs.isEmpty();
    }

    public int count() {
        int count = 0;
        for (var run : runs) {
            count += (int) (run.end() - run.first());
        }
        return count;
    }
}
