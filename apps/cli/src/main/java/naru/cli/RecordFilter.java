package naru.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import naru.cli.options.Line;
import naru.cli.options.Option;
import naru.protocol.batch.Record;

/** Which records are wanted; all of its conditions hold for those that are. */
record RecordFilter(String key, Pattern inKey, Pattern inValue, Map<String, String> headers) {

    static final List<Option> OPTIONS = List.of(
            Option.of("key", "TEXT", "only records with this key").withLetter('k'),
            Option.of("grep", "REGEX", "only records whose value has a match").withLetter('g'),
            Option.of("grep-key", "REGEX", "only records whose key has a match"),
            Option.of("header", "KEY=VALUE", "only records with this header; may be given several times").repeated());

    static RecordFilter of(Line line) {
        return new RecordFilter(line.text("key"), pattern(line, "grep-key"), pattern(line, "grep"), line.pairs("header"));
    }

    private static Pattern pattern(Line line, String option) {
        try {
            return line.has(option) ? Pattern.compile(line.text(option)) : null;
        } catch (PatternSyntaxException malformed) {
            throw Failure.misuse("--" + option + " is no regular expression: " + malformed.getDescription(), "put \\ before signs that stand for themselves");
        }
    }

    boolean wants(Record record) {
        if (key != null && (record.key() == null || !record.key().equals(java.nio.ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8))))) {
            return false;
        }
        return isIn(inKey, record.key()) && isIn(inValue, record.value())
                && headers.entrySet().stream().allMatch(wanted -> record.headers().stream().anyMatch(one ->
                        one.key().equals(wanted.getKey()) && RecordFormat.text(one.value()).equals(wanted.getValue())));
    }

    private static boolean isIn(Pattern pattern, java.nio.ByteBuffer bytes) {
        return pattern == null || bytes != null && pattern.matcher(RecordFormat.text(bytes)).find();
    }
}
