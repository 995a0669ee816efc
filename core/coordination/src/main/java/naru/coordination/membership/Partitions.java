package naru.coordination.membership;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Uuid;

/** A set of partitions, by topic and number. Nobody changes it; topics without partitions are left out. */
public final class Partitions {

    public static final Partitions NONE = new Partitions(new TreeMap<>());

    private static final SortedSet<Integer> NO_NUMBERS = Collections.unmodifiableSortedSet(new TreeSet<>());

    private final SortedMap<Uuid, SortedSet<Integer>> byTopic;

    private Partitions(SortedMap<Uuid, SortedSet<Integer>> byTopic) {
        this.byTopic = byTopic;
    }

    /** Collects partitions one by one. */
    public static final class Builder {
        private final TreeMap<Uuid, SortedSet<Integer>> byTopic = new TreeMap<>();
        private int count;

        public Builder add(Uuid topic, int partition) {
            if (byTopic.computeIfAbsent(topic, _ -> new TreeSet<>()).add(partition)) {
                count++;
            }
            return this;
        }

        public Builder addAll(Uuid topic, List<Integer> partitions) {
            partitions.forEach(one -> add(topic, one));
            return this;
        }

        public boolean remove(Uuid topic, int partition) {
            var numbers = byTopic.get(topic);
            if (numbers == null || !numbers.remove(partition)) {
                return false;
            }
            if (numbers.isEmpty()) {
                byTopic.remove(topic);
            }
            count--;
            return true;
        }

        public boolean has(Uuid topic, int partition) {
            return byTopic.getOrDefault(topic, NO_NUMBERS).contains(partition);
        }

        public int count() {
            return count;
        }

        public SortedMap<Uuid, SortedSet<Integer>> byTopic() {
            return byTopic;
        }

        /** What was collected; this must not be used after it. */
        public Partitions build() {
            return byTopic.isEmpty() ? NONE : new Partitions(byTopic);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    public SortedMap<Uuid, SortedSet<Integer>> byTopic() {
        return Collections.unmodifiableSortedMap(byTopic);
    }

    public SortedSet<Integer> of(Uuid topic) {
        return byTopic.getOrDefault(topic, NO_NUMBERS);
    }

    public boolean has(Uuid topic, int partition) {
        return of(topic).contains(partition);
    }

    public boolean isEmpty() {
        return byTopic.isEmpty();
    }

    public int count() {
        return byTopic.values().stream().mapToInt(SortedSet::size).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Partitions that && byTopic.equals(that.byTopic);
    }

    @Override
    public int hashCode() {
        return byTopic.hashCode();
    }

    @Override
    public String toString() {
        return byTopic.toString();
    }
}
