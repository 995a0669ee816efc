package naru.schemas;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One message as Kafka's schema files describe it.
 *
 * @param kind {@code request}, {@code response}, {@code header}, {@code metadata}, {@code coordinator-key}, {@code data}, ...
 * @param apiKey the number of the API or of the stored record's type; -1 when there is none
 * @param root the fields of the message itself
 * @param structs every struct inside it, by name, in order of appearance
 */
record Schema(
        String kind, String name, int apiKey, Versions valid, Versions flexible, boolean latestUnstable, Struct root,
        Map<String, Struct> structs) {

    record Struct(String name, List<Field> fields) {}

    /**
     * @param fallback the default as the file writes it; null when the type's own default holds
     * @param tag the number of a tagged field; -1 for an ordinary one
     */
    record Field(
            String name, Type type, Versions versions, Versions nullable, Versions tagged, int tag, Object fallback,
            Versions flexible, String about) {

        String javaName() {
            return Character.toLowerCase(name.charAt(0)) + name.substring(1);
        }
    }

    sealed interface Type {
        record Plain(String name) implements Type {}

        record StructOf(String name) implements Type {}

        record ListOf(Type element) implements Type {}
    }

    Schema ofKind(String other) {
        return new Schema(other, name, apiKey, valid, flexible, latestUnstable, root, structs);
    }

    static Schema read(String text) {
        var file = map(Json.parse(text));
        var structs = new LinkedHashMap<String, Struct>();
        for (var common : list(file.get("commonStructs"))) {
            addStruct(map(common).get("name").toString(), map(common).get("fields"), structs);
        }
        String name = file.get("name").toString();
        var root = new Struct(name, fields(file.get("fields"), structs));
        return new Schema(
                file.get("type").toString(), name, number(file.get("apiKey"), -1), Versions.parse(file.get("validVersions")),
                Versions.parse(file.get("flexibleVersions")), Boolean.TRUE.equals(file.get("latestVersionUnstable")), root,
                structs);
    }

    private static void addStruct(String name, Object fields, Map<String, Struct> structs) {
        structs.put(name, new Struct(name, List.of())); // keeps the place: inner structs come after
        structs.put(name, new Struct(name, fields(fields, structs)));
    }

    private static List<Field> fields(Object json, Map<String, Struct> structs) {
        var fields = new ArrayList<Field>();
        for (var entry : list(json)) {
            var field = map(entry);
            var type = type(field.get("type").toString());
            if (field.containsKey("fields")) {
                addStruct(structName(type), field.get("fields"), structs);
            }
            var versions = Versions.parse(field.getOrDefault("versions", field.get("taggedVersions")));
            var flexible = field.containsKey("flexibleVersions") ? Versions.parse(field.get("flexibleVersions")) : null;
            fields.add(new Field(
                    field.get("name").toString(), type, versions, Versions.parse(field.get("nullableVersions")),
                    Versions.parse(field.get("taggedVersions")), number(field.get("tag"), -1), field.get("default"), flexible,
                    String.valueOf(field.getOrDefault("about", ""))));
        }
        return fields;
    }

    private static String structName(Type type) {
        return switch (type) {
            case Type.StructOf(String name) -> name;
            case Type.ListOf(Type element) -> structName(element);
            case Type.Plain(String name) -> throw new IllegalArgumentException(name + " has no fields");
        };
    }

    private static Type type(String text) {
        if (text.startsWith("[]")) {
            return new Type.ListOf(type(text.substring(2)));
        }
        return Character.isUpperCase(text.charAt(0)) ? new Type.StructOf(text) : new Type.Plain(text);
    }

    private static int number(Object value, int otherwise) {
        return value == null ? otherwise : Integer.parseInt(value.toString());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }
}
