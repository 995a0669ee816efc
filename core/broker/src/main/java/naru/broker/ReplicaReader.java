package naru.broker;

import naru.protocol.ErrorCode;

/**
 * Another broker that fetches what it is to hold.
 *
 * @param brokerEpoch of its registration; -1 when it does not say
 * @param version of its fetches
 */
record ReplicaReader(int id, long brokerEpoch, short version) {

    /**
     * What it sees of a partition, on the lane of the partition.
     *
     * @param named it has just said where it is, so its leader hears of it
     * @param atMs when it said so, of {@link LaneReplication#steadyMs}
     */
    Look look(Partition partition, FetchPosition position, boolean named, int bytesMax, boolean atLeastOne, long atMs) {
        var error = error(partition, position);
        if (error != ErrorCode.NONE) {
            return Look.failed(error);
        }
        // All or nothing: what is cut off inside a batch would be sent in vain.
        boolean may = partition.leading().maySendTo(id);
        var look = partition.lookAsReplica(
                position, may ? Math.max(0, Math.min(position.bytesMax(), bytesMax)) : 0, atLeastOne && may);
        partition.leading().onSentTo(id, look.bytes());
        if (!named || look.isError() || look.divergedAt() != null) {
            return look;
        }
        partition.leading().onFollowerFetched(this, position, atMs);
        return look.withHighWatermark(partition.highWatermark());
    }

    /** There is more than there was room for: nothing need happen for that to be told next. */
    boolean isCramped(Partition partition, FetchPosition position, Look look) {
        return look.bytes() == 0 && !look.isError() && look.divergedAt() == null
                && position.offset() < partition.log().writtenEnd();
    }

    private ErrorCode error(Partition partition, FetchPosition position) {
        var error = partition.refusal();
        error = error != ErrorCode.NONE ? error : partition.epochError(position.currentLeaderEpoch());
        if (error != ErrorCode.NONE || partition.leading().isAssigned(id)) {
            return error;
        }
        // It may have been assigned by a decision that we have not heard of.
        return position.currentLeaderEpoch() >= 0 ? ErrorCode.UNKNOWN_LEADER_EPOCH : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /**
     * It is still where it said it was.
     *
     * @param nowMs of {@link LaneReplication#steadyMs}
     */
    void reaffirm(Partition partition, FetchPosition position, long nowMs) {
        if (error(partition, position) == ErrorCode.NONE && position.offset() == partition.log().writtenEnd()) {
            partition.leading().onFollowerFetched(this, position, nowMs);
        }
    }
}
