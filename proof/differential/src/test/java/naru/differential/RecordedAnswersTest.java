package naru.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeSet;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Naru answers as Kafka was recorded to answer, but for the differences that are listed with their reason. */
class RecordedAnswersTest {

    private static final Path RECORDINGS = Path.of("recordings");
    private static final Path DIFFERENCES = Path.of("differences.txt");
    private static final Path REPORT = Path.of("target", "differences-found.txt");

    @Test
    void whatNaruSaysIsWhatKafkaSaid(@TempDir Path folder) throws IOException {
        var accepted = Accepted.parse(Files.readString(DIFFERENCES));
        var differences = new ArrayList<Difference>();
        var settings = Scenarios.settings().entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toArray(String[]::new);
        try (var broker = BrokerProcess.start(folder.resolve("data"), settings)) {
            var interview = new Interview(SocketWire.door(Integer.parseInt(broker.bootstrap().split(":")[1])));
            for (var scenario : Scenarios.all()) {
                var recorded = Recording.parse(Files.readString(RECORDINGS.resolve(scenario.name() + ".txt")));
                var ours = interview.about(scenario, new TreeSet<>(recorded.transcripts().keySet()));
                differences.addAll(recorded.comparedWith(scenario.name(), ours));
            }
        }
        var found = Report.lines(differences.stream().filter(each -> !accepted.covers(each)).toList());
        Files.write(REPORT, found);
        assertThat(found).as("differences that nobody listed").isEmpty();
        assertThat(accepted.unused()).as("listed differences that are none any more").isEmpty();
    }
}
