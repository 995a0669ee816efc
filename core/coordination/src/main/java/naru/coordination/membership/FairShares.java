package naru.coordination.membership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.base.Uuid;
import naru.coordination.membership.Assignor.Subscriber;

/**
 * The uniform assignment of members with different topics: no partition could move to another subscriber of its topic
 * and leave the two nearer to each other.
 */
final class FairShares {

    private final SortedMap<String, Subscriber> members;
    private final FreePartitions free;
    private final TreeMap<String, Partitions.Builder> shares = new TreeMap<>();
    /** Who subscribes to a topic. */
    private final TreeMap<Uuid, List<String>> subscribers = new TreeMap<>();

    FairShares(SortedMap<String, Subscriber> members, Topics topics) {
        this.members = members;
        this.free = new FreePartitions(topics);
    }

    SortedMap<String, Partitions> assign() {
        members.forEach((id, member) -> {
            shares.put(id, Partitions.builder());
            member.topics().forEach(topic -> subscribers.computeIfAbsent(topic, _ -> new ArrayList<>()).add(id));
        });
        subscribers.keySet().forEach(free::addTopic);
        keep();
        handOut();
        balance();
        var result = new TreeMap<String, Partitions>();
        shares.forEach((id, share) -> result.put(id, share.build()));
        return result;
    }

    private void keep() {
        members.forEach((id, member) -> member.current().byTopic().forEach((topic, numbers) -> {
            if (member.topics().contains(topic)) {
                numbers.stream().filter(partition -> free.take(topic, partition))
                        .forEach(partition -> shares.get(id).add(topic, partition));
            }
        }));
    }

    /** Topics with few subscribers first: theirs is the smallest choice. */
    private void handOut() {
        var order = new ArrayList<>(free.byTopic().keySet());
        order.sort(Comparator.comparingInt((Uuid topic) -> subscribers.get(topic).size()));
        for (var topic : order) {
            for (int partition : List.copyOf(free.byTopic().get(topic))) {
                free.take(topic, partition);
                shares.get(leastLoaded(topic, partition)).add(topic, partition);
            }
        }
    }

    /** Of the least loaded subscribers of a topic one in a rack of the partition, where there is one. */
    private String leastLoaded(Uuid topic, int partition) {
        String best = null;
        boolean bestIsNear = false;
        for (var id : subscribers.get(topic)) {
            int difference = best == null ? -1 : shares.get(id).count() - shares.get(best).count();
            if (difference > 0 || difference == 0 && bestIsNear) {
                continue;
            }
            String rack = members.get(id).rackId();
            boolean near = rack != null && free.isInRack(topic, partition, rack);
            if (difference < 0 || near) {
                best = id;
                bestIsNear = near;
            }
        }
        return best;
    }

    /** Every move makes the sum of the squares of all loads smaller, so it ends. */
    private void balance() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (var topic : subscribers.entrySet()) {
                while (moveOne(topic.getKey(), topic.getValue())) {
                    moved = true;
                }
            }
        }
    }

    /** From the most loaded subscriber that has a partition of this topic to the least loaded one. */
    private boolean moveOne(Uuid topic, List<String> ids) {
        String most = null;
        String least = null;
        for (var id : ids) {
            int load = shares.get(id).count();
            boolean has = shares.get(id).byTopic().containsKey(topic);
            most = has && (most == null || load > shares.get(most).count()) ? id : most;
            least = least == null || load < shares.get(least).count() ? id : least;
        }
        if (most == null || shares.get(most).count() - shares.get(least).count() < 2) {
            return false;
        }
        int partition = shares.get(most).byTopic().get(topic).last();
        shares.get(most).remove(topic, partition);
        shares.get(least).add(topic, partition);
        return true;
    }
}
