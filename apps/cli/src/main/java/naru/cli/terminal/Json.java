package naru.cli.terminal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Just enough JSON: maps, lists, texts, numbers, booleans and null. A library would cost every command its loading, and
 * here are no objects to map.
 */
public final class Json {

    private static final int DEPTH_MAX = 200;

    private Json() {}

    /** The text is not JSON. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** Names and values in turn. */
    public static Map<String, Object> object(Object... namesAndValues) {
        var object = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    /** On one line. */
    public static String line(Object value) {
        var out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    /** For a whole answer: each element of a list, and each field of an object that holds lists, on a line of its own. */
    public static String document(Object value) {
        var out = new StringBuilder();
        if (value instanceof List<?> list && !list.isEmpty()) {
            appendLines(out, list, "");
        } else if (value instanceof Map<?, ?> object && object.values().stream().anyMatch(List.class::isInstance)) {
            String separator = "{\n";
            for (var field : object.entrySet()) {
                out.append(separator).append("  ");
                text(out, field.getKey().toString());
                out.append(": ");
                if (field.getValue() instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof Map) {
                    appendLines(out, list, "  ");
                } else {
                    write(out, field.getValue());
                }
                separator = ",\n";
            }
            out.append("\n}");
        } else {
            write(out, value);
        }
        return out.toString();
    }

    private static void appendLines(StringBuilder out, List<?> list, String indent) {
        String separator = "[\n";
        for (var element : list) {
            out.append(separator).append(indent).append("  ");
            write(out, element);
            separator = ",\n";
        }
        out.append('\n').append(indent).append(']');
    }

    public static void write(StringBuilder out, Object value) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> object -> {
                String separator = "{";
                for (var field : object.entrySet()) {
                    out.append(separator);
                    text(out, field.getKey().toString());
                    out.append(':');
                    write(out, field.getValue());
                    separator = ",";
                }
                out.append(object.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                String separator = "[";
                for (var element : list) {
                    out.append(separator);
                    write(out, element);
                    separator = ",";
                }
                out.append(list.isEmpty() ? "[]" : "]");
            }
            case Double number -> out.append(Double.isFinite(number) ? number.toString() : "null");
            case Number number -> out.append(number);
            case Boolean yes -> out.append(yes);
            default -> text(out, value.toString());
        }
    }

    /** A text in quotes. */
    public static void text(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** A map, a list, a text, a Long, a Double, a Boolean or null. */
    public static Object parse(String text) throws Malformed {
        var parser = new Parser(text);
        var value = parser.value(0);
        parser.space();
        if (parser.at < text.length()) {
            throw parser.wrong("something follows after the end");
        }
        return value;
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        Malformed wrong(String what) {
            return new Malformed(what + " at column " + (at + 1));
        }

        void space() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        Object value(int depth) throws Malformed {
            space();
            if (at == text.length()) {
                throw wrong("it ends too early");
            }
            if (depth > DEPTH_MAX) {
                throw wrong("it is nested too deeply");
            }
            return switch (text.charAt(at)) {
                case '{' -> object(depth);
                case '[' -> list(depth);
                case '"' -> quoted();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        }

        private Object word(String word, Object meaning) throws Malformed {
            if (!text.startsWith(word, at)) {
                throw wrong("an unknown word");
            }
            at += word.length();
            return meaning;
        }

        private Map<String, Object> object(int depth) throws Malformed {
            var object = new LinkedHashMap<String, Object>();
            at++;
            space();
            if (is('}')) {
                at++;
                return object;
            }
            while (true) {
                space();
                if (!is('"')) {
                    throw wrong("a field's name in quotes is missing");
                }
                String name = quoted();
                space();
                expect(':', "a colon is missing");
                object.put(name, value(depth + 1));
                space();
                if (is('}')) {
                    at++;
                    return object;
                }
                expect(',', "a comma or a closing brace is missing");
            }
        }

        private List<Object> list(int depth) throws Malformed {
            var list = new ArrayList<>();
            at++;
            space();
            if (is(']')) {
                at++;
                return list;
            }
            while (true) {
                list.add(value(depth + 1));
                space();
                if (is(']')) {
                    at++;
                    return list;
                }
                expect(',', "a comma or a closing bracket is missing");
            }
        }

        private boolean is(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        private void expect(char c, String otherwise) throws Malformed {
            if (!is(c)) {
                throw wrong(otherwise);
            }
            at++;
        }

        private String quoted() throws Malformed {
            var out = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return out.toString();
                }
                out.append(c == '\\' ? escaped() : c);
            }
            throw wrong("a text has no closing quote");
        }

        private char escaped() throws Malformed {
            at++;
            if (at == text.length()) {
                throw wrong("a text has no closing quote");
            }
            return switch (text.charAt(at)) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'b' -> '\b';
                case 'f' -> '\f';
                case '"', '\\', '/' -> text.charAt(at);
                case 'u' -> unicode();
                default -> throw wrong("an unknown escape");
            };
        }

        private char unicode() throws Malformed {
            try {
                char c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
                at += 4;
                return c;
            } catch (StringIndexOutOfBoundsException | NumberFormatException _) {
                throw wrong("four hexadecimal digits are missing");
            }
        }

        private Object number() throws Malformed {
            int from = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            String digits = text.substring(from, at);
            try {
                if (digits.chars().allMatch(c -> c == '-' || Character.isDigit(c))) {
                    return Long.parseLong(digits);
                }
                return Double.parseDouble(digits);
            } catch (NumberFormatException _) {
                at = from;
                throw wrong("neither a text nor a number");
            }
        }
    }
}
