package naru.log;

/**
 * Where a leader epoch ends in a log.
 *
 * @param epoch the largest epoch the log has that is not larger than the one asked for; -1 when there is none
 * @param endOffset the first offset of the next epoch, or the log's end; -1 when there is no such epoch
 */
public record EpochEnd(int epoch, long endOffset) {

    /** The log knows nothing about the epoch. */
    public static final EpochEnd UNKNOWN = new EpochEnd(-1, -1);
}
