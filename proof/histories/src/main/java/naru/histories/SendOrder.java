package naru.histories;

import java.util.HashMap;

/** What one process sends to one partition stands there in the order in which it was sent. */
final class SendOrder {

    private record Stream(String process, String partition) {}

    private SendOrder() {}

    static void check(Ledger ledger, Findings findings) {
        var last = new HashMap<Stream, Write>();
        for (var write : ledger.writes.values()) {
            if (write.offset() < 0 || write.contested) {
                continue;
            }
            var stream = new Stream(write.process, write.partition);
            var before = last.get(stream);
            if (before == null || before.offset() < write.offset()) {
                last.put(stream, write);
                continue;
            }
            boolean internal = write.transaction != null && write.transaction == before.transaction;
            findings.add(internal ? Anomaly.INTERNAL_NONMONOTONIC_SEND : Anomaly.NONMONOTONIC_SEND, write.value,
                    "%s sent %s before %s, and they stand at %s@%d and @%d".formatted(
                            write.process, before, write, write.partition, before.offset(), write.offset()));
        }
    }
}
