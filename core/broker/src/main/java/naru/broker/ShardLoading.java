package naru.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.DiskFailure;
import naru.coordination.CoordinatorRecord;
import naru.coordination.GroupShard;
import naru.log.Log;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/**
 * Reads a partition of an internal topic from its start to its end and hands every committed record to a shard. One step
 * is bounded, because the lane has other things to do. Throws what the disk or a damaged record makes of it.
 */
final class ShardLoading {

    private static final short COMMITTED = 1;

    private final Log log;
    private final GroupShard shard;
    private final RecordReader reader;
    /** What producers wrote inside transactions that are not decided at this point of the log. */
    private final Map<Long, List<CoordinatorRecord>> undecided = new TreeMap<>();
    private long next;

    ShardLoading(Log log, GroupShard shard, RecordReader reader) {
        this.log = log;
        this.shard = shard;
        this.reader = reader;
        this.next = log.logStart();
    }

    /** Where the next step begins. */
    long next() {
        return next;
    }

    /** Reads some {@code bytesMax}, at least one batch; true when that was the last one. */
    boolean step(int bytesMax) {
        long before = next;
        if (before < log.logEnd()) {
            replay(copyOf(log.read(before, bytesMax, log.logEnd(), true).records()));
        }
        return next == before || next >= log.logEnd();
    }

    private void replay(ByteBuffer bytes) {
        int at = 0;
        while (bytes.limit() - at >= BatchHeader.SIZE && at + BatchHeader.sizeInBytes(bytes, at) <= bytes.limit()) {
            // No client looks at these bytes before they count.
            if (BatchHeader.sizeInBytes(bytes, at) < BatchHeader.SIZE || !BatchHeader.isCrcRight(bytes, at)) {
                throw new DiskFailure(DiskFailure.Kind.DAMAGED, log.folder(),
                        new IOException("the batch at offset " + next + " is not what was written"));
            }
            replayBatch(bytes, at);
            next = Math.max(next, BatchHeader.nextOffset(bytes, at));
            at += BatchHeader.sizeInBytes(bytes, at);
        }
    }

    private void replayBatch(ByteBuffer bytes, int at) {
        long producer = BatchHeader.producerId(bytes, at);
        boolean control = BatchHeader.isControl(bytes, at);
        boolean transactional = BatchHeader.isTransactional(bytes, at);
        // One by one: a client may have written here under the name of Kafka's own tools.
        reader.forEach(bytes, at, record -> {
            if (record.offset() < next || record.key() == null) {
                return true;
            }
            if (control) {
                decide(producer, record.key());
                return true;
            }
            var read = new CoordinatorRecord(bytesOf(record.key()), bytesOf(record.value()));
            if (transactional) {
                undecided.computeIfAbsent(producer, _ -> new ArrayList<>()).add(read);
            } else {
                shard.replay(read);
            }
            return true;
        });
    }

    /** The key of a control record: its version, then whether the transaction was aborted or committed. */
    private void decide(long producer, ByteBuffer key) {
        var waiting = undecided.remove(producer);
        if (waiting != null && key.getShort(key.position() + Short.BYTES) == COMMITTED) {
            waiting.forEach(shard::replay);
        }
    }

    private static ByteBuffer copyOf(Records records) {
        return switch (records) {
            case Records.InMemory(ByteBuffer bytes) -> bytes.slice();
            case Records.InFile inFile -> Answers.read(inFile);
        };
    }

    private static byte[] bytesOf(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
