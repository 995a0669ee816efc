package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code naru log} on the folder of a broker that has stopped, sound and damaged. */
class LogTest {

    private static final int BATCHES = 20;

    @TempDir
    private static Path sound;
    @TempDir
    private Path folder;
    private final Terminal offline = new Terminal(null);

    /** One batch for each record, all of the same size. */
    @BeforeAll
    static void write() throws IOException {
        try (var broker = BrokerProcess.start(sound.resolve("data"))) {
            var terminal = new Terminal(broker.bootstrap());
            terminal.type("topics create kept");
            for (int i = 10; i < 10 + BATCHES; i++) {
                terminal.pipe("value " + i + "\n", "produce kept");
            }
        }
    }

    private Path written() throws IOException {
        try (var files = Files.walk(sound)) {
            for (var file : files.skip(1).toList()) {
                Files.copy(file, folder.resolve(sound.relativize(file)));
            }
        }
        return folder.resolve("data", "kept-0");
    }

    @Test
    void soundSegmentsAreShownAndVerified() throws IOException {
        var partition = written();
        assertThat(offline.type("log verify " + partition)).satisfies(shown -> {
            assertThat(shown.code()).isZero();
            assertThat(shown.out()).startsWith("all is sound: 20 batches with 20 records, ");
        });
        var batches = offline.script("", "log dump " + partition + " --json").objects();
        assertThat(batches).hasSize(BATCHES);
        assertThat(batches.get(3)).containsEntry("baseOffset", 3L).containsEntry("records", 1L).containsEntry("kind", "idempotent").containsEntry("segment", 0L);
        assertThat(offline.type("log dump " + partition + " --max 1").out().lines().findFirst()).hasValueSatisfying(head ->
                assertThat(head).isEqualTo("OFFSET  RECORDS  POSITION  TIME                     PACKED  KIND"));
        assertThat(offline.script("", "log dump " + partition + "/00000000000000000000.log --records --from 18 --format '%t:%p:%o %v'").out())
                .isEqualTo("kept:0:18 value 28\nkept:0:19 value 29\n");
        assertThat(offline.type("log repair " + partition).err()).isEqualTo("all is sound, there is nothing to repair\n");
    }

    @Test
    void whatIsDamagedIsFoundAndTakenOut() throws IOException {
        var partition = written();
        var segment = partition.resolve("00000000000000000000.log");
        long batch = Files.size(segment) / BATCHES;
        overwrite(segment, 7 * batch + batch - 2);
        overwrite(segment, 12 * batch + 8);
        var verified = offline.script("", "log verify --json " + partition);
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.err()).startsWith("naru: 2 places are damaged, sound are 18 batches with 18 records, ").endsWith("; 'naru log repair FOLDER' shows what can be saved\n");
        var places = verified.objects();
        assertThat(places).hasSize(2);
        assertThat(places.getFirst()).containsEntry("position", 7 * batch).containsEntry("bytes", batch)
                .containsEntry("afterOffset", 6L).containsEntry("beforeOffset", 8L).containsEntry("problem", "the checksum of the batch at offset 7 is wrong");
        assertThat(offline.type("log repair " + partition).err()).endsWith("nothing was changed; add --execute to take these out; the records between the offsets are lost then\n");
        assertThat(Files.size(segment)).isEqualTo(BATCHES * batch);
        assertThat(offline.type("log repair " + partition + " --execute")).satisfies(shown ->
                assertThat(shown.out()).as(shown.err()).endsWith("repaired " + partition + "; what was there is kept in files that end in .damaged\n"));
        assertThat(partition.resolve("00000000000000000000.log.damaged")).hasSize(BATCHES * batch);
        try (var broker = BrokerProcess.start(folder.resolve("data"))) {
            var terminal = new Terminal(broker.bootstrap());
            assertThat(terminal.script("", "consume kept --format '%o'").out().lines()).hasSize(BATCHES - 2).doesNotContain("7", "12").contains("6", "8", "19");
            terminal.pipe("more\n", "produce kept");
            assertThat(terminal.script("", "consume kept --from -1 --format '%o %v'").out()).isEqualTo("20 more\n");
        }
    }

    @Test
    void anEndThatIsLostIsGivenUp() throws IOException {
        var partition = written();
        var segment = partition.resolve("00000000000000000000.log");
        overwrite(segment, Files.size(segment) - 3);
        offline.type("log repair " + partition + " --execute");
        assertThat(offline.type("log verify " + partition).code()).isZero();
        try (var broker = BrokerProcess.start(folder.resolve("data"))) {
            var terminal = new Terminal(broker.bootstrap());
            terminal.pipe("instead\n", "produce kept");
            assertThat(terminal.script("", "consume kept --from -2 --format '%o %v'").out()).isEqualTo("18 value 28\n19 instead\n");
        }
    }

    @Test
    void aFolderInUseIsLeftAlone() throws IOException {
        var partition = written();
        overwrite(partition.resolve("00000000000000000000.log"), Files.size(partition.resolve("00000000000000000000.log")) / BATCHES - 2);
        try (var _ = BrokerProcess.start(folder.resolve("data"))) {
            assertThat(offline.type("log repair " + partition + " --execute").err()).contains("naru: a broker runs on " + folder.resolve("data"));
        }
        assertThat(offline.type("log dump /no/such/place").err()).isEqualTo(
                "naru: there is no file or folder /no/such/place; name the folder of a partition, such as data/orders-0\n");
        assertThat(offline.type("log dump " + partition + "/partition.metadata").err()).endsWith(" is no segment; name a file that ends in .log, or the folder of a partition\n");
    }

    private static void overwrite(Path file, long at) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) ~one.get(0)).rewind();
            channel.write(one, at);
        }
    }
}
