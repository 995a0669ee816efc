package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every kind of file of a data folder, byte for byte: what {@code docs/formats} describes, and older versions have written. */
class GoldenFilesTest {

    private static final int LINE = 32;
    private static final LogConfig CONFIG = LogConfig.DEFAULTS.toBuilder().segmentBytes(200).indexIntervalBytes(0).build();

    private final World world = new World();

    /** Two segments by one idempotent producer in two epochs, the first of them synced. */
    private void write() {
        var log = world.log(CONFIG);
        world.logs.begin(NOW, new Journal.Room(4_096, 4_096));
        world.logs.syncOpened();
        for (int i = 0; i < 3; i++) {
            var batch = World.batchOf(4711, 0, 2 * i, "value " + 2 * i, "value " + (2 * i + 1));
            log.append(batch, i / 2 * 3, Origin.CLIENT, NOW);
            log.writeStaged(world.logs.journal());
            world.logs.commit();
            world.lanes.runAll();
        }
        log.deleteRecordsBefore(1);
        world.checkpoint(6);
    }

    private void holds(String file, String name) throws IOException {
        assertThat(hex(world.disk.bytes("data/" + file))).as(file).isEqualTo(golden(name));
    }

    private String golden(String name) throws IOException {
        try (var in = getClass().getResourceAsStream("/golden/" + name + ".hex")) {
            return in == null ? "missing" : new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Lines of 32 bytes, without the zeros at the end. */
    private static String hex(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0 && bytes.length > 1_000) {
            end--;
        }
        List<String> lines = new ArrayList<>();
        for (int at = 0; at < end; at += LINE) {
            lines.add(HexFormat.ofDelimiter(" ").formatHex(bytes, at, Math.min(end, at + LINE)));
        }
        return String.join("\n", lines) + "\n";
    }

    @Test
    void eachIsWrittenAsItAlwaysWas() throws IOException {
        write();
        holds("orders-3/00000000000000000000.log", "segment");
        holds("orders-3/00000000000000000000.index", "index");
        holds("orders-3/00000000000000000000.timeindex", "timeindex");
        holds("orders-3/00000000000000000004.snapshot", "snapshot");
        holds("orders-3/leader-epoch-checkpoint", "leader-epoch-checkpoint");
        holds("orders-3/partition.metadata", "partition.metadata");
        holds("recovery-point-offset-checkpoint", "recovery-point-offset-checkpoint");
        holds("log-start-offset-checkpoint", "log-start-offset-checkpoint");
        holds("replication-offset-checkpoint", "replication-offset-checkpoint");
        holds("naru-catalogue", "naru-catalogue");
        holds("naru-journal-0.a", "naru-journal");
    }

    @Test
    void soAreThoseOfTransactions() throws IOException {
        var log = world.log(LogConfig.DEFAULTS);
        for (int i = 0; i < 2; i++) {
            World.appendIn(log, 4711, 0, 2 * i, "value " + 2 * i, "value " + (2 * i + 1));
            World.appendIn(log, 4712, i, 0, "beside");
            log.append(new TransactionMarker(4711, (short) 0, 7, (short) 1, false), 1, NOW);
        }
        log.writeStaged();
        log.roll(NOW);
        holds("orders-3/00000000000000000000.txnindex", "txnindex");
        holds("orders-3/00000000000000000008.snapshot", "snapshot-transactions");
        holds("orders-3/00000000000000000000.log", "segment-transactions");
    }
}
