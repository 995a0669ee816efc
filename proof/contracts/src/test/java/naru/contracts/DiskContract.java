package naru.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Disk} promises. The real and the simulated one pass the same tests, or the simulation proves nothing. */
abstract class DiskContract {

    private Disk disk;
    private String root;

    /** A fresh disk. */
    abstract Disk disk();

    /** An empty folder on it. */
    abstract String root();

    @BeforeEach
    void begin() {
        disk = disk();
        root = root();
    }

    private String at(String name) {
        return root + "/" + name;
    }

    private static ByteBuffer[] bytes(String... pieces) {
        var all = new ByteBuffer[pieces.length];
        for (int i = 0; i < pieces.length; i++) {
            all[i] = ByteBuffer.wrap(pieces[i].getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }

    private static String text(DiskFile file) {
        var content = ByteBuffer.allocate((int) file.size());
        while (content.hasRemaining() && file.read(content, content.position()) > 0) {
            // a read may come back short
        }
        return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
    }

    private String text(String path) {
        return new String(disk.readAll(path), StandardCharsets.UTF_8);
    }

    private void put(String name, String content) {
        try (var file = disk.open(at(name))) {
            file.write(bytes(content), 0);
        }
    }

    private static void failsWith(DiskFailure.Kind kind, Runnable what) {
        assertThatThrownBy(what::run).isInstanceOfSatisfying(DiskFailure.class,
                failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void readsWhatWasWritten() {
        try (var file = disk.open(at("a"))) {
            var pieces = bytes("one", "", "two");
            file.write(pieces, 0);
            assertThat(pieces).allMatch(piece -> !piece.hasRemaining());
            file.write(bytes("!"), 6);
            assertThat(text(file)).isEqualTo("onetwo!");
            file.write(bytes("T"), 3);
            assertThat(text(file)).isEqualTo("oneTwo!");
            assertThat(file.size()).isEqualTo(7);
            assertThat(file.path()).isEqualTo(at("a"));
        }
    }

    @Test
    void aWriteBeyondTheEndLeavesZerosBetween() {
        try (var file = disk.open(at("a"))) {
            file.write(bytes("x"), 5_000);
            assertThat(file.size()).isEqualTo(5_001);
            assertThat(text(file)).isEqualTo("\0".repeat(5_000) + "x");
        }
    }

    @Test
    void aReadEndsWhereTheFileEnds() {
        put("a", "four");
        try (var file = disk.openForReading(at("a"))) {
            var room = ByteBuffer.allocate(10);
            assertThat(file.read(room, 4)).isEqualTo(-1);
            assertThat(file.read(room, 400)).isEqualTo(-1);
            assertThat(file.read(room, 2)).isBetween(1, 2);
            assertThat(room.get(0)).isEqualTo((byte) 'u');
            assertThat(room.position()).isBetween(1, 2);
        }
    }

    @Test
    void aMachineThatGoesOnHasOneNameForItsBoot() {
        assertThat(disk.bootId()).isEqualTo(disk().bootId());
    }

    @Test
    void everyoneSeesAWriteAtOnce() {
        try (var one = disk.open(at("a")); var other = disk.openForReading(at("a"))) {
            one.write(bytes("seen"), 0);
            assertThat(text(other)).isEqualTo("seen");
        }
    }

    @Test
    void truncatingForgetsTheRestForGood() {
        try (var file = disk.open(at("a"))) {
            file.write(bytes("x".repeat(9_000)), 0);
            file.truncate(10);
            assertThat(file.size()).isEqualTo(10);
            file.truncate(20);
            assertThat(file.size()).isEqualTo(10);
            file.write(bytes("y"), 5_000);
            assertThat(text(file)).isEqualTo("x".repeat(10) + "\0".repeat(4_990) + "y");
        }
    }

    @Test
    void reservedRoomReadsAsZeros() {
        try (var file = disk.open(at("a"))) {
            file.write(bytes("head"), 0);
            file.allocate(10_000);
            assertThat(file.size()).isEqualTo(10_000);
            assertThat(text(file)).isEqualTo("head" + "\0".repeat(9_996));
            file.allocate(100);
            assertThat(file.size()).isEqualTo(10_000);
            file.startWriteback(0, 10_000);
            file.readAhead(0, 20_000);
            file.sync();
        }
    }

    @Test
    void aMissingFileIsMissing() {
        failsWith(DiskFailure.Kind.MISSING, () -> disk.openForReading(at("none")));
        failsWith(DiskFailure.Kind.MISSING, () -> disk.open(at("none/file")));
        failsWith(DiskFailure.Kind.MISSING, () -> disk.rename(at("none"), at("other")));
        assertThat(disk.exists(at("none"))).isFalse();
        assertThat(disk.isFolder(at("none"))).isFalse();
        assertThat(disk.list(at("none"))).isEmpty();
        disk.delete(at("none"));
    }

    @Test
    void foldersAppearWithThoseAboveThem() {
        disk.createFolders(at("x/y/z"));
        disk.createFolders(at("x/y/z"));
        assertThat(disk.isFolder(at("x/y/z"))).isTrue();
        assertThat(disk.exists(at("x/y"))).isTrue();
        put("x/file", "");
        assertThat(disk.isFolder(at("x/file"))).isFalse();
        assertThat(disk.exists(at("x/file"))).isTrue();
    }

    @Test
    void namesAreListedSorted() {
        for (var name : List.of("b", "10", "9", "a", "B", "c-1")) {
            put(name, "");
        }
        disk.createFolders(at("aa/inner"));
        assertThat(disk.list(root)).containsExactly("10", "9", "B", "a", "aa", "b", "c-1");
    }

    @Test
    void renamingReplacesAFileInOneStep() {
        put("old", "old content");
        put("new", "new content");
        disk.rename(at("new"), at("old"));
        assertThat(text(at("old"))).isEqualTo("new content");
        assertThat(disk.exists(at("new"))).isFalse();
    }

    @Test
    void anOpenFileFollowsItsRename() {
        try (var file = disk.open(at("before"))) {
            disk.rename(at("before"), at("after"));
            file.write(bytes("moved"), 0);
        }
        assertThat(text(at("after"))).isEqualTo("moved");
    }

    @Test
    void aFolderMovesWithItsContent() {
        disk.createFolders(at("topic-0"));
        try (var file = disk.open(at("topic-0/0.log"))) {
            disk.rename(at("topic-0"), at("topic-0.gone-delete"));
            file.write(bytes("still here"), 0);
        }
        assertThat(disk.exists(at("topic-0"))).isFalse();
        assertThat(text(at("topic-0.gone-delete/0.log"))).isEqualTo("still here");
    }

    @Test
    void aRetainedFileOutlivesItsNameAndItsOpener() {
        put("a", "kept");
        var opener = disk.openForReading(at("a"));
        var sender = opener.retain();
        disk.delete(at("a"));
        opener.close();
        opener.close();
        assertThat(text(sender)).isEqualTo("kept");
        assertThat(disk.exists(at("a"))).isFalse();
        sender.close();
        failsWith(DiskFailure.Kind.BROKEN, () -> sender.read(ByteBuffer.allocate(1), 0));
    }

    @Test
    void aFullFolderIsNotDeleted() {
        disk.createFolders(at("x"));
        put("x/file", "");
        failsWith(DiskFailure.Kind.BROKEN, () -> disk.delete(at("x")));
        disk.delete(at("x/file"));
        disk.delete(at("x"));
        assertThat(disk.exists(at("x"))).isFalse();
    }

    @Test
    void aSmallFileIsReplacedWhole() {
        disk.replace(at("checkpoint"), "a longer first version".getBytes(StandardCharsets.UTF_8));
        disk.replace(at("checkpoint"), "second".getBytes(StandardCharsets.UTF_8));
        assertThat(text(at("checkpoint"))).isEqualTo("second");
        assertThat(disk.list(root)).containsExactly("checkpoint");
    }

    @Test
    void syncsAreAccepted() {
        put("a", "content");
        disk.syncFolder(root);
        disk.syncAll(root);
        try (var file = disk.open(at("a"))) {
            file.sync();
            assertThat(text(file)).isEqualTo("content");
        }
        failsWith(DiskFailure.Kind.MISSING, () -> disk.syncFolder(at("none")));
    }

    @Test
    void roomIsCounted() {
        assertThat(disk.totalBytes(root)).isPositive();
        assertThat(disk.freeBytes(root)).isBetween(0L, disk.totalBytes(root));
    }

    @Test
    void aFolderIsLockedOnce() {
        assertThat(disk.lock(root)).isTrue();
        assertThat(disk.lock(root)).isFalse();
        assertThat(disk.list(root)).contains(".lock");
    }

    @Test
    void aFileOpenedForReadingIsNotWritten() {
        put("a", "content");
        try (var file = disk.openForReading(at("a"))) {
            failsWith(DiskFailure.Kind.BROKEN, () -> file.write(bytes("x"), 0));
        }
        assertThat(text(at("a"))).isEqualTo("content");
    }
}
