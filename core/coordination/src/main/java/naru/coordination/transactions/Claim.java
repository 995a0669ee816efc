package naru.coordination.transactions;

/**
 * What a request says of its sender: that it is the producer of a transactional id.
 *
 * @param producerEpoch what InitProducerId, or the end of the transaction before, gave it
 */
public record Claim(String transactionalId, long producerId, short producerEpoch) {}
