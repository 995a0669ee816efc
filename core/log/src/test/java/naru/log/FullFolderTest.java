package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import naru.base.DiskFailure;
import org.junit.jupiter.api.Test;

/** A disk without room refuses what is new, and nothing else; a sync that fails is the end of a folder. */
class FullFolderTest {

    private static final long PRODUCER = 5;

    private final World world = new World();
    private Log log;
    private long durable;

    private void start() {
        log = world.log(LogConfig.DEFAULTS);
        if (world.logs.journal() == null) {
            world.logs.begin(1);
        }
        log.whenDurable(end -> durable = end);
        world.checkpoint(0);
        world.logs.syncOpened();
    }

    private void turn(int sequence, String value) {
        log.append(World.batchOf(PRODUCER, 0, sequence, value), 1, Origin.CLIENT, NOW);
        log.writeStaged(world.logs.journal());
        world.logs.commit();
    }

    private void noRoom() {
        world.disk.writesUntilFailure = 0;
        world.disk.room = 0;
    }

    private void room() {
        world.disk.writesUntilFailure = Integer.MAX_VALUE;
        world.disk.room = Long.MAX_VALUE;
    }

    /** What the producer sent first is known to have been there, also behind a power cut. */
    private void isWholeAfterPowerCut(String... values) {
        assertThat(world.broken).isNull();
        assertThat(durable).isEqualTo(values.length);
        world.disk.forgetUnsynced();
        world.restart();
        log = world.log(LogConfig.DEFAULTS);
        assertThat(World.values(log)).containsExactly(values);
        assertThat(log.append(World.batchOf(PRODUCER, 0, 0, values[0]), 1, Origin.CLIENT, NOW)).isInstanceOf(Appended.Duplicate.class);
    }

    @Test
    void aCheckpointThatFindsNoRoomCostsNothing() {
        start();
        turn(0, "a");
        world.lanes.runAll();
        noRoom();
        world.checkpoint(1);
        assertThat(world.logs.failure()).isNull();
        assertThatThrownBy(() -> turn(1, "refused")).isInstanceOf(DiskFailure.class);
        assertThat(World.values(log)).containsExactly("a");
        assertThat(world.disk.files()).noneMatch(file -> file.endsWith(".snapshot.tmp"));
        world.checkpoint(1);
        room();
        turn(1, "b");
        world.lanes.runAll();
        isWholeAfterPowerCut("a", "b");
    }

    @Test
    void aFlushThatFindsNoRoomForASnapshotSyncsTheRecords() {
        start();
        log.append(World.batchOf(PRODUCER, 0, 0, "a"), 1, Origin.CLIENT, NOW);
        log.writeStaged();
        noRoom();
        world.logs.flush(log);
        world.lanes.runAll();
        assertThat(world.logs.failure()).isNull();
        room();
        world.logs.flush(log);
        world.lanes.runAll();
        isWholeAfterPowerCut("a");
    }

    @Test
    void whatWasAbortedIsNotedOnceThereIsRoom() {
        start();
        World.appendIn(log, PRODUCER, 0, 0, "a");
        World.end(log, PRODUCER, 0, false);
        log.writeStaged(world.logs.journal());
        world.logs.commit();
        world.lanes.runAll();
        noRoom();
        world.checkpoint(2);
        assertThat(world.logs.failure()).isNull();
        String noted = log.folder() + "/" + AbortedSums.FILE;
        assertThat(world.disk.exists(noted)).isFalse();
        room();
        World.append(log, "b");
        log.writeStaged(world.logs.journal());
        world.logs.commit();
        world.lanes.runAll();
        world.checkpoint(2);
        assertThat(world.disk.exists(noted)).isTrue();
    }

    /** Behind the recovery point nobody would look for it again, and who follows this log would never agree with it about where an epoch ends. */
    @Test
    void anEpochThatFindsNoRoomHoldsTheRecoveryPointBack() {
        start();
        log.append(World.batch(NOW, "a"), 1, Origin.CLIENT, NOW);
        log.writeStaged();
        world.checkpoint(1);
        log.append(World.batch(NOW, "b"), 2, Origin.CLIENT, NOW);
        world.disk.writesUntilFailure = 1; // for the batch
        log.writeStaged();
        world.checkpoint(2);
        assertThat(log.recoveryPoint()).isEqualTo(1);
        room();
        world.checkpoint(2);
        assertThat(log.recoveryPoint()).isEqualTo(2);
        world.disk.forgetUnsynced();
        world.restart();
        log = world.log(LogConfig.DEFAULTS);
        assertThat(World.values(log)).containsExactly("a", "b");
        assertThat(log.endOffsetOfEpoch(1)).isEqualTo(new EpochEnd(1, 1));
    }

