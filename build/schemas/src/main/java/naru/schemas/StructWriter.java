package naru.schemas;

import java.util.List;
import java.util.stream.Collectors;
import naru.schemas.Schema.Field;
import naru.schemas.Schema.Struct;
import naru.schemas.Schema.Type;

/** Writes what every struct has: its components, a builder, a reader and a writer for every version. */
final class StructWriter {

    private final Schema schema;
    private final Code code;
    private int loops;

    StructWriter(Schema schema, Code code) {
        this.schema = schema;
        this.code = code;
    }

    static String components(Struct struct) {
        return struct.fields().stream()
                .map(field -> JavaType.name(field.type()) + " " + field.javaName())
                .collect(Collectors.joining(", "));
    }

    void body(Struct struct) {
        code.line("/** Every field at its default. */");
        code.line("public static final " + struct.name() + " DEFAULT = new " + struct.name() + "("
                + struct.fields().stream().map(JavaType::fallback).collect(Collectors.joining(", ")) + ");");
        read(struct);
        write(struct);
        builder(struct);
    }

    private void read(Struct struct) {
        code.line("").line("public static " + struct.name() + " read(Reader in, int wireVersion) {");
        for (var field : struct.fields()) {
            readField(field);
        }
        String flexible = schema.flexible().test(schema.valid());
        if (!flexible.equals("false")) {
            code.line(flexible.equals("true") ? "{" : "if (" + flexible + ") {");
            readTagged(struct.fields());
            code.line("}");
        }
        code.line("return new " + struct.name() + "("
                + struct.fields().stream().map(Field::javaName).collect(Collectors.joining(", ")) + ");");
        code.line("}");
    }

    private void readField(Field field) {
        String present = isTagged(field) ? "false" : field.versions().test(schema.valid());
        String variable = JavaType.name(field.type()) + " " + field.javaName();
        if (present.equals("true")) {
            code.line(variable + ";");
            readValue(field);
            return;
        }
        code.line(variable + " = " + JavaType.fallback(field) + ";");
        if (!present.equals("false")) {
            code.line("if (" + present + ") {");
            readValue(field);
            code.line("}");
        }
    }

    private void readTagged(List<Field> fields) {
        code.line("for (int tagCount = in.uvarint(); tagCount > 0; tagCount--) {");
        code.line("int tagId = in.uvarint();").line("int tagBytes = in.uvarint();");
        var known = fields.stream().filter(this::isTagged).toList();
        if (known.isEmpty()) {
            code.line("in.skip(tagBytes);");
        } else {
            code.line("switch (tagId) {");
            for (var field : known) {
                code.line("case " + field.tag() + " -> {");
                String present = field.tagged().test(schema.valid().and(schema.flexible()));
                if (present.equals("true")) {
                    readValue(field);
                } else {
                    code.line("if (" + present + ") {");
                    readValue(field);
                    code.line("} else {").line("in.skip(tagBytes);").line("}");
                }
                code.line("}");
            }
            code.line("default -> in.skip(tagBytes);").line("}");
        }
        code.line("}");
    }

    private void readValue(Field field) {
        String nullable = field.nullable().test(field.versions().and(schema.valid()));
        String target = field.javaName();
        switch (field.type()) {
            case Type.ListOf(Type element) -> {
                String length = "length" + loops++;
                code.line("{");
                code.line("int " + length + " = in.arrayLength(" + flexible(field) + ", " + nullable + ");");
                code.line(JavaType.name(field.type()) + " elements = " + length + " < 0 ? null : in.newList(" + length + ");");
                code.line("for (int at = 0; at < " + length + "; at++) {");
                code.line("elements.add(" + one(element, field, "false") + ");");
                code.line("}");
                code.line(target + " = elements;");
                code.line("}");
            }
            case Type.StructOf(String name) when !nullable.equals("false") ->
                code.line(target + " = " + (nullable.equals("true") ? "" : "(" + nullable + ") && ")
                        + (isTagged(field) ? "in.uvarint() == 0" : "in.int8() < 0") + " ? null : "
                        + name + ".read(in, wireVersion);");
            case Type type -> code.line(target + " = " + one(type, field, nullable) + ";");
        }
    }

    private String one(Type type, Field field, String nullable) {
        return switch (type) {
            case Type.StructOf(String name) -> name + ".read(in, wireVersion)";
            case Type.Plain(String name) when JavaType.hasLength(type) ->
                "in." + name + "(" + flexible(field) + ", " + nullable + ")";
            case Type.Plain(String name) -> "in." + name + "()";
            case Type.ListOf _ -> throw new IllegalArgumentException("a list of lists");
        };
    }

