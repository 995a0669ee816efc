package naru.histories;

import java.util.List;

/**
 * Reads a whole history and names what is wrong with it. A history is expected to end with readers that read
 * everything; what they do not reach is {@link Anomaly#UNSEEN}. Records that retention or compaction may remove, and
 * readers of uncommitted records, have no place in it.
 */
public final class HistoryCheck {

    private HistoryCheck() {}

    /**
     * All findings, at most a hundred of a kind; none when everything that the clients saw can be right.
     *
     * @param history in the order of time
     * @throws IllegalArgumentException when the history itself makes no sense, such as two sends of one value
     */
    public static List<Finding> check(List<Event> history) {
        var findings = new Findings();
        var ledger = Ledger.of(history);
        var reading = new Reading(ledger, findings);
        reading.read(history);
        var offsets = new GroupOffsets(ledger, findings);
        offsets.compare(history);
        var missing = ledger.missing();
        var positions = new Positions(reading, findings, missing);
        positions.follow(history);
        missing.forEach(write -> judgeMissing(write, positions.isPassed(write), findings));
        Answers.check(ledger, reading, offsets, findings);
        SendOrder.check(ledger, findings);
        return findings.all();
    }

    private static void judgeMissing(Write write, boolean passed, Findings findings) {
        String place = write.partition + (write.acknowledgedAt < 0 ? "" : "@" + write.acknowledgedAt);
        if (!passed) {
            findings.add(Anomaly.UNSEEN, write.value, write + " was acknowledged at " + place + " and nobody came to see it");
            return;
        }
        var transaction = write.transaction;
        if (transaction != null && transaction.shownAt != Integer.MAX_VALUE) {
            findings.add(Anomaly.TORN_TRANSACTION, transaction.name, "others of its writes are there, and " + write
                    + ", acknowledged at " + place + ", was passed by readers that did not see it");
        } else {
            findings.add(Anomaly.LOST_WRITE, write.value, write + " was acknowledged at " + place
                    + " and passed by readers that did not see it");
        }
    }
}
