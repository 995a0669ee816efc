/**
 * What groups of every kind have in common: a group id belongs to one {@link naru.coordination.membership.GroupKind} of
 * its shard, members subscribe to {@link naru.coordination.membership.Topics}, and an
 * {@link naru.coordination.membership.Assignor} says who gets which partitions.
 */
package naru.coordination.membership;
