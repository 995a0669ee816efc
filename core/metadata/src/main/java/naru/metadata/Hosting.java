package naru.metadata;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import naru.base.Uuid;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * Which topics have replicas on a broker, and how many partitions it leads: so that nobody walks the whole cluster when
 * one broker comes or goes. Follows from the topics, and is kept in step with them.
 *
 * @param topics by broker, how many replicas of each topic it holds
 * @param leads by broker, the partitions it leads
 */
record Hosting(TreePMap<Integer, PMap<Uuid, Integer>> topics, TreePMap<Integer, Integer> leads) {

    static final Hosting NONE = new Hosting(TreePMap.empty(), TreePMap.empty());

    /** The ids of topics with a replica there, in no order that means anything. */
    Collection<Uuid> topicsOn(int broker) {
        var held = topics.get(broker);
        return held == null ? List.of() : held.keySet();
    }

    int ledBy(int broker) {
        return leads.getOrDefault(broker, 0);
    }

    /**
     * A topic has changed.
     *
     * @param before null when it is new
     * @param after null when it is gone
     */
    Hosting with(Topic before, Topic after) {
        var held = new TreeMap<Integer, Integer>();
        var led = new TreeMap<Integer, Integer>();
        int beforeCount = before == null ? 0 : before.partitions().size();
        int afterCount = after == null ? 0 : after.partitions().size();
        for (int i = 0; i < Math.max(beforeCount, afterCount); i++) {
            var was = i < beforeCount ? before.partitions().get(i) : null;
            var is = i < afterCount ? after.partitions().get(i) : null;
            if (was != is) {
                // Hardly any change moves replicas: then the new value has the very list of the old one.
                boolean moves = was == null || is == null || was.replicas() != is.replicas();
                count(was, -1, moves, held, led);
                count(is, 1, moves, held, led);
            }
        }
        var id = after == null ? before.id() : after.id();
        return new Hosting(withHeld(id, held), withLed(led));
    }

    private static void count(
            Partition partition, int sign, boolean moves, TreeMap<Integer, Integer> held, TreeMap<Integer, Integer> led) {
        if (partition != null) {
            if (moves) {
                partition.replicas().forEach(broker -> held.merge(broker, sign, Integer::sum));
            }
            if (partition.leader() >= 0) {
                led.merge(partition.leader(), sign, Integer::sum);
            }
        }
    }

    private TreePMap<Integer, PMap<Uuid, Integer>> withHeld(Uuid topic, TreeMap<Integer, Integer> change) {
        var now = topics;
        for (var one : change.entrySet()) {
            if (one.getValue() != 0) {
                PMap<Uuid, Integer> of = now.getOrDefault(one.getKey(), HashTreePMap.empty());
                int count = of.getOrDefault(topic, 0) + one.getValue();
                of = count == 0 ? of.minus(topic) : of.plus(topic, count);
                now = of.isEmpty() ? now.minus(one.getKey()) : now.plus(one.getKey(), of);
            }
        }
        return now;
    }

    private TreePMap<Integer, Integer> withLed(TreeMap<Integer, Integer> change) {
        var now = leads;
        for (var one : change.entrySet()) {
            if (one.getValue() != 0) {
                int count = now.getOrDefault(one.getKey(), 0) + one.getValue();
                now = count == 0 ? now.minus(one.getKey()) : now.plus(one.getKey(), count);
            }
        }
        return now;
    }
}
