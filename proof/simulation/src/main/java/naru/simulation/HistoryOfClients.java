package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import naru.histories.Event;
import naru.histories.HistoryCheck;
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

    void check() {
        var findings = HistoryCheck.check(events);
        if (!findings.isEmpty()) {
            findings.forEach(finding -> timeline.tell(finding.toString()));
            throw new Conviction(findings.getFirst().toString());
        }
    }

    List<Event> events() {
        return events;
    }
}
