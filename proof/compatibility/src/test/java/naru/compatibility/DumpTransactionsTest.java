package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import naru.peer.KafkaNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's dump tool reads the golden files of a log with an aborted transaction, and another one that is open. */
class DumpTransactionsTest {

    private static final Path GOLDEN = Path.of("..", "..", "core", "log", "src", "test", "resources", "golden");

    @TempDir
    Path folder;

    private List<String> dump(String golden, String name, String... flags) throws Exception {
        var hex = Files.readString(GOLDEN.resolve(golden + ".hex")).replaceAll("\\s", "");
        var file = Files.write(folder.resolve(name), HexFormat.of().parseHex(hex));
        var arguments = new ArrayList<>(List.of("--files", file.toString()));
        arguments.addAll(List.of(flags));
        return KafkaNode.tool("org.apache.kafka.tools.DumpLogSegments", arguments.toArray(String[]::new)).lines().toList();
    }

    @Test
    void aborted_transactions_are_listed() throws Exception {
        assertThat(dump("txnindex", "00000000000000000000.txnindex")).contains(
                "version: 0 producerId: 4711 firstOffset: 0 lastOffset: 3 lastStableOffset: 2",
                "version: 0 producerId: 4711 firstOffset: 4 lastOffset: 7 lastStableOffset: 2");
    }

    @Test
    void a_snapshot_tells_where_the_open_one_began() throws Exception {
        var lines = dump("snapshot-transactions", "00000000000000000008.snapshot");
        assertThat(lines).anyMatch(line -> line.matches(
                "producerId: 4711 producerEpoch: 0 .*coordinatorEpoch: 7 currentTxnFirstOffset: (None|OptionalLong.empty) .*lastSequence: 3 .*"));
        assertThat(lines).anyMatch(line -> line.matches(
                "producerId: 4712 producerEpoch: 1 .*coordinatorEpoch: -1 currentTxnFirstOffset: (Some\\(2\\)|OptionalLong\\[2]) .*"));
    }

    @Test
    void markers_are_understood() throws Exception {
        var lines = dump("segment-transactions", "00000000000000000000.log", "--deep-iteration");
        assertThat(lines).filteredOn(line -> line.contains("endTxnMarker: ABORT coordinatorEpoch: 7")).hasSize(2);
        assertThat(lines).filteredOn(line -> line.startsWith("baseOffset")).hasSize(6).allMatch(line -> line.contains("isTransactional: true"));
    }
}
