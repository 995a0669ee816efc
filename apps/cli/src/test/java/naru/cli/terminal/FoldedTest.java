package naru.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FoldedTest {

    private static final String SENTENCE = "there is no topic 'orders-of-the-last-hundred-years' on this cluster; did you mean 'orders'?";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Screen screen(boolean terminal, boolean colours) {
        return new Screen(out, err, new Screen.Ends(terminal, terminal, false, 80, colours), false);
    }

    @Test
    void linesEndBetweenWords() {
        assertThat(Folded.at(10, "one two three four")).isEqualTo("one two\nthree four");
        assertThat(Folded.at(9, "one two three four")).isEqualTo("one two\nthree\nfour");
        assertThat(Folded.at(10, "a word-wider-than-that, alone")).isEqualTo("a\nword-wider-than-that,\nalone");
        assertThat(Folded.at(8, "\u6771\u4eac \u6771\u4eac")).isEqualTo("\u6771\u4eac\n\u6771\u4eac");
    }

    @Test
    void whatFitsStaysAsItIs() {
        assertThat(Folded.at(10, "usage:\n\n  -a   b  \nten wide !\n")).isEqualTo("usage:\n\n  -a   b  \nten wide !\n");
        assertThat(Folded.at(0, SENTENCE)).isEqualTo(SENTENCE);
    }

    @Test
    void aCommandInQuotesStaysInOneLine() {
        assertThat(Folded.at(24, "try again, 'naru topics list', or not")).isEqualTo("try again,\n'naru topics list', or\nnot");
    }

    @Test
    void whatIsSaidToATerminalIsFolded() {
        screen(true, false).complain(SENTENCE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(
                "naru: there is no topic 'orders-of-the-last-hundred-years' on this cluster; did\nyou mean 'orders'?\n");
        err.reset();
        screen(true, true).complain(SENTENCE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(
                "\033[31mnaru: \033[0mthere is no topic 'orders-of-the-last-hundred-years' on this cluster; did\nyou mean 'orders'?\n");
        err.reset();
        screen(true, false).say(SENTENCE);
        screen(true, false).ask(SENTENCE);
        String folded = "there is no topic 'orders-of-the-last-hundred-years' on this cluster; did you\nmean 'orders'?";
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(folded + "\n" + folded);
    }

    @Test
    void aScriptReadsSentencesInOneLine() {
        screen(false, false).complain(SENTENCE);
        screen(false, false).say(SENTENCE);
        screen(false, false).done(SENTENCE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("naru: " + SENTENCE + "\n" + SENTENCE + "\n");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(SENTENCE + "\n");
    }
}
