package naru.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.TreeMap;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Record;
import naru.protocol.batch.RecordReader;

/** Reads as a consumer with {@code isolation.level=read_committed} does: what it is told to leave out, it leaves out. */
final class CompactedReader {

    private CompactedReader() {}

    /** The records by their offsets, up to {@code stable}. */
    static TreeMap<Long, Record> read(Log log, long from, long stable) {
        var shown = new TreeMap<Long, Record>();
        long offset = from;
        while (offset < stable) {
            var slice = log.read(offset, 700, stable, true);
            if (!(slice.records() instanceof Records.InFile(var file, long position, int length))) {
                return shown;
            }
            var content = ByteBuffer.allocate(length);
            file.read(content, position);
            file.close();
            var aborted = new ArrayDeque<>(log.transactions().abortedIn(slice, offset).stream()
                    .sorted(Comparator.comparingLong(AbortedTransaction::firstOffset)).toList());
            offset = take(content.flip(), aborted, offset, shown);
        }
        return shown;
    }

    private static long take(ByteBuffer in, ArrayDeque<AbortedTransaction> aborted, long from, TreeMap<Long, Record> shown) {
        var leftOut = new HashSet<Long>();
        long offset = from;
        for (int at = 0; isWhole(in, at); at += BatchHeader.sizeInBytes(in, at)) {
            assertThat(BatchHeader.isCrcRight(in, at)).isTrue();
            assertThat(BatchHeader.nextOffset(in, at)).as("offsets rise").isGreaterThan(offset);
            offset = BatchHeader.nextOffset(in, at);
            while (!aborted.isEmpty() && aborted.getFirst().firstOffset() < offset) {
                leftOut.add(aborted.removeFirst().producerId());
            }
            long producer = BatchHeader.producerId(in, at);
            if (BatchHeader.isControl(in, at)) {
                var marker = ControlRecord.markerIn(in, at);
                if (marker != null && !marker.committed()) {
                    leftOut.remove(producer);
                }
            } else if (!BatchHeader.isTransactional(in, at) || !leftOut.contains(producer)) {
                for (var record : new RecordReader(1 << 20).read(in, at)) {
                    if (record.offset() >= from) {
                        assertThat(shown.put(record.offset(), record)).as("offset %s twice", record.offset()).isNull();
                    }
                }
            }
        }
        return offset;
    }

    private static boolean isWhole(ByteBuffer in, int at) {
        return in.limit() - at >= BatchHeader.SIZE && BatchHeader.sizeInBytes(in, at) <= in.limit() - at;
    }
}
