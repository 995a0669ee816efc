package naru.log;

/**
 * A transaction whose records a reader of committed records leaves out: those of its producer from {@code firstOffset} to
 * the marker.
 *
 * @param lastOffset where its marker stands
 * @param lastStableOffset the log's last stable offset once this transaction is decided
 */
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
