package naru.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.function.Consumer;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Record;
import naru.protocol.batch.RecordReader;
import naru.protocol.message.FetchResponse;

/**
 * Takes answers of {@code read_committed} fetches apart as Kafka's consumers do: batches of aborted transactions come along
 * with the list of those transactions, and it is the consumer that leaves them out.
 */
final class CommittedBatches {

    private final RecordReader records = new RecordReader(1 << 20);

    /**
     * Hands on every record from {@code position} on that may be seen.
     *
     * @return where the next fetch goes on
     */
    long read(FetchResponse.PartitionData part, long position, boolean dropsAborted, Consumer<Record> seen) {
        if (!(part.records() instanceof Records.InMemory(ByteBuffer bytes))) {
            return position;
        }
        var begun = new ArrayDeque<FetchResponse.AbortedTransaction>();
        if (part.abortedTransactions() != null && !dropsAborted) {
            part.abortedTransactions().stream()
                    .sorted(Comparator.comparingLong(FetchResponse.AbortedTransaction::firstOffset)).forEach(begun::addLast);
        }
        var aborted = new HashSet<Long>();
        long next = position;
        int at = bytes.position();
        while (bytes.limit() - at >= BatchHeader.SIZE && BatchHeader.sizeInBytes(bytes, at) <= bytes.limit() - at) {
            long end = BatchHeader.nextOffset(bytes, at);
            while (!begun.isEmpty() && begun.getFirst().firstOffset() < end) {
                aborted.add(begun.removeFirst().producerId());
            }
            if (BatchHeader.isControl(bytes, at)) {
                aborted.remove(BatchHeader.producerId(bytes, at));
            } else if (!BatchHeader.isTransactional(bytes, at) || !aborted.contains(BatchHeader.producerId(bytes, at))) {
                for (var record : records.read(bytes, at)) {
                    if (record.offset() >= next) {
                        seen.accept(record);
                    }
                }
            }
            next = Math.max(next, end);
            at += BatchHeader.sizeInBytes(bytes, at);
        }
        return next;
    }
}
