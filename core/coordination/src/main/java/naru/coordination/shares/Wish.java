package naru.coordination.shares;

/**
 * How many records a consumer wants.
 *
 * @param member who asks
 * @param recordsMax no more than so many, except to complete a batch of the log
 * @param batchSize how many it would like to acknowledge at once
 * @param exactly true when not even a batch of the log is a reason for more than {@code recordsMax} (KIP-1206)
 */
public record Wish(String member, int recordsMax, int batchSize, boolean exactly) {}