    private void write(Struct struct) {
        code.line("");
        if (struct == schema.root()) {
            code.line("@Override");
        }
        code.line("public void write(Writer out, int wireVersion) {");
        for (var field : struct.fields()) {
            String present = isTagged(field) ? "false" : field.versions().test(schema.valid());
            if (present.equals("true")) {
                writeValue(field);
            } else if (!present.equals("false")) {
                code.line("if (" + present + ") {");
                writeValue(field);
                code.line("}");
            }
        }
        String flexible = schema.flexible().test(schema.valid());
        if (!flexible.equals("false")) {
            code.line(flexible.equals("true") ? "{" : "if (" + flexible + ") {");
            writeTagged(struct.fields().stream().filter(this::isTagged).sorted((a, b) -> a.tag() - b.tag()).toList());
            code.line("}");
        }
        code.line("}");
    }

    private void writeTagged(List<Field> fields) {
        if (fields.isEmpty()) {
            code.line("out.uvarint(0);");
            return;
        }
        code.line("int tagCount = 0;");
        for (var field : fields) {
            code.line("boolean has" + field.name() + " = " + taggedPresent(field) + "!(" + JavaType.isFallback(field) + ");");
            code.line("tagCount += has" + field.name() + " ? 1 : 0;");
        }
        code.line("out.uvarint(tagCount);");
        for (var field : fields) {
            code.line("if (has" + field.name() + ") {");
            code.line("out.uvarint(" + field.tag() + ");");
            code.line("int sizeMark = out.beginSized();");
            writeValue(field);
            code.line("out.endSized(sizeMark);").line("}");
        }
    }

    private String taggedPresent(Field field) {
        String present = field.tagged().test(schema.valid().and(schema.flexible()));
        return present.equals("true") ? "" : present + " && ";
    }

    private void writeValue(Field field) {
        String nullable = field.nullable().test(field.versions().and(schema.valid()));
        String value = field.javaName();
        switch (field.type()) {
            case Type.ListOf(Type element) -> {
                code.line("out.arrayLength(" + value + " == null ? -1 : " + value + ".size(), " + flexible(field) + ", " + nullable + ");");
                code.line("for (int at = 0; " + value + " != null && at < " + value + ".size(); at++) {");
                code.line(writeOne(element, field, value + ".get(at)", "false"));
                code.line("}");
            }
            case Type.StructOf _ when !nullable.equals("false") -> {
                code.line(nullable.equals("true") ? "{" : "if (" + nullable + ") {");
                // Kafka marks presence by a varint in a tagged field, by a byte elsewhere.
                code.line(isTagged(field)
                        ? "out.uvarint(" + value + " == null ? 0 : 1);"
                        : "out.int8((byte) (" + value + " == null ? -1 : 1));");
                code.line("}");
                code.line("if (" + value + " != null) {").line(value + ".write(out, wireVersion);").line("}");
            }
            case Type type -> code.line(writeOne(type, field, value, nullable));
        }
    }

    private String writeOne(Type type, Field field, String value, String nullable) {
        return switch (type) {
            case Type.StructOf _ -> value + ".write(out, wireVersion);";
            case Type.Plain(String name) when JavaType.hasLength(type) ->
                "out." + name + "(" + value + ", " + flexible(field) + ", " + nullable + ");";
            case Type.Plain(String name) -> "out." + name + "(" + value + ");";
            case Type.ListOf _ -> throw new IllegalArgumentException("a list of lists");
        };
    }

    private void builder(Struct struct) {
        code.line("").line("public static Builder builder() {").line("return DEFAULT.toBuilder();").line("}");
        code.line("").line("public Builder toBuilder() {").line("return new Builder(this);").line("}");
        code.line("").line("public static final class Builder {");
        for (var field : struct.fields()) {
            code.line("private " + JavaType.name(field.type()) + " " + field.javaName() + ";");
        }
        code.line("").line("private Builder(" + struct.name() + " from) {");
        for (var field : struct.fields()) {
            code.line("this." + field.javaName() + " = from." + field.javaName() + ";");
        }
        code.line("}");
        for (var field : struct.fields()) {
            code.line("").line("public Builder " + field.javaName() + "(" + JavaType.name(field.type()) + " value) {");
            code.line("this." + field.javaName() + " = value;").line("return this;").line("}");
        }
        code.line("").line("public " + struct.name() + " build() {");
        code.line("return new " + struct.name() + "("
                + struct.fields().stream().map(Field::javaName).collect(Collectors.joining(", ")) + ");");
        code.line("}").line("}");
    }

    private boolean isTagged(Field field) {
        return field.tag() >= 0;
    }

    private String flexible(Field field) {
        return (field.flexible() == null ? schema.flexible() : field.flexible()).test(field.versions().and(schema.valid()));
    }
}
