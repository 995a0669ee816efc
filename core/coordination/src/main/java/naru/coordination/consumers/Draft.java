package naru.coordination.consumers;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Uuid;
import naru.coordination.consumers.ConsumerRecords.Fact;
import naru.coordination.consumers.ConsumerRecords.Generation;
import naru.coordination.consumers.ConsumerRecords.TargetTime;
import naru.coordination.membership.Assignor;
import naru.coordination.membership.Partitions;
import naru.coordination.membership.Topics;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;

/**
 * A decision about one member of a group while it is made: the facts that will be written, and what the group will be
 * once they are. The group itself stays as it is.
 */
final class Draft {

    /** As Kafka's groups begin: in epoch 1, which the first subscription raises at once. */
    private static final int FIRST_EPOCH_OF_NOTHING = 1;
    private static final int FIRST_EPOCH = 2;

    private final ConsumerGroup group;
    private final ConsumerSettings settings;
    private final Topics topics;
    private final List<Assignor> assignors;
    private final long nowMs;
    private final List<Fact> facts = new ArrayList<>();

    private String memberId;
    /** The member as it was, under this id or under the one it replaces; null for a new one. */
    private ConsumerMember before;
    private boolean replaces;
    private Profile profile = Profile.NOBODY;
    private Standing standing = Standing.FRESH;
    private int epoch;
    private int targetEpoch;
    private Partitions target;
    private boolean subscriptionChanged;

    /** @param assignors all there are, the one that is taken when nobody cares first */
    Draft(ConsumerGroup group, ConsumerSettings settings, Topics topics, List<Assignor> assignors, long nowMs) {
        this.group = group;
        this.settings = settings;
        this.topics = topics;
        this.assignors = assignors;
        this.nowMs = nowMs;
        this.epoch = group.generation.epoch();
    }

    List<Fact> facts() {
        return facts;
    }

    String memberId() {
        return memberId;
    }

    Standing standing() {
        return standing;
    }

    Profile profile() {
        return profile;
    }

    int epoch() {
        return epoch;
    }

    int targetEpoch() {
        return targetEpoch;
    }

    /** Null when the member is new. */
    ConsumerMember before() {
        return before;
    }

    Partitions target() {
        return target;
    }

    /** What a group that is buried has under the new id as well. */
    List<Fact> tombstones() {
        return List.of(new Fact.Stands(group.id, memberId, null), new Fact.Target(group.id, memberId, null),
                new Fact.Member(group.id, memberId, null));
    }

    boolean hasNewPartitions() {
        return before == null ? !standing.assigned().isEmpty()
                : !standing.assigned().hasSamePartitions(before.standing.assigned());
    }

    // --- who it is about ---

    void takeNew(String id) {
        memberId = id;
    }

    void take(ConsumerMember member) {
        memberId = member.id;
        before = member;
        profile = member.profile;
        standing = member.standing;
    }

    /** A static member comes back under another id and takes over what it had. */
    void takeOver(ConsumerMember member, String newId) {
        take(member);
        memberId = newId;
        replaces = true;
        standing = new Standing(Standing.NEW, Standing.NEW, member.standing.state(), member.standing.assigned(),
                member.standing.revoking());
        remove(member.id);
        facts.add(new Fact.Member(group.id, newId, profile));
        facts.add(new Fact.Target(group.id, newId, group.targets.getOrDefault(member.id, Partitions.NONE)));
        facts.add(new Fact.Stands(group.id, newId, standing));
    }

    private void remove(String id) {
        facts.add(new Fact.Stands(group.id, id, null));
        facts.add(new Fact.Target(group.id, id, null));
        facts.add(new Fact.Member(group.id, id, null));
    }

    // --- what it says ---

    void update(Profile next) throws Refused {
        var last = profile;
        profile = next;
        if (!next.equals(last)) {
            facts.add(new Fact.Member(group.id, memberId, next));
        }
        boolean raised = !next.topics().equals(last.topics()) | updateExpression(last, next);
        subscriptionChanged = raised;
        if (raised || group.topicsStale || group.generation.epoch() == 0) {
            long hash = TopicsHash.of(group.names(before == null ? List.of() : List.of(before), next), topics);
            if (raised || hash != group.generation.topicsHash()) {
                raise(Math.max(epoch + 1, FIRST_EPOCH), hash);
            } else if (epoch == 0) {
                raise(FIRST_EPOCH_OF_NOTHING, hash);
            }
        }
    }

