package naru.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/** Reads a log as clients with {@code isolation.level=read_committed} do: with the list of aborted transactions beside it. */
final class CommittedReader {

    private static final RecordReader RECORDS = new RecordReader(1 << 20);

    private CommittedReader() {}

    static List<String> read(Log log, long from, long stable, int bytesMax) {
        var seen = new ArrayList<String>();
        long offset = from;
        while (offset < stable) {
            var slice = log.read(offset, bytesMax, stable, true);
            var aborted = new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
            aborted.addAll(log.transactions().abortedIn(slice, offset));
            var bytes = bytes(slice.records());
            if (bytes.limit() == 0) {
                throw new AssertionError("nothing is read at " + offset + ", before the last stable offset " + stable);
            }
            offset = readBatches(bytes, offset, aborted, seen);
        }
        return seen;
    }

    private static long readBatches(ByteBuffer bytes, long from, PriorityQueue<AbortedTransaction> aborted, List<String> seen) {
        var out = new TreeSet<Long>();
        long offset = from;
        for (int at = 0; bytes.limit() - at >= BatchHeader.SIZE && BatchHeader.sizeInBytes(bytes, at) <= bytes.limit() - at;
                at += BatchHeader.sizeInBytes(bytes, at)) {
            long producer = BatchHeader.producerId(bytes, at);
            while (!aborted.isEmpty() && aborted.peek().firstOffset() < BatchHeader.nextOffset(bytes, at)) {
                out.add(aborted.poll().producerId());
            }
            if (BatchHeader.isControl(bytes, at)) {
                var marker = ControlRecord.markerIn(bytes, at);
                if (!marker.committed()) {
                    out.remove(producer);
                }
            } else if (!BatchHeader.isTransactional(bytes, at) || !out.contains(producer)) {
                for (var record : RECORDS.read(bytes, at)) {
                    if (record.offset() >= from) {
                        seen.add(StandardCharsets.UTF_8.decode(record.value().duplicate()).toString());
                    }
                }
            }
            offset = BatchHeader.nextOffset(bytes, at);
        }
        return offset;
    }

    private static ByteBuffer bytes(Records records) {
        if (!(records instanceof Records.InFile(var file, long position, int length))) {
            return ByteBuffer.allocate(0);
        }
        var content = ByteBuffer.allocate(length);
        file.read(content, position);
        file.close();
        return content.flip();
    }
}
