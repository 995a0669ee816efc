package naru.broker;

import java.util.List;
import naru.log.AbortedTransaction;
import naru.protocol.ErrorCode;
import naru.protocol.Records;

/**
 * What a reader sees of one partition at one instant.
 *
 * @param error {@link ErrorCode#NONE}, or why there is nothing to see
 * @param records never null; whoever drops them gives back the file they are in
 * @param aborted transactions a reader of committed records must leave out; null for a reader of everything
 * @param divergedAt where the reader's log stops agreeing with ours; null when it agrees
 * @param leaderEpoch our epoch, to tell a reader that has another; -1 when we do not lead
 * @param preferredReplica the broker that the reader shall read from instead; -1 when it is this one
 */
record Look(
        ErrorCode error,
        long highWatermark,
        long lastStable,
        long logStart,
        Records records,
        List<AbortedTransaction> aborted,
        Divergence divergedAt,
        int leaderEpoch,
        int preferredReplica) {

    private static final int THIS_ONE = -1;

    /** The last epoch the reader and we have in common, and where it ends here. */
    record Divergence(int epoch, long endOffset) {}

    static Look failed(ErrorCode error) {
        return new Look(error, -1, -1, -1, Records.EMPTY, null, null, -1, THIS_ONE);
    }

    /** There is no such partition here. */
    static Look nowhere(ErrorCode error) {
        return new Look(error, -1, -1, -1, Records.EMPTY, List.of(), null, -1, THIS_ONE);
    }

    Look with(Records others) {
        return new Look(
                error, highWatermark, lastStable, logStart, others, aborted, divergedAt, leaderEpoch, preferredReplica);
    }

    Look withHighWatermark(long now) {
        return now == highWatermark ? this : new Look(
                error, now, lastStable, logStart, records, aborted, divergedAt, leaderEpoch, preferredReplica);
    }

    /** Nothing to read here, but there. */
    Look preferring(int broker) {
        return new Look(error, highWatermark, lastStable, logStart, Records.EMPTY, aborted, divergedAt, leaderEpoch, broker);
    }

    boolean isError() {
        return error != ErrorCode.NONE;
    }

    int bytes() {
        return records.sizeInBytes();
    }

    void drop() {
        Answers.drop(records);
    }
}
