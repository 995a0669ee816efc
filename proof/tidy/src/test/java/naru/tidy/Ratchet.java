package naru.tidy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The sizes that keep one idea to one file. */
final class Ratchet {

    static final int FILE_LINES_MAX = 400;
    static final int METHOD_LINES_MAX = 50;

    /** Names that fit everything and so stop nothing. */
    private static final List<String> EMPTY_NAMES =
            List.of("Manager", "Helper", "Util", "Utils", "Impl", "Base", "Info", "Data", "Context", "Wrapper");

    /** Files that were longer when the rule came, with the day and their length; the list may only get shorter. */
    private static final Map<String, Integer> LONGER = Map.of();

    private Ratchet() {}

    static List<String> complaints(Path source) throws IOException {
        var complaints = new ArrayList<String>();
        var lines = Files.readAllLines(source);
        if (lines.size() > LONGER.getOrDefault(source.getFileName().toString(), FILE_LINES_MAX)) {
            complaints.add(source.getFileName() + " has " + lines.size() + " lines, more than " + FILE_LINES_MAX);
        }
        String name = source.getFileName().toString().replace(".java", "");
        for (var empty : EMPTY_NAMES) {
            if (name.endsWith(empty)) {
                complaints.add(name + " is named after nothing: say what it is instead of " + empty);
            }
        }
        addLongMethods(source, lines, complaints);
        return complaints;
    }

    /** A method opens on a line indented by four or eight that ends with a brace, and closes at the same indent. */
    private static void addLongMethods(Path source, List<String> lines, List<String> complaints) {
        for (int indent : new int[] {4, 8}) {
            String close = " ".repeat(indent) + "}";
            int opened = -1;
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (isMethodHead(line, indent)) {
                    opened = i;
                } else if (line.equals(close) && opened >= 0) {
                    if (i - opened + 1 > METHOD_LINES_MAX) {
                        complaints.add(source.getFileName() + ":" + (opened + 1) + " is a method of " + (i - opened + 1) + " lines");
                    }
                    opened = -1;
                }
            }
        }
    }

    private static boolean isMethodHead(String line, int indent) {
        return line.startsWith(" ".repeat(indent)) && line.length() > indent && Character.isLetter(line.charAt(indent))
                && line.endsWith("{") && line.contains("(") && !line.contains(" class ") && !line.contains(" record ")
                && !line.stripLeading().matches("(if|for|while|switch|try|else|do|return|synchronized)\\b.*");
    }
}
