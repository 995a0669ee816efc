package naru.coordination.consumers;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Uuid;
import naru.coordination.consumers.ConsumerRecords.Fact;
import naru.coordination.consumers.ConsumerRecords.Found;
import naru.coordination.consumers.ConsumerRecords.Generation;
import naru.coordination.consumers.ConsumerRecords.TargetTime;
import naru.coordination.membership.Partitions;
import naru.coordination.membership.Topics;

/** A consumer group: what its committed records say. It changes by {@link #apply} alone. */
final class ConsumerGroup {

    final String id;
    final TreeMap<String, ConsumerMember> members = new TreeMap<>();
    final TreeMap<String, Partitions> targets = new TreeMap<>();
    /** What each expression of a member matches, as far as that is known. */
    final TreeMap<String, Found> found = new TreeMap<>();
    private final Map<String, String> memberOfInstance = new TreeMap<>();
    private final Map<Uuid, Map<Integer, String>> owners = new TreeMap<>();
    private final SortedMap<String, Integer> subscribers = new TreeMap<>();
    private final SortedMap<String, Integer> searchers = new TreeMap<>();
    private final SortedMap<String, Integer> assignors = new TreeMap<>();
    private final SortedMap<String, Integer> classicProtocols = new TreeMap<>();
    private int classicMembers;
    Generation generation = new Generation(0, 0);
    TargetTime target = new TargetTime(0, 0);

    /** Topics may not be what they were when the epoch was last raised. */
    boolean topicsStale = true;
    /** Its records are on their way, and until they are there it is still a classic group. */
    boolean arriving;
    /** A record of this group is on its way: nothing else is decided until it is there. */
    boolean busy;
    final Deque<Runnable> waiting = new ArrayDeque<>();
    /** What the expressions match may not be what it was. */
    boolean expressionsStale = true;
    long searchedAtMs = Long.MIN_VALUE;

    ConsumerGroup(String id) {
        this.id = id;
    }

    void apply(Fact fact) {
        switch (fact) {
            case Fact.Epoch(_, var now) -> generation = now == null ? new Generation(0, 0) : now;
            case Fact.TargetEpoch(_, var now) -> target = now == null ? new TargetTime(0, 0) : now;
            case Fact.Member(_, var memberId, var profile) -> applyProfile(memberId, profile);
            case Fact.Target(_, var memberId, var partitions) -> {
                if (partitions == null) {
                    targets.remove(memberId);
                } else {
                    targets.put(memberId, partitions);
                }
            }
            case Fact.Stands(_, var memberId, var standing) -> applyStanding(memberId, standing);
            case Fact.Expression(_, var expression, var now) -> {
                if (now == null) {
                    found.remove(expression);
                } else {
                    found.put(expression, now);
                }
            }
            case Fact.Subscribed _ -> { }
        }
    }

    private void applyProfile(String memberId, Profile profile) {
        var member = members.get(memberId);
        if (member != null) {
            count(member, -1);
        }
        if (profile == null) {
            if (member != null) {
                applyStanding(memberId, null);
                member.stopClocks();
                members.remove(memberId);
                if (member.profile.instanceId() != null) {
                    memberOfInstance.remove(member.profile.instanceId(), memberId);
                }
            }
            return;
        }
        if (member == null) {
            member = new ConsumerMember(memberId);
            members.put(memberId, member);
        }
        member.profile = profile;
        count(member, 1);
        if (profile.instanceId() != null) {
            memberOfInstance.put(profile.instanceId(), memberId);
        }
    }

    private void count(ConsumerMember member, int step) {
        var profile = member.profile;
        profile.topics().forEach(topic -> add(subscribers, topic, step));
        if (profile.hasExpression()) {
            add(searchers, profile.expression(), step);
        }
        if (profile.assignor() != null) {
            add(assignors, profile.assignor(), step);
        }
        if (profile.isClassic()) {
            classicMembers += step;
            profile.classic().supportedProtocols().forEach(one -> add(classicProtocols, one.name(), step));
        }
    }

    private static void add(Map<String, Integer> counts, String key, int step) {
        if (counts.merge(key, step, Integer::sum) == 0) {
            counts.remove(key);
        }
    }

    private void applyStanding(String memberId, Standing standing) {
        // Compaction keeps the newest record of a key: a tombstone may come without what it buries, and where a member stands before
        // the profile that was written anew behind it. Who stands somewhere has partitions that nobody else may get.
        var member = standing == null ? members.get(memberId) : members.computeIfAbsent(memberId, ConsumerMember::new);
        if (member == null) {
            return;
        }
        disown(memberId, member.standing.assigned());
        disown(memberId, member.standing.revoking());
        member.standing = standing == null ? Standing.FRESH : standing;
        own(memberId, member.standing.assigned());
        own(memberId, member.standing.revoking());
    }

