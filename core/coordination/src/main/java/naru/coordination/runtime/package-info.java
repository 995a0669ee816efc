/**
 * What every coordinator stands on: a shard is a state machine over one partition of an internal topic, and each of its
 * decisions becomes records, which are committed, applied and only then answered.
 *
 * <p>How a host uses a {@link naru.coordination.runtime.Shard}: it makes one for each partition of the internal topic that
 * it leads, hands every record of the partition's log to {@code replay} and calls {@code onLoaded} once the last of them is
 * committed: before that, a replica that lacks it may lead next, and what was told of it would be wrong. Each request is
 * one method call on the lane that owns the shard; the answer comes through the consumer, at once or once the records are
 * committed. The host calls {@code onTime} no later than {@code nextDeadlineMs}, and {@code onUnloaded} when it loses the
 * partition. {@link naru.coordination.runtime.ShardPartition} says which partition a key belongs to.
 */
package naru.coordination.runtime;
