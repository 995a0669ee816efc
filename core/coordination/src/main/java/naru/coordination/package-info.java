/**
 * Groups and their committed offsets: state machines over one partition of an internal topic.
 *
 * <p>How a host uses a {@link naru.coordination.GroupShard}: it makes one for each partition of {@code __consumer_offsets}
 * that it leads, hands every record of the partition's log to {@code replay} and then calls {@code onLoaded}. Requests that
 * come earlier are answered COORDINATOR_LOAD_IN_PROGRESS. Each request is one method call on the lane that owns the
 * shard; the answer comes through the consumer, at once or once the records are committed. The host calls
 * {@code onTime} no later than {@code nextDeadlineMs}, and {@code onUnloaded} when it loses the partition.
 * {@link naru.coordination.GroupPartition} says which partition a group belongs to. Authorization, the existence of
 * topics and the translation of topic ids into names (OffsetCommit and OffsetFetch 10) are the host's.
 */
package naru.coordination;
