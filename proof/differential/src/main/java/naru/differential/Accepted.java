package naru.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Differences that are meant, each with its reason, as {@code differences.txt} lists them:
 *
 * <pre>
 * # why, in words; belongs to all lines up to the next blank one
 * scenario | step | path | Kafka's value | ours
 * </pre>
 *
 * {@code *} stands for anything in a column.
 */
final class Accepted {

    private record Entry(String line, Pattern pattern) {}

    private final List<Entry> unused = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();

    static Accepted parse(String text) {
        var accepted = new Accepted();
        boolean hasReason = false;
        for (var line : text.lines().toList()) {
            if (line.isBlank()) {
                hasReason = false;
            } else if (line.startsWith("#")) {
                hasReason = true;
            } else if (!hasReason || line.split(" \\| ", -1).length != 5) {
                throw new IllegalArgumentException("not 'scenario | step | path | kafka | ours' under a reason: " + line);
            } else {
                accepted.entries.add(new Entry(line, pattern(line)));
            }
        }
        accepted.unused.addAll(accepted.entries);
        return accepted;
    }

    private static Pattern pattern(String line) {
        var regex = new StringBuilder();
        for (var piece : line.splitWithDelimiters("\\*", -1)) {
            regex.append(piece.equals("*") ? ".*" : Pattern.quote(piece));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    boolean covers(Difference difference) {
        boolean covers = false;
        for (var entry : entries) {
            if (entry.pattern().matcher(difference.sameIn()).matches()) {
                unused.remove(entry);
                covers = true;
            }
        }
        return covers;
    }

    /** Entries that covered nothing: what they describe is no difference any more. */
    List<String> unused() {
        return unused.stream().map(Entry::line).toList();
    }
}
