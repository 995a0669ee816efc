package naru.histories;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** Says in words what is wrong with a history. What {@code ./run check-history} calls. */
public final class CheckHistory {

    private CheckHistory() {}

    /** {@code ./run check-history FILE...}: exit code 0 when nothing is wrong, 1 when something is, 2 without a history. */
    public static void main(String... arguments) {
        System.exit(run(List.of(arguments), System.out));
    }

    static int run(List<String> arguments, PrintStream out) {
        if (arguments.isEmpty()) {
            out.println("check-history FILE...: the files of one history, one event a line");
            return 2;
        }
        try {
            var history = HistoryFile.read(arguments.stream().map(Path::of).toList());
            var findings = HistoryCheck.check(history);
            findings.forEach(out::println);
            out.println(history.size() + " events, " + findings.size() + " findings");
            return findings.isEmpty() ? 0 : 1;
        } catch (IOException | IllegalArgumentException unusable) {
            out.println("check-history: " + unusable.getMessage());
            return 2;
        }
    }
}
