package naru.cli.terminal;

import java.util.List;

/** What a value counts, and so how people read it. Scripts get it raw. */
public enum Unit {
    TEXT, NAME,
    /** A number that is a name: of a broker, of a producer. Nobody counts in it, so its figures are not grouped. */
    ID, NUMBER, BYTES, PER_SECOND, BYTES_PER_SECOND, MILLISECONDS, TIME_MS, LIST;

    boolean isRight() {
        return switch (this) {
            case ID, NUMBER, BYTES, PER_SECOND, BYTES_PER_SECOND, MILLISECONDS -> true;
            case TEXT, NAME, TIME_MS, LIST -> false;
        };
    }

    /** The value for people; a dash for null. */
    public String shown(Object value) {
        if (value == null) {
            return "-";
        }
        return switch (this) {
            case TEXT, NAME -> printable(value instanceof Boolean yes ? yes ? "yes" : "no" : value.toString());
            case ID -> value.toString();
            case NUMBER -> Amounts.number(((Number) value).longValue());
            case BYTES -> Amounts.bytes(((Number) value).longValue());
            case PER_SECOND -> Amounts.rate(((Number) value).doubleValue());
            case BYTES_PER_SECOND -> Amounts.bytes(((Number) value).longValue()) + "/s";
            case MILLISECONDS -> Amounts.milliseconds(((Number) value).doubleValue());
            case TIME_MS -> Times.shown(((Number) value).longValue());
            case LIST -> printable(String.join(", ", ((List<?>) value).stream().map(Object::toString).toList()));
        };
    }

    /** What others wrote must not move the cursor or colour the screen. */
    static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (point) {
                case '\n' -> clean.append("\\n");
                case '\t' -> clean.append("\\t");
                case '\r' -> clean.append("\\r");
                default -> clean.appendCodePoint(Character.isISOControl(point) ? '\uFFFD' : point);
            }
        });
        return clean.toString();
    }
}
