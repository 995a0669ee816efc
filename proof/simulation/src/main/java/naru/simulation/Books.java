package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;

/**
 * What was entered into accounts, and what a compacted topic owes to whoever reads it: of each account the newest entry that
 * was acknowledged, or one after it; every entry at one offset for ever; and nothing of a transaction that was aborted.
 */
final class Books {

    /** One record that somebody writes. */
    static final class Entry {
        private final String name;
        private final TopicPartition partition;
        private final String account;
        private final boolean closing;
        private long offset = -1;
        private long certainNs = -1;
        private Visibility visibility;

        private Entry(String name, TopicPartition partition, String account, boolean closing, Visibility visibility) {
            this.name = name;
            this.partition = partition;
            this.account = account;
            this.closing = closing;
            this.visibility = visibility;
        }

        String name() {
            return name;
        }

        String account() {
            return account;
        }

        /** A tombstone. */
        boolean isClosing() {
            return closing;
        }

        long offset() {
            return offset;
        }

        @Override
        public String toString() {
            return name + (closing ? ", which closes " : " of ") + account + " at " + partition + "@" + offset;
        }
    }

    private enum Visibility { NOT_YET, PERHAPS, NEVER }

    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<TopicPartition, Map<Long, Entry>> places = new TreeMap<>();
    /** By account: what is in the log for good, by offset. */
    private final Map<String, TreeMap<Long, Entry>> certain = new HashMap<>();
    /** By account: tombstones of which nobody knows whether they are in the log. */
    private final Map<String, List<Entry>> uncertainTombstones = new HashMap<>();

    /** Before it is sent for the first time. @param transactional it may be seen only once its commit was asked for */
    Entry entering(String name, TopicPartition partition, String account, boolean closing, boolean transactional) {
        var entry = new Entry(name, partition, account, closing, transactional ? Visibility.NOT_YET : Visibility.PERHAPS);
        unless(entries.put(name, entry) == null, name + " is written twice by its own writer");
        if (closing) {
            uncertainTombstones.computeIfAbsent(account, _ -> new ArrayList<>()).add(entry);
        }
        return entry;
    }

    /** The broker said where it is; -1 when it did not. */
    void placed(Entry entry, long offset) {
        if (offset < 0) {
            return;
        }
        unless(entry.offset < 0 || entry.offset == offset, entry + " is said to be at " + offset);
        var other = places.computeIfAbsent(entry.partition, _ -> new HashMap<>()).putIfAbsent(offset, entry);
        unless(other == null || other == entry, entry.name + " is at the offset of " + other);
        entry.offset = offset;
    }

    /** It is in the log for good, visible for everybody. */
    void acknowledged(Entry entry, long nowNs) {
        if (entry.offset < 0 || entry.certainNs >= 0) {
            return;
        }
        entry.certainNs = nowNs;
        certain.computeIfAbsent(entry.account, _ -> new TreeMap<>()).put(entry.offset, entry);
        if (entry.closing) {
            uncertainTombstones.get(entry.account).remove(entry);
        }
    }

    /** From now on its commit may be true, whatever the answer is. */
    void committing(Entry entry) {
        entry.visibility = Visibility.PERHAPS;
    }

    void aborted(Entry entry) {
        entry.visibility = Visibility.NEVER;
        if (entry.closing) {
            uncertainTombstones.get(entry.account).remove(entry);
        }
    }

    /** Somebody was shown this record. */
    Entry read(TopicPartition partition, long offset, String name, String account, boolean closing, long nowNs) {
        var entry = entries.get(name);
        unless(entry != null, partition + "@" + offset + " holds what nobody wrote: " + name);
        unless(entry.partition.equals(partition) && entry.account.equals(account) && entry.closing == closing,
                entry + " reads otherwise at " + partition + "@" + offset + ": " + account + (closing ? ", closed" : ""));
        unless(entry.visibility == Visibility.PERHAPS, entry + " was read, and its transaction "
                + (entry.visibility == Visibility.NEVER ? "was aborted" : "is open"));
        placed(entry, offset);
        acknowledged(entry, nowNs);
        return entry;
    }

    /** The accounts of which something is in this partition for good. */
    List<String> accounts(TopicPartition partition) {
        return certain.entrySet().stream().filter(one -> one.getValue().firstEntry().getValue().partition.equals(partition))
                .map(Map.Entry::getKey).sorted().toList();
    }

    /**
     * Somebody has read everything from the beginning; the last question left at {@code askedNs}.
     *
     * @param last what was read last of the account, or null
     * @param inTime it read fast enough to be shown every tombstone
     */
    void settle(String reader, String account, Entry last, long askedNs, boolean inTime) {
        var owed = owed(account, askedNs);
        if (owed == null) {
            return;
        }
        if (last != null && last.offset >= owed.offset) {
            return;
        }
        boolean perhapsClosed = uncertainTombstones.getOrDefault(account, List.of()).stream()
                .anyMatch(entry -> entry.visibility == Visibility.PERHAPS);
        if (last == null) {
            unless(owed.closing || perhapsClosed || isClosedAfter(account, owed), reader + " does not find " + owed);
        } else if (inTime) {
            unless(perhapsClosed && !owed.closing, reader + " finds nothing newer than " + last + ", but there is " + owed);
        }
    }

    private Entry owed(String account, long askedNs) {
        for (var entry : certain.get(account).descendingMap().values()) {
            if (entry.certainNs <= askedNs) {
                return entry;
            }
        }
        return null;
    }

    private boolean isClosedAfter(String account, Entry owed) {
        return certain.get(account).tailMap(owed.offset, false).values().stream().anyMatch(Entry::isClosing);
    }

    int written() {
        return entries.size();
    }
}
