package naru.cli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import naru.cli.terminal.Json;
import naru.protocol.batch.Record;

/**
 * A record as it was typed or read from a file.
 *
 * @param partition -1 for any
 * @param timestampMs -1 for now
 */
record InputRecord(int partition, long timestampMs, ByteBuffer key, ByteBuffer value, List<Record.Header> headers) {

    /** A line cannot be understood; the message says why. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /**
     * A line of text.
     *
     * @param separator what stands between key and value; null when there is no key
     * @param nothing the word that stands for null; null for none
     */
    static InputRecord ofLine(byte[] line, String separator, String nothing, ByteBuffer key, List<Record.Header> headers) throws Malformed {
        if (separator == null) {
            return new InputRecord(-1, -1, key, orNull(line, nothing), headers);
        }
        int at = indexOf(line, separator.getBytes(StandardCharsets.UTF_8));
        if (at < 0) {
            throw new Malformed("has no '" + shown(separator) + "' between key and value");
        }
        byte[] before = java.util.Arrays.copyOf(line, at);
        byte[] after = java.util.Arrays.copyOfRange(line, at + separator.getBytes(StandardCharsets.UTF_8).length, line.length);
        return new InputRecord(-1, -1, orNull(before, nothing), orNull(after, nothing), headers);
    }

    private static String shown(String separator) {
        return separator.replace("\t", "\\t");
    }

    private static ByteBuffer orNull(byte[] bytes, String nothing) {
        return nothing != null && new String(bytes, StandardCharsets.UTF_8).equals(nothing) ? null : ByteBuffer.wrap(bytes);
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int at = 0; at + what.length <= in.length; at++) {
            if (java.util.Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }

    /** An object with {@code value}, and if wanted {@code key}, {@code headers}, {@code partition}, {@code timestamp}. */
    static InputRecord ofJson(String line) throws Malformed {
        Object parsed;
        try {
            parsed = Json.parse(line);
        } catch (Json.Malformed malformed) {
            throw new Malformed("is not JSON: " + malformed.getMessage());
        }
        if (!(parsed instanceof Map<?, ?> object)) {
            throw new Malformed("is no JSON object; write for example {\"key\":\"a\",\"value\":\"b\"}");
        }
        if (!object.containsKey("value") && !object.containsKey("valueBase64")) {
            throw new Malformed("has no field \"value\"; write for example {\"key\":\"a\",\"value\":\"b\"}");
        }
        long partition = number(object, "partition");
        if (partition < -1 || partition > Integer.MAX_VALUE) {
            throw new Malformed("has a field \"partition\" that is no partition's number");
        }
        return new InputRecord((int) partition, number(object, "timestamp"),
                bytes(object, "key"), bytes(object, "value"), headers(object.get("headers")));
    }

    private static long number(Map<?, ?> object, String field) throws Malformed {
        return switch (object.get(field)) {
            case null -> -1;
            case Long number -> number;
            default -> throw new Malformed("has a field \"" + field + "\" that is no whole number");
        };
    }

    private static ByteBuffer bytes(Map<?, ?> object, String field) throws Malformed {
        if (object.get(field + "Base64") instanceof String text) {
            try {
                return ByteBuffer.wrap(Base64.getDecoder().decode(text));
            } catch (IllegalArgumentException _) {
                throw new Malformed("has a field \"" + field + "Base64\" that is not base 64");
            }
        }
        var value = object.get(field);
        return value == null ? null
                : ByteBuffer.wrap((value instanceof String text ? text : Json.line(value)).getBytes(StandardCharsets.UTF_8));
    }

    private static List<Record.Header> headers(Object field) throws Malformed {
        var headers = new ArrayList<Record.Header>();
        switch (field) {
            case null -> { }
            case Map<?, ?> object -> {
                for (var name : object.keySet()) {
                    headers.add(new Record.Header(name.toString(), bytes(object, name.toString())));
                }
            }
            case List<?> list -> {
                for (var element : list) {
                    if (!(element instanceof Map<?, ?> header) || !(header.get("key") instanceof String name)) {
                        throw new Malformed("has headers that are no objects with \"key\" and \"value\"");
                    }
                    headers.add(new Record.Header(name, bytes(header, "value")));
                }
            }
            default -> throw new Malformed("has a field \"headers\" that is neither an object nor a list");
        }
        return headers;
    }
}
