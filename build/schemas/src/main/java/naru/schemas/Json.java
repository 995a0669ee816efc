package naru.schemas;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON with {@code //} comments, the dialect of Kafka's schemas, into maps, lists, strings, booleans and longs. */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        var json = new Json(text);
        Object value = json.value();
        json.skipBlank();
        if (json.at != text.length()) {
            throw json.wrong("the end");
        }
        return value;
    }

    private Object value() {
        skipBlank();
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        var members = new LinkedHashMap<String, Object>();
        expect('{');
        while (!next('}')) {
            skipBlank();
            String name = string();
            expect(':');
            members.put(name, value());
            next(',');
        }
        return members;
    }

    private List<Object> array() {
        var elements = new ArrayList<Object>();
        expect('[');
        while (!next(']')) {
            elements.add(value());
            next(',');
        }
        return elements;
    }

    private String string() {
        expect('"');
        var out = new StringBuilder();
        while (text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            out.append(text.charAt(at++));
        }
        at++;
        return out.toString();
    }

    private Object word() {
        int from = at;
        while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0
                || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null; // not the same as "null" in quotes: this one means that nothing is said
            case "" -> throw wrong("a value");
            default -> Long.valueOf(word);
        };
    }

    private boolean next(char wanted) {
        skipBlank();
        if (text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (!next(wanted)) {
            throw wrong("'" + wanted + "'");
        }
    }

    private void skipBlank() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                return;
            }
        }
    }

    private IllegalArgumentException wrong(String wanted) {
        return new IllegalArgumentException("wanted " + wanted + " at character " + at);
    }
}
