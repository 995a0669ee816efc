package naru.log;

import java.util.List;
import naru.base.Disk;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.BatchSieve;

/**
 * The first half of a round: puts the newest offset of every key of the dirty part into the map, until the map is full or the
 * part is at its end. Records of aborted transactions do not count: what they would replace stays.
 */
final class KeyScan implements AutoCloseable {

    private final Disk disk;
    private final CompactionPlan plan;
    private final OffsetMap map;
    private final BatchSieve sieve;
    private final CleanedTransactions transactions;
    private final List<CompactionPlan.Source> dirty;
    private int next;
    private SourceReader reader;
    private boolean done;

    KeyScan(
            Disk disk, CompactionPlan plan, OffsetMap map, BatchSieve sieve, List<AbortedTransaction> aborted) {
        this.disk = disk;
        this.plan = plan;
        this.map = map;
        this.sieve = sieve;
        this.transactions = new CleanedTransactions(aborted);
        this.dirty = plan.sources().stream().filter(source -> source.end() > plan.firstDirty()).toList();
    }

    boolean isDone() {
        return done;
    }

    /** Reads on, for about this many bytes; how many it were. */
    long step(long bytesMax) {
        long read = 0;
        while (!done && read < bytesMax) {
            if (reader == null) {
                reader = new SourceReader(disk, plan.folder(), dirty.get(next));
            }
            if (!reader.next()) {
                closeSource();
                continue;
            }
            read += reader.size();
            if (!note()) {
                done = true;
            }
        }
        return read;
    }

    private void closeSource() {
        close();
        // Where compaction has made a gap at a segment's end, nothing is in it.
        map.seenTo(dirty.get(next).end() - 1);
        next++;
        done = next == dirty.size();
    }

    /** False when the map is full. */
    private boolean note() {
        var in = reader.bytes();
        int at = reader.at();
        boolean gone = transactions.isNeededNoMore(in, at);
        long last = BatchHeader.nextOffset(in, at) - 1;
        if (last < plan.firstDirty()) {
            return true;
        }
        if (!gone && !BatchHeader.isControl(in, at) && !sieve.forEach(in, at, this::fits)) {
            return false;
        }
        map.seenTo(last);
        return true;
    }

    private boolean fits(long offset, java.nio.ByteBuffer key, boolean hasValue) {
        return key == null || offset < plan.firstDirty() || map.put(key, offset);
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
