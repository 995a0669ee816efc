package naru.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A command of a page, and what stands below it.
 *
 * @param line without the prompt
 * @param shown what the page says it shows; empty where it says nothing
 * @param place file and line, for who has to look
 */
record DocumentedCommand(String line, List<String> shown, String place) {

    private static final String PROMPT = "$ ";
    private static final String ANYTHING = "...";
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    /** What a bar of progress has shown and taken away again. */
    private static final Pattern ERASED = Pattern.compile("[^\n]*\r\u001b\\[K");

    /** Those of a page's {@code console} blocks, in their order. */
    static List<DocumentedCommand> of(Path page) throws IOException {
        var commands = new ArrayList<DocumentedCommand>();
        boolean inside = false;
        int number = 0;
        for (var line : Files.readAllLines(page)) {
            number++;
            if (line.startsWith("```")) {
                inside = line.equals("```console");
            } else if (inside && line.startsWith(PROMPT)) {
                commands.add(new DocumentedCommand(line.substring(PROMPT.length()), new ArrayList<>(), page.getFileName() + ":" + number));
            } else if (inside && !line.isBlank()) {
                commands.getLast().shown().add(line);
            }
        }
        return commands;
    }

    /** A page shows that a command fails by what it says. */
    boolean fails() {
        return !shown.isEmpty() && shown.getFirst().startsWith("naru: ");
    }

    boolean isWhatWasShown(String text) {
        return shown.isEmpty() || pattern(shown).matcher(plain(text)).matches();
    }

    /** Numbers and the widths of columns may differ; three dots are anything, on a line of their own any lines. */
    static Pattern pattern(List<String> shown) {
        var pattern = new StringBuilder();
        for (var line : shown) {
            if (line.strip().equals(ANYTHING)) {
                pattern.append("(?:[^\n]*\n)*?");
                continue;
            }
            var parts = new ArrayList<String>();
            for (var part : collapsed(line).split(Pattern.quote(ANYTHING), -1)) {
                parts.add(ofPart(part));
            }
            pattern.append(String.join("[^\n]*", parts)).append('\n');
        }
        return Pattern.compile(pattern.toString());
    }

    private static String ofPart(String text) {
        var pattern = new StringBuilder();
        var number = NUMBER.matcher(text);
        int at = 0;
        while (number.find()) {
            pattern.append(Pattern.quote(text.substring(at, number.start()))).append("\\d+");
            at = number.end();
        }
        return pattern.append(Pattern.quote(text.substring(at))).toString();
    }

    private static String plain(String text) {
        var lines = new StringBuilder();
        ERASED.matcher(text).replaceAll("").lines().filter(line -> !line.isBlank()).forEach(line -> lines.append(collapsed(line)).append('\n'));
        return lines.toString();
    }

    private static String collapsed(String line) {
        return line.strip().replaceAll("\\s+", " ");
    }
}
