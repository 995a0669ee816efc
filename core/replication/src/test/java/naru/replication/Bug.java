package naru.replication;

/** Known mistakes of the field. Each is put back into the replicas of a test, which must notice. */
enum Bug {
    NONE,
    /** As before KIP-101: a new follower drops what lies above its own high watermark, and nothing else. */
    CUT_TO_THE_WATERMARK,
    /** A follower fetches from its end, whatever stands there. */
    NO_EPOCHS_COMPARED,
    /** The leader's word about an epoch that this follower does not have is taken as a place to cut. */
    OWN_EPOCHS_IGNORED,
    /** What a leader answered that is not the leader any more is appended. */
    LATE_FETCH_TAKEN,
    /** The answer to an old proposal is taken for one to the newest. */
    LATE_PROPOSAL_TAKEN,
    /** The high watermark does not wait for whom the leader asked to admit. */
    COMMITTED_SET_ALONE_COUNTS,
    /** A follower that has not come to where the leader's epoch began is admitted. */
    JOINS_BEFORE_THE_EPOCH,
    /** Whoever is admitted need not be the process that fetched (before KIP-903). */
    BROKER_EPOCH_NOT_SAID,
    /** acks=all is answered as acks=1. */
    ALL_MEANS_LEADER,
    /** The high watermark rises while fewer than min.insync.replicas are in sync. */
    WATERMARK_BELOW_THE_MINIMUM,
    /** A leader alone in sync acknowledges what is in its memory only. */
    LAST_ONE_DOES_NOT_SYNC,
    /** A follower says that it holds what it has not synced, though the topic asks for it. */
    FOLLOWER_CLAIMS_UNSYNCED,
    /** A new leader lets consumers read to the end of its log at once. */
    NEW_LEADER_SHOWS_ALL_IT_HAS,
    /** Producers that wait when leadership ends are told that all went well. */
    WAITERS_ANSWERED_AT_THE_END
}
