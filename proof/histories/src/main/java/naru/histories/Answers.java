package naru.histories;

import java.util.HashMap;
import java.util.Map;

/** Consume-transform-produce, end to end: each consumed record is answered once, and none is left out. */
final class Answers {

    private record Pipe(String group, String partition) {}

    private Answers() {}

    static void check(Ledger ledger, Reading reading, GroupOffsets offsets, Findings findings) {
        var answers = new HashMap<Pipe, Map<Long, Write>>();
        for (var write : ledger.writes.values()) {
            if (write.cause == null) {
                continue;
            }
            var answered = answers.computeIfAbsent(new Pipe(write.cause.group(), write.cause.partition()), _ -> new HashMap<>());
            if (write.isThere()) {
                var other = answered.putIfAbsent(write.cause.offset(), write);
                if (other != null) {
                    findings.add(Anomaly.DUPLICATE, write.cause, "%s was answered twice, by %s and %s"
                            .formatted(write.cause, other, write));
                }
            }
        }
        answers.forEach((pipe, answered) -> {
            long consumed = offsets.consumed(pipe.group, pipe.partition);
            for (long offset : reading.visible(pipe.partition)) {
                if (offset < consumed && !answered.containsKey(offset)) {
                    findings.add(Anomaly.LOST_WRITE, pipe + "@" + offset,
                            "%s counts as consumed, up to %d, and was never answered"
                                    .formatted(new Cause(pipe.group, pipe.partition, offset), consumed));
                }
            }
        });
    }
}
