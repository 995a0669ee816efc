package naru.broker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import naru.coordination.shares.LogBatch;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;

/** Which offsets the batches in some records have, and how many bytes; only their headers are read. */
final class BatchOutline {

    private static final int CHUNK_BYTES = 4 << 10;

    /** A batch as it lies in the log; positions are read at {@code at} in {@code bytes}. */
    record Header(ByteBuffer bytes, int at) {}

    private final Records records;
    private final List<LogBatch> batches = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private int chunkAt;

    private BatchOutline(Records records) {
        this.records = records;
    }

    /**
     * @param offsetsMax no more batches are looked at once they have so many offsets
     * @param unreadable true for a batch that has nothing for a consumer
     */
    static BatchOutline of(Records records, long from, long offsetsMax, Predicate<Header> unreadable) {
        var outline = new BatchOutline(records);
        int length = records.sizeInBytes();
        int at = 0;
        long offsets = 0;
        while (length - at >= BatchHeader.SIZE && offsets < offsetsMax) {
            var header = outline.headerAt(at);
            int size = BatchHeader.sizeInBytes(header.bytes(), header.at());
            if (size < BatchHeader.SIZE || size > length - at) {
                break;
            }
            long first = BatchHeader.baseOffset(header.bytes(), header.at());
            long end = BatchHeader.nextOffset(header.bytes(), header.at());
            outline.batches.add(new LogBatch(first, end, !unreadable.test(header)));
            at += size;
            outline.ends.add(at);
            offsets += end - Math.max(first, from);
        }
        return outline;
    }

    List<LogBatch> batches() {
        return batches;
    }

    /** The same records up to the batch that ends with this offset. */
    Records upTo(long end) {
        int bytes = 0;
        for (int i = 0; i < batches.size() && batches.get(i).end() <= end; i++) {
            bytes = ends.get(i);
        }
        return switch (records) {
            case Records.InMemory(ByteBuffer all) -> new Records.InMemory(all.slice(all.position(), bytes));
            case Records.InFile inFile -> new Records.InFile(inFile.file(), inFile.position(), bytes);
        };
    }

    private Header headerAt(int at) {
        return switch (records) {
            case Records.InMemory(ByteBuffer all) -> new Header(all, all.position() + at);
            case Records.InFile inFile -> {
                if (at < chunkAt || at + BatchHeader.SIZE > chunkAt + chunk.limit()) {
                    fill(inFile, at);
                }
                yield new Header(chunk, at - chunkAt);
            }
        };
    }

    private void fill(Records.InFile inFile, int at) {
        chunk = ByteBuffer.allocate(Math.min(CHUNK_BYTES, inFile.length() - at));
        chunkAt = at;
        while (chunk.hasRemaining() && inFile.file().read(chunk, inFile.position() + at + chunk.position()) > 0) {
            // a read may come back short
        }
        chunk.flip();
    }
}
