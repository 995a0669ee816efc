package naru.histories;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was read: which write stands where, and what should never have been seen. */
final class Reading {

    private final Ledger ledger;
    private final Findings findings;
    private final Map<String, Map<Long, Write>> places = new HashMap<>();
    private final Map<String, long[]> visible = new HashMap<>();

    Reading(Ledger ledger, Findings findings) {
        this.ledger = ledger;
        this.findings = findings;
    }

    void read(List<Event> history) {
        for (int at = 0; at < history.size(); at++) {
            if (history.get(at).operation() instanceof Operation.Poll(var seen)) {
                for (var one : seen) {
                    take(at, history.get(at).process(), one);
                }
            }
        }
        for (var write : ledger.writes.values()) {
            compareWithAcknowledgement(write);
        }
        collectVisible();
    }

    private void take(int at, String process, Seen seen) {
        var write = ledger.writes.get(seen.value());
        if (write == null) {
            findings.add(Anomaly.INVENTED, seen.value(), "%s holds '%s', which nobody sent".formatted(place(seen), seen.value()));
            return;
        }
        if (!write.isSeen()) {
            settle(write, seen);
        } else if (write.seenOffset != seen.offset() || !write.seenPartition.equals(seen.partition())) {
            write.contested = true;
            findings.add(Anomaly.DUPLICATE, write.value, "%s stands at %s@%d and at %s"
                    .formatted(write, write.seenPartition, write.seenOffset, place(seen)));
        }
        judge(at, process, write, seen);
    }

    private void settle(Write write, Seen seen) {
        var other = places.computeIfAbsent(seen.partition(), _ -> new HashMap<>()).putIfAbsent(seen.offset(), write);
        if (other != null && other != write) {
            contest(seen.partition(), seen.offset(), other, write);
            return;
        }
        write.seenPartition = seen.partition();
        write.seenOffset = seen.offset();
    }

    private void contest(String partition, long offset, Write one, Write other) {
        one.contested = true;
        other.contested = true;
        findings.add(Anomaly.INCONSISTENT_OFFSETS, partition + "@" + offset,
                "%s@%d holds %s and %s".formatted(partition, offset, one, other));
    }

    private void judge(int at, String process, Write write, Seen seen) {
        var transaction = write.transaction;
        if (write.isImpossible()) {
            findings.add(Anomaly.ABORTED_READ, write.value,
                    "%s read %s at %s, %s".formatted(process, write, place(seen), why(write)));
        } else if (transaction != null && transaction.commitInvokedAt > at) {
            findings.add(Anomaly.PRECOMMITTED_READ, write.value,
                    "%s read %s at %s before anybody began to commit it".formatted(process, write, place(seen)));
        } else if (transaction != null) {
            transaction.shown(at);
        }
    }

    private static String why(Write write) {
        if (write.transaction == null) {
            return "which failed";
        }
        return write.transaction.commitFailed ? "whose commit failed" : "which nobody ever began to commit";
    }

    private void compareWithAcknowledgement(Write write) {
        if (write.acknowledgedAt < 0) {
            return;
        }
        boolean elsewhere = write.isSeen()
                && (write.seenOffset != write.acknowledgedAt || !write.seenPartition.equals(write.partition));
        if (elsewhere && !write.contested) {
            write.contested = true;
            findings.add(Anomaly.INCONSISTENT_OFFSETS, write.value, "%s was acknowledged at %s@%d and is read at %s@%d"
                    .formatted(write, write.partition, write.acknowledgedAt, write.seenPartition, write.seenOffset));
        }
        var other = places.computeIfAbsent(write.partition, _ -> new HashMap<>()).putIfAbsent(write.acknowledgedAt, write);
        if (other != null && other != write && !elsewhere) {
            contest(write.partition, write.acknowledgedAt, other, write);
        }
    }

    private void collectVisible() {
        var lists = new HashMap<String, List<Long>>();
        for (var write : ledger.writes.values()) {
            if (write.isSeen() && !write.isImpossible()) {
                lists.computeIfAbsent(write.seenPartition, _ -> new ArrayList<>()).add(write.seenOffset);
            }
        }
        lists.forEach((partition, offsets) -> {
            long[] sorted = offsets.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            visible.put(partition, sorted);
        });
    }

    /** The offsets of a partition at which somebody saw a record that may be seen, ascending. */
    long[] visible(String partition) {
        return visible.getOrDefault(partition, new long[0]);
    }

    /** True when somebody rightly saw a record strictly between two offsets. */
    boolean isAnythingBetween(String partition, long after, long before) {
        return isAnyBetween(visible(partition), after, before);
    }

    static boolean isAnyBetween(long[] sorted, long after, long before) {
        int found = Arrays.binarySearch(sorted, after + 1);
        int next = found >= 0 ? found : -found - 1;
        return next < sorted.length && sorted[next] < before;
    }

    private static String place(Seen seen) {
        return seen.partition() + "@" + seen.offset();
    }
}
