package naru.coordination.membership;

import java.util.Iterator;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Uuid;

/** Partitions that no member has yet, while an assignment is made. */
final class FreePartitions {

    private final Topics topics;
    private final TreeMap<Uuid, TreeSet<Integer>> free = new TreeMap<>();
    private final TreeMap<Uuid, Topics.Shape> shapes = new TreeMap<>();
    private int count;

    FreePartitions(Topics topics) {
        this.topics = topics;
    }

    void addTopic(Uuid topic) {
        var shape = topics.withId(topic);
        if (shapes.put(topic, shape) == null) {
            var numbers = new TreeSet<Integer>();
            for (int i = 0; i < shape.partitions(); i++) {
                numbers.add(i);
            }
            free.put(topic, numbers);
            count += shape.partitions();
        }
    }

    int count() {
        return count;
    }

    /** False when it is not free. */
    boolean take(Uuid topic, int partition) {
        var numbers = free.get(topic);
        boolean taken = numbers != null && numbers.remove(partition);
        count -= taken ? 1 : 0;
        return taken;
    }

    TreeMap<Uuid, TreeSet<Integer>> byTopic() {
        return free;
    }

    boolean isInRack(Uuid topic, int partition, String rack) {
        var racks = shapes.get(topic).racks();
        return partition < racks.size() && racks.get(partition).contains(rack);
    }

    /** Up to {@code most} of those that have a replica in this rack. */
    void takeInRack(String rack, int most, Partitions.Builder into) {
        int left = most;
        for (var topic : free.keySet()) {
            if (shapes.get(topic).racks().isEmpty()) {
                continue;
            }
            var numbers = free.get(topic).iterator();
            while (left > 0 && numbers.hasNext()) {
                int partition = numbers.next();
                if (isInRack(topic, partition, rack)) {
                    left -= move(topic, partition, numbers, into);
                }
            }
        }
    }

    /** Up to {@code most}, in order. */
    void takeAny(int most, Partitions.Builder into) {
        int left = most;
        while (left > 0 && !free.isEmpty()) {
            var topic = free.firstEntry();
            var numbers = topic.getValue().iterator();
            while (left > 0 && numbers.hasNext()) {
                left -= move(topic.getKey(), numbers.next(), numbers, into);
            }
            if (topic.getValue().isEmpty()) {
                free.remove(topic.getKey());
            }
        }
    }

    private int move(Uuid topic, int partition, Iterator<Integer> at, Partitions.Builder into) {
        at.remove();
        into.add(topic, partition);
        count--;
        return 1;
    }
}
