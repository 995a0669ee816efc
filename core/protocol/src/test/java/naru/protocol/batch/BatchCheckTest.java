package naru.protocol.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchCheckTest {

    private static final long SEED = 20_261_121;
    private static final int UNPACKED_MAX = 1 << 20;

    private final BatchCheck check = new BatchCheck(UNPACKED_MAX);

    @Test
    void aSoundBatchHasNoFault() {
        assertThat(check.check(batchOf(3), 0, true)).isNull();
    }

    @Test
    void aFlippedBitIsFoundByTheChecksum() {
        var batch = batchOf(3);
        batch.put(70, (byte) (batch.get(70) ^ 4));
        assertThat(check.check(batch, 0, false)).isEqualTo(BatchFault.WRONG_CRC);
    }

    @Test
    void aHeaderThatCountsMoreRecordsThanThereAreIsRefused() {
        var batch = batchOf(3);
        batch.putInt(57, 4).putInt(23, 3);
        assertThat(check.check(withRightCrc(batch), 0, false)).isEqualTo(BatchFault.WRONG_COUNT);
    }

    @Test
    void aHeaderThatCountsFewerRecordsThanThereAreIsRefused() {
        var batch = batchOf(3);
        batch.putInt(57, 2).putInt(23, 1);
        assertThat(check.check(withRightCrc(batch), 0, false)).isEqualTo(BatchFault.WRONG_COUNT);
    }

    @Test
    void countAndLastOffsetMustAgree() {
        var batch = batchOf(3);
        batch.putInt(23, 7);
        assertThat(check.check(withRightCrc(batch), 0, false)).isEqualTo(BatchFault.WRONG_COUNT);
    }

    @Test
    void anOldFormatIsNamed() {
        var batch = batchOf(1);
        batch.put(16, (byte) 1);
        assertThat(check.check(batch, 0, false)).isEqualTo(BatchFault.OLD_FORMAT);
    }

    @Test
    void aBatchLongerThanItsBytesIsTruncated() {
        var batch = batchOf(2);
        assertThat(check.check(batch.slice(0, batch.limit() - 1), 0, false)).isEqualTo(BatchFault.TRUNCATED);
        assertThat(check.check(batch.slice(0, 10), 0, false)).isEqualTo(BatchFault.TRUNCATED);
    }

    @Test
    void aLengthNearTwoGigabytesIsTruncatedToo() {
        var batch = batchOf(1);
        batch.putInt(8, Integer.MAX_VALUE);
        assertThat(check.check(batch, 0, false)).isEqualTo(BatchFault.TRUNCATED);
    }

    @Test
    void aCodecNobodyKnowsIsRefused() {
        var batch = batchOf(1);
        batch.putShort(21, (short) 6);
        assertThat(check.check(withRightCrc(batch), 0, false)).isEqualTo(BatchFault.UNKNOWN_CODEC);
    }

    @Test
    void aRecordWithoutKeyIsRefusedOnlyWhereKeysAreRequired() {
        var batch = new BatchBuilder().add(5, null, text("v")).build();
        assertThat(check.check(batch, 0, false)).isNull();
        assertThat(check.check(batch, 0, true)).isEqualTo(BatchFault.KEY_MISSING);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aBatchThatExpandsTooFarIsRefused(Compression codec) {
        var bomb = new BatchBuilder().compression(codec).add(5, text("k"), ByteBuffer.allocate(2 * UNPACKED_MAX)).build();
        assertThat(check.check(bomb, 0, false)).isEqualTo(BatchFault.MALFORMED);
        assertThat(check.why()).contains("expand");
    }

    @ParameterizedTest
    @EnumSource
    void noBytesMakeTheCheckFail(Compression codec) {
        var dice = new Random(SEED);
        for (int round = 0; round < 1_000; round++) {
            var batch = BatchOracleTest.kafkaBatch(codec, BatchOracleTest.randomRecords(SEED + round % 10));
            for (int flips = 1 + dice.nextInt(4); flips > 0; flips--) {
                int at = 17 + dice.nextInt(Math.min(300, batch.limit() - 17));
                batch.put(at, (byte) dice.nextInt());
            }
            check.check(withRightCrc(batch), 0, false); // any verdict, no exception
        }
    }

    private static ByteBuffer batchOf(int records) {
        var builder = new BatchBuilder();
        for (int i = 0; i < records; i++) {
            builder.add(1_000 + i, text("key" + i), text("value" + i));
        }
        return builder.build();
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer withRightCrc(ByteBuffer batch) {
        var crc = new CRC32C();
        crc.update(batch.slice(21, batch.limit() - 21));
        return batch.putInt(17, (int) crc.getValue());
    }
}
