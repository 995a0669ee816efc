package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import naru.base.DiskFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of records that ends too early, exactly between two batches: what is missing must not look like what compaction takes. */
class CutShortTest {

    private static final int BATCHES = 6;
    private static final LogConfig CONFIG = LogConfig.DEFAULTS.toBuilder().indexIntervalBytes(100).build();
    private static final String RECORDS = "data/orders-3/00000000000000000000.log";
    private static final String OFFSETS = "data/orders-3/00000000000000000000.index";
    private static final String TIMES = "data/orders-3/00000000000000000000.timeindex";

    private final World world = new World();
    private Log log;
    private int batchBytes;

    /** Two segments; in the first, an entry of the index for every second batch. */
    @BeforeEach
    void write() {
        log = world.log(CONFIG);
        world.logs.begin(1);
        for (int i = 0; i < BATCHES; i++) {
            append(i);
        }
        log.roll(NOW);
        append(BATCHES);
        world.checkpoint(BATCHES + 1);
        world.checkpoint(BATCHES + 1); // the first says where the log ends, the second that this is safe
        batchBytes = world.disk.bytes(RECORDS).length / BATCHES;
    }

    private void append(int i) {
        log.append(World.batch(NOW + i, "v" + i), 1, Origin.CLIENT, NOW);
        log.writeStaged();
    }

    private void restart() {
        world.restart();
        log = world.log(CONFIG);
        world.logs.begin(1);
    }

    private void assertRefusedFrom(int first) {
        for (int i = first; i < BATCHES; i++) {
            int offset = i;
            assertThatThrownBy(() -> log.read(offset, 1_000, Long.MAX_VALUE, true)).as("at %s", offset).isInstanceOfSatisfying(
                    DiskFailure.class, why -> assertThat(why.kind()).isEqualTo(DiskFailure.Kind.DAMAGED)).hasMessageContaining(RECORDS);
        }
        for (int i = 0; i < first; i++) {
            assertThat(log.read(i, batchBytes, Long.MAX_VALUE, true).records().sizeInBytes()).isEqualTo(batchBytes);
        }
        assertThat(log.read(BATCHES, 1_000, Long.MAX_VALUE, true).records().sizeInBytes()).isEqualTo(batchBytes);
    }

    /** Whatever is asked in between, and after another start. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void whatIsMissingIsRefused(int left) {
        world.disk.cut(RECORDS, left * batchBytes);
        restart();
        assertRefusedFrom(left);
        log.retain(NOW, BATCHES + 1);
        assertThat(log.offsetForTimestamp(NOW + BATCHES, BATCHES + 1)).get().extracting(OffsetAtTime::offset).isEqualTo((long) BATCHES);
        assertRefusedFrom(left);
        restart();
        log.retain(NOW, BATCHES + 1);
        assertRefusedFrom(left);
    }

    /** The records are all there, whatever an index says: it is made again. */
    @Test
    void anIndexThatSpeaksOfMoreIsMadeAgain() {
        world.disk.bytes(OFFSETS)[OffsetIndex.ENTRY + 6] |= 0x40; // an entry leads behind the records
        int last = world.disk.bytes(TIMES).length - 1;
        world.disk.bytes(TIMES)[last] |= 0x40; // one is of an offset behind them
        restart();
        log.retain(NOW, BATCHES + 1);
        assertRefusedFrom(BATCHES);
        byte[] again = world.disk.bytes(TIMES);
        assertThat(again[again.length - 1]).isEqualTo((byte) (BATCHES - 1));
    }

    /** A power cut may leave entries of an index whose records it takes; in the segment that is written to they tell nothing. */
    @Test
    void whatIsLeftOfAnIndexDoesNotMakeAGapDamage() {
        log.succession().endAt(BATCHES + 3, NOW);
        world.logs.flush(log);
        world.lanes.runAll();
        world.checkpoint(BATCHES + 3);
        for (int i = BATCHES + 3; i < 2 * BATCHES; i++) {
            append(i);
        }
        log.beginSync(true).release();
        world.disk.cut(log.folder() + "/00000000000000000009.log", 0);
        restart();
        assertThat(world.disk.bytes(log.folder() + "/00000000000000000009.index")).isNotEmpty();
        assertThat(log.logEnd()).isEqualTo(BATCHES + 3);
        assertThat(log.read(BATCHES + 1, 1_000, Long.MAX_VALUE, true).records().sizeInBytes()).isZero();
    }

    /** A segment that compaction made would begin its life with new indexes, and nothing would be missing in it. */
    @Test
    void compactionRefusesIt() {
        world.disk.cut(RECORDS, 3 * batchBytes);
        try (var reader = new SourceReader(world.disk, "data/orders-3", new CompactionPlan.Source(0, BATCHES, 3L * batchBytes))) {
            assertThatThrownBy(() -> {
                while (reader.next()) {
                    // on to the end
                }
            }).hasMessageContaining(RECORDS);
        }
    }
}
