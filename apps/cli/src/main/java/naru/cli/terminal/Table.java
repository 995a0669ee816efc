package naru.cli.terminal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Rows under headings for people, a list of objects for scripts: one source for both. */
public final class Table {

    private static final String GAP = "  ";
    private static final int NARROWEST = 8;

    private record Column(String field, String title, Unit unit, Function<Object, Ink> ink) {}

    private final List<Column> columns = new ArrayList<>();
    private final List<Object[]> rows = new ArrayList<>();

    /**
     * Adds a column.
     *
     * @param field its name for scripts, which never changes
     * @param title its heading
     */
    public Table column(String field, String title, Unit unit) {
        return column(field, title, unit, _ -> unit == Unit.NAME ? Ink.NAME : Ink.PLAIN);
    }

    /** Adds a column whose colour depends on its value. */
    public Table column(String field, String title, Unit unit, Function<Object, Ink> ink) {
        columns.add(new Column(field, title, unit, ink));
        return this;
    }

    /** Only scripts see it. */
    public Table hidden(String field) {
        return column(field, null, Unit.TEXT);
    }

    /** One value for each column, in their order; null for none. */
    public Table row(Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values for " + columns.size() + " columns");
        }
        rows.add(values);
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public int size() {
        return rows.size();
    }

    List<Map<String, Object>> asObjects() {
        var objects = new ArrayList<Map<String, Object>>();
        for (var row : rows) {
            var object = new LinkedHashMap<String, Object>();
            for (int i = 0; i < row.length; i++) {
                object.put(columns.get(i).field(), row[i]);
            }
            objects.add(object);
        }
        return objects;
    }

    /** @param width how wide it may be; 0 for as wide as it likes */
    List<String> lines(int width, boolean colours) {
        var shown = new ArrayList<Column>();
        var at = new ArrayList<Integer>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).title() != null) {
                shown.add(columns.get(i));
                at.add(i);
            }
        }
        var cells = new ArrayList<String[]>();
        for (var row : rows) {
            var line = new String[shown.size()];
            for (int i = 0; i < line.length; i++) {
                line[i] = shown.get(i).unit().shown(row[at.get(i)]);
            }
            cells.add(line);
        }
        int[] widths = widths(shown, cells, width);
        var lines = new ArrayList<String>();
        lines.add(line(shown, widths, shown.stream().map(Column::title).toArray(String[]::new), i -> Ink.BOLD, colours));
        for (int r = 0; r < cells.size(); r++) {
            var row = rows.get(r);
            lines.add(line(shown, widths, cells.get(r), i -> shown.get(i).ink().apply(row[at.get(i)]), colours));
        }
        return lines;
    }

    /** As wide as the widest cell; where that is too much, the widest texts give way. */
    private static int[] widths(List<Column> shown, List<String[]> cells, int width) {
        int[] widths = new int[shown.size()];
        int sum = -GAP.length();
        for (int i = 0; i < widths.length; i++) {
            widths[i] = length(shown.get(i).title());
            for (var row : cells) {
                widths[i] = Math.max(widths[i], length(row[i]));
            }
            sum += widths[i] + GAP.length();
        }
        while (width > 0 && sum > width) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                boolean maySqueeze = !shown.get(i).unit().isRight() && widths[i] > Math.max(NARROWEST, shown.get(i).title().length());
                if (maySqueeze && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                break;
            }
            widths[widest]--;
            sum--;
        }
        return widths;
    }

    private static String line(
            List<Column> shown, int[] widths, String[] cells, Function<Integer, Ink> ink, boolean colours) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String cell = cut(cells[i], widths[i]);
            String pad = " ".repeat(widths[i] - length(cell));
            String painted = ink.apply(i).paint(cell, colours);
            line.append(i == 0 ? "" : GAP).append(shown.get(i).unit().isRight() ? pad + painted : painted + pad);
        }
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ' ') {
            end--;
        }
        return line.substring(0, end);
    }

    /** Cells are as wide as their characters: those of two columns are counted as two. */
    static int length(String text) {
        int columns = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            columns += columns(point);
            i += Character.charCount(point);
        }
        return columns;
    }

    private static int columns(int point) {
        boolean wide = point >= 0x1100 && (point <= 0x115f || point >= 0x2e80 && point <= 0xa4cf || point >= 0xac00 && point <= 0xd7a3
                || point >= 0xf900 && point <= 0xfaff || point >= 0xfe30 && point <= 0xfe6f || point >= 0xff00 && point <= 0xff60
                || point >= 0x1f300 && point <= 0x1faff || point >= 0x20000 && point <= 0x3fffd);
        int type = Character.getType(point);
        boolean none = type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT;
        return none ? 0 : wide ? 2 : 1;
    }

    /** What does not fit ends in an ellipsis. */
    static String cut(String text, int width) {
        if (length(text) <= width) {
            return text;
        }
        int columns = 0;
        int end = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            if (columns + columns(point) > width - 1) {
                break;
            }
            columns += columns(point);
            end += Character.charCount(point);
        }
        return text.substring(0, end) + "\u2026";
    }
}
