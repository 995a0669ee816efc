package naru.fuzzing;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import naru.protocol.MalformedMessage;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchCheck;
import naru.protocol.batch.BatchFault;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Compression;
import naru.protocol.batch.Record;
import naru.protocol.batch.RecordReader;

/**
 * Any bytes, taken for a batch: what the check lets in can be taken apart into as many records as it said, and these
 * make a batch that says the same. Looking costs no more memory than the bound on unpacking explains.
 */
public final class BatchesTarget {

    private static final int UNPACKED_MAX = 1 << 20;

    /** Windows, and the blocks of the codecs, which their heads announce: lz4's are the largest, twice 4 MB. */
    private static final int BYTES_ANYWAY = 12 << 20;

    private static final int BYTES_PER_BYTE = 16;
    private static final int LENGTH = 8;
    private static final int MAGIC = 16;
    private static final int CRC = 17;
    private static final int CRC_BEGIN = 21;

    private BatchesTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        look(ByteBuffer.wrap(input.clone()));
        if (input.length >= BatchHeader.SIZE) {
            look(withRightFrame(ByteBuffer.wrap(input.clone())));
        }
    }

    /** No fuzzer guesses a checksum. */
    private static ByteBuffer withRightFrame(ByteBuffer batch) {
        batch.putInt(LENGTH, batch.limit() - BatchHeader.LENGTH_PREFIX).put(MAGIC, BatchHeader.MAGIC);
        var crc = new CRC32C();
        crc.update(batch.slice(CRC_BEGIN, batch.limit() - CRC_BEGIN));
        return batch.putInt(CRC, (int) crc.getValue());
    }

    private static void look(ByteBuffer batch) {
        var found = new BatchFault[1];
        Allowance.of(BYTES_ANYWAY + (long) BYTES_PER_BYTE * batch.limit(),
                () -> found[0] = new BatchCheck(UNPACKED_MAX).check(batch, 0, false));
        if (found[0] == null) {
            takeApart(batch);
        } else if (batch.limit() >= BatchHeader.SIZE) {
            readAnyway(batch);
        }
    }

    private static void takeApart(ByteBuffer batch) {
        var reader = new RecordReader(UNPACKED_MAX);
        int count = BatchHeader.recordCount(batch, 0);
        var times = new int[1];
        reader.forEachTime(batch, 0, (_, _) -> ++times[0] > 0);
        var records = reader.read(batch, 0);
        long last = BatchHeader.nextOffset(batch, 0) - 1;
        if (records.size() != count || times[0] != count || records.getLast().offset() != last) {
            throw new AssertionError(count + " records were let in, " + records.size() + " came out");
        }
        putTogether(records, Compression.of(BatchHeader.compressionId(batch, 0)));
    }

    private static void putTogether(List<Record> records, Compression codec) {
        var builder = new BatchBuilder().compression(codec).baseOffset(records.getFirst().offset());
        for (var record : records) {
            builder.add(record.timestampMs(), record.key(), record.value(), record.headers());
        }
        var rebuilt = builder.build();
        var again = new RecordReader(4 * UNPACKED_MAX).read(rebuilt, 0);
        if (!again.equals(records)) {
            throw new AssertionError(records + " became " + again);
        }
        var fault = new BatchCheck(4 * UNPACKED_MAX).check(rebuilt, 0, false);
        if (fault != null) {
            throw new AssertionError("a batch of our own is refused: " + fault);
        }
    }

    /** A log may hold what an older check let in: reading it must not do worse than refuse. */
    private static void readAnyway(ByteBuffer batch) {
        var reader = new RecordReader(UNPACKED_MAX);
        Allowance.of(BYTES_ANYWAY + (long) BYTES_PER_BYTE * batch.limit(), () -> {
            try {
                reader.forEachTime(batch, 0, (_, _) -> true);
            } catch (MalformedMessage _) {
                // as it should
            }
        });
        try {
            reader.forEach(batch, 0, _ -> true);
        } catch (MalformedMessage _) {
            // as it should
        }
    }
}
