package naru.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import naru.log.EpochEnd;

/** A log as a list, and the leader epochs in it. One record an offset. */
final class NaiveLog {

    record Entry(int epoch, long value) {}

    private final ArrayList<Entry> entries = new ArrayList<>();
    private final TreeMap<Integer, Long> begun = new TreeMap<>();
    private long start;
    private long durable;

    long start() {
        return start;
    }

    long end() {
        return start + entries.size();
    }

    long durable() {
        return durable;
    }

    void sync() {
        durable = end();
    }

    void add(Entry entry) {
        begin(entry.epoch(), end());
        entries.add(entry);
    }

    Entry at(long offset) {
        return entries.get((int) (offset - start));
    }

    List<Entry> from(long offset, int count) {
        int first = (int) (offset - start);
        return List.copyOf(entries.subList(first, Math.min(entries.size(), first + count)));
    }

    void begin(int epoch, long at) {
        if (begun.isEmpty() || begun.lastKey() != epoch) {
            begun.tailMap(epoch, true).clear();
            begun.values().removeIf(from -> from >= at);
            begun.put(epoch, at);
        }
    }

    int lastEpoch() {
        return begun.isEmpty() ? -1 : begun.lastKey();
    }

    /** As the log of the product answers. */
    EpochEnd endOf(int epoch) {
        if (epoch < 0 || begun.isEmpty() || epoch > begun.lastKey()) {
            return EpochEnd.UNKNOWN;
        }
        if (epoch == begun.lastKey()) {
            return new EpochEnd(epoch, end());
        }
        var floor = begun.floorEntry(epoch);
        return floor == null
                ? new EpochEnd(epoch, begun.firstEntry().getValue())
                : new EpochEnd(floor.getKey(), begun.higherEntry(epoch).getValue());
    }

    void truncateTo(long offset) {
        while (end() > offset) {
            entries.removeLast();
        }
        durable = Math.min(durable, end());
        begun.values().removeIf(from -> from >= offset);
    }

    void startAnewAt(long offset) {
        entries.clear();
        begun.clear();
        start = offset;
        durable = offset;
    }

    void deleteBefore(long offset) {
        if (offset > start) {
            entries.subList(0, (int) (offset - start)).clear();
            start = offset;
            var first = begun.headMap(Integer.MAX_VALUE).entrySet().stream().filter(one -> one.getValue() <= offset)
                    .reduce((_, later) -> later).orElse(null);
            if (first != null) {
                int epoch = first.getKey();
                begun.headMap(epoch, true).clear();
                begun.put(epoch, offset);
            }
        }
    }
}
