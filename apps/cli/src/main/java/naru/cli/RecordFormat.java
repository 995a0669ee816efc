package naru.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Json;
import naru.cli.terminal.Screen;
import naru.cli.terminal.Times;
import naru.cli.wire.Place;
import naru.protocol.batch.Record;

/** How records are shown. */
final class RecordFormat {

    static final List<String> NAMES = List.of("value", "key-value", "full", "json", "raw", "hex");

    private final String name;
    private final String separator;
    private final Screen screen;

    /** @param format one of {@link #NAMES}, or a pattern with {@code %} in it */
    RecordFormat(String format, String separator, Screen screen) {
        if (!NAMES.contains(format) && format.indexOf('%') < 0) {
            throw Failure.misuse("there is no format '" + format + "'",
                    "it takes " + String.join(", ", NAMES) + ", or a pattern such as '%p %o %k %v'");
        }
        this.name = format;
        this.separator = separator;
        this.screen = screen;
    }

    void show(Place place, Record record) {
        switch (name) {
            case "value" -> bytes(record.value(), true);
            case "raw" -> bytes(record.value(), false);
            case "hex" -> screen.line(record.value() == null ? "" : HexFormat.of().formatHex(array(record.value())));
            case "json" -> screen.line(json(place, record));
            case "key-value" -> screen.line(clean(text(record.key()) + separator + text(record.value())));
            case "full" -> screen.line(full(place, record));
            default -> screen.line(clean(pattern(name, place, record)));
        }
    }

    /** As they are; on a terminal without what would move its cursor. */
    private void bytes(ByteBuffer value, boolean line) {
        if (screen.isOutTerminal() && line) {
            screen.line(clean(text(value)));
            return;
        }
        byte[] all = value == null ? new byte[0] : array(value);
        screen.raw(all, 0, all.length);
        if (line) {
            screen.raw(new byte[] {'\n'}, 0, 1);
        }
    }

    /** Text of others for a line: on a terminal without what would move its cursor or change its colours. */
    private String clean(String text) {
        return screen.isOutTerminal() ? harmless(text) : text;
    }

    static String harmless(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints().forEach(point ->
                clean.appendCodePoint(Character.isISOControl(point) && point != '\n' && point != '\t' ? 0xFFFD : point));
        return clean.toString();
    }

    private String full(Place place, Record record) {
        var line = new StringBuilder(screen.painted(Ink.FAINT, place.partition() + ":" + record.offset() + "  " + Times.shown(record.timestampMs())));
        line.append("  ").append(screen.painted(Ink.NAME, record.key() == null ? "-" : clean(text(record.key()))));
        line.append("  ").append(record.value() == null ? "(deleted)" : clean(text(record.value())));
        for (var header : record.headers()) {
            line.append("  ").append(screen.painted(Ink.FAINT, clean(header.key() + "=" + text(header.value()))));
        }
        return line.toString();
    }

    static String json(Place place, Record record) {
        var object = Json.object("topic", place.topic(), "partition", place.partition(), "offset", record.offset(),
                "timestamp", record.timestampMs());
        put(object, "key", record.key());
        put(object, "value", record.value());
        var headers = new ArrayList<>();
        for (var header : record.headers()) {
            var one = Json.object("key", header.key());
            put(one, "value", header.value());
            headers.add(one);
        }
        object.put("headers", headers);
        return Json.line(object);
    }

    /** Bytes that are no text are told in base 64, under a name that says so. */
    private static void put(Map<String, Object> object, String name, ByteBuffer bytes) {
        try {
            object.put(name, bytes == null ? null : StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString());
        } catch (CharacterCodingException _) {
            object.put(name + "Base64", Base64.getEncoder().encodeToString(array(bytes)));
        }
    }

    /**
     * {@code %t} topic, {@code %p} partition, {@code %o} offset, {@code %k} key, {@code %v} value, {@code %h} headers, {@code %T} time,
     * {@code %m} milliseconds since 1970, {@code %s} bytes of the value, {@code %%} a percent sign, {@code \n} and {@code \t}.
     */
    static String pattern(String pattern, Place place, Record record) {
        var out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            char next = i + 1 < pattern.length() ? pattern.charAt(i + 1) : 0;
            if (c == '\\' && (next == 'n' || next == 't')) {
                out.append(next == 'n' ? '\n' : '\t');
                i++;
            } else if (c == '%') {
                i++;
                out.append(switch (next) {
                    case 't' -> place.topic();
                    case 'p' -> place.partition();
                    case 'o' -> record.offset();
                    case 'k' -> text(record.key());
                    case 'v' -> text(record.value());
                    case 'T' -> Times.shown(record.timestampMs());
                    case 'm' -> record.timestampMs();
                    case 's' -> record.value() == null ? -1 : record.value().remaining();
                    case 'h' -> String.join(",", record.headers().stream().map(one -> one.key() + "=" + text(one.value())).toList());
                    case '%' -> "%";
                    default -> throw Failure.misuse("a format knows no %" + (next == 0 ? "" : next), "it knows %t %p %o %k %v %h %T %m %s and %%");
                });
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    static String text(ByteBuffer bytes) {
        return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    static byte[] array(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }
}
