package naru.log;

import static naru.log.World.NAME;
import static naru.log.World.NOW;
import static naru.log.World.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Random;
import naru.base.Limits;
import org.junit.jupiter.api.Test;

/** A process that is killed at any operation of the disk, while files of a log come and go. */
class InterruptedTest {

    private static final LogConfig CONFIG = LogConfig.DEFAULTS.toBuilder().segmentBytes(150).build();

    /** What was not synced is lost. */
    private static final Random KEEPING_NOTHING = new Random() {
        @Override
        public int nextInt(int bound) {
            return 0;
        }
    };

    private final ForgetfulDisk disk = new ForgetfulDisk();
    private final StoppedLanes lanes = new StoppedLanes(1);
    private LaneLogs logs;
    private Log log;

    private void start() {
        lanes.forget();
        var folder = new LogFolder(disk, "data", Limits.PRODUCTION, lanes);
        logs = folder.share(0, World.dice(7), why -> fail("the folder broke", why));
        log = logs.find(NAME) == null ? logs.create(NAME, TOPIC, CONFIG, NOW) : logs.open(NAME, CONFIG, NOW);
        logs.begin(1);
        logs.syncOpened();
    }

    private void runAll() {
        while (!lanes.isIdle()) {
            lanes.runOne();
            logs.commit();
        }
    }

    /** A segment of its own. */
    private void write(ByteBuffer batch) {
        assertThat(log.append(batch, 1, Origin.CLIENT, NOW)).isInstanceOf(Appended.Accepted.class);
        log.writeStaged();
    }

    private void killed(int operations, Runnable during) {
        disk.operationsLeft = operations;
        try {
            during.run();
        } catch (ForgetfulDisk.Died _) {
            // as planned
        }
        disk.operationsLeft = Integer.MAX_VALUE;
    }

    /** The cut takes snapshots along, and the log may be whole after all. What retention takes then is known from nowhere else. */
    @Test
    void whoWroteWhatRetentionTookIsKnownAfterACutThatWasInterrupted() {
        int whole = 0;
        for (int operations = 0; operations < 60; operations++) {
            whole += new InterruptedTest().cutThenRetain(operations) ? 1 : 0;
        }
        assertThat(whole).isPositive();
    }

    private boolean cutThenRetain(int operations) {
        start();
        for (int i = 0; i < 6; i++) {
            write(World.batchOf(i % 3, 0, i / 3, "v".repeat(70)));
        }
        var before = log.describeProducers();
        killed(operations, () -> {
            log.cuts().truncateTo(2, logs, _ -> 0, _ -> { });
            runAll();
        });
        start();
        if (log.logEnd() < 6) {
            return false;
        }
        log.deleteRecordsBefore(5);
        assertThat(log.retain(NOW, 6)).isPositive();
        start();
        assertThat(log.describeProducers()).as("after %s operations", operations).isEqualTo(before);
        return true;
    }

    /** A log begins anew further in front than where it begins: for a while neither is what the folder holds. */
    @Test
    void whatWasDeletedDoesNotComeBackWhenALogBeginsAnewInFrontOfIt() {
        int asItWas = 0;
        for (int operations = 0; operations < 80; operations++) {
            asItWas += new InterruptedTest().beginAnewFurtherInFront(operations) ? 1 : 0;
        }
        assertThat(asItWas).isBetween(1, 79);
    }

    private boolean beginAnewFurtherInFront(int operations) {
        start();
        for (int i = 0; i < 4; i++) {
            write(World.batch(NOW, "v".repeat(70)));
        }
        log.deleteRecordsBefore(2);
        logs.noteStarts(_ -> 4, why -> assertThat(why).isNull());
        runAll();
        killed(operations, () -> {
            log.cuts().startAnewAt(1, logs, _ -> 0, why -> assertThat(why).isNull());
            runAll();
            assertThat(log.logStart()).isEqualTo(1);
        });
        start();
        if (log.logEnd() == log.logStart()) {
            return false;
        }
        assertThat(log.logStart()).as("after %s operations", operations).isEqualTo(2);
        return log.logEnd() == 4;
    }

    /** The log begins anew where its start had moved to, since a power cut took what was there; that is tried again as often as it takes. */
    @Test
    void segmentsThatRecoveryDeletesAreNotMissedWhenItIsInterrupted() {
        for (int operations = 0; operations < 40; operations++) {
            new InterruptedTest().beginAnewAtItsStart(operations);
        }
    }

    private void beginAnewAtItsStart(int operations) {
        start();
        for (int i = 0; i < 3; i++) {
            write(World.batch(NOW, "v".repeat(70)));
        }
        logs.checkpoint(_ -> 3);
        runAll();
        write(World.batch(NOW, "v".repeat(70)));
        log.deleteRecordsBefore(4);
        logs.noteStarts(_ -> 4, why -> assertThat(why).isNull());
        runAll();
        disk.losePower(KEEPING_NOTHING);
        killed(operations, this::start);
        start();
        assertThat(log.logStart()).as("after %s operations", operations).isEqualTo(4);
        assertThat(log.logEnd()).isEqualTo(4);
        assertThat(disk.files()).noneMatch(file -> file.endsWith("0.log"));
    }
}