    private void raise(int toEpoch, long hash) {
        epoch = toEpoch;
        facts.add(new Fact.Epoch(group.id, new Generation(epoch, hash)));
    }

    /** True when the member's topics are others now; those of a new expression are not known yet. */
    private boolean updateExpression(Profile last, Profile next) throws Refused {
        boolean same = next.hasExpression() ? next.expression().equals(last.expression()) : !last.hasExpression();
        if (same) {
            return false;
        }
        if (next.hasExpression() && group.searchersOf(next.expression()) == 0) {
            String fault = Expressions.fault(next.expression());
            if (fault != null) {
                throw new Refused(ErrorCode.INVALID_REGULAR_EXPRESSION, fault);
            }
        }
        if (last.hasExpression() && group.searchersOf(last.expression()) == 1) {
            facts.add(new Fact.Expression(group.id, last.expression(), null));
        }
        return !next.hasExpression() || group.found.containsKey(next.expression());
    }

    // --- what follows ---

    /** A new target when the group's epoch is newer and the last one is old enough. */
    void retarget() {
        targetEpoch = group.target.epoch();
        target = group.targets.getOrDefault(before == null ? memberId : before.id, Partitions.NONE);
        long dueMs = group.target.atMs() + settings.assignmentIntervalMs();
        boolean due = settings.assignmentIntervalMs() == 0 || group.target.atMs() == 0 || nowMs >= dueMs
                || nowMs < group.target.atMs();
        if (epoch <= targetEpoch || !due) {
            return;
        }
        var subscribers = new TreeMap<String, Assignor.Subscriber>();
        for (var member : group.members.values()) {
            if (!replaces || member != before) {
                subscribers.put(member.id, subscriber(member.profile, member.id));
            }
        }
        subscribers.put(memberId, subscriber(profile, before == null ? memberId : before.id));
        var assignor = assignor();
        assignor.assign(subscribers, topics).forEach((id, partitions) -> {
            boolean known = partitions.equals(group.targets.get(id));
            if (!known) {
                facts.add(new Fact.Target(group.id, id, partitions));
            }
            if (id.equals(memberId)) {
                target = partitions;
            }
        });
        targetEpoch = epoch;
        facts.add(new Fact.TargetEpoch(group.id, new TargetTime(epoch, nowMs)));
    }

    private Assignor.Subscriber subscriber(Profile of, String targetOf) {
        return new Assignor.Subscriber(of.instanceId(), of.rackId(), group.topicsOf(of, topics),
                group.targets.getOrDefault(targetOf, Partitions.NONE));
    }

    private Assignor assignor() {
        String name = group.assignor(before, profile, assignors.getFirst().name());
        return assignors.stream().filter(one -> one.name().equals(name)).findFirst().orElse(assignors.getFirst());
    }

    /** @param owned what the member says it has; null when it does not say */
    void reconcile(List<TopicPartitions> owned) throws Refused {
        if (standing.isAt(targetEpoch) && !subscriptionChanged) {
            return;
        }
        SortedSet<Uuid> subscribed = new TreeSet<>(group.topicsOf(profile, topics));
        var next = new Reconciliation(targetEpoch, target, subscribed, subscriptionChanged, owned, this::isFree).of(standing);
        if (next != standing) {
            standing = next;
            facts.add(new Fact.Stands(group.id, memberId, next));
        }
    }

    private boolean isFree(Uuid topic, int partition) {
        String owner = group.ownerOf(topic, partition);
        return owner == null || owner.equals(memberId) || replaces && owner.equals(before.id);
    }

    // --- who goes ---

    /** Somebody is gone, for good; the others hear of it by the epoch. */
    void dismiss(List<ConsumerMember> leaving) {
        leaving.forEach(member -> remove(member.id));
        leaving.stream().map(member -> member.profile.expression()).filter(one -> one != null && !one.isEmpty()).distinct()
                .filter(one -> leaving.stream().filter(it -> one.equals(it.profile.expression())).count() == group.searchersOf(one))
                .forEach(one -> facts.add(new Fact.Expression(group.id, one, null)));
        raise(epoch + 1, TopicsHash.of(group.names(leaving, null), topics));
    }
}
