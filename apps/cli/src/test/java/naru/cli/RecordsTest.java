package naru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import naru.cli.wire.Place;
import naru.protocol.batch.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records on their way in and out: lines, JSON, patterns and filters. */
class RecordsTest {

    private static final Place PLACE = new Place("orders", 2);
    private static final Record RECORD = new Record(7, 1_000, bytes("k"), bytes("v\u00e9"), List.of(new Record.Header("h", bytes("1")), new Record.Header("n", null)));

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void jsonGoesInAsItCameOut() throws InputRecord.Malformed {
        var binary = new Record(8, 5, null, ByteBuffer.wrap(new byte[] {(byte) 0xff, 0}), List.of());
        for (var record : List.of(RECORD, binary)) {
            var again = InputRecord.ofJson(RecordFormat.json(PLACE, record));
            assertThat(again).isEqualTo(new InputRecord(2, record.timestampMs(), record.key(), record.value(), record.headers()));
        }
    }

    @Test
    void jsonOfPeopleMayBeShort() throws InputRecord.Malformed {
        assertThat(InputRecord.ofJson("{\"value\":{\"a\":[1]},\"headers\":{\"x\":\"y\"}}")).isEqualTo(
                new InputRecord(-1, -1, null, bytes("{\"a\":[1]}"), List.of(new Record.Header("x", bytes("y")))));
        assertThat(InputRecord.ofJson("{\"key\":\"a\",\"value\":null}").value()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"{\"value\":\"a|is not JSON: a text has no closing quote at column 12",
        "[1]|is no JSON object", "{\"key\":\"a\"}|has no field \"value\"", "{\"value\":1,\"partition\":\"x\"}|has a field \"partition\" that is no whole number",
        "{\"value\":1,\"partition\":4294967296}|has a field \"partition\" that is no partition's number",
        "{\"value\":1,\"partition\":-5}|has a field \"partition\" that is no partition's number",
        "{\"valueBase64\":\"?\"}|has a field \"valueBase64\" that is not base 64", "{\"value\":1,\"headers\":[1]}|has headers that are no objects"})
    void jsonThatIsNoRecord(String line, String said) {
        assertThatThrownBy(() -> InputRecord.ofJson(line)).isInstanceOf(InputRecord.Malformed.class).hasMessageStartingWith(said);
    }

    @Test
    void linesHaveKeysBeforeTheSeparator() throws InputRecord.Malformed {
        var record = InputRecord.ofLine("a::b::c".getBytes(StandardCharsets.UTF_8), "::", null, null, List.of());
        assertThat(record.key()).isEqualTo(bytes("a"));
        assertThat(record.value()).isEqualTo(bytes("b::c"));
        assertThat(InputRecord.ofLine("a:NULL".getBytes(StandardCharsets.UTF_8), ":", "NULL", null, List.of()).value()).isNull();
        assertThatThrownBy(() -> InputRecord.ofLine("ab".getBytes(StandardCharsets.UTF_8), ":", null, null, List.of()))
                .hasMessage("has no ':' between key and value");
    }

    @Test
    void patternsSayWhatIsAskedFor() {
        assertThat(RecordFormat.pattern("%t/%p@%o %k=%v [%h] %m %s %%\\n", PLACE, RECORD)).isEqualTo("orders/2@7 k=v\u00e9 [h=1,n=] 1000 3 %\n");
        assertThatThrownBy(() -> RecordFormat.pattern("%x", PLACE, RECORD)).hasMessageStartingWith("a format knows no %x");
    }

    @Test
    void filtersHoldTogether() {
        assertThat(new RecordFilter("k", null, Pattern.compile("v"), Map.of("h", "1")).wants(RECORD)).isTrue();
        assertThat(new RecordFilter("x", null, null, Map.of()).wants(RECORD)).isFalse();
        assertThat(new RecordFilter(null, Pattern.compile("^x"), null, Map.of()).wants(RECORD)).isFalse();
        assertThat(new RecordFilter(null, null, Pattern.compile("w"), Map.of()).wants(RECORD)).isFalse();
        assertThat(new RecordFilter(null, null, null, Map.of("h", "2")).wants(RECORD)).isFalse();
        assertThat(new RecordFilter(null, null, Pattern.compile("."), Map.of()).wants(new Record(1, 1, null, null, List.of()))).isFalse();
    }
}
