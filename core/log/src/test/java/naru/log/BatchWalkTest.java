package naru.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import naru.base.DiskFile;
import naru.protocol.batch.BatchBuilder;
import org.junit.jupiter.api.Test;

class BatchWalkTest {

    private static final int BATCHES = 40;
    private static final int VALUE_BYTES = 30_000;
    private static final long CHUNK_BYTES = 64 << 10;
    private static final long AHEAD_BYTES = 256 << 10;

    private final InMemoryDisk disk = new InMemoryDisk();

    private DiskFile fileOfBatches() {
        var file = disk.open("data/00.log");
        for (int i = 0; i < BATCHES; i++) {
            // one of them is larger than the piece that is read at a time
            var value = new byte[i == 20 ? 4 * VALUE_BYTES : VALUE_BYTES];
            file.write(new ByteBuffer[] {new BatchBuilder().add(World.NOW, null, ByteBuffer.wrap(value)).build()}, file.size());
        }
        return file;
    }

    private static int batches(BatchWalk walk) {
        int count = 0;
        while (walk.next()) {
            count++;
        }
        return count;
    }

    @Test
    void aGentleWalkAsksForAllThatItReadsAndForLittleMore() {
        var file = fileOfBatches();
        assertThat(batches(new BatchWalk(file, 0, file.size(), true).gently())).isEqualTo(BATCHES);
        long asked = 0;
        for (var range : disk.readAhead) {
            assertThat(range.from()).isLessThanOrEqualTo(asked);
            assertThat(range.end() - range.from()).isLessThanOrEqualTo(Math.max(CHUNK_BYTES, 5 * VALUE_BYTES) + AHEAD_BYTES);
            asked = Math.max(asked, range.end());
        }
        assertThat(asked).isEqualTo(file.size());
    }

    @Test
    void everyOtherWalkLeavesItToTheSystem() {
        var file = fileOfBatches();
        assertThat(batches(new BatchWalk(file, 0, file.size(), true))).isEqualTo(BATCHES);
        assertThat(disk.readAhead).isEmpty();
    }

    /** Else whoever looks for an offset would pass over it, to one that lies further behind. */
    @Test
    void aBatchThatEndsInFrontOfItsBeginningIsNone() {
        var file = disk.open("data/00.log");
        var two = new BatchBuilder().add(World.NOW, null, World.bytes("a")).add(World.NOW, null, World.bytes("b")).build();
        file.write(new ByteBuffer[] {two.duplicate()}, 0);
        file.write(new ByteBuffer[] {two.duplicate()}, file.size());
        assertThat(batches(new BatchWalk(file, 0, file.size(), false))).isEqualTo(2);
        disk.bytes("data/00.log")[two.remaining() + 23] ^= (byte) 0x80; // the sign of the last offset's delta
        assertThat(batches(new BatchWalk(file, 0, file.size(), false))).isEqualTo(1);
    }

    @Test
    void aRoundOfCompactionWalksGently() {
        var file = fileOfBatches();
        file.close();
        disk.rename("data/00.log", FileNames.path("data", 0, FileNames.LOG));
        try (var reader = new SourceReader(disk, "data", new CompactionPlan.Source(0, BATCHES, file.size()))) {
            while (reader.next()) {
                // nothing but read
            }
        }
        assertThat(disk.readAhead).isNotEmpty();
    }
}
