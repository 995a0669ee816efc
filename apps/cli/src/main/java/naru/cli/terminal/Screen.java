package naru.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where a command shows what it found: results on the output, everything said beside them on the error stream.
 *
 * <p>Text is UTF-8 whatever the machine says its language is: names of topics and records are.
 */
public final class Screen implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int COLUMNS = 80;
    private static final String PROGRAM = "naru: ";

    /**
     * What stands at the other ends.
     *
     * @param out whether results go to a terminal
     * @param err whether what is said beside them does
     * @param in whether a person types
     * @param columns how wide the terminal is
     * @param colours whether it may be coloured
     */
    public record Ends(boolean out, boolean err, boolean in, int columns, boolean colours) {

        /** As the launcher found them: asking from here costs more than the whole answer. */
        public static Ends ofThisProcess() {
            String ends = System.getProperty("naru.terminal", "");
            return new Ends(ends.contains("o"), ends.contains("e"), ends.contains("i"),
                    Math.max(COLUMNS / 2, Integer.getInteger("naru.columns", COLUMNS)), System.getenv("NO_COLOR") == null
                    || System.getenv("NO_COLOR").isEmpty());
        }
    }

    private final OutputStream out;
    private final OutputStream err;
    private final Ends ends;
    private final boolean json;
    private final boolean colours;
    private boolean anything;

    public Screen(OutputStream out, OutputStream err, Ends ends, boolean json) {
        this.out = out;
        this.err = err;
        this.ends = ends;
        this.json = json;
        this.colours = ends.out() && ends.colours() && !json;
    }

    public static Screen ofThisProcess(boolean json) {
        return new Screen(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                new FileOutputStream(FileDescriptor.err), Ends.ofThisProcess(), json);
    }

    public boolean isJson() {
        return json;
    }

    public boolean isOutTerminal() {
        return ends.out();
    }

    /** True when a person can be asked. */
    public boolean isPersonThere() {
        return ends.in() && ends.err();
    }

    public boolean isErrTerminal() {
        return ends.err();
    }

    /** How wide a line may be; 0 where nobody looks and nothing is cut. */
    public int width() {
        return ends.out() || Boolean.getBoolean("naru.cut") ? ends.columns() : 0;
    }

    /** The columns of a drawing, wherever it goes. */
    public int columns() {
        return ends.columns();
    }

    public void show(Table table, String whenEmpty) {
        if (json) {
            line(Json.document(table.asObjects()));
        } else if (table.isEmpty()) {
            say(whenEmpty);
        } else {
            lines(table.lines(width(), colours));
        }
    }

    public void show(Page page) {
        if (json) {
            line(Json.document(page.asObject()));
        } else {
            separate();
            lines(page.lines(width(), colours));
        }
    }

    /** Several pages, which for scripts are one list. */
    public void show(List<Page> pages) {
        if (json) {
            line(Json.document(pages.stream().map(Page::asObject).toList()));
        } else {
            pages.forEach(this::show);
        }
    }

    private void separate() {
        if (anything) {
            line("");
        }
    }

    private void lines(List<String> lines) {
        lines.forEach(this::line);
    }

    /** A line of the result. */
    public void line(String text) {
        anything = true;
        write(out, text + "\n");
    }

    public String painted(Ink ink, String text) {
        return ink.paint(text, colours);
    }

    /** Bytes of the result, as they are. */
    public void raw(byte[] bytes, int from, int length) {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was done, for people; scripts see it in the exit code. */
    public void done(String sentence) {
        if (!json) {
            line(sentence);
        }
    }

    /** A line beside the result. */
    public void say(String text) {
        flush();
        write(err, Folded.at(errWidth(), text) + "\n");
    }

    /** What went wrong. The result has been flushed before, or cannot be. */
    public void complain(String sentence) {
        String folded = Folded.at(errWidth(), PROGRAM + sentence);
        write(err, Ink.BAD.paint(PROGRAM, ends.err() && ends.colours()) + folded.substring(PROGRAM.length()) + "\n");
    }

    /** How wide a line of what is said may be; 0 where a script reads it, and a sentence is one line. */
    private int errWidth() {
        return ends.err() ? ends.columns() : 0;
    }

    /** A question, whose answer is typed behind it. */
    public void ask(String question) {
        flush();
        draw(Folded.at(errWidth(), question));
    }

    /** Onto the error stream as it is, for what draws there. */
    void draw(String text) {
        write(err, text);
    }

    private static void write(OutputStream to, String text) {
        try {
            to.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        flush();
    }
}
