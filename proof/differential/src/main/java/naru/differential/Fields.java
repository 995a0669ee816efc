package naru.differential;

import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;

/**
 * Turns a message into one line a field, by reflection, so that a field nobody thought of is compared too.
 *
 * <p>Elements of a list are known by their key (name, partition, ...) rather than their place: Kafka's own order comes out of hash
 * tables in many answers, and no client depends on it.
 */
final class Fields {

    private static final List<String> KEYS = List.of(
            "name", "topic", "topicName", "groupId", "key", "configName", "partitionIndex", "partition", "index", "nodeId", "brokerId", "apiKey",
            "resourceName", "memberId", "producerId", "logDir", "topicId", "batchIndex");
    private static final long HOUR_MS = 3_600_000;
    /** Member ids are a client's id, a dash and a random part; the ones that a conversation makes up are shorter. */
    private static final int MADE_UP_LENGTH_MIN = 23;

    /** The bounds that a broker sets to a record's time, in words. */
    private static final String TIMES_AROUND_NOW = "\\[-?\\d{13,}, -?\\d{13,}]";

    private static final String ANOTHER_PORT = "(127\\.0\\.0\\.1):\\d{4,5}";
    private static final String A_FOLDER = Pattern.quote(System.getProperty("java.io.tmpdir")) + "/[^, ]+";

    private final Symbols symbols;
    private final String namePrefix;
    private final int port;
    private final long nowMs;
    private final SortedMap<String, String> lines = new TreeMap<>();

    Fields(Symbols symbols, String namePrefix, int port, long nowMs) {
        this.symbols = symbols;
        this.namePrefix = namePrefix;
        this.port = port;
        this.nowMs = nowMs;
    }

    SortedMap<String, String> of(Record message) {
        walk("", message);
        return lines;
    }

    private void walk(String path, Record struct) {
        Record defaults = defaultOf(struct.getClass());
        for (var component : struct.getClass().getRecordComponents()) {
            Object value = valueOf(component, struct);
            boolean isDefault = defaults != null && equal(value, valueOf(component, defaults));
            if (!isDefault) {
                show(path + (path.isEmpty() ? "" : ".") + component.getName(), component.getName(), value);
            }
        }
    }

    private void show(String path, String name, Object value) {
        switch (value) {
            case null -> lines.put(path, "null");
            case Records records -> showBatches(path, records);
            case Record struct when !(value instanceof Uuid) -> walk(path, struct);
            case List<?> list when list.isEmpty() || !(list.getFirst() instanceof Record) || list.getFirst() instanceof Uuid ->
                    lines.put(path, list.stream().map(each -> text(name, each)).toList().toString());
            case List<?> list -> showStructs(path, list);
            default -> lines.put(path, text(name, value));
        }
    }

    private void showStructs(String path, List<?> list) {
        record Keyed(String key, Record element) {}
        var keyed = new ArrayList<Keyed>();
        for (var element : list) {
            keyed.add(new Keyed(keyOf((Record) element), (Record) element));
        }
        keyed.sort(Comparator.comparing(Keyed::key).thenComparing(each -> typeOf(each.element())));
        var seen = new HashSet<String>();
        lines.put(path + ".size", String.valueOf(list.size()));
        for (var each : keyed) {
            String key = each.key();
            for (int again = 2; !seen.add(key); again++) {
                key = each.key() + " #" + again;
            }
            String elementPath = path + "[" + key + "]";
            int before = lines.size();
            walk(elementPath, each.element());
            if (lines.size() == before) {
                lines.put(elementPath, "all defaults");
            }
        }
    }

    private String keyOf(Record element) {
        for (var wanted : KEYS) {
            for (var component : element.getClass().getRecordComponents()) {
                Object value = component.getName().equals(wanted) ? valueOf(component, element) : null;
                if (value != null && !"".equals(value) && !Uuid.ZERO.equals(value)) {
                    return text(wanted, value);
                }
            }
        }
        return "";
    }

    /** Resources of different types may share a name. */
    private static int typeOf(Record element) {
        for (var component : element.getClass().getRecordComponents()) {
            if (component.getName().equals("resourceType") && valueOf(component, element) instanceof Byte type) {
                return type;
            }
        }
        return 0;
    }

    private String text(String name, Object value) {
        return switch (value) {
            case Uuid id -> id.isZero() ? "none" : symbols.nameOf(name, id);
            case String text -> string(name, text);
            case ByteBuffer bytes -> bytes(bytes);
            case Short code when name.toLowerCase(Locale.ROOT).endsWith("errorcode") ->
                    code + " " + ErrorCode.of(code);
            case Number number -> number(name, number.longValue());
            default -> String.valueOf(value);
        };
    }

