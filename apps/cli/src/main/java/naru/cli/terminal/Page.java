package naru.cli.terminal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Facts and tables about one thing; for scripts one object. */
public final class Page {

    private record Fact(String label, String shown, Ink ink) {}

    private final Map<String, Object> object = new LinkedHashMap<>();
    private final List<Object> parts = new ArrayList<>();

    /** A fact in a line of its own. */
    public Page fact(String field, String label, Unit unit, Object value) {
        return fact(field, label, unit, value, unit == Unit.NAME ? Ink.NAME : Ink.PLAIN);
    }

    public Page fact(String field, String label, Unit unit, Object value, Ink ink) {
        object.put(field, value);
        parts.add(new Fact(label, unit.shown(value), ink));
        return this;
    }

    /** Only scripts see it. */
    public Page hidden(String field, Object value) {
        object.put(field, value);
        return this;
    }

    /** A table below what stands so far; people see nothing of an empty one. */
    public Page table(String field, Table table) {
        object.put(field, table.asObjects());
        if (!table.isEmpty()) {
            parts.add(table);
        }
        return this;
    }

    /** A sentence for people. */
    public Page note(String sentence) {
        parts.add(sentence);
        return this;
    }

    Map<String, Object> asObject() {
        return object;
    }

    List<String> lines(int width, boolean colours) {
        int left = 0;
        for (var part : parts) {
            left = part instanceof Fact fact ? Math.max(left, fact.label().length()) : left;
        }
        var lines = new ArrayList<String>();
        Object before = null;
        for (var part : parts) {
            if (before != null && (part.getClass() != before.getClass() || part instanceof Table)) {
                lines.add("");
            }
            before = part;
            switch (part) {
                case Fact fact -> lines.add(Ink.FAINT.paint(fact.label(), colours) + " ".repeat(left - fact.label().length() + 2)
                        + fact.ink().paint(fact.shown(), colours));
                case Table table -> lines.addAll(table.lines(width, colours));
                default -> lines.add(part.toString());
            }
        }
        return lines;
    }
}
