package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import naru.base.DiskFailure;
import naru.protocol.batch.BatchHeader;
import org.junit.jupiter.api.Test;

/** A leader that was compacted has gaps, and its follower copies them; what a crash took away is another kind of gap. */
class FollowerGapsTest {

    private static final LogConfig COMPACTED = LogConfig.DEFAULTS.toBuilder().cleanup(false, true).build();
    private static final LogConfig ONE_BATCH_A_SEGMENT = COMPACTED.toBuilder().segmentBytes(150).build();

    private final World world = new World();

    private static void follow(Log log, long base, String... values) {
        follow(log, 1, base, values);
    }

    private static void follow(Log log, int epoch, long base, String... values) {
        var batch = World.batch(NOW, values);
        BatchHeader.stamp(batch, 0, base, epoch);
        assertThat(log.appendAsFollower(batch, epoch, NOW)).isInstanceOf(Appended.Accepted.class);
        log.writeStaged(null);
    }

    @Test
    void aKillTakesNothingAwayBehindAGap() {
        for (var config : new LogConfig[] {COMPACTED, ONE_BATCH_A_SEGMENT}) {
            var killed = new World();
            var log = killed.log(config);
            killed.logs.begin(1);
            killed.logs.syncOpened();
            follow(log, 0, "a", "b");
            follow(log, 10, "k");
            follow(log, 20, "u", "v");
            killed.restart();
            var again = killed.log(config);
            assertThat(World.values(again)).containsExactly("a", "b", "k", "u", "v");
            assertThat(again.logEnd()).isEqualTo(22);
            assertThat(again.findings()).isEmpty();
        }
    }

    /** What lies in front of the recovery point need not be there; what lies behind it must be. */
    @Test
    void aSegmentBehindOneThatWasLostIsNotTakenForTheNext() {
        var log = world.log(ONE_BATCH_A_SEGMENT);
        world.logs.begin(1);
        world.logs.syncOpened();
        startAnewAt(log, 5);
        world.checkpoint(5);
        follow(log, 3, "d", "e", "f", "g", "h");
        follow(log, 8, "i");
        world.disk.cut(FileNames.path(log.folder(), 3, FileNames.LOG), 0);
        world.restart();
        var again = world.log(ONE_BATCH_A_SEGMENT);
        assertThat(again.logStart()).isEqualTo(5);
        assertThat(again.logEnd()).isEqualTo(5);
    }

    private void startAnewAt(Log log, long offset) {
        var told = new ArrayList<DiskFailure>();
        log.cuts().startAnewAt(offset, world.logs, _ -> 0, told::add);
        while (!world.lanes.isIdle()) {
            world.lanes.runOne();
            world.logs.commit();
        }
        assertThat(told).containsExactly((DiskFailure) null);
    }

    /** Its entry stood right at the log's end, and what the next leader has may begin behind a gap, which does not push it out. */
    @Test
    void anEpochWhoseRecordsWereLostIsForgotten() {
        var log = world.log(COMPACTED);
        follow(log, 1, 0, "a");
        world.checkpoint(1);
        world.checkpoint(1); // it says that this is safe: nothing is read again
        String file = FileNames.path(log.folder(), 0, FileNames.LOG);
        int bytes = world.disk.bytes(file).length;
        follow(log, 2, 1, "lost");
        world.disk.cut(file, bytes);
        world.restart();
        var again = world.log(COMPACTED);
        assertThat(again.logEnd()).isEqualTo(1);
        assertThat(again.lastEpoch()).isEqualTo(1);
        follow(again, 3, 5, "f");
        assertThat(again.endOffsetOfEpoch(2)).isEqualTo(new EpochEnd(1, 5));
    }

    /** What brought its file in order does not reach the medium before the next crash. */
    @Test
    void anEpochWhoseRecordsWereLostIsForgottenAgain() {
        var log = world.log(COMPACTED);
        follow(log, 1, 0, "a");
        log.roll(NOW);
        world.checkpoint(1);
        world.checkpoint(1);
        follow(log, 2, 1, "lost");
        byte[] epochs = world.disk.bytes(log.folder() + "/" + FileNames.EPOCHS).clone();
        world.disk.cut(FileNames.path(log.folder(), 1, FileNames.LOG), 0);
        world.restart();
        follow(world.log(COMPACTED), 2, 5, "f");
        world.disk.delete(log.folder() + "/" + FileNames.EPOCHS);
        world.disk.open(log.folder() + "/" + FileNames.EPOCHS).write(new ByteBuffer[] {ByteBuffer.wrap(epochs)}, 0);
        world.restart();
        var again = world.log(COMPACTED);
        assertThat(again.logEnd()).isEqualTo(6);
        assertThat(again.endOffsetOfEpoch(1)).isEqualTo(new EpochEnd(1, 5));
    }

    /** What was there is deleted, but in which epoch the log begins is known. */
    @Test
    void theEpochOfALogInWhichAllIsDeletedStays() {
        var log = world.log(COMPACTED);
        follow(log, 4, 0, "a", "b");
        log.deleteRecordsBefore(2);
        world.checkpoint(2);
        world.restart();
        assertThat(world.log(COMPACTED).lastEpoch()).isEqualTo(4);
    }

    @Test
    void aCutInAGapLeavesNothingBehindIt() {
        var log = world.log(COMPACTED);
        follow(log, 0, "a", "b");
        follow(log, 10, "k");
        world.cut(log, 5);
        assertThat(log.logEnd()).isEqualTo(2);
        follow(log, 5, "f");
        assertThat(World.values(log)).containsExactly("a", "b", "f");
    }
}
