/**
 * Share groups (KIP-932): records that are handed out one by one and acknowledged one by one.
 *
 * <p>Two state machines. {@link naru.coordination.shares.SharePartition} lives beside the leader of a partition and
 * decides who gets which record, for how long and how often. {@link naru.coordination.shares.ShareShard} is the share
 * coordinator: it keeps, in a partition of {@code __share_group_state}, what the leaders decided, so that it outlives
 * them. Between the two stands the port {@link naru.coordination.shares.StateKeeper}.
 */
package naru.coordination.shares;
