package naru.coordination.transactions;

/**
 * What an operator sets about transactions.
 *
 * @param timeoutMaxMs {@code transaction.max.timeout.ms}
 * @param abortRetryMs {@code transaction.abort.timed.out.transaction.cleanup.interval.ms}: how soon an abort that could not
 *     be written is tried again. A timeout itself is noticed when it passes, not when somebody looks
 * @param expirationMs {@code transactional.id.expiration.ms}
 * @param expiryIntervalMs {@code transaction.remove.expired.transaction.cleanup.interval.ms}
 * @param patienceMs {@code add.partitions.to.txn.retry.backoff.max.ms}: how long a request that adds partitions waits for the
 *     markers of the transaction before
 * @param idsMax transactional ids of one shard; another one is refused until some are gone. Kafka has no such bound
 * @param generation the finalized level of {@code transaction.version}
 */
public record TransactionSettings(
        int timeoutMaxMs,
        long abortRetryMs,
        long expirationMs,
        long expiryIntervalMs,
        long patienceMs,
        int idsMax,
        short generation) {

    public static final TransactionSettings DEFAULT =
            new TransactionSettings(900_000, 10_000, 604_800_000L, 3_600_000, 100, 1_000_000, Transaction.GENERATION_TWO);
}
