package naru.schemas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Turns Kafka's schema files into Java: {@code Generate SCHEMA_FOLDER SOURCE_FOLDER}. Does nothing when the sources are
 * newer than the schemas and than this program.
 */
public final class Generate {

    private Generate() {}

    public static void main(String[] args) throws IOException {
        var files = schemaFiles(Path.of(args[0]));
        var target = Path.of(args[1]).resolve("naru/protocol/message");
        var schemas = new TreeMap<String, Schema>();
        for (var file : files) {
            var schema = read(file);
            if (!schema.valid().isEmpty()) {
                schemas.put(schema.name(), schema);
            }
        }
        Files.createDirectories(target);
        var fresh = sources(schemas);
        int changed = 0;
        for (var source : fresh.entrySet()) {
            changed += replace(target.resolve(source.getKey()), source.getValue()) ? 1 : 0;
        }
        removeStale(target, fresh);
        System.out.println(schemas.size() + " messages, " + changed + " of them new or changed");
    }

    private static List<Path> schemaFiles(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }

    private static Schema read(Path file) throws IOException {
        try {
            var schema = Schema.read(Files.readString(file));
            // Tiered storage has a numbering of its own, which is not that of the cluster's metadata.
            return file.toString().contains("kafka-storage") ? schema.ofKind("tiered-storage") : schema;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static SortedMap<String, String> sources(SortedMap<String, Schema> schemas) {
        var sources = new TreeMap<String, String>();
        for (var schema : schemas.values()) {
            sources.put(schema.name() + ".java", MessageWriter.write(schema));
        }
        sources.put("ApiKey.java", ApiKeyWriter.apiKeys(schemas));
        sources.put("MetadataRecordType.java", ApiKeyWriter.metadataRecordTypes(schemas));
        return sources;
    }

    /** Leaves an unchanged file alone, so that its class is not compiled again. */
    private static boolean replace(Path file, String content) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(content)) {
            return false;
        }
        Files.writeString(file, content);
        return true;
    }

    private static void removeStale(Path target, SortedMap<String, String> fresh) throws IOException {
        try (var files = Files.list(target)) {
            for (var file : files.toList()) {
                if (!fresh.containsKey(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
    }
}
