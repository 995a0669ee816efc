package naru.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int check(Path... files) {
        return CheckHistory.run(List.of(files).stream().map(Path::toString).toList(),
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        var history = RandomHistory.of(11, 300);
        var even = folder.resolve("even");
        var odd = folder.resolve("odd");
        try (var first = new HistoryFile(even); var second = new HistoryFile(odd)) {
            for (int i = 0; i < history.size(); i++) {
                (i % 2 == 0 ? first : second).add(history.get(i));
            }
        }
        assertThat(HistoryFile.read(List.of(odd, even))).isEqualTo(history);
    }

    @Test
    void everyTextSurvives() throws Exception {
        var odd = new Event(-1, "a \"b\" \\ ä\n\t", Stage.INFO, new Operation.Subscribe(List.of("", "{", "\u0001,]")));
        var file = folder.resolve("f");
        try (var out = new HistoryFile(file)) {
            out.add(odd);
        }
        assertThat(HistoryFile.read(List.of(file))).containsExactly(odd);
    }

    @Test
    void theLineThatAKilledProcessWasWritingIsLeftOut() throws Exception {
        var file = folder.resolve("f");
        try (var out = new HistoryFile(file)) {
            out.add(new Event(1, "p", Stage.OK, new Operation.Begin("x")));
        }
        Files.writeString(file, "{\"time\":2,\"proc", StandardOpenOption.APPEND);
        assertThat(HistoryFile.read(List.of(file))).hasSize(1);
    }

    @Test
    void theCommandSaysInWordsWhatIsWrong() throws Exception {
        var file = folder.resolve("f");
        Files.writeString(file, """
                {"time":1,"process":"p","type":"invoke","f":"send","to":"t-0","offset":-1,"value":"a"}
                {"time":2,"process":"p","type":"fail","f":"send","to":"t-0","offset":-1,"value":"a"}
                {"time":3,"process":"r","type":"ok","f":"poll","seen":[["t-0",0,"a"]]}
                """);
        assertThat(check(file)).isEqualTo(1);
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("""
                aborted read (G1a): r read 'a' at t-0@0, which failed
                3 events, 1 findings
                """);
    }

    @Test
    void theCommandNeedsAHistory() throws Exception {
        assertThat(check()).isEqualTo(2);
        assertThat(check(Files.writeString(folder.resolve("f"), "{\"time\":1}\n"))).isEqualTo(2);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("no event of a history: {\"time\":1}");
    }
}
