package naru.coordination.consumers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.coordination.consumers.ConsumerRecords.Fact;
import naru.coordination.membership.Assignor;
import naru.coordination.membership.Committer;
import naru.coordination.membership.Ground;
import naru.coordination.membership.GroupKind;
import naru.coordination.membership.RangeAssignor;
import naru.coordination.membership.UniformAssignor;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import naru.protocol.message.ListGroupsResponse.ListedGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;

/**
 * The groups of the consumer protocol in one shard. While a record of a group is on its way into the log nothing else is
 * decided about that group: what comes meanwhile waits, a bounded number of requests a group. Heartbeats that change
 * nothing never wait.
 */
public final class ConsumerGroups implements GroupKind {

    public static final String LABEL = "consumer";

    /** More than members can have requests on their way, unless somebody means harm. */
    private static final int WAITING_MAX = 20_000;
    private static final int VERSION_WITH_MEMBER_EPOCHS = 9;
    private static final List<Assignor> ASSIGNORS = List.of(new UniformAssignor(), new RangeAssignor());

    /** The tombstones of a group's offsets, which go with the group. */
    public interface OffsetTombstones extends Function<String, List<CoordinatorRecord>> {}

    private final Function<String, ConsumerSettings> settings;
    private final Ground ground;
    private final OffsetTombstones offsets;
    private final Map<String, ConsumerGroup> groups = new TreeMap<>();
    private final Timeouts timeouts;
    private final Searches searches;
    private final Migration migration;
    private final Descriptions descriptions;

    /** @param settings of a group, asked whenever something is decided about it */
    public ConsumerGroups(Function<String, ConsumerSettings> settings, Ground ground, TopicSearch search,
            OffsetTombstones offsets, ClassicSide classic) {
        this.settings = settings;
        this.ground = ground;
        this.offsets = offsets;
        this.timeouts = new Timeouts(this, ground);
        this.searches = new Searches(this, ground, search);
        this.migration = new Migration(this, classic);
        this.descriptions = new Descriptions(this);
    }

    Migration migration() {
        return migration;
    }

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public boolean has(String groupId) {
        var group = groups.get(groupId);
        return group != null && !group.arriving;
    }

    @Override
    public int count() {
        return groups.size();
    }

    @Override
    public Collection<String> ids() {
        return List.copyOf(groups.keySet());
    }

    @Override
    public List<ListedGroup> list() {
        return groups.values().stream()
                .map(group -> new ListedGroup(group.id, "consumer", group.state(), LABEL)).toList();
    }

    /** Null when there is none of that id. */
    ConsumerGroup group(String groupId) {
        return groups.get(groupId);
    }

    ConsumerSettings settings(String groupId) {
        return settings.apply(groupId);
    }

