package naru.coordination.shares;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What is known about records, one word about each: of two that are said that which was said after more deliveries, or
 * else that which is further on its way. So it does not matter in which order they are said.
 */
final class StateBatches {

    private final TreeMap<Long, StateBatch> pieces = new TreeMap<>();

    /** The newest word about every record from {@code start} on: in order, without overlaps, alike neighbours joined. */
    static List<StateBatch> combine(List<StateBatch> known, List<StateBatch> news, long start) {
        var all = new StateBatches();
        known.forEach(all::lay);
        news.forEach(all::lay);
        all.dropBefore(start);
        return all.list();
    }

    /** In order, without overlaps, alike neighbours joined. */
    List<StateBatch> list() {
        var joined = new ArrayList<StateBatch>();
        for (var piece : pieces.values()) {
            var last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.end() == piece.first() && last.isAlike(piece)) {
                joined.set(joined.size() - 1,
                        new StateBatch(last.first(), piece.end(), last.state(), last.deliveries()));
            } else {
                joined.add(piece);
            }
        }
        return joined;
    }

    void dropBefore(long start) {
        while (!pieces.isEmpty() && pieces.firstKey() < start) {
            var first = pieces.pollFirstEntry().getValue();
            put(start, first.end(), first);
        }
    }

    void lay(StateBatch batch) {
        var under = new ArrayList<StateBatch>();
        var before = pieces.lowerEntry(batch.first());
        if (before != null && before.getValue().end() > batch.first()) {
            under.add(before.getValue());
        }
        under.addAll(pieces.subMap(batch.first(), batch.end()).values());
        under.forEach(one -> pieces.remove(one.first()));
        long at = batch.first();
        for (var one : under) {
            put(one.first(), Math.min(batch.first(), one.end()), one);
            put(at, one.first(), batch);
            long first = Math.max(one.first(), batch.first());
            long end = Math.min(one.end(), batch.end());
            put(first, end, one.isNewerThan(batch) ? one : batch);
            put(batch.end(), one.end(), one);
            at = end;
        }
        put(at, batch.end(), batch);
    }

    private void put(long first, long end, StateBatch says) {
        if (first < end) {
            pieces.put(first, new StateBatch(first, end, says.state(), says.deliveries()));
        }
    }
}
