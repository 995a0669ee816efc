package naru.coordination.membership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.base.Uuid;

/**
 * Each topic in one run of partitions a member, the first members one more where it does not divide. Members stand in one
 * order for all topics, static ones first, so that those with the same topics get the same numbers of each: what joins
 * need. Like Kafka's, it looks at no racks: a run cut by racks would break that.
 */
public final class RangeAssignor implements Assignor {

    @Override
    public String name() {
        return "range";
    }

    @Override
    public SortedMap<String, Partitions> assign(SortedMap<String, Subscriber> members, Topics topics) {
        var assigned = new TreeMap<String, Partitions.Builder>();
        var subscribers = new TreeMap<Uuid, List<String>>();
        for (var member : inOrder(members)) {
            assigned.put(member.getKey(), Partitions.builder());
            member.getValue().topics().forEach(
                    topic -> subscribers.computeIfAbsent(topic, _ -> new ArrayList<>()).add(member.getKey()));
        }
        subscribers.forEach((topic, ids) -> {
            int count = topics.withId(topic).partitions();
            int next = 0;
            for (int i = 0; i < ids.size(); i++) {
                int end = next + count / ids.size() + (i < count % ids.size() ? 1 : 0);
                while (next < end) {
                    assigned.get(ids.get(i)).add(topic, next++);
                }
            }
        });
        var result = new TreeMap<String, Partitions>();
        assigned.forEach((id, partitions) -> result.put(id, partitions.build()));
        return result;
    }

    private static List<Map.Entry<String, Subscriber>> inOrder(SortedMap<String, Subscriber> members) {
        var order = new ArrayList<>(members.entrySet());
        order.sort(Comparator.comparing(
                (Map.Entry<String, Subscriber> one) -> one.getValue().instanceId(),
                Comparator.nullsLast(Comparator.naturalOrder())).thenComparing(Map.Entry::getKey));
        return order;
    }
}
