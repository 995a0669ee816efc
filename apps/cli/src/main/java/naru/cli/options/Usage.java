package naru.cli.options;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** The help, at 80 columns. */
public final class Usage {

    private static final int WIDTH = 80;
    private static final int LEFT_MAX = 30;

    private Usage() {}

    /** What one command takes. */
    public static String of(Syntax syntax, List<Option> everywhere) {
        var page = new StringBuilder();
        page.append(syntax.meaning()).append(".\n\nusage: ").append(syntax.usage()).append('\n');
        if (!syntax.options().isEmpty()) {
            page.append("\noptions:\n");
            appendRows(page, rows(syntax.options()));
        }
        page.append("\noptions of every command:\n");
        appendRows(page, rows(everywhere));
        if (!syntax.examples().isEmpty()) {
            page.append("\nexamples:\n");
            syntax.examples().forEach(example -> page.append("  ").append(example).append('\n'));
        }
        return page.toString();
    }

    private static List<String[]> rows(List<Option> options) {
        var rows = new ArrayList<String[]>();
        for (var option : options) {
            rows.add(new String[] {option.shown(), option.meaning()});
        }
        return rows;
    }

    /** The commands there are, those with the same first word together. */
    public static String ofAll(List<Syntax> commands) {
        var page = new StringBuilder("naru: a distributed commit log that speaks Kafka's protocol\n\nusage: naru COMMAND [options]\n\n");
        var groups = new LinkedHashMap<String, List<Syntax>>();
        for (var command : commands) {
            groups.computeIfAbsent(command.words().getFirst(), _ -> new ArrayList<>()).add(command);
        }
        var rows = new ArrayList<String[]>();
        groups.forEach((word, group) -> rows.add(new String[] {word, group.size() == 1
                ? lowerFirst(group.getFirst().meaning())
                : String.join(", ", group.stream().map(one -> String.join(" ", one.words().subList(1, one.words().size())))
                        .toList())}));
        appendRows(page, rows);
        return page.append("\n'naru COMMAND --help' says more about each.\n").toString();
    }

    /** The commands that begin with this word. */
    public static String ofGroup(String word, List<Syntax> group) {
        var page = new StringBuilder("usage: naru ").append(word).append(" COMMAND [options]\n\n");
        var rows = new ArrayList<String[]>();
        group.forEach(one -> rows.add(new String[] {one.name(), lowerFirst(one.meaning())}));
        appendRows(page, rows);
        return page.append("\n'naru ").append(word).append(" COMMAND --help' says more about each.\n").toString();
    }

    private static String lowerFirst(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private static void appendRows(StringBuilder page, List<String[]> rows) {
        int left = rows.stream().mapToInt(row -> row[0].length()).filter(length -> length <= LEFT_MAX).max().orElse(LEFT_MAX);
        for (var row : rows) {
            page.append("  ").append(row[0]);
            int column = 2 + row[0].length();
            if (row[0].length() > left) {
                page.append('\n');
                column = 0;
            }
            page.append(" ".repeat(left + 4 - column));
            column = left + 4;
            for (var word : row[1].split(" ")) {
                if (column + word.length() > WIDTH) {
                    page.setLength(page.length() - 1);
                    page.append('\n').append(" ".repeat(left + 4));
                    column = left + 4;
                }
                page.append(word).append(' ');
                column += word.length() + 1;
            }
            page.setLength(page.length() - 1);
            page.append('\n');
        }
    }
}
