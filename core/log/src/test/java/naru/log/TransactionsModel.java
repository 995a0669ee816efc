package naru.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What a log with transactions is, said in the plainest words: one entry for each offset, and a walk for every question. */
final class TransactionsModel {

    /** One producer's transaction. */
    static final class Transaction {
        final long producer;
        long first;
        long marker = -1;
        boolean committed;

        Transaction(long producer, long first) {
            this.producer = producer;
            this.first = first;
        }
    }

    /** What stands at an offset: a value, alone or in a transaction, or a marker ({@code value} is null). */
    record Entry(String value, Transaction transaction) {}

    final List<Entry> entries = new ArrayList<>();
    final TreeMap<Long, Transaction> open = new TreeMap<>();
    final List<Transaction> all = new ArrayList<>();
    long start;
    long highWatermark;

    long end() {
        return entries.size();
    }

    void add(String value) {
        entries.add(new Entry(value, null));
    }

    void addIn(long producer, String value) {
        var transaction = open.computeIfAbsent(producer, id -> {
            var begun = new Transaction(id, end());
            all.add(begun);
            return begun;
        });
        entries.add(new Entry(value, transaction));
    }

    void end(long producer, boolean committed) {
        var transaction = open.remove(producer);
        if (transaction != null) {
            transaction.marker = end();
            transaction.committed = committed;
        }
        entries.add(new Entry(null, transaction));
    }

    /** The log ends at {@code end} now, and whoever keeps it knows nothing but what it holds. */
    void cutTo(long end) {
        while (end() > end) {
            entries.removeLast();
        }
        all.removeIf(transaction -> transaction.first >= end);
        for (var transaction : all) {
            if (transaction.marker >= end) {
                transaction.marker = -1;
                open.put(transaction.producer, transaction);
            }
        }
        open.values().removeIf(transaction -> transaction.first >= end);
        highWatermark = end;
    }

    /** Where retention took the beginning of a transaction, the log may know of what is left alone. */
    void knownFrom(long producer, long offset) {
        var transaction = open.get(producer);
        if (transaction != null && transaction.first < start && offset == firstLeft(transaction)) {
            transaction.first = offset;
        }
    }

    /** Where retention took all of an open transaction, nothing hangs on it any more; a snapshot may still know of it. */
    void forgetWhatIsGone(Set<Long> known) {
        open.values().removeIf(transaction -> !known.contains(transaction.producer) && firstLeft(transaction) < 0);
        all.removeIf(transaction -> transaction.marker < 0 && !open.containsValue(transaction));
    }

    private long firstLeft(Transaction transaction) {
        for (long at = start; at < end(); at++) {
            if (entries.get((int) at).transaction() == transaction) {
                return at;
            }
        }
        return -1;
    }

    long lastStable() {
        long stable = highWatermark;
        for (var transaction : all) {
            boolean decided = transaction.marker >= 0 && transaction.marker < highWatermark;
            stable = decided ? stable : Math.min(stable, transaction.first);
        }
        return Math.max(start, stable);
    }

    /** What a reader of committed records sees from an offset on. */
    List<String> committedFrom(long offset) {
        var seen = new ArrayList<String>();
        for (long at = offset; at < lastStable(); at++) {
            var entry = entries.get((int) at);
            boolean counts = entry.transaction() == null || entry.transaction().committed;
            if (entry.value() != null && counts) {
                seen.add(entry.value());
            }
        }
        return seen;
    }
}
