package naru.protocol.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches of ours in Kafka's hands and the other way round, with every codec. */
class BatchOracleTest {

    private static final long SEED = 20_261_121;
    private static final int UNPACKED_MAX = 1 << 20;

    @ParameterizedTest
    @EnumSource
    void kafkaReadsWhatWeBuild(Compression codec) {
        for (int round = 0; round < 20; round++) {
            var records = randomRecords(SEED + round);
            var builder = new BatchBuilder().compression(codec).baseOffset(1_000).leaderEpoch(7).producer(42, (short) 3, 5);
            records.forEach(record -> builder.add(record.timestampMs(), record.key(), record.value(), record.headers()));
            var batches = MemoryRecords.readableRecords(builder.build()).batches().iterator();
            var batch = batches.next();
            batch.ensureValid();
            assertThat(batch.baseOffset()).isEqualTo(1_000);
            assertThat(batch.partitionLeaderEpoch()).isEqualTo(7);
            assertThat(batch.producerId()).isEqualTo(42);
            assertThat(batch.baseSequence()).isEqualTo(5);
            assertThat(batch.compressionType().id).isEqualTo((byte) codec.id());
            var expected = records.iterator();
            for (var theirs : batch) {
                var ours = expected.next();
                assertThat(theirs.key()).as("seed " + (SEED + round)).isEqualTo(ours.key());
                assertThat(theirs.value()).isEqualTo(ours.value());
                assertThat(theirs.timestamp()).isEqualTo(ours.timestampMs());
                assertThat(theirs.headers()).hasSameSizeAs(ours.headers());
            }
            assertThat(expected).isExhausted();
            assertThat(batches).isExhausted();
        }
    }

    @ParameterizedTest
    @EnumSource
    void weReadWhatKafkaBuilds(Compression codec) {
        for (int round = 0; round < 20; round++) {
            var records = randomRecords(SEED + round);
            var batch = kafkaBatch(codec, records);
            assertThat(new BatchCheck(UNPACKED_MAX).check(batch, 0, false)).as("seed " + (SEED + round)).isNull();
            assertThat(BatchHeader.sizeInBytes(batch, 0)).isEqualTo(batch.limit());
            assertThat(new RecordReader(UNPACKED_MAX).read(batch, 0)).isEqualTo(records);
        }
    }

    @Test
    void theCheckReportsTheSpanOfTimes() {
        var records = randomRecords(SEED);
        var check = new BatchCheck(UNPACKED_MAX);
        assertThat(check.check(kafkaBatch(Compression.LZ4, records), 0, false)).isNull();
        assertThat(check.timestampMin()).isEqualTo(records.stream().mapToLong(Record::timestampMs).min().orElseThrow());
        assertThat(check.timestampMax()).isEqualTo(records.stream().mapToLong(Record::timestampMs).max().orElseThrow());
    }

    static ByteBuffer kafkaBatch(Compression codec, List<Record> records) {
        var theirs = records.stream()
                .map(r -> new SimpleRecord(r.timestampMs(), r.key(), r.value(), r.headers().stream()
                        .map(h -> new RecordHeader(h.key(), h.value() == null ? null : h.value().array()))
                        .toArray(org.apache.kafka.common.header.Header[]::new)))
                .toArray(SimpleRecord[]::new);
        var compression = org.apache.kafka.common.compress.Compression.of(CompressionType.forId(codec.id())).build();
        return MemoryRecords.withRecords((byte) 2, 0, compression, TimestampType.CREATE_TIME, theirs).buffer();
    }

    static List<Record> randomRecords(long seed) {
        var dice = new Random(seed);
        var records = new ArrayList<Record>();
        int count = 1 + dice.nextInt(40);
        for (int i = 0; i < count; i++) {
            var headers = new ArrayList<Record.Header>();
            for (int h = dice.nextInt(3); h > 0; h--) {
                headers.add(new Record.Header("h" + h, randomBytes(dice)));
            }
            records.add(new Record(i, 1_700_000_000_000L + dice.nextInt(100_000) - 50_000, randomBytes(dice), randomBytes(dice), headers));
        }
        return records;
    }

    private static ByteBuffer randomBytes(Random dice) {
        if (dice.nextInt(5) == 0) {
            return null;
        }
        byte[] bytes = new byte[dice.nextInt(10) == 0 ? dice.nextInt(20_000) : dice.nextInt(60)];
        dice.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
