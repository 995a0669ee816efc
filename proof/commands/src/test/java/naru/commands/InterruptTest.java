package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of a command, which is a process of its own here. */
class InterruptTest {

    private static final int INTERRUPTED = 130;
    private static final int PATIENCE_S = 60;

    @TempDir
    private Path data;

    @Test
    void whatIsWholeIsDoneAndNothingIsSaid() throws Exception {
        try (var broker = BrokerProcess.start(data)) {
            var terminal = new Terminal(broker.bootstrap());
            terminal.type("topics create cut");
            var consumer = start(broker, "consume", "cut", "--follow", "--from", "start");
            var producer = start(broker, "produce", "cut");
            producer.getOutputStream().write("whole\nhal".getBytes(StandardCharsets.UTF_8));
            producer.getOutputStream().flush();
            var shown = new BufferedReader(new InputStreamReader(consumer.getInputStream(), StandardCharsets.UTF_8));
            assertThat(shown.readLine()).isEqualTo("whole");
            for (var process : List.of(producer, consumer)) {
                new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
                if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
                assertThat(process.waitFor()).isEqualTo(INTERRUPTED);
                assertThat(process.getErrorStream().readAllBytes()).asString(StandardCharsets.UTF_8).isEmpty();
            }
            assertThat(terminal.script("", "consume cut").out()).isEqualTo("whole\n");
        }
    }

    private static Process start(BrokerProcess broker, String... words) throws IOException {
        // Whoever runs the tests in the background ignores the signal, and children inherit that.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT", Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xlog:disable",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), "naru.cli.Main"));
        command.addAll(List.of(words));
        command.addAll(List.of("--bootstrap-server", broker.bootstrap()));
        return new ProcessBuilder(command).start();
    }
}
