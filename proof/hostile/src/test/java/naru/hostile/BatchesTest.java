package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import naru.base.Limits;
import naru.protocol.ErrorCode;
import naru.protocol.Writer;
import naru.protocol.batch.Compression;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsResponse;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.SnappyOutputStream;

/** Batches that are not what they say they are get the error code that Kafka gives, and leave nothing in the log. */
class BatchesTest extends BesideABystander {

    private static final String TOPIC = "spoiled";
    private static final int LIST_OFFSETS = 7;

    /** Beyond what the check reads, and more than this JVM has. */
    private static final long BOMB_BYTES = 300 << 20;

    @Override
    String[] settings() {
        return new String[] {"message.max.bytes=8388608"};
    }

    @Test
    void eachGetsItsErrorCode() throws Exception {
        var heard = new LinkedHashMap<String, ErrorCode>();
        try (var liar = broker.connect()) {
            assertThat(liar.createTopic(TOPIC, 1)).isZero();
            for (var spoiled : SpoiledBatches.all().entrySet()) {
                heard.put(spoiled.getKey(), ErrorCode.of(liar.append(TOPIC, spoiled.getValue()).errorCode()));
            }
            assertThat(heard).containsExactlyEntriesOf(expected());
            long taken = heard.values().stream().filter(code -> code == ErrorCode.NONE).count();
            var next = liar.append(TOPIC, SpoiledBatches.sound());
            assertThat(next.errorCode()).isZero();
            assertThat(next.baseOffset()).as("only what was accepted has offsets").isEqualTo(3 * taken);
        }
    }

    /**
     * What Kafka 4.3.1 answers, but for those marked: for broken packing, an unknown codec and a size that overflows it
     * says that the fault is its own (UNKNOWN_SERVER_ERROR), and it takes records whose offsets are wrong, which
     * consumers then see out of order.
     */
    private static Map<String, ErrorCode> expected() {
        var expected = new LinkedHashMap<String, ErrorCode>();
        SpoiledBatches.all().keySet().forEach(what -> expected.put(what, ErrorCode.INVALID_RECORD));
        for (var corrupt : List.of("wrong crc", "a bit of the records", "size too small", "size zero", "size negative",
                "magic 3", "magic -1")) {
            expected.replace(corrupt, ErrorCode.CORRUPT_MESSAGE);
        }
        expected.replace("a codec nobody knows", ErrorCode.UNSUPPORTED_COMPRESSION_TYPE); // differs
        expected.replace("a time in the far future", ErrorCode.INVALID_TIMESTAMP);
        expected.replace("a sequence that is no beginning", ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER); // differs: decision 38
        expected.replace("a maximum time that is none", ErrorCode.NONE);
        return expected;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aBatchThatExpandsWithoutEndIsRefusedAndCostsNoMemory(Compression codec) throws Exception {
        try (var bomber = broker.connect()) {
            assertThat(bomber.createTopic(TOPIC, 1)).isZero();
            var bomb = SpoiledBatches.bomb(codec, packing(codec), bytesFor(codec));
            long before = LaneMemory.allocatedBytes();
            var answer = bomber.append(TOPIC, bomb);
            assertThat(ErrorCode.of(answer.errorCode())).isEqualTo(
                    codec == Compression.SNAPPY ? ErrorCode.MESSAGE_TOO_LARGE : ErrorCode.INVALID_RECORD);
            assertThat(LaneMemory.allocatedBytes() - before).as("bytes made for a bomb of " + bomb.limit())
                    .isLessThan(40 << 20);
            bystander.goesOn();
        }
    }

    /** Snappy cannot pack better than 21 times: what expands beyond the bound is too large to begin with. */
    private static long bytesFor(Compression codec) {
        return switch (codec) {
            case NONE, GZIP, ZSTD -> BOMB_BYTES;
            case SNAPPY -> 250 << 20;
            case LZ4 -> 300 << 20;
        };
    }

    private static SpoiledBatches.Packing packing(Compression codec) {
        return switch (codec) {
            case NONE -> out -> out;
            case GZIP -> GZIPOutputStream::new;
            case SNAPPY -> SnappyOutputStream::new;
            case LZ4 -> LZ4FrameOutputStream::new;
            case ZSTD -> ZstdOutputStream::new;
        };
    }

    @Test
    void aBareSnappyBlockThatClaimsTheWholeBoundIsRefused() throws Exception {
        try (var liar = broker.connect()) {
            assertThat(liar.createTopic(TOPIC, 1)).isZero();
            var claims = new Writer(64);
            claims.uvarint(Limits.PRODUCTION.decompressedBytesMax());
            claims.raw(ByteBuffer.allocate(20));
            var batch = SpoiledBatches.of(Compression.SNAPPY, 1, claims.toBytes());
            assertThat(ErrorCode.of(liar.append(TOPIC, batch).errorCode())).isEqualTo(ErrorCode.INVALID_RECORD);
        }
    }

    /** Sound, and small on the wire: but whoever makes an object of each of its records is lost. */
    @Test
    void aSoundBatchOfMillionsOfRecordsIsKeptAndLookedThrough() throws Exception {
        int count = 5_000_000;
        try (var client = broker.connect()) {
            assertThat(client.createTopic(TOPIC, 1)).isZero();
            var batch = SpoiledBatches.manyRecords(count, ZstdOutputStream::new);
            assertThat(batch.limit()).isLessThan(8 << 20);
            assertThat(client.append(TOPIC, batch).errorCode()).isZero();
            var partition = ListOffsetsRequest.ListOffsetsPartition.builder().partitionIndex(0).timestamp(1_001).build();
            var asked = ListOffsetsRequest.builder().replicaId(-1).topics(List.of(
                    new ListOffsetsRequest.ListOffsetsTopic(TOPIC, List.of(partition)))).build();
            var answer = client.ask(ApiKey.LIST_OFFSETS, LIST_OFFSETS, asked, ListOffsetsResponse.class)
                    .topics().getFirst().partitions().getFirst();
            assertThat(answer.errorCode()).isZero();
            assertThat(answer.offset()).isEqualTo(count - 1);
        }
    }
}
