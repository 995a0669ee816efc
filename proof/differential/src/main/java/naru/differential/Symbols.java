package naru.differential;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names for values that a broker makes up: the first of a kind is {@code <kind 1>}, wherever it shows again. */
final class Symbols {

    /** Shorter texts could stand in an error message by chance. */
    private static final int FINDABLE_LENGTH_MIN = 8;

    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    /** The name of a value, which it gets now if it has none. */
    String nameOf(String kind, Object value) {
        return names.computeIfAbsent(String.valueOf(value), _ -> "<" + kind + " " + counts.merge(kind, 1, Integer::sum) + ">");
    }

    /** Gives a value the name by which the conversation knows it. */
    void name(String name, Object value) {
        names.putIfAbsent(String.valueOf(value), "<" + name + ">");
    }

    /** Known values inside of a text, replaced by their names. */
    String inside(String text) {
        for (var known : names.entrySet()) {
            if (known.getKey().length() >= FINDABLE_LENGTH_MIN) {
                text = text.replace(known.getKey(), known.getValue());
            }
        }
        return text;
    }
}
