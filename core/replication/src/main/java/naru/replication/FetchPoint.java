package naru.replication;

/**
 * What a follower asks its leader for, and the name of that question in what is heard of it.
 *
 * @param offset the end of the follower's log: with it the follower says that it holds everything before, on disk where the
 *     policy wants that
 * @param lastEpoch the leader epoch of the follower's last record, for the leader to compare (KIP-595); -1 when it has none
 * @param logStart the first offset the follower has
 */
public record FetchPoint(int leaderId, int leaderEpoch, long offset, int lastEpoch, long logStart) {}