    /** The checkpoints still say that all of it was on the medium; a cut behind their back would look like damage. */
    @Test
    void aCutThatIsTriedAgainIsSaidFirst() {
        start();
        for (var value : new String[] {"a", "b", "c"}) {
            World.append(log, value);
        }
        log.writeStaged();
        world.checkpoint(1);
        world.checkpoint(1); // which says what the one before has synced
        var told = new ArrayList<DiskFailure>();
        noRoom();
        log.cuts().truncateTo(2, world.logs, _ -> 1, told::add);
        world.lanes.runAll();
        assertThat(told).singleElement().isNotNull();
        room();
        world.cut(log, 2);
        world.restart();
        log = world.log(LogConfig.DEFAULTS);
        assertThat(World.values(log)).containsExactly("a", "b");
    }

    /** File systems that never write in place ask for room also where there was some. */
    @Test
    void aFrameThatFindsNoRoomIsDoneWithout() {
        start();
        turn(0, "a");
        world.lanes.runAll();
        world.disk.writesUntilFailure = 1;
        turn(1, "b");
        room();
        world.lanes.runAll();
        turn(2, "c");
        world.lanes.runAll();
        isWholeAfterPowerCut("a", "b", "c");
    }

    @Test
    void aJournalThatFindsNoRoomAtFirstDoesWithoutUntilThereIsSome() {
        world.disk.room = 0;
        start();
        assertThat(world.logs.failure()).isNull();
        turn(0, "a");
        world.lanes.runAll();
        assertThat(durable).isEqualTo(1);
        assertThat(world.disk.bytes("data/naru-journal-0.a")).isEmpty();
        room();
        turn(1, "b");
        world.lanes.runAll();
        assertThat(world.disk.bytes("data/naru-journal-0.a")).isNotEmpty();
        int before = world.disk.bytes(log.folder() + "/00000000000000000000.log").length;
        turn(2, "c");
        world.lanes.runOne();
        assertThat(durable).isEqualTo(3);
        assertThat(world.disk.bytes(log.folder() + "/00000000000000000000.log").length).isGreaterThan(before);
        isWholeAfterPowerCut("a", "b", "c");
    }

    @Test
    void aSnapshotSurvivesAWriteThatIsTakenBackAtItsPlace() {
        start();
        turn(0, "a");
        world.lanes.runAll();
        world.checkpoint(1);
        String snapshot = log.folder() + "/00000000000000000001.snapshot";
        assertThat(world.disk.exists(snapshot)).isTrue();
        noRoom();
        assertThatThrownBy(() -> turn(1, "refused")).isInstanceOf(DiskFailure.class);
        assertThat(world.disk.exists(snapshot)).isTrue();
    }

    @Test
    void aStopWithoutRoomLeavesWhatACrashLeaves() {
        start();
        turn(0, "a");
        world.lanes.runAll();
        var told = new ArrayList<DiskFailure>();
        world.folder.whenNotCheckpointed(told::add);
        noRoom();
        world.folder.close(_ -> 1);
        assertThat(told).hasSize(1);
        room();
        assertThat(world.disk.exists("data/" + Incarnation.CLEAN)).isFalse();
        isWholeAfterPowerCut("a");
    }

    @Test
    void aSyncThatFailsIsTheEndAndNeverTriedAgain() {
        start();
        log.append(World.batchOf(PRODUCER, 0, 0, "a"), 1, Origin.CLIENT, NOW);
        log.writeStaged();
        world.disk.syncsFail = true;
        world.logs.flush(log);
        world.lanes.runAll();
        assertThat(world.broken).isNotNull();
        world.disk.syncsFail = false;
        int before = world.disk.syncs;
        world.logs.flush(log);
        world.logs.checkpoint(_ -> 1);
        world.lanes.runAll();
        assertThat(world.disk.syncs).isEqualTo(before);
        assertThat(durable).isZero();
    }
}
