package naru.coordination.shares;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import naru.base.Uuid;

/**
 * The assignor {@code simple}: every partition has at least one member that reads it, every member at least one
 * partition, and both are spread as evenly as counting allows. Where there are more members than partitions, they share.
 */
final class SimpleAssignor {

    static final String NAME = "simple";

    private record Part(Uuid topic, int partition) {}

    private SimpleAssignor() {}

    /**
     * Who reads what.
     *
     * @param readable the partitions of a topic that may be handed out; null for a topic that is not there
     */
    static Map<String, Partitions> assign(Collection<ShareMember> members, Function<String, Partitions> readable) {
        var subscribers = new TreeMap<List<String>, List<ShareMember>>((one, other) -> one.toString().compareTo(other.toString()));
        members.forEach(member -> subscribers.computeIfAbsent(
                member.topics.stream().sorted().toList(), _ -> new ArrayList<>()).add(member));
        var taken = new TreeMap<String, Partitions.Builder>();
        members.forEach(member -> taken.put(member.id, new Partitions.Builder()));
        // Members with the same subscription share its partitions; with one subscription in a group, that is all.
        subscribers.forEach((topics, alike) -> {
            var parts = new ArrayList<Part>();
            for (var topic : topics) {
                var partitions = readable.apply(topic);
                if (partitions != null) {
                    partitions.byTopic().forEach((id, all) -> all.forEach(one -> parts.add(new Part(id, one))));
                }
            }
            for (int i = 0; !parts.isEmpty() && i < Math.max(parts.size(), alike.size()); i++) {
                var part = parts.get(i % parts.size());
                taken.get(alike.get(i % alike.size()).id).add(part.topic(), part.partition());
            }
        });
        var assigned = new TreeMap<String, Partitions>();
        taken.forEach((member, parts) -> assigned.put(member, parts.build()));
        return assigned;
    }
}
