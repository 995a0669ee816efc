package naru.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps are taken by the test: the thread never begins. */
final class TrashTest {

    private static final long SIZE = 9L << 20;
    private static final Object KEY = "inode";

    @TempDir
    Path folder;

    private final OpenInodes inodes = new OpenInodes();
    private final Trash trash = new Trash(inodes, _ -> new Thread(() -> {}));
    private FileChannel file;

    @BeforeEach
    void aLargeFile() throws IOException {
        file = FileChannel.open(folder.resolve("doomed"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        file.write(ByteBuffer.allocate(1), SIZE - 1);
    }

    @Test
    void aLargeFileShrinksStepByStepWithRestsUntilItIsClosed() throws IOException {
        trash.add(file, KEY, () -> Long.MAX_VALUE);
        long before = SIZE;
        while (file.isOpen()) {
            assertThat(trash.step()).isEqualTo(Trash.Next.REST);
            if (file.isOpen()) {
                assertThat(before - file.size()).isBetween(1L, 4L << 20);
                before = file.size();
            }
        }
        assertThat(before).isLessThanOrEqualTo(4L << 20);
        assertThat(trash.step()).isEqualTo(Trash.Next.NOTHING_THERE);
    }

    @Test
    void whoStillReadsItFindsItWhole() throws IOException {
        inodes.opened(KEY);
        inodes.opened(KEY);
        trash.add(file, KEY, () -> Long.MAX_VALUE);
        trash.step();
        inodes.closed(KEY);
        trash.step();
        assertThat(file.size()).isEqualTo(SIZE);
        inodes.closed(KEY);
        trash.step();
        assertThat(file.size()).isLessThan(SIZE);
    }

    @Test
    void itHurriesWhenRoomIsScarce() {
        trash.add(file, KEY, () -> SIZE - 1);
        assertThat(trash.step()).isEqualTo(Trash.Next.HURRY);
    }

    @Test
    void itHurriesWhenTooManyWait() throws IOException {
        for (int i = 0; i < Trash.WAITING_MAX; i++) {
            trash.add(FileChannel.open(folder.resolve("doomed"), StandardOpenOption.WRITE), KEY, () -> Long.MAX_VALUE);
        }
        assertThat(trash.step()).isEqualTo(Trash.Next.REST);
        trash.add(file, KEY, () -> Long.MAX_VALUE);
        assertThat(trash.step()).isEqualTo(Trash.Next.HURRY);
    }

    @Test
    void aDeletedFileIsFreedInManySteps() throws IOException {
        var disk = new FileDisk(_ -> new Thread(() -> {}));
        var path = folder.resolve("segment");
        Files.write(path, new byte[(int) SIZE]);
        disk.delete(path.toString());
        int steps = 0;
        while (disk.trash().step() == Trash.Next.REST) {
            steps++;
        }
        assertThat(steps).isGreaterThanOrEqualTo(4);
        assertThat(disk.trash().step()).isEqualTo(Trash.Next.NOTHING_THERE);
    }

    @Test
    void theRoomBesideAFileIsKnownWhenTheFileIsNot() throws IOException {
        var path = Files.write(folder.resolve("segment"), new byte[1]);
        var room = FileDisk.roomBeside(path);
        Files.delete(path);
        assertThat(room.bytes()).isPositive();
    }

    @Test
    void theNameIsGoneAtOnceAndReadersKeepTheirBytes() throws IOException {
        var disk = new FileDisk(_ -> new Thread(() -> {}));
        var path = folder.resolve("segment");
        Files.write(path, new byte[(int) SIZE]);
        try (var reader = disk.openForReading(path.toString())) {
            disk.delete(path.toString());
            assertThat(path).doesNotExist();
            disk.trash().step();
            assertThat(reader.size()).isEqualTo(SIZE);
            assertThat(reader.read(ByteBuffer.allocate(10), SIZE - 10)).isEqualTo(10);
        }
    }
}
