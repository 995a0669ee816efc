package naru.coordination.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecordSerde;

/** Records of internal topics, byte for byte as {@code docs/formats} shows them, and as Kafka's own code reads and writes them. */
public final class GoldenRecords {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private GoldenRecords() {}

    /** Two lines a record in {@code golden/NAME.hex}. */
    public static void hold(String name, List<CoordinatorRecord> records) throws IOException {
        var lines = new StringBuilder();
        for (var record : records) {
            lines.append("key   ").append(HEX.formatHex(record.key())).append('\n');
            lines.append("value ").append(record.value() == null ? "none" : HEX.formatHex(record.value())).append('\n');
        }
        assertThat(lines.toString()).isEqualTo(golden(name));
    }

    private static String golden(String name) throws IOException {
        try (var in = GoldenRecords.class.getResourceAsStream("/golden/" + name + ".hex")) {
            return in == null ? "missing" : new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** What Kafka reads in a record, after it has written the very same bytes for it. */
    public static String asKafkaReads(CoordinatorRecordSerde serde, CoordinatorRecord record) {
        var read = serde.deserialize(ByteBuffer.wrap(record.key()), record.value() == null ? null : ByteBuffer.wrap(record.value()));
        assertThat(serde.serializeKey(read)).isEqualTo(record.key());
        assertThat(serde.serializeValue(read)).isEqualTo(record.value());
        return read.toString();
    }
}
