package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs of introductions to Kafka, with the oldest client that runs them all and with the newest, at the same time. */
@Timeout(180)
class PlainProgramsTest {

    private static final List<String> CLIENTS = List.of("2.0.1", "4.4.0");

    @TempDir
    private Path data;

    @Test
    void everyProgramDoesWhatTheBookSays() throws Exception {
        // A group need not wait for members that never come.
        try (var broker = BrokerProcess.start(data, "group.initial.rebalance.delay.ms=0")) {
            var running = new ArrayList<Process>();
            for (var version : CLIENTS) {
                var command = new ArrayList<>(ForeignClient.javaCommand(version, "naru.compatibility.scenario.PlainPrograms"));
                command.addAll(List.of(broker.bootstrap(), "with-" + version));
                running.add(new ProcessBuilder(command).redirectErrorStream(true).start());
            }
            for (var process : running) {
                var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(said).isZero();
                assertThat(said.lines().filter(line -> !line.startsWith("SLF4J"))).containsExactly(
                        "fire and forget", "synchronous", "asynchronous with callback", "custom partitioner", "custom serializer",
                        "auto commit", "commitAsync, then commitSync", "rebalance listener that commits on revoke",
                        "wake-up and close in several threads", "seek to stored offsets", "standalone consumer with assign");
            }
        }
    }
}
