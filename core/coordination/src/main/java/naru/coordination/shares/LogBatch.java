package naru.coordination.shares;

import static naru.base.Invariant.check;

/**
 * A batch of the log, as far as its offsets go.
 *
 * @param first the first offset
 * @param end the offset after the last
 * @param readable false when there is nothing in it for a consumer: a marker, or what an aborted transaction wrote
 */
public record LogBatch(long first, long end, boolean readable) {

    public LogBatch {
        check(first < end, "a batch has an offset");
    }
}
