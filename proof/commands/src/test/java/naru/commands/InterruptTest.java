package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Ctrl-C in the middle of a command, which is a process of its own here. */
@Execution(ExecutionMode.CONCURRENT)
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
            var consumer = start(broker.bootstrap(), "consume", "cut", "--follow", "--from", "start");
            var producer = start(broker.bootstrap(), "produce", "cut");
            producer.getOutputStream().write("whole\nhal".getBytes(StandardCharsets.UTF_8));
            producer.getOutputStream().flush();
            var shown = new BufferedReader(new InputStreamReader(consumer.getInputStream(), StandardCharsets.UTF_8));
            assertThat(shown.readLine()).isEqualTo("whole");
            interrupt(producer);
            interrupt(consumer);
            assertThat(terminal.script("", "consume cut").out()).isEqualTo("whole\n");

            terminal.type("topics create busy");
            var perf = start(broker.bootstrap(), "perf", "produce", "busy", "--records", "100M", "--rate", "1000");
            while (perf.isAlive() && terminal.script("", "consume busy --max 1").out().isEmpty()) {
                Thread.onSpinWait();
            }
            interrupt(perf);
        }
    }

    @Test
    void whoWaitsForAnAnswerThatNeverComesIsLetGo() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var waiting = start("127.0.0.1:" + silent.getLocalPort(), "topics", "list", "--timeout", "10m");
            try (var asked = silent.accept()) {
                asked.getInputStream().readNBytes(4);
                interrupt(waiting);
            }
        }
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).isEqualTo(INTERRUPTED);
        assertThat(process.getErrorStream().readAllBytes()).asString(StandardCharsets.UTF_8).isEmpty();
    }

    private static Process start(String bootstrap, String... words) throws IOException {
        // Whoever runs the tests in the background ignores the signal, and children inherit that.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT", Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xlog:disable",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), "naru.cli.Main"));
        command.addAll(List.of(words));
        command.addAll(List.of("--bootstrap-server", bootstrap));
        return new ProcessBuilder(command).start();
    }
}
