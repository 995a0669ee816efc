package naru.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import naru.base.DiskFailure;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Shard;
import naru.log.Log;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/**
 * Reads a partition of an internal topic from its start to its end and hands every record and marker to a shard. One step
 * is bounded, because the lane has other things to do. Throws what the disk or a damaged record makes of it.
 */
final class ShardLoading {

    private static final short COMMITTED = 1;

    private final Supplier<Log> log;
    private final Shard shard;
    private final RecordReader reader;
    private long next;
    private long at;

    ShardLoading(Supplier<Log> log, Shard shard, RecordReader reader) {
        this.log = log;
        this.shard = shard;
        this.reader = reader;
        this.next = log.get().logStart();
    }

    /** Where the next step begins. */
    long next() {
        return next;
    }

    /** The offset of the record the shard is told about. */
    long at() {
        return at;
    }

    /** Reads some {@code bytesMax}, at least one batch; true when that was the last one. */
    boolean step(int bytesMax) {
        long before = next;
        if (before < log.get().logEnd()) {
            replay(copyOf(log.get().read(before, bytesMax, log.get().logEnd(), true).records()));
        }
        return next == before || next >= log.get().logEnd();
    }

    private void replay(ByteBuffer bytes) {
        int at = 0;
        while (bytes.limit() - at >= BatchHeader.SIZE && at + BatchHeader.sizeInBytes(bytes, at) <= bytes.limit()) {
            // No client looks at these bytes before they count.
            if (BatchHeader.sizeInBytes(bytes, at) < BatchHeader.SIZE || !BatchHeader.isCrcRight(bytes, at)) {
                throw new DiskFailure(DiskFailure.Kind.DAMAGED, log.get().folder(),
                        new IOException("the batch at offset " + next + " is not what was written"));
            }
            replayBatch(bytes, at);
            next = Math.max(next, BatchHeader.nextOffset(bytes, at));
            at += BatchHeader.sizeInBytes(bytes, at);
        }
    }

    private void replayBatch(ByteBuffer bytes, int at) {
        long producer = BatchHeader.isTransactional(bytes, at) ? BatchHeader.producerId(bytes, at) : Shard.NO_PRODUCER;
        short epoch = BatchHeader.producerEpoch(bytes, at);
        boolean control = BatchHeader.isControl(bytes, at);
        // One by one: a client may have written here under the name of Kafka's own tools.
        reader.forEach(bytes, at, record -> {
            if (record.offset() < next || record.key() == null) {
                return true;
            }
            this.at = record.offset();
            if (!control) {
                shard.replay(new CoordinatorRecord(bytesOf(record.key()), bytesOf(record.value())), producer);
            } else if (producer != Shard.NO_PRODUCER) {
                shard.onTransactionEnded(producer, epoch, isCommit(record.key()));
            }
            return true;
        });
    }

    /** The key of a marker: its version, then whether the transaction was aborted or committed. */
    private static boolean isCommit(ByteBuffer key) {
        return key.getShort(key.position() + Short.BYTES) == COMMITTED;
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
