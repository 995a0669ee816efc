package naru.schemas;

/** Lines of Java that indent themselves by their braces. */
final class Code {

    private final StringBuilder text = new StringBuilder();
    private int depth;

    Code line(String line) {
        if (line.startsWith("}")) {
            depth--;
        }
        if (!line.isEmpty()) {
            text.repeat("    ", depth).append(line);
        }
        text.append('\n');
        if (line.endsWith("{")) {
            depth++;
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
