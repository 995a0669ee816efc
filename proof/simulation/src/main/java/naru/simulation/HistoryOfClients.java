package naru.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import naru.histories.Event;
import naru.histories.HistoryCheck;
import naru.histories.HistoryFile;
import naru.histories.Operation;
import naru.histories.Stage;

/** What the clients of transactions did and saw, to be judged at the end by the same rules as histories of real clients. */
final class HistoryOfClients {

    private final Timeline timeline;
    private final List<Event> events = new ArrayList<>();

    HistoryOfClients(Timeline timeline) {
        this.timeline = timeline;
    }

    void tell(String process, Stage stage, Operation operation) {
        events.add(new Event(timeline.nowNs(), process, stage, operation));
    }

    /** Judges; {@code -Dnaru.history=FILE} keeps the history for {@code ./run check-history}. */
    void check() {
        String file = System.getProperty("naru.history");
        if (file != null) {
            write(Path.of(file));
        }
        var findings = HistoryCheck.check(events);
        if (!findings.isEmpty()) {
            findings.forEach(finding -> timeline.tell(finding.toString()));
            throw new Conviction(findings.getFirst().toString());
        }
    }

    private void write(Path file) {
        try (var out = new HistoryFile(file)) {
            events.forEach(out::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many transactions their clients know to be committed. */
    long committed() {
        return events.stream().filter(event -> event.stage() == Stage.OK && event.operation() instanceof Operation.Commit).count();
    }
}
