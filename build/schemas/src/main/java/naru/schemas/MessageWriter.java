package naru.schemas;

/** Writes one message as a Java record, its structs inside it. */
final class MessageWriter {

    private static final String HEAD =
            """
            package naru.protocol.message;

            import java.nio.ByteBuffer;
            import java.util.List;
            import naru.base.Uuid;
            import naru.protocol.Message;
            import naru.protocol.Reader;
            import naru.protocol.Records;
            import naru.protocol.Writer;

            """;

    private MessageWriter() {}

    static String write(Schema schema) {
        var code = new Code();
        var structs = new StructWriter(schema, code);
        String name = schema.name();
        code.line("/** Generated from {@code " + name + ".json}: " + schema.kind() + ", versions " + schema.valid().first() + " to "
                + schema.valid().last() + ". */");
        code.line("public record " + name + "(" + StructWriter.components(schema.root()) + ") implements Message {");
        code.line("public static final short API_NUMBER = " + schema.apiKey() + ";");
        code.line("public static final short VERSION_MIN = " + schema.valid().first() + ";");
        code.line("public static final short VERSION_MAX = " + schema.valid().last() + ";");
        structs.body(schema.root());
        code.line("").line("@Override").line("public short apiNumber() {").line("return API_NUMBER;").line("}");
        for (var struct : schema.structs().values()) {
            code.line("");
            code.line("public record " + struct.name() + "(" + StructWriter.components(struct) + ") {");
            structs.body(struct);
            code.line("}");
        }
        code.line("}");
        return withImports(code.toString());
    }

    /** Only what is used: an unused import is a warning, and warnings are errors. */
    private static String withImports(String body) {
        var head = new StringBuilder();
        for (String line : HEAD.split("\n", -1)) {
            String type = line.startsWith("import ") ? line.substring(line.lastIndexOf('.') + 1, line.length() - 1) : "";
            if (type.isEmpty() || java.util.regex.Pattern.compile("\\b" + type + "\\b").matcher(body).find()) {
                head.append(line).append('\n');
            }
        }
        return head.toString().stripTrailing() + "\n\n" + body;
    }
}
