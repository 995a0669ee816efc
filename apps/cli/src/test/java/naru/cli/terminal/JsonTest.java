package naru.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void whatIsWrittenIsReadAgain() throws Json.Malformed {
        var value = Json.object("text", "a\"b\\c\nd\te\u0001f\u00e9\ud83d\ude00", "number", -12L, "part", 1.5, "yes", true, "none", null,
                "list", Arrays.asList(1L, "x", List.of(), Json.object()));
        assertThat(Json.parse(Json.line(value))).isEqualTo(value);
        assertThat(Json.parse(Json.document(value))).isEqualTo(value);
    }

    @Test
    void escapesOfOthersAreUnderstood() throws Json.Malformed {
        assertThat(Json.parse(" [ \"\\u00e9\\/\\b\\f\" , 1e3 ] ")).isEqualTo(List.of("\u00e9/\b\f", 1_000.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "[1,]", "tru", "1x", "\"abc", "\"\\u12\"", "\"\\x\"",
        "{a:1}", "1 2", "-"})
    void whatIsNoneSaysWhere(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(Json.Malformed.class).hasMessageContaining("at column ");
    }

    @Test
    void nestingHasAnEnd() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).isInstanceOf(Json.Malformed.class);
    }
}
