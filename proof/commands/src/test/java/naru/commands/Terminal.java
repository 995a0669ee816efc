package naru.commands;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.cli.Main;
import naru.cli.terminal.Json;
import naru.cli.terminal.Screen;

/**
 * A terminal of 80 columns without colours, at which commands are typed.
 *
 * @param broker where the commands go; null for none
 */
record Terminal(String broker) {

    private static final int COLUMNS = 80;

    /** What a command came to. */
    record Shown(int code, String out, String err) {

        /** The output as a list of JSON objects. */
        @SuppressWarnings("unchecked")
        List<java.util.Map<String, Object>> objects() {
            return (List<java.util.Map<String, Object>>) json();
        }

        /** The output as one JSON object. */
        @SuppressWarnings("unchecked")
        java.util.Map<String, Object> object() {
            return (java.util.Map<String, Object>) json();
        }

        /** The output as JSON: maps, lists, texts, numbers. */
        Object json() {
            try {
                return Json.parse(out);
            } catch (Json.Malformed malformed) {
                throw new AssertionError(malformed.getMessage() + " in: " + out, malformed);
            }
        }
    }

    /** Types a line without its {@code naru}; words with spaces stand in single quotes. */
    Shown type(String line) {
        return pipe("", line);
    }

    /** Types a line and pipes this text into it. What is said beside the result goes to a file, so that each sentence is one line. */
    Shown pipe(String input, String line) {
        return run(new Screen.Ends(true, false, false, COLUMNS, false), input, line);
    }

    /** As a script runs it: no end is a terminal. */
    Shown script(String input, String line) {
        return run(new Screen.Ends(false, false, false, COLUMNS, false), input, line);
    }

    Shown run(Screen.Ends ends, String input, String line) {
        var words = words(line);
        if (broker != null && !words.contains("--bootstrap-server")) {
            words.add("--bootstrap-server");
            words.add(broker);
        }
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var screen = new Screen(out, err, ends, words.contains("--json"));
        int code = new Main(screen, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))).run(words);
        return new Shown(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static List<String> words(String line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (char c : line.toCharArray()) {
            if (c == '\'') {
                quoted = !quoted;
                any = true;
            } else if (c == ' ' && !quoted) {
                if (any) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
                any = true;
            }
        }
        if (any) {
            words.add(word.toString());
        }
        return words;
    }
}
