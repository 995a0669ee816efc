package naru.differential;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A scenario's transcripts of every version, and their text form: versions that answered a step the same stand together.
 *
 * <pre>
 * step a bad name
 * 2 3 4 CREATE_TOPICS
 *   topics[a/b].errorCode = 17 INVALID_TOPIC_EXCEPTION
 * </pre>
 */
record Recording(SortedMap<Integer, Transcript> transcripts) {

    private static final String STEP = "step ";
    private static final String FIELD = "  ";
    private static final String IS = " = ";
    /** Stands for all of a list or element that the other side does not have. */
    private static final String PRESENT = "present";

    String text() {
        var labels = new LinkedHashSet<String>();
        transcripts.values().forEach(each -> labels.addAll(each.steps().keySet()));
        var text = new StringBuilder();
        for (var label : labels) {
            var together = new LinkedHashMap<Transcript.Step, List<String>>();
            transcripts.forEach((version, transcript) -> {
                if (transcript.steps().containsKey(label)) {
                    together.computeIfAbsent(transcript.steps().get(label), _ -> new ArrayList<>()).add(String.valueOf(version));
                }
            });
            text.append(STEP).append(label).append('\n');
            together.forEach((step, versions) -> {
                text.append(String.join(" ", versions)).append(' ').append(step.api()).append('\n');
                step.fields().forEach((path, value) ->
                        text.append(FIELD).append(escaped(path)).append(IS).append(escaped(value)).append('\n'));
            });
        }
        return text.toString();
    }

    static Recording parse(String text) {
        var steps = new TreeMap<Integer, List<Transcript.Step>>();
        String label = "";
        SortedMap<String, String> fields = new TreeMap<>();
        for (var line : text.lines().toList()) {
            if (line.startsWith(STEP)) {
                label = line.substring(STEP.length());
            } else if (line.startsWith(FIELD)) {
                int is = line.indexOf(IS);
                fields.put(plain(line.substring(FIELD.length(), is)), plain(line.substring(is + IS.length())));
            } else {
                fields = new TreeMap<>();
                int at = 0;
                for (; Character.isDigit(line.charAt(at)); at = line.indexOf(' ', at) + 1) {
                    int version = Integer.parseInt(line.substring(at, line.indexOf(' ', at)));
                    steps.computeIfAbsent(version, _ -> new ArrayList<>()).add(new Transcript.Step(label, apiAfterVersions(line), fields));
                }
            }
        }
        var transcripts = new TreeMap<Integer, Transcript>();
        steps.forEach((version, each) -> transcripts.put(version, Transcript.of(each)));
        return new Recording(transcripts);
    }

    private static String apiAfterVersions(String line) {
        return line.replaceFirst("^(\\d+ )+", "");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String plain(String text) {
        return text.translateEscapes();
    }

    /** Every place where ours is not what was recorded. Versions that only one side has are not compared here. */
    List<Difference> comparedWith(String scenario, Recording ours) {
        var differences = new ArrayList<Difference>();
        transcripts.forEach((version, theirs) -> {
            if (ours.transcripts.containsKey(version)) {
                compare(scenario, version, theirs, ours.transcripts.get(version), differences);
            }
        });
        return differences;
    }

    private static void compare(String scenario, int version, Transcript theirs, Transcript ours, List<Difference> differences) {
        var labels = new LinkedHashSet<>(theirs.steps().keySet());
        labels.addAll(ours.steps().keySet());
        for (var label : labels) {
            var kafka = theirs.steps().get(label);
            var naru = ours.steps().get(label);
            if (kafka == null || naru == null) {
                differences.add(new Difference(scenario, label, (kafka == null ? naru : kafka).api(), version, "(step)",
                        kafka == null ? Difference.MISSING : "answered", naru == null ? Difference.MISSING : "answered"));
                continue;
            }
            var paths = new TreeSet<>(kafka.fields().keySet());
            paths.addAll(naru.fields().keySet());
            var told = new HashSet<String>();
            for (var path : paths) {
                var kafkas = kafka.fields().get(path);
                var narus = naru.fields().get(path);
                var whole = kafkas == null ? missingPart(path, kafka.fields()) : narus == null ? missingPart(path, naru.fields()) : null;
                if (whole != null && told.add(whole)) {
                    differences.add(new Difference(scenario, label, kafka.api(), version, whole,
                            kafkas == null ? Difference.MISSING : PRESENT, narus == null ? Difference.MISSING : PRESENT));
                } else if (whole == null && !Objects.equals(kafkas, narus)) {
                    differences.add(new Difference(scenario, label, kafka.api(), version, path,
                            Objects.requireNonNullElse(kafkas, Difference.MISSING),
                            Objects.requireNonNullElse(narus, Difference.MISSING)));
                }
            }
        }
    }

    /** The list, or the element of a list, around a field that is not in the other answer at all; null when it is there. */
    private static String missingPart(String path, SortedMap<String, String> other) {
        for (int at = 0; at < path.length(); at++) {
            if (path.charAt(at) == '[' || path.charAt(at) == ']') {
                var part = path.substring(0, path.charAt(at) == ']' ? at + 1 : at);
                var next = other.tailMap(part);
                if (next.isEmpty() || !next.firstKey().startsWith(part)) {
                    return part;
                }
            }
        }
        return null;
    }
}
