package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.simulation.DiskFaults.Fault;
import naru.simulation.DiskFaults.Operation;
import org.junit.jupiter.api.Test;

/** What the simulated disk forgets: everything it may, over enough seeds, and never what it promised to keep. */
class PowerCutTest {

    private static final int SEEDS = 300;

    private static void write(DiskFile file, String text, long position) {
        file.write(new ByteBuffer[] {ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))}, position);
    }

    private static String text(SimulatedDisk disk, String path) {
        return disk.exists(path) ? new String(disk.readAll(path), StandardCharsets.UTF_8) : "(gone)";
    }

    /** What {@code path} may hold after the power was cut behind these operations. */
    private static TreeSet<String> afterPowerCut(String path, Consumer<SimulatedDisk> operations) {
        var seen = new TreeSet<String>();
        for (int seed = 0; seed < SEEDS; seed++) {
            var disk = new SimulatedDisk(new SimulatedRandomness(seed));
            operations.accept(disk);
            disk.losePower();
            seen.add(text(disk, path));
        }
        return seen;
    }

    /** What tells processes whether they may rely upon what was not synced. */
    @Test
    void onlyAPowerCutBeginsAnotherTime() {
        var disk = new SimulatedDisk(new SimulatedRandomness(1));
        String before = disk.bootId();
        disk.killProcess();
        assertThat(disk.bootId()).isEqualTo(before).isNotEmpty();
        disk.losePower();
        assertThat(disk.bootId()).isNotEqualTo(before).isNotEmpty();
    }

    @Test
    void whatWasSyncedSurvives() {
        assertThat(afterPowerCut("/f", disk -> {
            try (var file = disk.open("/f")) {
                write(file, "safe", 0);
                file.sync();
                disk.syncFolder("/");
            }
        })).containsExactly("safe");
    }

    @Test
    void anUnsyncedNameMayBeGoneAlthoughItsContentIsSafe() {
        assertThat(afterPowerCut("/f", disk -> {
            try (var file = disk.open("/f")) {
                write(file, "safe", 0);
                file.sync();
            }
        })).containsExactlyInAnyOrder("(gone)", "safe");
    }

    @Test
    void anUnsyncedTailIsLostTornOrReplacedByZeros() {
        assertThat(afterPowerCut("/f", disk -> {
            var file = disk.open("/f");
            disk.syncFolder("/");
            write(file, "safe", 0);
            file.sync();
            write(file, "TAIL", 4);
        })).contains("safe", "safeT", "safeTA", "safeTAI", "safeTAIL", "safe\0\0\0\0", "safeTA\0\0");
    }

    @Test
    void aTruncationMayBeUndone() {
        assertThat(afterPowerCut("/f", disk -> {
            var file = disk.open("/f");
            disk.syncFolder("/");
            write(file, "safe", 0);
            file.sync();
            file.truncate(2);
        })).contains("sa", "safe");
    }

    @Test
    void aRenameHappenedOrDidNot() {
        Consumer<SimulatedDisk> operations = disk -> {
            disk.replace("/f", "old".getBytes(StandardCharsets.UTF_8));
            try (var file = disk.open("/f.tmp")) {
                write(file, "new", 0);
                file.sync();
            }
            disk.rename("/f.tmp", "/f");
        };
        assertThat(afterPowerCut("/f", operations)).containsExactlyInAnyOrder("old", "new");
    }

    @Test
    void replaceKeepsItsPromise() {
        assertThat(afterPowerCut("/f", disk -> {
            disk.replace("/f", "old".getBytes(StandardCharsets.UTF_8));
            disk.replace("/f", "new".getBytes(StandardCharsets.UTF_8));
        })).containsExactly("new");
    }

    /** Work off a lane is done at its beginning and its syncs later: it has not renamed what it has not synced, whatever others do. */
    @Test
    void whoElseSyncsTheFolderTakesNoRenameAlongThatWaitsForItsContent() {
        for (int done = 0; done <= 2; done++) {
            int syncsDone = done;
            Consumer<SimulatedDisk> operations = disk -> {
                disk.replace("/f", "old".getBytes(StandardCharsets.UTF_8));
                disk.beginWork();
                disk.replace("/f", "new".getBytes(StandardCharsets.UTF_8));
                var syncs = disk.finishWork();
                syncs.subList(0, syncsDone).forEach(Runnable::run);
                disk.syncFolder("/");
            };
            assertThat(afterPowerCut("/f", operations)).as(done + " syncs are done").containsExactly(done == 0 ? "old" : "new");
        }
    }

    @Test
    void whatWorkRenamesLaterUndoesNothingThatWasDoneToTheName() {
        assertThat(afterPowerCut("/f", disk -> {
            disk.beginWork();
            disk.replace("/f", "new".getBytes(StandardCharsets.UTF_8));
            var syncs = disk.finishWork();
            disk.delete("/f");
            disk.syncFolder("/");
            syncs.forEach(Runnable::run);
        })).containsExactly("(gone)");
    }

    @Test
    void whatTheNextProcessFindsRenamedWasSynced() {
        Consumer<SimulatedDisk> killed = disk -> {
            disk.replace("/f", "old".getBytes(StandardCharsets.UTF_8));
            disk.beginWork();
            disk.replace("/f", "new".getBytes(StandardCharsets.UTF_8));
            disk.finishWork();
            disk.killProcess();
        };
        assertThat(afterPowerCut("/f", killed)).containsExactlyInAnyOrder("old", "new");
        assertThat(afterPowerCut("/f", killed.andThen(disk -> disk.syncFolder("/")))).containsExactly("new");
    }

    @Test
    void syncAllKeepsEverything() {
        assertThat(afterPowerCut("/a/b/f", disk -> {
            disk.createFolders("/a/b");
            write(disk.open("/a/b/f"), "safe", 0);
            disk.syncAll("/a");
        })).containsExactly("safe");
    }

    @Test
    void aKilledProcessLosesItsFilesButNotItsBytes() {
        var disk = new SimulatedDisk(new SimulatedRandomness(1));
        var file = disk.open("/f");
        write(file, "cached", 0);
        disk.killProcess();
        assertThat(text(disk, "/f")).isEqualTo("cached");
        assertThatThrownBy(() -> write(file, "ghost", 0)).isInstanceOf(DiskFailure.class);
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void afterAFailedSyncTheNextOneLies() {
        var seen = afterPowerCut("/f", disk -> {
            var file = disk.open("/f");
            disk.syncFolder("/");
            write(file, "tail", 0);
            disk.faults((operation, path) -> operation == Operation.SYNC ? Fault.BROKEN : Fault.NONE);
            assertThatThrownBy(file::sync).isInstanceOf(DiskFailure.class);
            disk.faults(DiskFaults.NONE);
            file.sync();
        });
        assertThat(seen).contains("tail", "\0\0\0\0");
    }

    @Test
    void aFullDiskTakesWhatFits() {
        var disk = new SimulatedDisk(new SimulatedRandomness(1));
        disk.totalBytes(10);
        var file = disk.open("/f");
        write(file, "12345678", 0);
        assertThatThrownBy(() -> write(file, "abcd", 8)).isInstanceOfSatisfying(DiskFailure.class,
                failure -> assertThat(failure.kind()).isEqualTo(DiskFailure.Kind.FULL));
        assertThat(text(disk, "/f")).isEqualTo("12345678ab");
        file.truncate(8);
        assertThat(disk.freeBytes("/")).isEqualTo(2);
        write(file, "overwrite", 0);
    }

    @Test
    void tooManyOpenFilesAreRefused() {
        var disk = new SimulatedDisk(new SimulatedRandomness(1));
        disk.openFilesMax(1);
        var file = disk.open("/f");
        assertThatThrownBy(() -> disk.open("/g")).isInstanceOf(DiskFailure.class);
        file.close();
        disk.open("/g").close();
    }
}
