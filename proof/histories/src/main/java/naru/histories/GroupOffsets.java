package naru.histories;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The offsets that groups committed, with transactions and without, and what they found when they asked. */
final class GroupOffsets {

    /** One partition's offset in one attempt to commit. */
    private record Attempt(long offset, Transaction.Offsets of, int confirmedAt) {

        Transaction transaction() {
            return of.transaction();
        }

        boolean isImpossible() {
            return transaction() != null && transaction().isAborted();
        }

        /** Index of the event after which whoever asks must find it, or a higher one. */
        int thereAt() {
            return transaction() == null ? confirmedAt : transaction().thereAt();
        }

        int possibleAt() {
            return transaction() == null ? of.invokedAt() : transaction().commitInvokedAt;
        }
    }

    private static final class Shelf {
        private final Map<Long, List<Attempt>> attempts = new HashMap<>();
        /** By the index after which it holds: the highest offset that is there for certain. */
        private final TreeMap<Integer, Attempt> floors = new TreeMap<>();
        private long consumed = -1;
    }

    private final Findings findings;
    private final Map<String, Shelf> shelves = new HashMap<>();

    GroupOffsets(Ledger ledger, Findings findings) {
        this.findings = findings;
        ledger.offsets.forEach((of, confirmedAt) -> of.what().offsets().forEach((partition, offset) -> {
            var attempt = new Attempt(offset, of, confirmedAt);
            shelf(of.what().group(), partition).attempts.computeIfAbsent(offset, _ -> new ArrayList<>()).add(attempt);
            if (attempt.thereAt() != Integer.MAX_VALUE) {
                raise(shelf(of.what().group(), partition), attempt);
            }
        }));
    }

    private Shelf shelf(String group, String partition) {
        return shelves.computeIfAbsent(group + " " + partition, _ -> new Shelf());
    }

    private static void raise(Shelf shelf, Attempt attempt) {
        shelf.consumed = Math.max(shelf.consumed, attempt.offset);
        var before = shelf.floors.floorEntry(attempt.thereAt());
        if (before != null && before.getValue().offset >= attempt.offset) {
            return;
        }
        shelf.floors.put(attempt.thereAt(), attempt);
        for (var next = shelf.floors.higherEntry(attempt.thereAt());
                next != null && next.getValue().offset <= attempt.offset;
                next = shelf.floors.higherEntry(attempt.thereAt())) {
            shelf.floors.remove(next.getKey());
        }
    }

    void compare(List<Event> history) {
        var asked = new HashMap<String, Integer>();
        for (int at = 0; at < history.size(); at++) {
            var event = history.get(at);
            if (event.operation() instanceof Operation.FindOffsets found) {
                if (event.stage() == Stage.INVOKE) {
                    asked.put(event.process(), at);
                } else {
                    Integer askedAt = asked.remove(event.process());
                    if (event.stage() == Stage.OK) {
                        judge(event.process(), askedAt == null ? at : askedAt, at, found);
                    }
                }
            }
        }
    }

    private void judge(String process, int askedAt, int at, Operation.FindOffsets found) {
        found.offsets().forEach((partition, offset) -> {
            var shelf = shelf(found.group(), partition);
            String place = "the offset of group " + found.group() + " in " + partition;
            var floor = shelf.floors.lowerEntry(askedAt);
            if (floor != null && offset < floor.getValue().offset) {
                tooLow(process, place, offset, floor.getValue().offset, shelf);
            } else if (offset >= 0) {
                judgeSource(process, place, offset, at, shelf);
            }
        });
    }

    private void tooLow(String process, String place, long offset, long floor, Shelf shelf) {
        var torn = shelf.attempts.get(floor).stream().map(Attempt::transaction)
                .filter(transaction -> transaction != null && transaction.writes.stream().anyMatch(Write::isSeen)).findFirst();
        findings.add(torn.isPresent() ? Anomaly.TORN_TRANSACTION : Anomaly.LOST_WRITE, place + floor,
                "%s found %d as %s, after %d was committed%s".formatted(process, offset, place, floor,
                        torn.map(transaction -> " by transaction " + transaction.name + ", whose records are there").orElse("")));
    }

    private void judgeSource(String process, String place, long offset, int at, Shelf shelf) {
        var attempts = shelf.attempts.getOrDefault(offset, List.of());
        var possible = attempts.stream().filter(attempt -> !attempt.isImpossible()).toList();
        if (attempts.isEmpty()) {
            findings.add(Anomaly.INVENTED, place + offset, "%s found %d as %s, which nobody committed"
                    .formatted(process, offset, place));
        } else if (possible.isEmpty()) {
            findings.add(Anomaly.ABORTED_READ, place + offset, "%s found %d as %s, of the aborted transaction %s"
                    .formatted(process, offset, place, attempts.getFirst().transaction().name));
        } else if (possible.stream().allMatch(attempt -> attempt.possibleAt() > at)) {
            findings.add(Anomaly.PRECOMMITTED_READ, place + offset, "%s found %d as %s before anybody began to commit it"
                    .formatted(process, offset, place));
        } else {
            shelf.consumed = Math.max(shelf.consumed, offset);
            if (possible.size() == 1 && possible.getFirst().transaction() != null) {
                possible.getFirst().transaction().shown(at);
            }
        }
    }

    /** Up to where, excluding, the group has certainly consumed this partition; -1 when it never committed. */
    long consumed(String group, String partition) {
        return shelf(group, partition).consumed;
    }
}
