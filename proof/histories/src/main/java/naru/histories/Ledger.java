package naru.histories;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The first pass over a history: all writes, transactions and committed offsets, with their outcomes. */
final class Ledger {

    /** In the order in which they were sent. */
    final Map<String, Write> writes = new LinkedHashMap<>();
    final Map<String, Transaction> transactions = new LinkedHashMap<>();
    /** Every attempt to commit offsets, in order, with the index of the event that confirmed it. */
    final Map<Transaction.Offsets, Integer> offsets = new LinkedHashMap<>();
    private final Map<String, Transaction.Offsets> offsetsUnderWay = new HashMap<>();

    static Ledger of(List<Event> history) {
        var ledger = new Ledger();
        for (int at = 0; at < history.size(); at++) {
            ledger.take(at, history.get(at));
        }
        return ledger;
    }

    private void take(int at, Event event) {
        switch (event.operation()) {
            case Operation.Send send -> takeSend(event, send);
            case Operation.Begin begin -> transaction(begin.transaction(), event.process());
            case Operation.Commit commit -> takeCommit(at, event, transaction(commit.transaction(), event.process()));
            case Operation.Abort abort -> transaction(abort.transaction(), event.process());
            case Operation.CommitOffsets commit -> takeOffsets(at, event, commit);
            case Operation.Poll _, Operation.Assign _, Operation.Subscribe _, Operation.FindOffsets _ -> { }
        }
    }

    private Transaction transaction(String name, String process) {
        return name == null ? null : transactions.computeIfAbsent(name, _ -> new Transaction(name, process));
    }

    private void takeSend(Event event, Operation.Send send) {
        var write = writes.get(send.value());
        if (write == null) {
            write = new Write(event.process(), send, transaction(send.transaction(), event.process()));
            writes.put(send.value(), write);
            if (write.transaction != null) {
                write.transaction.writes.add(write);
            }
        } else if (event.stage() == Stage.INVOKE) {
            throw new IllegalArgumentException("the history sends '" + send.value() + "' twice; values must be unique");
        }
        if (event.stage() != Stage.INVOKE) {
            write.outcome = event.stage();
            write.acknowledgedAt = event.stage() == Stage.OK ? send.offset() : -1;
        }
    }

    private static void takeCommit(int at, Event event, Transaction transaction) {
        switch (event.stage()) {
            case INVOKE -> transaction.commitInvokedAt = Math.min(transaction.commitInvokedAt, at);
            case OK -> {
                transaction.commitInvokedAt = Math.min(transaction.commitInvokedAt, at);
                transaction.committedAt = at;
            }
            case FAIL -> transaction.commitFailed = true;
            case INFO -> { }
        }
    }

    private void takeOffsets(int at, Event event, Operation.CommitOffsets commit) {
        if (event.stage() == Stage.INVOKE) {
            var transaction = transaction(commit.transaction(), event.process());
            var attempt = new Transaction.Offsets(transaction, event.process(), commit, at);
            offsets.put(attempt, Integer.MAX_VALUE);
            offsetsUnderWay.put(event.process(), attempt);
            if (transaction != null) {
                transaction.offsets.add(attempt);
            }
            return;
        }
        var attempt = offsetsUnderWay.remove(event.process());
        if (attempt == null) {
            throw new IllegalArgumentException(event.process() + " is answered on offsets that it did not commit");
        }
        if (event.stage() == Stage.OK) {
            offsets.put(attempt, at);
        } else if (event.stage() == Stage.FAIL) {
            offsets.remove(attempt);
            if (attempt.transaction() != null) {
                attempt.transaction().offsets.remove(attempt);
            }
        }
    }

    /** Writes that readers must come to see, and have not. */
    List<Write> missing() {
        var missing = new ArrayList<Write>();
        for (var write : writes.values()) {
            boolean due = write.outcome == Stage.OK && (write.transaction == null || write.transaction.isThere());
            if (due && !write.isSeen() && !write.contested) {
                missing.add(write);
            }
        }
        return missing;
    }
}
