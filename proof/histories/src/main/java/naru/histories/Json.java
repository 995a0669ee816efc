package naru.histories;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much of JSON as a history needs: objects, arrays, texts, whole numbers and null, on one line. */
final class Json {

    private final String line;
    private int at;

    private Json(String line) {
        this.line = line;
    }

    /** The object on this line: texts are {@code String}, numbers {@code Long}, arrays {@code List}, objects {@code Map}. */
    static Map<?, ?> parse(String line) {
        var json = new Json(line);
        if (!(json.value() instanceof Map<?, ?> map)) {
            throw json.wrong("an object");
        }
        json.blanks();
        if (json.at < line.length()) {
            throw json.wrong("the end of the line");
        }
        return map;
    }

    private Object value() {
        blanks();
        char next = at < line.length() ? line.charAt(at) : '\0';
        return switch (next) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> text();
            case 'n' -> {
                if (!line.startsWith("null", at)) {
                    throw wrong("null");
                }
                at += 4;
                yield null;
            }
            default -> number();
        };
    }

    private Map<String, Object> object() {
        var map = new LinkedHashMap<String, Object>();
        expect('{');
        if (is('}')) {
            return map;
        }
        do {
            blanks();
            String key = text();
            blanks();
            expect(':');
            map.put(key, value());
        } while (is(','));
        if (!is('}')) {
            throw wrong("'}'");
        }
        return map;
    }

    private List<Object> array() {
        var list = new ArrayList<>();
        expect('[');
        if (is(']')) {
            return list;
        }
        do {
            list.add(value());
        } while (is(','));
        if (!is(']')) {
            throw wrong("']'");
        }
        return list;
    }

    private String text() {
        expect('"');
        int end = line.indexOf('"', at);
        int escape = line.indexOf('\\', at);
        if (end >= 0 && (escape < 0 || escape > end)) {
            String plain = line.substring(at, end);
            at = end + 1;
            return plain;
        }
        var text = new StringBuilder();
        while (at < line.length() && line.charAt(at) != '"') {
            char next = line.charAt(at++);
            text.append(next == '\\' ? escaped() : next);
        }
        expect('"');
        return text.toString();
    }

    private char escaped() {
        char next = at < line.length() ? line.charAt(at++) : '\0';
        return switch (next) {
            case '"', '\\', '/' -> next;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'u' -> {
                if (at + 4 > line.length()) {
                    throw wrong("four digits");
                }
                at += 4;
                yield (char) Integer.parseInt(line.substring(at - 4, at), 16);
            }
            default -> throw wrong("an escape");
        };
    }

    private Long number() {
        int from = at;
        while (at < line.length() && (Character.isDigit(line.charAt(at)) || line.charAt(at) == '-')) {
            at++;
        }
        if (from == at) {
            throw wrong("a value");
        }
        return Long.valueOf(line.substring(from, at));
    }

    private void blanks() {
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
    }

    /** Takes this character if it is the next one. */
    private boolean is(char next) {
        blanks();
        boolean there = at < line.length() && line.charAt(at) == next;
        if (there) {
            at++;
        }
        return there;
    }

    private void expect(char next) {
        if (at >= line.length() || line.charAt(at) != next) {
            throw wrong("'" + next + "'");
        }
        at++;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("expected " + expected + " at column " + (at + 1) + " of: " + line);
    }

    /** Appends a text with its quotes. */
    static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '"' || next == '\\') {
                out.append('\\').append(next);
            } else if (next < ' ') {
                out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) next));
            } else {
                out.append(next);
            }
        }
        out.append('"');
    }
}
