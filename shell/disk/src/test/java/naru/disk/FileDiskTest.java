package naru.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import naru.base.DiskFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only real files show; what every disk promises is in {@code proof/contracts}. */
class FileDiskTest {

    @TempDir
    private Path folder;

    private final FileDisk disk = new FileDisk();

    @Test
    void allocatedRoomIsZeroesAndKeepsWhatStandsInFront() {
        try (var file = disk.open(at("journal"))) {
            file.write(pieces("head"), 0);
            file.allocate(200_000);
            assertThat(file.size()).isEqualTo(200_000);
            var content = ByteBuffer.allocate(8);
            file.read(content, 0);
            assertThat(content.array()).isEqualTo(new byte[] {'h', 'e', 'a', 'd', 0, 0, 0, 0});
        }
    }

    @Test
    void aGatheringWriteGoesWhereItIsToldAfterAWriteElsewhere() {
        try (var file = disk.open(at("log"))) {
            file.write(pieces("aa", "bb"), 0);
            file.write(pieces("cc", "dd"), 4);
            file.write(pieces("XX", "YY"), 0);
            file.write(pieces("ee", "ff"), 8);
        }
        assertThat(new String(disk.readAll(at("log")), StandardCharsets.UTF_8)).isEqualTo("XXYYccddeeff");
    }

    @Test
    void theSystemsOwnCallsWorkHere() throws IOException {
        var calls = SystemCalls.ofThisMachine();
        try (var file = disk.open(at("f"))) {
            file.write(pieces("x"), 0);
            calls.ifPresent(system -> {
                assertThat(system.startWriteback(at("f"), 0, 4_096)).isTrue();
                assertThat(system.readAhead(at("f"), 0, 4_096)).isTrue();
                assertThat(system.syncFileSystem(folder.toString())).isTrue();
                assertThat(system.syncFileSystem(at("nowhere"))).isFalse();
            });
        }
        disk.syncAll(folder.toString());
    }

    @Test
    void aFolderIsLockedOnce() {
        assertThat(disk.lock(folder.toString())).isTrue();
        assertThat(disk.lock(folder.toString())).isFalse();
        assertThat(new FileDisk().lock(folder.toString())).isFalse();
    }

    @Test
    void aFullDiskIsToldFromABrokenOne() {
        assertThat(Failures.of("f", new IOException("No space left on device")).kind()).isEqualTo(DiskFailure.Kind.FULL);
        assertThat(Failures.of("f", new IOException("Disk quota exceeded")).kind()).isEqualTo(DiskFailure.Kind.FULL);
        assertThat(Failures.of("f", new IOException("Input/output error")).kind()).isEqualTo(DiskFailure.Kind.BROKEN);
    }

    @Test
    void aSyncThatFindsNoRoomHasFailed() {
        assertThat(Failures.ofSync("f", new IOException("No space left on device")).kind()).isEqualTo(DiskFailure.Kind.BROKEN);
        assertThat(Failures.ofSync("f", new java.nio.file.NoSuchFileException("f")).kind()).isEqualTo(DiskFailure.Kind.MISSING);
    }

    @Test
    void aHeldFileIsReadableUntilTheLastHolderLetsGo() {
        var file = disk.open(at("segment"));
        file.write(pieces("kept"), 0);
        var hold = file.retain();
        file.close();
        file.close();
        disk.delete(at("segment"));
        var content = ByteBuffer.allocate(4);
        hold.read(content, 0);
        assertThat(content.array()).isEqualTo("kept".getBytes(StandardCharsets.UTF_8));
        assertThat(hold.channel()).hasValueSatisfying(channel -> assertThat(channel.isOpen()).isTrue());
        hold.close();
        assertThat(file.channel()).hasValueSatisfying(channel -> assertThat(channel.isOpen()).isFalse());
    }

    private String at(String name) {
        return folder + "/" + name;
    }

    private static ByteBuffer[] pieces(String... texts) {
        var pieces = new ByteBuffer[texts.length];
        for (int i = 0; i < texts.length; i++) {
            pieces[i] = ByteBuffer.wrap(texts[i].getBytes(StandardCharsets.UTF_8));
        }
        return pieces;
    }
}
