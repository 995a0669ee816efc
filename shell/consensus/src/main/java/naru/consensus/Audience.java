package naru.consensus;

import java.util.List;
import naru.metadata.Cluster;
import naru.protocol.Message;
import naru.quorum.SnapshotId;

/** Hears what the engine came to know; on lane 0, in order. */
interface Audience {

    /**
     * Everything up to a place in the log, as one value.
     *
     * @param lastMs when the last record of it was written
     */
    void onLoaded(Cluster cluster, SnapshotId at, long lastMs);

    /**
     * What one committed batch made count; nothing, when it was about the quorum itself.
     *
     * @param at where the log ends behind it, and its epoch
     * @param bytes of the batch
     * @param isWhole false inside a decision of several batches
     */
    void onCommitted(List<Message> records, SnapshotId at, long ms, int bytes, boolean isWhole);

    /** @param leaderId -1 while nobody is known */
    void onLeader(int leaderId, int epoch, boolean isTransactionOpen);

    /** Nobody has been found who leads this cluster, but somebody of another one. */
    void onForeign(Address at);
}
