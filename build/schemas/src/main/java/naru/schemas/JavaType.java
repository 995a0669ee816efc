package naru.schemas;

import naru.schemas.Schema.Field;
import naru.schemas.Schema.Type;

/** What a schema's type is in Java: its name, its default and the calls that read and write one value. */
final class JavaType {

    private JavaType() {}

    static String name(Type type) {
        return switch (type) {
            case Type.StructOf(String name) -> name;
            case Type.ListOf(Type element) -> "List<" + boxed(element) + ">";
            case Type.Plain(String name) -> plain(name);
        };
    }

    private static String plain(String name) {
        return switch (name) {
            case "int8" -> "byte";
            case "int16" -> "short";
            case "uint16", "int32" -> "int";
            case "uint32", "int64" -> "long";
            case "float64" -> "double";
            case "bool" -> "boolean";
            case "string" -> "String";
            case "bytes" -> "ByteBuffer";
            case "records" -> "Records";
            case "uuid" -> "Uuid";
            default -> throw new IllegalArgumentException("unknown type " + name);
        };
    }

    private static String boxed(Type type) {
        return switch (name(type)) {
            case "byte" -> "Byte";
            case "short" -> "Short";
            case "int" -> "Integer";
            case "long" -> "Long";
            case "double" -> "Double";
            case "boolean" -> "Boolean";
            case String other -> other;
        };
    }

    /** A Java expression for the field's default value. */
    static String fallback(Field field) {
        String written = field.fallback() == null ? "" : field.fallback().toString();
        if (written.equals("null")) {
            return "null";
        }
        return switch (field.type()) {
            case Type.StructOf(String name) -> name + ".DEFAULT";
            case Type.ListOf _ -> "List.of()";
            case Type.Plain(String name) -> switch (name) {
                case "string" -> '"' + written + '"';
                case "bytes" -> "ByteBuffer.allocate(0)";
                case "records" -> "null";
                case "uuid" -> "Uuid.ZERO";
                case "bool" -> written.equals("true") ? "true" : "false";
                default -> number(name, written.isEmpty() ? "0" : written);
            };
        };
    }

    private static String number(String type, String value) {
        return switch (type) {
            case "int8" -> "(byte) " + value;
            case "int16" -> "(short) " + value;
            case "uint32", "int64" -> value + "L";
            case "float64" -> value + "d";
            default -> value;
        };
    }

    /** A Java condition that holds when the field has its default, for tagged fields, which are then not sent. */
    static String isFallback(Field field) {
        String value = field.javaName();
        String fallback = fallback(field);
        boolean primitive = field.type() instanceof Type.Plain && Character.isLowerCase(name(field.type()).charAt(0));
        if (fallback.equals("null") || primitive) {
            return value + " == " + fallback;
        }
        return field.type() instanceof Type.ListOf ? value + " != null && " + value + ".isEmpty()" : fallback + ".equals(" + value + ")";
    }

    /** True when reading and writing need to know whether the version is flexible. */
    static boolean hasLength(Type type) {
        return type instanceof Type.Plain(String name)
                && (name.equals("string") || name.equals("bytes") || name.equals("records"));
    }
}
