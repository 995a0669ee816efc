package naru.coordination.shares;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import naru.base.Uuid;

/** Partitions of topics, by the topics' ids, in order. */
record Partitions(SortedMap<Uuid, SortedSet<Integer>> byTopic) {

    static final Partitions NONE = new Partitions(Collections.emptySortedMap());

    /** Collects partitions one by one. */
    static final class Builder {
        private final TreeMap<Uuid, SortedSet<Integer>> byTopic = new TreeMap<>();

        Builder add(Uuid topic, int partition) {
            byTopic.computeIfAbsent(topic, _ -> new TreeSet<>()).add(partition);
            return this;
        }

        Builder addAll(Uuid topic, Iterable<Integer> partitions) {
            partitions.forEach(one -> add(topic, one));
            return this;
        }

        Builder addAll(Partitions others) {
            others.byTopic().forEach(this::addAll);
            return this;
        }

        Builder removeAll(Partitions others) {
            others.byTopic().forEach((topic, gone) -> {
                var left = byTopic.get(topic);
                if (left != null) {
                    left.removeAll(gone);
                    byTopic.remove(topic, Collections.emptySortedSet());
                }
            });
            return this;
        }

        Partitions build() {
            return new Partitions(Collections.unmodifiableSortedMap(byTopic));
        }
    }

    boolean has(Uuid topic, int partition) {
        var of = byTopic.get(topic);
        return of != null && of.contains(partition);
    }

    boolean isEmpty() {
        return byTopic.isEmpty();
    }

    <T> List<T> map(BiFunction<Uuid, List<Integer>, T> each) {
        var all = new ArrayList<T>();
        byTopic.forEach((topic, partitions) -> all.add(each.apply(topic, List.copyOf(partitions))));
        return all;
    }

    List<ShareKey> keys(String group) {
        var keys = new ArrayList<ShareKey>();
        byTopic.forEach((topic, partitions) -> partitions.forEach(one -> keys.add(new ShareKey(group, topic, one))));
        return keys;
    }
}