    private String string(String name, String text) {
        return switch (name) {
            case "memberId", "leader" -> text.length() >= MADE_UP_LENGTH_MIN ? symbols.nameOf("member", text) : text;
            case "clusterId" -> symbols.nameOf("cluster", text);
            case "logDir" -> symbols.nameOf("folder", text);
            case "documentation" -> "<some words>";
            default -> symbols.inside(text.replace(namePrefix, "")).replace(":" + port, ":<port>")
                    .replaceAll(TIMES_AROUND_NOW, "[<from>, <to>]")
                    .replaceAll(ANOTHER_PORT, "$1:<another port>")
                    .replaceAll(A_FOLDER, "<folder>");
        };
    }

    private String number(String name, long value) {
        if (name.equals("port") && value == port) {
            return "<port>";
        }
        if (name.equals("producerId") && value >= 0) {
            return symbols.nameOf("producer", "producer " + value);
        }
        if (name.equals("sessionId") && value != 0) {
            return symbols.nameOf("session", "session " + value);
        }
        if (name.endsWith("Bytes") && (name.equals("totalBytes") || name.equals("usableBytes")) && value > 0) {
            return "<bytes>";
        }
        if (name.equals("finalizedFeaturesEpoch") && value > 0) {
            return "<epoch>";
        }
        boolean isTime = name.toLowerCase(Locale.ROOT).contains("timestamp") || name.endsWith("TimeMs");
        return isTime && Math.abs(value - nowMs) < HOUR_MS ? "<now>" : String.valueOf(value);
    }

    private static String bytes(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        String text = new String(copy, StandardCharsets.ISO_8859_1);
        return text.chars().allMatch(c -> c >= ' ' && c <= '~') ? "'" + text + "'" : HexFormat.of().formatHex(copy);
    }

    /** A batch's header field by field; its records as they are, since a broker keeps the bytes of its clients. */
    private void showBatches(String path, Records records) {
        var bytes = ((Records.InMemory) records).bytes();
        int at = bytes.position();
        int count = 0;
        while (bytes.limit() - at >= BatchHeader.SIZE) {
            int end = at + BatchHeader.sizeInBytes(bytes, at);
            if (end > bytes.limit()) {
                break;
            }
            showBatch(path + "[" + count++ + "]", bytes, at, end);
            at = end;
        }
        lines.put(path + ".size", String.valueOf(count));
        if (at < bytes.limit()) {
            lines.put(path + ".part", (bytes.limit() - at) + " bytes of a batch");
        }
    }

    private void showBatch(String path, ByteBuffer bytes, int at, int end) {
        lines.put(path + ".baseOffset", String.valueOf(BatchHeader.baseOffset(bytes, at)));
        lines.put(path + ".leaderEpoch", String.valueOf(BatchHeader.leaderEpoch(bytes, at)));
        lines.put(path + ".magic", String.valueOf(BatchHeader.magic(bytes, at)));
        lines.put(path + ".crcHolds", String.valueOf(BatchHeader.isCrcRight(bytes, at)));
        lines.put(path + ".attributes", String.valueOf(bytes.getShort(at + 21)));
        lines.put(path + ".lastOffsetDelta", String.valueOf(bytes.getInt(at + 23)));
        lines.put(path + ".baseTimestamp", number("timestamp", bytes.getLong(at + 27)));
        lines.put(path + ".maxTimestamp", number("timestamp", bytes.getLong(at + 35)));
        lines.put(path + ".producerId", number("producerId", bytes.getLong(at + 43)));
        lines.put(path + ".producerEpoch", String.valueOf(bytes.getShort(at + 51)));
        lines.put(path + ".baseSequence", String.valueOf(bytes.getInt(at + 53)));
        lines.put(path + ".recordCount", String.valueOf(bytes.getInt(at + 57)));
        lines.put(path + ".records", bytes(bytes.slice(at + BatchHeader.SIZE, end - at - BatchHeader.SIZE)));
    }

    private static boolean equal(Object value, Object defaults) {
        return value == null ? defaults == null : value.equals(defaults);
    }

    private static Record defaultOf(Class<?> type) {
        try {
            Field field = type.getField("DEFAULT");
            return (Record) field.get(null);
        } catch (NoSuchFieldException _) {
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object valueOf(RecordComponent component, Record struct) {
        try {
            return component.getAccessor().invoke(struct);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
