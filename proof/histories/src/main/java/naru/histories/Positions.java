package naru.histories;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How each process moved through the partitions that it read, and which of the missing writes it passed on its way. */
final class Positions {

    /** @param transaction the process's open transaction at that moment; null for none */
    private record Position(long offset, int polledAt, String transaction) {}

    /** One process: where it stands in each partition, and its open transaction. */
    private static final class Reader {
        private final Map<String, Position> positions = new HashMap<>();
        private String transaction;
    }

    private final Reading reading;
    private final Findings findings;
    private final Map<String, Reader> readers = new HashMap<>();
    /** By partition, the acknowledged offsets that nobody has seen, ascending; and those of them that were passed. */
    private final Map<String, long[]> missing = new HashMap<>();
    private final Map<String, Set<Long>> passed = new HashMap<>();

    Positions(Reading reading, Findings findings, List<Write> missingWrites) {
        this.reading = reading;
        this.findings = findings;
        for (var write : missingWrites) {
            missing.merge(write.partition, new long[] {write.acknowledgedAt}, Positions::joined);
        }
        missing.values().forEach(Arrays::sort);
    }

    private static long[] joined(long[] some, long[] more) {
        long[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    void follow(List<Event> history) {
        for (int at = 0; at < history.size(); at++) {
            var event = history.get(at);
            if (event.stage() == Stage.OK || endsTransaction(event)) {
                move(at, event, readers.computeIfAbsent(event.process(), _ -> new Reader()));
            }
        }
    }

    private static boolean endsTransaction(Event event) {
        return event.stage() != Stage.INVOKE
                && (event.operation() instanceof Operation.Commit || event.operation() instanceof Operation.Abort);
    }

    /** True when a reader went over this write and did not see it. */
    boolean isPassed(Write write) {
        return passed.getOrDefault(write.partition, Set.of()).contains(write.acknowledgedAt);
    }

    private void move(int at, Event event, Reader reader) {
        switch (event.operation()) {
            case Operation.Begin begin -> reader.transaction = begin.transaction();
            case Operation.Commit _, Operation.Abort _ -> reader.transaction = null;
            case Operation.Subscribe _ -> reader.positions.clear();
            case Operation.Assign assign -> {
                reader.positions.clear();
                assign.positions().forEach((partition, offset) -> {
                    if (offset >= 0) {
                        reader.positions.put(partition, new Position(offset - 1, -1, null));
                    }
                });
            }
            case Operation.Poll poll -> poll.seen().forEach(seen -> advance(at, event.process(), reader, seen));
            case Operation.Send _, Operation.CommitOffsets _, Operation.FindOffsets _ -> { }
        }
    }

    private void advance(int at, String process, Reader reader, Seen seen) {
        var before = reader.positions.get(seen.partition());
        if (before != null) {
            boolean internal = before.polledAt == at
                    || before.transaction != null && before.transaction.equals(reader.transaction);
            if (seen.offset() <= before.offset) {
                findings.add(internal ? Anomaly.INTERNAL_NONMONOTONIC_POLL : Anomaly.NONMONOTONIC_POLL,
                        process + seen.partition() + seen.offset(), "%s was at %s@%d and then read @%d"
                                .formatted(process, seen.partition(), before.offset, seen.offset()));
            } else if (seen.offset() > before.offset + 1) {
                pass(seen.partition(), before.offset, seen.offset());
                if (reading.isAnythingBetween(seen.partition(), before.offset, seen.offset())) {
                    findings.add(internal ? Anomaly.INTERNAL_POLL_SKIP : Anomaly.POLL_SKIP,
                            process + seen.partition() + seen.offset(), "%s went from %s@%d to @%d over records that others see"
                                    .formatted(process, seen.partition(), before.offset, seen.offset()));
                }
            }
        }
        reader.positions.put(seen.partition(), new Position(seen.offset(), at, reader.transaction));
    }

    private void pass(String partition, long after, long before) {
        long[] offsets = missing.get(partition);
        if (offsets != null && Reading.isAnyBetween(offsets, after, before)) {
            for (long offset : offsets) {
                if (after < offset && offset < before) {
                    passed.computeIfAbsent(partition, _ -> new HashSet<>()).add(offset);
                }
            }
        }
    }
}
