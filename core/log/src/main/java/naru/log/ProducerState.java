package naru.log;

/**
 * What a log knows about one idempotent producer, as DescribeProducers shows it.
 *
 * @param lastSequence -1 when nothing with a sequence was written
 * @param lastTimestampMs the time of its newest batch; -1 when there is none
 * @param coordinatorEpoch of its last transaction marker; -1 when there is none
 * @param txnStartOffset where its open transaction begins; -1 when none is open
 */
public record ProducerState(
        long producerId, short epoch, int lastSequence, long lastTimestampMs, int coordinatorEpoch, long txnStartOffset) {}
