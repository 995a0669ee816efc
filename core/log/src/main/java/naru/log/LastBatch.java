package naru.log;

import java.nio.ByteBuffer;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;

/** The batch that ends a log, by its header, in which its checksum is. */
final class LastBatch {

    private LastBatch() {}

    /** Whether it is in the other log too, at its place and byte for byte: then so is what lies before it. Not where compaction has taken it away. */
    static boolean isIn(Log other, Log log) {
        long last = log.writtenEnd() - 1;
        if (last < log.logStart() || last < other.logStart() || last >= other.writtenEnd()) {
            return false;
        }
        var header = headerAt(log, last);
        return header.hasRemaining() && header.equals(headerAt(other, last));
    }

    /** Empty where there is no batch. */
    private static ByteBuffer headerAt(Log log, long offset) {
        var found = log.read(offset, 1, log.writtenEnd(), true).records();
        if (!(found instanceof Records.InFile(var file, long position, int _))) {
            return ByteBuffer.allocate(0);
        }
        try (file) {
            var header = ByteBuffer.allocate(BatchHeader.SIZE);
            file.read(header, position);
            return header.flip();
        }
    }
}
