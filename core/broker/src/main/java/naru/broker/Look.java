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
 */
record Look(
        ErrorCode error,
        long highWatermark,
        long lastStable,
        long logStart,
        Records records,
        List<AbortedTransaction> aborted,
        Divergence divergedAt,
        int leaderEpoch) {

    /** The last epoch the reader and we have in common, and where it ends here. */
    record Divergence(int epoch, long endOffset) {}

    static Look failed(ErrorCode error) {
        return new Look(error, -1, -1, -1, Records.EMPTY, null, null, -1);
    }

    /** There is no such partition here. */
    static Look nowhere(ErrorCode error) {
        return new Look(error, -1, -1, -1, Records.EMPTY, List.of(), null, -1);
    }

    Look with(Records others) {
        return new Look(error, highWatermark, lastStable, logStart, others, aborted, divergedAt, leaderEpoch);
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
