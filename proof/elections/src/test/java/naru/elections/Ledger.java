package naru.elections;

import java.util.TreeMap;
import java.util.TreeSet;
import naru.metadata.Cluster;

/** Everything that any node was told, and what may never be: complains at once. */
final class Ledger {

    private final TreeMap<Integer, Integer> leaders = new TreeMap<>();
    private final TreeMap<Long, Cluster> values = new TreeMap<>();
    private final TreeSet<String> told = new TreeSet<>();
    private final TreeSet<String> acknowledged = new TreeSet<>();
    private int elections;

    void leads(int node, int epoch) {
        Integer before = leaders.putIfAbsent(epoch, node);
        if (before != null && before != node) {
            throw new AssertionError("epoch " + epoch + " has two leaders, " + before + " and " + node);
        }
        if (before == null) {
            elections++;
        }
    }

    /** Whoever comes to an end of the log must find the same value there. */
    void has(int node, long end, Cluster value) {
        var before = values.putIfAbsent(end, value);
        if (before != null && !before.equals(value)) {
            throw new AssertionError("node " + node + " has another value at offset " + end + " than one before it");
        }
    }

    void told(String value) {
        told.add(value);
    }

    void acknowledge(String value) {
        if (!told.contains(value)) {
            throw new AssertionError(value + " is acknowledged, and no follower was told");
        }
        acknowledged.add(value);
    }

    int acknowledged() {
        return acknowledged.size();
    }

    int elections() {
        return elections;
    }

    /** Nothing acknowledged is missing in the end. */
    void settle(Cluster last) {
        var all = new TreeSet<String>();
        last.toRecords().forEach(record -> {
            if (record instanceof naru.protocol.message.ConfigRecord config) {
                all.add(config.value());
            }
        });
        for (var value : acknowledged) {
            if (!all.contains(value)) {
                throw new AssertionError(value + " was acknowledged and is lost");
            }
        }
    }
}
