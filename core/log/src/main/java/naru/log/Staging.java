package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The batches of one log that wait for the write at the end of the turn: by reference, the bytes stay in the requests.
 * Borrowed for the turn, so that thousands of quiet partitions need none.
 */
final class Staging {

    /** Stagings nobody uses now, of one lane. */
    static final class Pool {
        private static final int IDLE_MAX = 64;

        private final ArrayDeque<Staging> idle = new ArrayDeque<>();

        Staging borrow() {
            var staging = idle.pollLast();
            return staging == null ? new Staging() : staging;
        }

        void giveBack(Staging staging) {
            staging.clear();
            if (idle.size() < IDLE_MAX) {
                idle.addLast(staging);
            }
        }
    }

    private ByteBuffer[] batches = new ByteBuffer[4];
    private byte[][] rollSnapshots = new byte[4][];
    // What the batches abort; most turns have none.
    private final ArrayDeque<AbortedTransaction> aborted = new ArrayDeque<>(1);
    private int count;
    private long bytesSinceRoll;
    private long nowMs;

    int count() {
        return count;
    }

    ByteBuffer batch(int number) {
        return batches[number];
    }

    /** What the ledger said when a new segment was found to begin with this batch; null when it does not begin one. */
    byte[] rollSnapshot(int number) {
        return rollSnapshots[number];
    }

    /** Bytes staged for the segment that the next batch would go to. */
    long bytesSinceRoll() {
        return bytesSinceRoll;
    }

    long nowMs() {
        return nowMs;
    }

    boolean hasRolled() {
        for (int i = 0; i < count; i++) {
            if (rollSnapshots[i] != null) {
                return true;
            }
        }
        return false;
    }

    /** @param rollSnapshot null when the batch goes where the one before went */
    void add(ByteBuffer batch, byte[] rollSnapshot, long atMs) {
        if (count == batches.length) {
            batches = Arrays.copyOf(batches, count * 2);
            rollSnapshots = Arrays.copyOf(rollSnapshots, count * 2);
        }
        batches[count] = batch;
        rollSnapshots[count] = rollSnapshot;
        count++;
        bytesSinceRoll = (rollSnapshot == null ? bytesSinceRoll : 0) + batch.remaining();
        nowMs = atMs;
    }

    /** The batch added last is the marker of an aborted transaction. */
    void aborts(AbortedTransaction transaction) {
        aborted.addLast(transaction);
    }

    /** The oldest aborted transaction whose marker lies before {@code end} and that was not taken yet; null when none is left. */
    AbortedTransaction takeAborted(long end) {
        var oldest = aborted.peekFirst();
        return oldest == null || oldest.lastOffset() >= end ? null : aborted.removeFirst();
    }

    /** The batches from {@code first} to before {@code end}, for one gathering write. */
    ByteBuffer[] pieces(int first, int end) {
        return Arrays.copyOfRange(batches, first, end);
    }

    private void clear() {
        Arrays.fill(batches, 0, count, null);
        Arrays.fill(rollSnapshots, 0, count, null);
        aborted.clear();
        count = 0;
        bytesSinceRoll = 0;
    }
}
