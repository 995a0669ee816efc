package naru.coordination.membership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.coordination.membership.Assignor.Subscriber;

/** The uniform assignment of members that all subscribe to the same topics: nobody has two more than another. */
final class EqualShares {

    private final SortedMap<String, Subscriber> members;
    private final Topics topics;
    private final TreeMap<String, Partitions.Builder> shares = new TreeMap<>();
    private final TreeMap<String, Integer> quotas = new TreeMap<>();

    EqualShares(SortedMap<String, Subscriber> members, Topics topics) {
        this.members = members;
        this.topics = topics;
    }

    SortedMap<String, Partitions> assign() {
        var all = new FreePartitions(topics);
        members.firstEntry().getValue().topics().forEach(all::addTopic);
        setQuotas(all.count());
        members.forEach((id, member) -> {
            var share = shares.computeIfAbsent(id, _ -> Partitions.builder());
            for (var topic : member.current().byTopic().entrySet()) {
                for (int partition : topic.getValue()) {
                    if (share.count() < quotas.get(id) && all.take(topic.getKey(), partition)) {
                        share.add(topic.getKey(), partition);
                    }
                }
            }
        });
        members.forEach((id, member) -> {
            var share = shares.get(id);
            if (member.rackId() != null) {
                all.takeInRack(member.rackId(), quotas.get(id) - share.count(), share);
            }
        });
        shares.forEach((id, share) -> all.takeAny(quotas.get(id) - share.count(), share));
        var result = new TreeMap<String, Partitions>();
        shares.forEach((id, share) -> result.put(id, share.build()));
        return result;
    }

    /** Where it does not divide, who has the most already keeps one more. */
    private void setQuotas(int partitions) {
        List<String> order = new ArrayList<>(members.keySet());
        var had = new TreeMap<String, Integer>();
        members.forEach((id, member) -> had.put(id, stillThere(member)));
        order.sort(Comparator.comparingInt((String id) -> -had.get(id)));
        for (int i = 0; i < order.size(); i++) {
            quotas.put(order.get(i), partitions / order.size() + (i < partitions % order.size() ? 1 : 0));
        }
    }

    private int stillThere(Subscriber member) {
        int count = 0;
        for (var topic : member.topics()) {
            count += member.current().of(topic).headSet(topics.withId(topic).partitions()).size();
        }
        return count;
    }
}
