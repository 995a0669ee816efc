package naru.schemas;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes the two enums that find a message by its number: {@code ApiKey} and {@code MetadataRecordType}. */
final class ApiKeyWriter {

    private ApiKeyWriter() {}

    static String apiKeys(Map<String, Schema> schemas) {
        var rows = new StringBuilder();
        var requests = new StringBuilder();
        var responses = new StringBuilder();
        for (var request : byNumber(schemas, "request").values()) {
            String api = request.name().substring(0, request.name().length() - "Request".length());
            if (!schemas.containsKey(api + "Response")) {
                throw new IllegalArgumentException(request.name() + " has no response");
            }
            rows.append(rows.isEmpty() ? "" : ",\n\n").append("    ").append(upperSnake(api))
                    .append("(%d, %d, %d, %b, %d)".formatted(
                            request.apiKey(), request.valid().first(), request.valid().last(), request.latestUnstable(),
                            Math.min(request.flexible().isEmpty() ? Short.MAX_VALUE : request.flexible().first(), Short.MAX_VALUE)));
            requests.append(reading(request.apiKey(), request.name()));
            responses.append(reading(request.apiKey(), api + "Response"));
        }
        return resource("ApiKey.java.txt").replace("@ROWS@", rows).replace("@REQUESTS@", requests).replace("@RESPONSES@", responses);
    }

    static String metadataRecordTypes(Map<String, Schema> schemas) {
        var rows = new StringBuilder();
        var records = new StringBuilder();
        for (var record : byNumber(schemas, "metadata").values()) {
            rows.append(rows.isEmpty() ? "" : ",\n").append("    ").append(upperSnake(record.name()))
                    .append("(%d, %d, %d)".formatted(record.apiKey(), record.valid().first(), record.valid().last()));
            records.append(reading(record.apiKey(), record.name()));
        }
        return resource("MetadataRecordType.java.txt").replace("@ROWS@", rows).replace("@RECORDS@", records);
    }

    /**
     * By a switch and not by a method reference for each: those would be some two hundred classes that every start makes and hardly uses. And each
     * case returns by itself: where the ways of a switch expression meet again, the verifier loads what any of them may have brought.
     */
    private static String reading(int number, String message) {
        return "            case %d -> { return %s.read(in, version); }\n".formatted(number, message);
    }

    private static SortedMap<Integer, Schema> byNumber(Map<String, Schema> schemas, String kind) {
        var sorted = new TreeMap<Integer, Schema>();
        for (var schema : schemas.values()) {
            if (schema.kind().equals(kind) && schema.apiKey() >= 0) {
                sorted.put(schema.apiKey(), schema);
            }
        }
        return sorted;
    }

    static String upperSnake(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("([A-Z])([A-Z][a-z])", "$1_$2").toUpperCase(java.util.Locale.ROOT);
    }

    private static String resource(String name) {
        try (var in = ApiKeyWriter.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