    private void own(String memberId, Owned owned) {
        owned.byTopic().forEach((topic, partitions) -> {
            var ofTopic = owners.computeIfAbsent(topic, _ -> new TreeMap<>());
            partitions.keySet().forEach(partition -> ofTopic.put(partition, memberId));
        });
    }

    private void disown(String memberId, Owned owned) {
        for (var topic : owned.byTopic().entrySet()) {
            var ofTopic = owners.get(topic.getKey());
            if (ofTopic != null) {
                topic.getValue().keySet().forEach(partition -> ofTopic.remove(partition, memberId));
                if (ofTopic.isEmpty()) {
                    owners.remove(topic.getKey());
                }
            }
        }
    }

    /** Who may still use a partition; null when nobody does. */
    String ownerOf(Uuid topic, int partition) {
        var ofTopic = owners.get(topic);
        return ofTopic == null ? null : ofTopic.get(partition);
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** Nothing is written about it, and nothing is on its way. */
    boolean isUnborn() {
        return members.isEmpty() && generation.epoch() == 0 && !busy && waiting.isEmpty();
    }

    ConsumerMember staticMember(String instanceId) {
        String memberId = instanceId == null ? null : memberOfInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    int searchersOf(String expression) {
        return searchers.getOrDefault(expression, 0);
    }

    /** Expressions that some member subscribes to. */
    SortedSet<String> expressions() {
        return new TreeSet<>(searchers.keySet());
    }

    int classicMembers() {
        return classicMembers;
    }

    /** True when every classic member knows one of these protocols. */
    boolean classicMembersSupport(SortedSet<String> protocols) {
        return protocols.stream().anyMatch(name -> classicProtocols.getOrDefault(name, 0) == classicMembers);
    }

    /** The topics of a member, those of its expression included, that exist now. */
    SortedSet<Uuid> topicsOf(Profile profile, Topics topics) {
        var ids = new TreeSet<Uuid>();
        for (var name : namesOf(profile)) {
            var shape = topics.named(name);
            if (shape != null) {
                ids.add(shape.id());
            }
        }
        return ids;
    }

    private SortedSet<String> namesOf(Profile profile) {
        var matches = profile.hasExpression() ? found.get(profile.expression()) : null;
        if (matches == null || matches.topics().isEmpty()) {
            return profile.topics();
        }
        var names = new TreeSet<>(profile.topics());
        names.addAll(matches.topics());
        return names;
    }

    boolean subscribes(String topic) {
        return subscribers.containsKey(topic) || searchers.keySet().stream()
                .anyMatch(expression -> found.containsKey(expression) && found.get(expression).topics().contains(topic));
    }

    /** All names that would be subscribed to if some members were gone and one said this. */
    SortedSet<String> names(Collection<ConsumerMember> without, Profile with) {
        var counts = new TreeMap<>(subscribers);
        var expressions = new TreeMap<>(searchers);
        for (var member : without) {
            member.profile.topics().forEach(topic -> add(counts, topic, -1));
            if (member.profile.hasExpression()) {
                add(expressions, member.profile.expression(), -1);
            }
        }
        var names = new TreeSet<>(counts.keySet());
        if (with != null) {
            names.addAll(with.topics());
            if (with.hasExpression()) {
                expressions.put(with.expression(), 1);
            }
        }
        expressions.keySet().stream().map(found::get).filter(Objects::nonNull).forEach(it -> names.addAll(it.topics()));
        return names;
    }

    /** The assignor that most members ask for; {@code otherwise} when nobody does. */
    String assignor(ConsumerMember before, Profile after, String otherwise) {
        var counts = new TreeMap<>(assignors);
        if (before != null && before.profile.assignor() != null) {
            add(counts, before.profile.assignor(), -1);
        }
        if (after != null && after.assignor() != null) {
            add(counts, after.assignor(), 1);
        }
        return counts.entrySet().stream().max(Comparator.comparingInt(Map.Entry<String, Integer>::getValue))
                .map(Map.Entry::getKey).orElse(otherwise);
    }

    /** As Kafka's tools print it. */
    String state() {
        if (members.isEmpty()) {
            return "Empty";
        }
        if (generation.epoch() > target.epoch()) {
            return "Assigning";
        }
        return members.values().stream().allMatch(member -> member.standing.isAt(target.epoch())) ? "Stable" : "Reconciling";
    }
}
