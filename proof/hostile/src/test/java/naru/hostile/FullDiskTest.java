package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk without room: producers are refused, readers read on, and writing goes on when there is room again. */
class FullDiskTest {

    private static final String TOPIC = "kept";
    private static final int RECORD_BYTES = 100_000;

    @TempDir
    private Path folder;

    private static ByteBuffer batch(int number) {
        var value = ByteBuffer.allocate(RECORD_BYTES).putInt(0, number);
        return new BatchBuilder().add(number, null, value).build();
    }

    private static int numberAt(Wire client, long offset) throws Exception {
        var read = client.read(TOPIC, offset);
        assertThat(read.errorCode()).isZero();
        var bytes = ((Records.InMemory) read.records()).bytes();
        return new naru.protocol.batch.RecordReader(1 << 20).read(bytes.slice(), 0).getFirst().value().getInt(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "fsync"})
    void writingStopsAndGoesOn(String durability) throws Exception {
        var disk = new SmallDisk();
        var data = folder.resolve("data");
        int kept = 0;
        try (var broker = BrokerHere.start(disk, data, UnaryOperator.identity(), "naru.durability=" + durability);
                var client = broker.connect()) {
            assertThat(client.createTopic(TOPIC, 1)).isZero();
            assertThat(client.append(TOPIC, batch(kept++)).errorCode()).isZero();
            disk.leaveRoomFor(15 * RECORD_BYTES);
            ErrorCode heard;
            while ((heard = ErrorCode.of(client.append(TOPIC, batch(kept)).errorCode())) == ErrorCode.NONE) {
                kept++;
            }
            assertThat(heard).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(kept).isGreaterThan(1);
            for (int again = 0; again < 3; again++) {
                assertThat(ErrorCode.of(client.append(TOPIC, batch(kept)).errorCode())).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
                for (int offset = 0; offset < kept; offset++) {
                    assertThat(numberAt(client, offset)).isEqualTo(offset);
                }
            }
            disk.leaveRoomFor(Long.MAX_VALUE);
            var after = client.append(TOPIC, batch(kept));
            assertThat(ErrorCode.of(after.errorCode())).isEqualTo(ErrorCode.NONE);
            assertThat(after.baseOffset()).as("no offset is given twice, and none is skipped").isEqualTo(kept++);
        }
        try (var broker = BrokerHere.start(disk, data, UnaryOperator.identity()); var client = broker.connect()) {
            for (int offset = 0; offset < kept; offset++) {
                assertThat(numberAt(client, offset)).as("after a restart").isEqualTo(offset);
            }
        }
    }

    /** What is written from time to time for the next start finds no room either, and that is nobody's loss. */
    @Test
    void checkpointsWithoutRoomAndTheBrokerLives() throws Exception {
        var disk = new SmallDisk();
        try (var broker = BrokerHere.start(disk, folder.resolve("data"), UnaryOperator.identity(),
                        "log.flush.offset.checkpoint.interval.ms=100");
                var client = broker.connect()) {
            assertThat(client.createTopic(TOPIC, 1)).isZero();
            disk.leaveRoomFor(2 * RECORD_BYTES);
            assertThat(client.append(TOPIC, sequenced(0)).errorCode()).isZero();
            disk.leaveRoomFor(0);
            long untilNs = System.nanoTime() + 30_000_000_000L;
            while (!disk.hasRefused(".snapshot.tmp") && System.nanoTime() < untilNs) {
                Thread.onSpinWait();
            }
            assertThat(disk.hasRefused(".snapshot.tmp")).as("a checkpoint came while there was no room").isTrue();
            assertThat(ErrorCode.of(client.append(TOPIC, sequenced(1)).errorCode())).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(numberAt(client, 0)).isZero();
            disk.leaveRoomFor(Long.MAX_VALUE);
            assertThat(ErrorCode.of(client.append(TOPIC, sequenced(1)).errorCode())).isEqualTo(ErrorCode.NONE);
            assertThat(numberAt(client, 1)).isEqualTo(1);
        }
    }

    private static ByteBuffer sequenced(int number) {
        return new BatchBuilder().producer(4711, (short) 0, number).add(number, null, ByteBuffer.allocate(RECORD_BYTES).putInt(0, number))
                .build();
    }

    @Test
    void topicsAreNotCreatedWithoutRoomAndTheBrokerLives() throws Exception {
        var disk = new SmallDisk();
        try (var broker = BrokerHere.start(disk, folder.resolve("data"), UnaryOperator.identity());
                var client = broker.connect()) {
            assertThat(client.createTopic(TOPIC, 1)).isZero();
            assertThat(client.append(TOPIC, batch(0)).errorCode()).isZero();
            disk.leaveRoomFor(0);
            assertThat(ErrorCode.of(client.append(TOPIC, batch(1)).errorCode())).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(client.createTopic("one more", 1)).as("creating without room").isNotZero();
            assertThat(numberAt(client, 0)).isZero();
            disk.leaveRoomFor(Long.MAX_VALUE);
            assertThat(client.createTopic("another", 1)).isZero();
            assertThat(client.append(TOPIC, batch(1)).errorCode()).isZero();
            assertThat(numberAt(client, 1)).isEqualTo(1);
        }
    }
}
