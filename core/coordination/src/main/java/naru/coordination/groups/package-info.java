/**
 * Groups and their committed offsets: state machines over one partition of {@code __consumer_offsets}. Authorization,
 * the existence of topics and the translation of topic ids into names (OffsetCommit and OffsetFetch 10) are the host's.
 */
package naru.coordination.groups;
