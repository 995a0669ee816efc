package naru.log;

import java.nio.ByteBuffer;
import naru.protocol.batch.BatchHeader;

/**
 * The part of a leader's answer that a follower may append.
 *
 * @param whole from position to limit
 * @param fault why nothing may be appended; null when something may
 */
record FetchedBatches(ByteBuffer whole, Refusal fault) {

    /**
     * A leader cuts its answer off anywhere, so what is not whole at the end is left out. Batches of an epoch that is newer than
     * the one asked in are left out too: they come again when this follower knows of that epoch.
     *
     * @param lastEpoch of the last batch of the log; epochs only rise
     * @param end of the log
     * @param mayReachBack the first batch may begin before {@code end}, when it reaches beyond it
     */
    static FetchedBatches in(ByteBuffer in, int leaderEpoch, int lastEpoch, long end, boolean mayReachBack) {
        int at = in.position();
        int epoch = lastEpoch;
        long next = end;
        boolean reachesBack = mayReachBack;
        while (in.limit() - at >= BatchHeader.SIZE) {
            int size = BatchHeader.sizeInBytes(in, at);
            if (size < BatchHeader.SIZE || size > in.limit() - at || BatchHeader.leaderEpoch(in, at) > leaderEpoch) {
                break;
            }
            long base = BatchHeader.baseOffset(in, at);
            if (base < next && !(reachesBack && BatchHeader.nextOffset(in, at) > end)) {
                return refused(new Refusal.NotNext(next, base));
            }
            if (BatchHeader.leaderEpoch(in, at) < epoch) {
                return refused(new Refusal.Invalid("a batch of epoch " + BatchHeader.leaderEpoch(in, at) + " behind one of epoch " + epoch));
            }
            epoch = BatchHeader.leaderEpoch(in, at);
            next = BatchHeader.nextOffset(in, at);
            reachesBack = false;
            at += size;
        }
        return at == in.position()
                ? refused(new Refusal.Corrupt("there is no whole batch of an epoch up to " + leaderEpoch))
                : new FetchedBatches(in.slice(in.position(), at - in.position()), null);
    }

    private static FetchedBatches refused(Refusal why) {
        return new FetchedBatches(null, why);
    }
}
