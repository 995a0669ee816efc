package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import naru.cli.terminal.Screen;
import org.junit.jupiter.api.Test;

/** Every command there is, with names longer than anybody likes: what it shows and says, and its help, fits into a terminal of 80 columns. */
class WidthTest extends AtABroker {

    private static final int COLUMNS = 80;
    private static final String LONG = "payments-of-customers-in-the-north-that-were-not-settled-within-a-month";
    private static final String GROUP = "the-group-that-settles-what-was-not-settled-within-a-month-by-itself";
    /** A sentence of the result is broken by the terminal, tables are spoilt by that. */
    private static final Pattern IN_COLUMNS = Pattern.compile("\\S {2,}\\S");
    private static final Pattern LISTED = Pattern.compile("(?m)^  ([a-z-]+(?: [a-z-]+)?)(?= {2}|$)");

    /** What the screen of each looked like is in the build's folder, for whoever wants to see it. */
    private final StringBuilder pictures = new StringBuilder();

    /** A line for each command, in an order in which each finds what it needs. */
    private static Map<String, String> lines() {
        var lines = new LinkedHashMap<String, String>();
        lines.put("topics create", LONG + " --partitions 2 --set retention.ms=604800000");
        lines.put("topics alter", LONG + " --partitions 3 --set retention.bytes=1000000000");
        lines.put("produce", LONG + " --key short --value short");
        lines.put("consume", LONG + " --group " + GROUP + " --from start --format full");
        lines.put("topics list", "");
        lines.put("topics describe", LONG);
        lines.put("groups list", "");
        lines.put("groups describe", GROUP);
        lines.put("groups reset", GROUP + " --to start");
        lines.put("groups delete", GROUP + " --yes");
        lines.put("configs describe", "topic/" + LONG + " --all");
        lines.put("configs explain", "broker/1 log.retention.hours");
        lines.put("configs set", "topic/" + LONG + " retention.ms=1000");
        lines.put("configs unset", "topic/" + LONG + " retention.ms");
        lines.put("status", "");
        lines.put("cluster nodes", "");
        lines.put("cluster quorum", "");
        lines.put("cluster cordon", "1");
        lines.put("cluster uncordon", "1");
        lines.put("cluster elect", LONG);
        lines.put("cluster reassign", LONG + " --brokers 1");
        lines.put("cluster reassignments", "");
        lines.put("cluster start", "");
        lines.put("cluster status", "");
        lines.put("cluster kill", "1");
        lines.put("cluster revive", "1");
        lines.put("cluster stop", "");
        lines.put("transactions list", "");
        lines.put("transactions describe", "an-id-that-nobody-has");
        lines.put("transactions producers", LONG);
        lines.put("transactions find-hanging", "");
        lines.put("transactions abort", LONG);
        lines.put("perf produce", LONG + " --records 1000");
        lines.put("perf consume", LONG + " --records 500");
        lines.put("perf end-to-end", LONG + " --records 20");
        lines.put("log dump", folder.resolve("data").resolve(LONG + "-0") + " --max 5");
        lines.put("log verify", folder.resolve("data").resolve(LONG + "-0").toString());
        lines.put("log repair", folder.resolve("data").resolve(LONG + "-0").toString());
        lines.put("topics delete", LONG + " --yes");
        lines.put("start", "");
        lines.put("stop", "--data /no/such/folder");
        lines.put("completion", "fish");
        return lines;
    }

    @Test
    void everythingFits() throws Exception {
        var lines = lines();
        assertThat(new TreeSet<>(lines.keySet())).as("commands that there are").isEqualTo(commands());
        lines.forEach((command, rest) -> {
            fits(command, rest);
            fits(command, "--help");
        });
        java.nio.file.Files.writeString(java.nio.file.Path.of("target/pictures.txt"), pictures);
    }

    private void fits(String command, String rest) {
        var shown = terminal.run(new Screen.Ends(true, true, false, COLUMNS, false), "", (command + " " + rest).strip());
        pictures.append("$ naru ").append(command).append(' ').append(rest).append('\n').append(shown.out()).append(shown.err()).append('\n');
        assertThat(shown.err()).as(command).doesNotContain("this should not have happened", "\tat ");
        assertThat(shown.out().lines().filter(line -> line.length() > COLUMNS && IN_COLUMNS.matcher(line).find())).as("naru " + command + " " + rest + "\n" + shown.out()).isEmpty();
        assertThat(shown.err().lines().filter(line -> line.length() > COLUMNS)).as("naru " + command + " " + rest).isEmpty();
    }

    /** As the help lists them. */
    private static TreeSet<String> commands() {
        var all = new TreeSet<String>();
        for (var first : listed(terminal.type("help").out())) {
            var group = terminal.type("help " + first).out();
            if (group.startsWith("usage: naru " + first + " COMMAND")) {
                all.addAll(listed(group));
            } else {
                all.add(first);
            }
        }
        return all;
    }

    private static List<String> listed(String page) {
        return LISTED.matcher(page).results().map(found -> found.group(1)).toList();
    }
}
