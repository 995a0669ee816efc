package naru.coordination.consumers;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.coordination.consumers.ClassicSide.Classic;
import naru.coordination.consumers.ClassicSide.Mover;
import naru.coordination.consumers.ConsumerRecords.Fact;
import naru.coordination.consumers.ConsumerRecords.Generation;
import naru.coordination.consumers.ConsumerRecords.TargetTime;
import naru.coordination.membership.Partitions;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.ErrorCode;
import naru.protocol.MalformedMessage;
import naru.protocol.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import naru.protocol.message.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;

/**
 * How a live group moves between the two protocols, with its members and what they have. Both ways are one batch of
 * records: the tombstones of what it was and the records of what it is.
 */
final class Migration {

    static final String CONSUMER = "consumer";

    /**
     * A classic group on its way to be a consumer group.
     *
     * @param group what it will be; a copy that nobody else sees
     * @param records what makes it so
     */
    record Upgrade(ConsumerGroup group, List<CoordinatorRecord> records) {}

    private final ConsumerGroups groups;
    private final ClassicSide classic;

    Migration(ConsumerGroups groups, ClassicSide classic) {
        this.groups = groups;
        this.classic = classic;
    }

    /** Null when there is no classic group of that id. A group that may not be moved is none for those who ask. */
    Upgrade upgrade(ConsumerGroup group) throws Refused {
        var from = group.generation.epoch() == 0 && group.members.isEmpty() ? classic.find(group.id) : null;
        if (from == null) {
            return null;
        }
        if (!from.settled()) {
            throw new Refused(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, "The group is being rearranged; ask again.");
        }
        var records = new ArrayList<CoordinatorRecord>();
        records.add(classic.tombstone(group.id));
        var copy = new ConsumerGroup(group.id);
        if (!from.members().isEmpty()) {
            checkMovable(from);
            try {
                var facts = facts(from);
                facts.forEach(copy::apply);
                facts.stream().map(ConsumerRecords::of).forEach(records::add);
            } catch (MalformedMessage broken) {
                throw new Refused(ErrorCode.GROUP_ID_NOT_FOUND, "What the group's members told each other cannot be read.");
            }
        }
        return new Upgrade(copy, records);
    }

    private void checkMovable(Classic from) throws Refused {
        var settings = groups.settings(from.id());
        boolean movable = settings.upgrades() && CONSUMER.equals(from.protocolType())
                && from.members().size() <= settings.membersMax();
        if (!movable) {
            throw new Refused(ErrorCode.GROUP_ID_NOT_FOUND, "Group " + from.id() + " is not a consumer group.");
        }
    }

    private List<Fact> facts(Classic from) {
        var facts = new ArrayList<Fact>();
        var taken = Partitions.builder();
        for (var mover : from.members()) {
            var profile = profile(mover, from.protocol());
            facts.add(new Fact.Member(from.id(), mover.id(), profile));
            var mine = Partitions.builder();
            SortedMap<Uuid, SortedMap<Integer, Integer>> owned = new TreeMap<>();
            Embedded.assignment(mover.assignment(), groups.ground().topics()).byTopic().forEach((topic, numbers) -> {
                for (int number : numbers) {
                    // A leader may give a partition to two; here it has one owner.
                    if (!taken.has(topic, number)) {
                        taken.add(topic, number);
                        mine.add(topic, number);
                        owned.computeIfAbsent(topic, _ -> new TreeMap<>()).put(number, from.generation());
                    }
                }
            });
            facts.add(new Fact.Target(from.id(), mover.id(), mine.build()));
            facts.add(new Fact.Stands(from.id(), mover.id(), new Standing(from.generation(), from.generation(),
                    MemberState.STABLE, new Owned(owned), Owned.NONE)));
        }
        facts.add(new Fact.Epoch(from.id(), new Generation(from.generation(), 0)));
        facts.add(new Fact.TargetEpoch(from.id(), new TargetTime(from.generation(), 0)));
        return facts;
    }

    private static Profile profile(Mover mover, String protocol) {
        var spoken = mover.protocols().stream().filter(one -> one.name().equals(protocol)).findFirst()
                .orElse(mover.protocols().getFirst());
        var said = Embedded.subscription(spoken.metadata());
        return new Profile(mover.instanceId(), blankToNull(said.rackId()), mover.client(), new TreeSet<>(said.topics()), null,
                mover.rebalanceTimeoutMs(), null, classic(mover.sessionTimeoutMs(), mover.protocols()));
    }

