package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types every command of {@code docs/commands.md}, in the order of the page. */
class DocumentedCommandsTest {

    private static final String PROMPT = "$ ";
    private static final String NARU = "naru ";

    @TempDir
    private Path folder;

    @Test
    void everyCommandOfThePageWorks() throws IOException {
        int typed = 0;
        try (var broker = BrokerProcess.start(folder.resolve("data"))) {
            var terminal = new Terminal(broker.bootstrap());
            for (var line : Files.readAllLines(Path.of("../../docs/commands.md"))) {
                if (line.startsWith(PROMPT)) {
                    type(terminal, line.substring(PROMPT.length()).replace("/tmp/", folder + "/").replace("data/", folder + "/data/"));
                    typed++;
                }
            }
        }
        assertThat(typed).isGreaterThan(5);
    }

    /** {@code printf 'text' | naru ... | naru ... > file}: as much of a shell as the page needs. */
    private static void type(Terminal terminal, String line) throws IOException {
        String input = "";
        String rest = line;
        Path into = null;
        int arrow = rest.lastIndexOf(" > ");
        if (arrow > 0) {
            into = Path.of(rest.substring(arrow + 3).strip());
            rest = rest.substring(0, arrow);
        }
        int file = rest.lastIndexOf(" < ");
        if (file > 0) {
            input = Files.readString(Path.of(rest.substring(file + 3).strip()));
            rest = rest.substring(0, file);
        }
        for (var command : rest.split(" \\| ")) {
            if (command.startsWith("printf ")) {
                input = String.join("", new ArrayList<>(Terminal.words(command)).subList(1, 2)).replace("\\n", "\n");
                continue;
            }
            assertThat(command).startsWith(NARU);
            var shown = terminal.pipe(input, command.substring(NARU.length()));
            assertThat(shown.code()).as(line + "\n" + shown.out() + shown.err()).isZero();
            assertThat(shown.out().lines().filter(one -> one.length() > 80 && !command.contains("--json"))).as(line).isEmpty();
            input = shown.out();
        }
        if (into != null) {
            Files.writeString(into, input);
        }
    }
}