    Ground ground() {
        return ground;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    Searches searches() {
        return searches;
    }

    /** Those that this broker offers, the one that is taken when nobody cares first. */
    List<Assignor> assignors(String groupId) {
        var offered = new ArrayList<Assignor>();
        for (var name : settings(groupId).assignors()) {
            ASSIGNORS.stream().filter(one -> one.name().equals(name)).forEach(offered::add);
        }
        return offered.isEmpty() ? ASSIGNORS : offered;
    }

    // --- the log ---

    @Override
    public boolean replay(CoordinatorRecord record) {
        var fact = ConsumerRecords.read(record);
        if (fact == null) {
            return false;
        }
        boolean buries = fact instanceof Fact.Epoch(_, var generation) && generation == null;
        var group = groups.get(fact.groupId());
        if (group == null && record.value() != null) {
            group = new ConsumerGroup(fact.groupId());
            groups.put(fact.groupId(), group);
        }
        if (group != null) {
            group.apply(fact);
            if (buries && group.members.isEmpty()) {
                groups.remove(fact.groupId());
            }
        }
        return true;
    }

    @Override
    public void onLoaded() {
        for (var group : groups.values()) {
            for (var member : group.members.values()) {
                timeouts.onHeartbeat(group, member);
                timeouts.onStep(group, member);
            }
            searches.request(group, settings(group.id).refreshIntervalMs());
        }
    }

    @Override
    public void onUnloaded() {
        var all = List.copyOf(groups.values());
        groups.clear();
        searches.clear();
        for (var group : all) {
            group.busy = false;
            var waiting = List.copyOf(group.waiting);
            group.waiting.clear();
            waiting.forEach(Runnable::run);
        }
    }

    /** NONE while the shard may decide. Who waited when it was unloaded looks here first. */
    ErrorCode availability() {
        return ground.runtime().availability();
    }

    @Override
    public void onTopicsChanged(SortedSet<String> names) {
        for (var group : groups.values()) {
            // Who subscribes first may be on the way.
            if (group.busy || names.stream().anyMatch(group::subscribes)) {
                group.topicsStale = true;
            }
            if (!group.expressions().isEmpty()) {
                group.expressionsStale = true;
                searches.request(group, settings(group.id).refreshIntervalMs());
            }
        }
    }

    // --- decisions ---

    /** At once when no record of the group is on its way, else when it has arrived; false when too many wait. */
    boolean whenFree(ConsumerGroup group, Runnable decision) {
        if (!group.busy) {
            decision.run();
            return true;
        }
        return group.waiting.size() < WAITING_MAX && group.waiting.add(decision);
    }

    void submit(ConsumerGroup group, List<Fact> facts, Consumer<ErrorCode> whenDone) {
        submitRecords(group, facts.stream().map(ConsumerRecords::of).toList(), whenDone);
    }

    void submitRecords(ConsumerGroup group, List<CoordinatorRecord> records, Consumer<ErrorCode> whenDone) {
        if (records.isEmpty() || availability() != ErrorCode.NONE) {
            whenDone.accept(availability());
            return;
        }
        group.busy = true;
        ground.runtime().submit(records, error -> {
            group.busy = false;
            whenDone.accept(error);
            while (!group.busy && !group.waiting.isEmpty()) {
                group.waiting.removeFirst().run();
            }
            if (group.isUnborn()) {
                groups.remove(group.id, group);
            }
        });
    }

    /** The group of this id, founded when there is none. What comes of it decides whether it stays. */
    ConsumerGroup found(String groupId) {
        return groups.computeIfAbsent(groupId, ConsumerGroup::new);
    }

    void forgetUnborn(ConsumerGroup group) {
        if (group.isUnborn()) {
            groups.remove(group.id, group);
        }
    }

    Draft draft(ConsumerGroup group) {
        return new Draft(group, settings(group.id), ground.topics(), assignors(group.id), ground.clock().nowMs());
    }

    /** Members are gone: told to the log, and to the others by the group's epoch. */
    void dismiss(ConsumerGroup group, List<ConsumerMember> leaving, Consumer<ErrorCode> whenDone) {
        if (migration.mayDowngrade(group, leaving, false)) {
            migration.downgrade(group, leaving, whenDone);
            return;
        }
        var draft = draft(group);
        draft.dismiss(leaving);
        submit(group, draft.facts(), whenDone);
    }

    // --- what others ask about a group ---

    @Override
    public void delete(String groupId, Consumer<ErrorCode> whenDone) {
        var group = groups.get(groupId);
        boolean accepted = whenFree(group, () -> {
            if (availability() != ErrorCode.NONE) {
                whenDone.accept(availability());
            } else if (groups.get(groupId) != group) {
                whenDone.accept(ErrorCode.GROUP_ID_NOT_FOUND);
            } else if (!group.isEmpty()) {
                whenDone.accept(ErrorCode.NON_EMPTY_GROUP);
            } else {
                var records = new ArrayList<>(offsets.apply(groupId));
                tombstones(group).stream().map(ConsumerRecords::of).forEach(records::add);
                submitRecords(group, records, whenDone);
            }
        });
        if (!accepted) {
            whenDone.accept(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
    }

    /** True when a classic member that comes founds a classic group in its place. */
    public boolean isVacant(String groupId) {
        var group = groups.get(groupId);
        return group != null && group.isEmpty() && !group.busy;
    }

    /** Buries an empty group without its offsets. */
    public void retire(String groupId, Consumer<ErrorCode> whenDone) {
        var group = groups.get(groupId);
        submit(group, tombstones(group), whenDone);
    }

    public DescribedGroup describe(String groupId) {
        return descriptions.of(groupId);
    }

    /** Everything that is written about a group; its offsets stay. */
    List<Fact> tombstones(ConsumerGroup group) {
        var facts = new ArrayList<Fact>();
        group.members.keySet().forEach(id -> facts.add(new Fact.Stands(group.id, id, null)));
        group.targets.keySet().forEach(id -> facts.add(new Fact.Target(group.id, id, null)));
        facts.add(new Fact.TargetEpoch(group.id, null));
        group.members.keySet().forEach(id -> facts.add(new Fact.Member(group.id, id, null)));
        group.found.keySet().forEach(expression -> facts.add(new Fact.Expression(group.id, expression, null)));
        facts.add(new Fact.Subscribed(group.id));
        facts.add(new Fact.Epoch(group.id, null));
        return facts;
    }

    @Override
    public ErrorCode mayCommit(String groupId, Committer committer) {
        var group = groups.get(groupId);
        if (committer.generation() < 0 && group.isEmpty() || committer.transactional() && committer.isAnonymous()) {
            return ErrorCode.NONE;
        }
        var member = group.members.get(committer.memberId());
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (!committer.transactional() && !member.isClassic() && committer.version() < VERSION_WITH_MEMBER_EPOCHS) {
            return ErrorCode.UNSUPPORTED_VERSION;
        }
        return committer.generation() <= member.standing.epoch() ? ErrorCode.NONE : outdated(member);
    }

    /** A member that is behind may still commit what it has had since before that epoch: nobody else had it meanwhile. */
    @Override
    public ErrorCode mayCommit(String groupId, Committer committer, String topic, int partition) {
        var member = groups.get(groupId).members.get(committer.memberId());
        if (member == null || committer.generation() == member.standing.epoch()) {
            return ErrorCode.NONE;
        }
        var shape = ground.topics().named(topic);
        if (shape == null) {
            return outdated(member);
        }
        var since = member.standing.assigned().of(shape.id()).get(partition);
        since = since == null ? member.standing.revoking().of(shape.id()).get(partition) : since;
        return since != null && since <= committer.generation() ? ErrorCode.NONE : outdated(member);
    }

    private static ErrorCode outdated(ConsumerMember member) {
        return member.isClassic() ? ErrorCode.ILLEGAL_GENERATION : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override
    public ErrorCode mayFetch(OffsetFetchRequestGroup request) {
        if (request.memberId() == null && request.memberEpoch() < 0) {
            return ErrorCode.NONE;
        }
        var member = request.memberId() == null ? null : groups.get(request.groupId()).members.get(request.memberId());
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return member.standing.epoch() == request.memberEpoch() ? ErrorCode.NONE : outdated(member);
    }

    @Override
    public ErrorCode mayForgetOffsets(String groupId) {
        return ErrorCode.NONE;
    }

    @Override
    public boolean subscribes(String groupId, String topic) {
        return groups.get(groupId).subscribes(topic);
    }

    @Override
    public long idleSinceMs(String groupId, String topic, long committedMs) {
        return groups.get(groupId).subscribes(topic) ? IN_USE : committedMs;
    }

    @Override
    public boolean isDeserted(String groupId) {
        var group = groups.get(groupId);
        return group.isEmpty() && !group.busy;
    }
}