    static String blankToNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    static ClassicMemberMetadata classic(int sessionTimeoutMs, List<JoinGroupRequestProtocol> protocols) {
        return new ClassicMemberMetadata(sessionTimeoutMs, protocols.stream()
                .map(one -> new ClassicProtocol(one.name(), one.metadata().duplicate())).toList());
    }

    /** @param upgrade null when the group is a consumer group already */
    void submit(ConsumerGroup group, Upgrade upgrade, List<Fact> facts, Consumer<ErrorCode> whenDone) {
        if (upgrade == null) {
            groups.submit(group, facts, whenDone);
            return;
        }
        classic.freeze(group.id);
        group.arriving = true;
        var records = new ArrayList<>(upgrade.records());
        facts.stream().map(ConsumerRecords::of).forEach(records::add);
        groups.submitRecords(group, records, error -> {
            group.arriving = false;
            if (error == ErrorCode.NONE) {
                classic.dissolve(group.id);
                group.members.values().forEach(member -> groups.timeouts().onHeartbeat(group, member));
            } else {
                classic.thaw(group.id);
            }
            whenDone.accept(error);
        });
    }

    /** A classic member takes the place of the last one that was not; the group goes on as a classic one. */
    void downgrade(ConsumerGroup group, ConsumerMember replaced, Draft draft, Consumer<ErrorCode> whenDone) {
        var movers = new ArrayList<Mover>();
        for (var member : group.members.values()) {
            if (member != replaced) {
                movers.add(mover(group, member));
            }
        }
        movers.add(mover(draft.memberId(), draft.profile(), draft.target()));
        move(group, movers, draft.tombstones(), false, whenDone);
    }

    /** True when only classic members would remain, and they may become a classic group. */
    boolean mayDowngrade(ConsumerGroup group, List<ConsumerMember> leaving, boolean replaced) {
        int staying = group.members.size() - leaving.size();
        long classicLeaving = leaving.stream().filter(ConsumerMember::isClassic).count();
        boolean onlyClassicStay = group.classicMembers() - classicLeaving == staying && classicLeaving < leaving.size();
        var settings = groups.settings(group.id);
        return onlyClassicStay && settings.downgrades() && (replaced || staying > 0)
                && staying + (replaced ? 1 : 0) <= settings.classicMembersMax();
    }

    /** The last members of the consumer protocol are gone: the others are a classic group again, and find each other. */
    void downgrade(ConsumerGroup group, List<ConsumerMember> leaving, Consumer<ErrorCode> whenDone) {
        var staying = new ArrayList<ConsumerMember>(group.members.values());
        staying.removeAll(leaving);
        var movers = staying.stream().map(member -> mover(group, member)).toList();
        move(group, movers, List.of(), true, whenDone);
    }

    private Mover mover(ConsumerGroup group, ConsumerMember member) {
        return mover(member.id, member.profile, group.targets.getOrDefault(member.id, Partitions.NONE));
    }

    private Mover mover(String id, Profile profile, Partitions target) {
        var protocols = profile.classic().supportedProtocols().stream()
                .map(one -> new JoinGroupRequestProtocol(one.name(), one.metadata().duplicate())).toList();
        return new Mover(id, profile.instanceId(), profile.client(), profile.classic().sessionTimeoutMs(),
                profile.rebalanceTimeoutMs(), protocols, assignment(target, protocols));
    }

    private ByteBuffer assignment(Partitions target, List<JoinGroupRequestProtocol> protocols) {
        return Embedded.written(target, groups.ground().topics(), protocols.getFirst().metadata());
    }

    private void move(ConsumerGroup group, List<Mover> movers, List<Fact> more, boolean rebalances,
            Consumer<ErrorCode> whenDone) {
        var next = new Classic(group.id, true, CONSUMER, protocol(movers), group.generation.epoch(), movers);
        var records = new ArrayList<CoordinatorRecord>();
        groups.tombstones(group).stream().map(ConsumerRecords::of).forEach(records::add);
        more.stream().map(ConsumerRecords::of).forEach(records::add);
        records.add(classic.record(next));
        groups.submitRecords(group, records, error -> {
            if (error == ErrorCode.NONE) {
                classic.found(next, rebalances);
            }
            whenDone.accept(error);
        });
    }

    /** The first of the first member's that all know. */
    private static String protocol(List<Mover> movers) {
        return movers.getFirst().protocols().stream().map(JoinGroupRequestProtocol::name)
                .filter(name -> movers.stream().allMatch(
                        mover -> mover.protocols().stream().anyMatch(one -> one.name().equals(name))))
                .findFirst().orElse(movers.getFirst().protocols().getFirst().name());
    }
}
