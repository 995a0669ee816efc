package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.stream.IntStream;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.base.Uuid;
import org.junit.jupiter.api.Test;

/** A checkpoint of many logs: clients of their lane go on between its pieces. */
class JournalCheckpointTest {

    private static final int LOGS = 100;
    private static final String LONG = "v".repeat(5_000);

    private final InMemoryDisk disk = new InMemoryDisk();
    private StoppedLanes lanes;
    private LaneLogs logs;

    private void start() {
        lanes = new StoppedLanes(1);
        logs = new LogFolder(disk, "data", Limits.PRODUCTION, lanes).share(0, World.dice(0), why -> fail("the folder broke", why));
        logs.begin(1);
    }

    private static TopicPartition name(int number) {
        return new TopicPartition("orders", number);
    }

    private Log log(int number) {
        return logs.open(name(number), LogConfig.DEFAULTS, NOW);
    }

    private void write(int number, String value) {
        World.append(log(number), value);
        log(number).writeStaged(logs.journal());
        logs.journal().commit();
    }

    private void writeToAll() {
        for (int i = 0; i < LOGS; i++) {
            logs.create(name(i), new Uuid(3, 4), LogConfig.DEFAULTS, NOW);
            write(i, LONG);
            write(i, LONG);
        }
        logs.syncOpened();
        lanes.runAll();
    }

    /** Those that have entries by now have a file for them. */
    private long prepared() {
        return IntStream.range(0, LOGS).filter(i -> disk.exists("data/" + name(i) + "/00000000000000000000.index")).count();
    }

    @Test
    void whatIsWrittenBetweenThePiecesIsSyncedAsWell() {
        start();
        writeToAll();
        logs.checkpoint(_ -> 0);
        assertThat(prepared()).isBetween(1L, LOGS / 2L);
        write(LOGS - 2, "late");
        logs.delete(name(LOGS - 1));
        assertThat(log(0).recoveryPoint()).isZero();
        lanes.runAll();
        for (int i = 0; i < LOGS - 1; i++) {
            assertThat(log(i).recoveryPoint()).isEqualTo(log(i).writtenEnd());
        }
        disk.forgetUnsynced();
        start();
        assertThat(World.values(log(LOGS - 2))).containsExactly(LONG, LONG, "late");
        assertThat(logs.find(name(LOGS - 1))).isNull();
    }

    @Test
    void aStopBetweenThePiecesKeepsEverything() {
        start();
        writeToAll();
        logs.checkpoint(_ -> 0);
        logs.closeLogs(true);
        disk.syncAll("data");
        lanes.runAll();
        start();
        assertThat(World.values(log(LOGS - 1))).containsExactly(LONG, LONG);
    }
}
