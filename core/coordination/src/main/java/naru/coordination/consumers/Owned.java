package naru.coordination.consumers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import naru.base.Uuid;
import naru.protocol.message.ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions;

/**
 * Partitions that a member has, each with the epoch in which it was given. Nobody changes it.
 *
 * @param byTopic topic, partition, epoch; topics without partitions are left out
 */
record Owned(SortedMap<Uuid, SortedMap<Integer, Integer>> byTopic) {

    static final Owned NONE = new Owned(new TreeMap<>());

    private static final SortedMap<Integer, Integer> NO_PARTITIONS = Collections.emptySortedMap();

    static Owned of(List<TopicPartitions> stored, int memberEpoch) {
        var byTopic = new TreeMap<Uuid, SortedMap<Integer, Integer>>();
        for (var topic : stored) {
            var epochs = topic.assignmentEpochs();
            for (int i = 0; i < topic.partitions().size(); i++) {
                // Kafka before 4.3 does not say since when.
                int epoch = epochs == null || i >= epochs.size() ? memberEpoch : epochs.get(i);
                byTopic.computeIfAbsent(topic.topicId(), _ -> new TreeMap<>()).put(topic.partitions().get(i), epoch);
            }
        }
        return new Owned(byTopic);
    }

    List<TopicPartitions> stored() {
        var stored = new ArrayList<TopicPartitions>();
        byTopic.forEach((topic, partitions) -> stored.add(new TopicPartitions(
                topic, List.copyOf(partitions.keySet()), List.copyOf(partitions.values()))));
        return stored;
    }

    SortedMap<Integer, Integer> of(Uuid topic) {
        return byTopic.getOrDefault(topic, NO_PARTITIONS);
    }

    boolean has(Uuid topic, int partition) {
        return of(topic).containsKey(partition);
    }

    boolean isEmpty() {
        return byTopic.isEmpty();
    }

    /** A copy that may be changed. */
    TreeMap<Uuid, SortedMap<Integer, Integer>> copy() {
        var copy = new TreeMap<Uuid, SortedMap<Integer, Integer>>();
        byTopic.forEach((topic, partitions) -> copy.put(topic, new TreeMap<>(partitions)));
        return copy;
    }

    Owned without(Predicate<Uuid> topics) {
        var copy = copy();
        copy.keySet().removeIf(topics);
        return copy.size() == byTopic.size() ? this : new Owned(copy);
    }

    Owned and(Owned more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = copy();
        more.byTopic.forEach((topic, partitions) -> all.computeIfAbsent(topic, _ -> new TreeMap<>()).putAll(partitions));
        return new Owned(all);
    }

    boolean hasSamePartitions(Owned other) {
        if (!byTopic.keySet().equals(other.byTopic.keySet())) {
            return false;
        }
        for (var topic : byTopic.entrySet()) {
            if (!topic.getValue().keySet().equals(other.of(topic.getKey()).keySet())) {
                return false;
            }
        }
        return true;
    }
}
