package naru.cli.terminal;

import java.util.regex.Pattern;

/** Sentences in lines that end between words: a terminal would break them wherever its last column is. */
final class Folded {

    /** A word, or a command in quotes, which is typed as it stands and so kept in one line. */
    private static final Pattern WORD = Pattern.compile("'[^' ]+(?: [^' ]+){1,5}'[^ ]*|[^ ]+");

    private Folded() {}

    /**
     * The text in lines of so many columns. Lines that fit already stay as they are, and a word that is wider than a line keeps one to itself.
     *
     * @param columns how wide a line may be; 0 for as wide as it likes
     */
    static String at(int columns, String text) {
        if (columns == 0) {
            return text;
        }
        var folded = new StringBuilder();
        for (var line : text.split("\n", -1)) {
            if (!folded.isEmpty()) {
                folded.append('\n');
            }
            folded.append(Table.length(line) <= columns ? line : fold(columns, line));
        }
        return folded.toString();
    }

    private static String fold(int columns, String line) {
        var folded = new StringBuilder();
        int column = 0;
        var words = WORD.matcher(line);
        int end = 0;
        while (words.find()) {
            String gap = line.substring(end, words.start());
            end = words.end();
            int width = Table.length(words.group());
            if (column > 0 && column + gap.length() + width > columns) {
                folded.append('\n');
                column = 0;
            } else {
                folded.append(gap);
                column += gap.length();
            }
            folded.append(words.group());
            column += width;
        }
        return folded.append(line, end, line.length()).toString();
    }
}
