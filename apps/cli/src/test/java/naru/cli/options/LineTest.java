package naru.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import naru.cli.Failure;
import naru.cli.options.Syntax.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineTest {

    private static final Syntax SYNTAX = Syntax.of("copy", "Copies").operand("FROM", Kind.FILE)
            .option(Option.of("to", "FILE", "where to").withLetter('t').asKafkas("destination"))
            .option(Option.flag("force", "overwrite").withLetter('f'))
            .option(Option.of("set", "KEY=VALUE", "a setting").repeated())
            .option(Option.choice("speed", List.of("fast", "slow"), "how"));

    private static Line parse(String... words) {
        return Line.parse(SYNTAX, List.of(Option.flag("json", "as JSON")), List.of(words));
    }

    @Test
    void optionsAndOperandsInAnyOrder() {
        var line = parse("--to", "a", "x", "-f", "--set", "a=1", "--set=b=2", "--json", "--speed=slow");
        assertThat(line.text("to")).isEqualTo("a");
        assertThat(line.operands()).containsExactly("x");
        assertThat(line.has("force") && line.has("json")).isTrue();
        assertThat(line.pairs("set")).containsEntry("a", "1").containsEntry("b", "2");
        assertThat(line.text("speed")).isEqualTo("slow");
        assertThat(parse("-t", "-5", "--", "--to").operands()).containsExactly("--to");
        assertThat(parse("-5m", "-").operands()).containsExactly("-5m", "-");
    }

    @Test
    void kafkasNameForAnOptionIsUnderstood() {
        assertThat(parse("x", "--destination", "a").text("to")).isEqualTo("a");
        assertThatThrownBy(() -> parse("x", "--destination=a", "--to", "b")).hasMessage("--to is given twice; leave one of them out");
        assertThatThrownBy(() -> parse("x", "--null")).as("most have none").hasMessageStartingWith("'naru copy' has no option --null");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {"--tto a|'naru copy' has no option --tto; did you mean '--to'?",
        "--to|--to needs a value; write -t, --to FILE", "--force=yes x|--force takes no value; write it without =yes",
        "--speed fats x|--speed does not take 'fats'; did you mean 'fast'?",
        "--speed warp x|--speed does not take 'warp'; it takes fast, slow",
        "--to a --to b x|--to is given twice; leave one of them out",
        "--xyzzy|'naru copy' has no option --xyzzy; 'naru copy --help' lists those it has"})
    void mistakesAreNamed(String words, String said) {
        assertThatThrownBy(() -> parse(words.split(" "))).isInstanceOf(Failure.class).hasMessage(said);
    }

    @Test
    void operandsAreCounted() {
        assertThatThrownBy(() -> parse().checkOperands()).hasMessage("'naru copy' needs a from; write naru copy FROM [options]");
        assertThatThrownBy(() -> parse("a", "b").checkOperands())
                .hasMessage("'naru copy' does not know what to do with 'b'; write naru copy FROM [options]");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "5000,5000", "10k,10000", "10kb,10000", "16MB,16000000", "1GiB,1073741824", "1_000,1000", "7b,7"})
    void numbersHaveUnits(String text, long number) {
        assertThat(Quantity.parse("--n", text)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"2Ki", "many", "99999999999t", "k", "1.5"})
    void whatIsNoNumber(String text) {
        assertThatThrownBy(() -> Quantity.parse("--n", text)).isInstanceOf(Failure.class).hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"tpoics,topics", "topcs,topics", "desc,describe", "xyz,", "lsit,list"})
    void theNearestWord(String typed, String meant) {
        assertThat(Nearest.to(typed, List.of("topics", "describe", "list", "groups")).orElse(null)).isEqualTo(meant);
    }
}
