package naru.coordination.consumers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.coordination.runtime.ClientIdentity;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import naru.protocol.message.ConsumerGroupHeartbeatResponse;

/** ConsumerGroupHeartbeat (API key 68): members join, stay, say what they want and have, and leave, all in one request. */
public final class Heartbeats {

    private static final int JOINS = 0;
    private static final int LEAVES = -1;
    private static final int LEAVES_FOR_A_WHILE = -2;
    private static final int VERSION_WITH_OWN_IDS = 1;
    /** How soon a member of a group that is being rearranged should come again, at the soonest. */
    private static final int HASTE_MS = 500;
    /** A group counts as being rearranged for this many assignment intervals after its last new target. */
    private static final int UNSETTLED_INTERVALS = 3;
    /** The same for a member that is not where it should be: longer, but not for as long as another may take. */
    private static final int BEHIND_INTERVALS = 20;

    private final ConsumerGroups groups;
    private final Migration migration;

    public Heartbeats(ConsumerGroups groups) {
        this.groups = groups;
        this.migration = groups.migration();
    }

    /** Null when the request makes sense. */
    public ConsumerGroupHeartbeatResponse fault(ConsumerGroupHeartbeatRequest request, int version) {
        try {
            check(request, version);
            return null;
        } catch (Refused refused) {
            return refusal(refused);
        }
    }

    private void check(ConsumerGroupHeartbeatRequest request, int version) throws Refused {
        int epoch = request.memberEpoch();
        boolean idNeeded = version >= VERSION_WITH_OWN_IDS || epoch > 0 || epoch == LEAVES;
        require(!idNeeded || !request.memberId().isBlank(), "MemberId is empty.");
        require(!request.groupId().isBlank(), "GroupId is empty.");
        require(request.instanceId() == null || !request.instanceId().isBlank(), "InstanceId is empty.");
        require(request.rackId() == null || !request.rackId().isBlank(), "RackId is empty.");
        if (epoch == JOINS) {
            require(request.rebalanceTimeoutMs() != -1, "A member that joins must say RebalanceTimeoutMs.");
            require(request.topicPartitions() != null && request.topicPartitions().isEmpty(),
                    "A member that joins must say that it has no TopicPartitions.");
            require(request.subscribedTopicNames() != null || request.subscribedTopicRegex() != null,
                    "A member that joins must subscribe to something.");
        }
        require(epoch != LEAVES_FOR_A_WHILE || request.instanceId() != null, "Only a static member leaves for a while.");
        require(epoch >= LEAVES_FOR_A_WHILE, "MemberEpoch is below -2.");
        String assignor = request.serverAssignor();
        var offered = groups.settings(request.groupId()).assignors();
        if (assignor != null && !offered.contains(assignor)) {
            throw new Refused(ErrorCode.UNSUPPORTED_ASSIGNOR,
                    "There is no assignor " + assignor + ", but " + String.join(", ", offered) + ".");
        }
    }

    private static void require(boolean condition, String otherwise) throws Refused {
        if (!condition) {
            throw new Refused(ErrorCode.INVALID_REQUEST, otherwise);
        }
    }

    public static ConsumerGroupHeartbeatResponse refused(ErrorCode why) {
        return refusal(new Refused(why, null));
    }

    private static ConsumerGroupHeartbeatResponse refusal(Refused refused) {
        return ConsumerGroupHeartbeatResponse.builder()
                .errorCode(refused.why.code()).errorMessage(refused.getMessage()).build();
    }

    public void heartbeat(ConsumerGroupHeartbeatRequest request, ClientIdentity client,
            Consumer<ConsumerGroupHeartbeatResponse> reply) {
        var group = groups.group(request.groupId());
        if (group != null && changesNothing(group, request, client)) {
            var member = group.members.get(request.memberId());
            groups.timeouts().onHeartbeat(group, member);
            reply.accept(answer(group, member.id, member.standing, group.generation.epoch(), false));
            return;
        }
        if (group == null) {
            decide(request, client, reply);
        } else if (!groups.whenFree(group, () -> decide(request, client, reply))) {
            reply.accept(refused(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
        }
    }

    /** The heartbeat of a member that has what it should have and says nothing new. */
    private static boolean changesNothing(ConsumerGroup group, ConsumerGroupHeartbeatRequest request, ClientIdentity client) {
        var member = request.memberEpoch() > 0 ? group.members.get(request.memberId()) : null;
        return member != null && member.standing.epoch() == request.memberEpoch() && !member.isClassic()
                && member.standing.isAt(group.target.epoch()) && group.generation.epoch() == group.target.epoch()
                && !group.topicsStale && request.subscribedTopicNames() == null && request.subscribedTopicRegex() == null
                && request.serverAssignor() == null && request.rackId() == null
                && (request.instanceId() == null || request.instanceId().equals(member.profile.instanceId()))
                && (request.rebalanceTimeoutMs() == -1 || request.rebalanceTimeoutMs() == member.profile.rebalanceTimeoutMs())
                && client.equals(member.profile.client());
    }

    private void decide(ConsumerGroupHeartbeatRequest request, ClientIdentity client,
            Consumer<ConsumerGroupHeartbeatResponse> reply) {
        if (groups.availability() != ErrorCode.NONE) {
            reply.accept(refused(groups.availability()));
            return;
        }
        try {
            if (request.memberEpoch() < 0) {
                leave(request, reply);
            } else {
                stay(groupOf(request), request, client, reply);
            }
        } catch (Refused refused) {
            var group = groups.group(request.groupId());
            if (group != null) {
                groups.forgetUnborn(group);
            }
            reply.accept(refusal(refused));
        }
    }

    private ConsumerGroup groupOf(ConsumerGroupHeartbeatRequest request) throws Refused {
        var group = groups.group(request.groupId());
        if (group != null) {
            return group;
        }
        var other = groups.ground().kinds().of(request.groupId());
        if (request.memberEpoch() != JOINS) {
            throw new Refused(ErrorCode.GROUP_ID_NOT_FOUND, other == null ? "Group " + request.groupId() + " not found."
                    : "Group " + request.groupId() + " is not a consumer group.");
        }
        if (other == null && groups.ground().kinds().count() >= groups.settings(request.groupId()).groupsMax()) {
            throw new Refused(ErrorCode.COORDINATOR_NOT_AVAILABLE, "There are too many groups.");
        }
        return groups.found(request.groupId());
    }

    private void stay(ConsumerGroup group, ConsumerGroupHeartbeatRequest request, ClientIdentity client,
            Consumer<ConsumerGroupHeartbeatResponse> reply) throws Refused {
        var upgrade = migration.upgrade(group);
        var settled = upgrade == null ? group : upgrade.group();
        String memberId = request.memberId().isEmpty() ? groups.ground().randomness().nextUuid().toString() : request.memberId();
        if (settled.members.size() >= groups.settings(group.id).membersMax() && !settled.members.containsKey(memberId)) {
            throw new Refused(ErrorCode.GROUP_MAX_SIZE_REACHED, "The group has as many members as it may have.");
        }
        var draft = groups.draft(settled);
        take(draft, settled, memberId, request);
        var last = draft.profile();
        draft.update(last.with(request.instanceId(), request.rackId(), client, request.subscribedTopicNames(),
                request.subscribedTopicRegex(), request.rebalanceTimeoutMs(), request.serverAssignor(), null));
        draft.retarget();
        draft.reconcile(request.topicPartitions());
        boolean isFull = request.memberEpoch() == JOINS || request.rebalanceTimeoutMs() != -1
                && (request.subscribedTopicNames() != null || request.subscribedTopicRegex() != null)
                && request.topicPartitions() != null;
        boolean withAssignment = isFull || draft.hasNewPartitions();
        boolean steps = draft.before() == null || draft.standing() != draft.before().standing;
        group.topicsStale = false;
        migration.submit(group, upgrade, draft.facts(), error -> {
            if (error != ErrorCode.NONE) {
                group.topicsStale = true;
                reply.accept(refused(error));
                return;
            }
            var member = group.members.get(memberId);
            groups.timeouts().onHeartbeat(group, member);
            if (steps) {
                groups.timeouts().onStep(group, member);
            }
            groups.searches().request(group, groups.settings(group.id).refreshIntervalMs());
            reply.accept(answer(group, memberId, draft.standing(), draft.epoch(), withAssignment));
        });
    }

    private static void take(Draft draft, ConsumerGroup group, String memberId, ConsumerGroupHeartbeatRequest request)
            throws Refused {
        boolean joins = request.memberEpoch() == JOINS;
        var known = request.instanceId() == null ? group.members.get(memberId) : group.staticMember(request.instanceId());
        if (known == null) {
            if (!joins) {
                throw new Refused(ErrorCode.UNKNOWN_MEMBER_ID, "The group has no such member.");
            }
            if (request.instanceId() != null && group.members.containsKey(memberId)) {
                draft.take(group.members.get(memberId));
            } else {
                draft.takeNew(memberId);
            }
            return;
        }
        if (request.instanceId() != null && joins) {
            boolean released = known.isClassic() || known.standing.epoch() == Standing.GONE_FOR_A_WHILE;
            if (!released) {
                throw new Refused(ErrorCode.UNRELEASED_INSTANCE_ID, "Another member has this instance id.");
            }
            draft.takeOver(known, memberId);
            return;
        }
        if (!known.id.equals(memberId)) {
            throw new Refused(ErrorCode.FENCED_INSTANCE_ID, "Another member has this instance id now.");
        }
        checkEpoch(known, request.memberEpoch(), request.topicPartitions());
        draft.take(known);
    }

    /** An epoch too old is accepted once, when the answer with the newer one may have been lost. */
    private static void checkEpoch(ConsumerMember member, int epoch, List<TopicPartitions> owned) throws Refused {
        int expected = member.standing.epoch();
        boolean answerLost = epoch < expected && epoch == member.standing.previousEpoch() && owned != null
                && owned.stream().allMatch(topic -> topic.partitions().stream()
                        .allMatch(partition -> member.standing.assigned().has(topic.topicId(), partition)));
        if (epoch != expected && !answerLost) {
            throw new Refused(ErrorCode.FENCED_MEMBER_EPOCH,
                    "The member is in epoch " + expected + ", not in " + epoch + "; it must join again.");
        }
    }

    private void leave(ConsumerGroupHeartbeatRequest request, Consumer<ConsumerGroupHeartbeatResponse> reply) throws Refused {
        var group = groupOf(request);
        var member = request.instanceId() == null
                ? group.members.get(request.memberId()) : group.staticMember(request.instanceId());
        if (member == null) {
            throw new Refused(ErrorCode.UNKNOWN_MEMBER_ID, "The group has no such member.");
        }
        if (!member.id.equals(request.memberId())) {
            throw new Refused(ErrorCode.FENCED_INSTANCE_ID, "Another member has this instance id now.");
        }
        Consumer<ErrorCode> whenDone = error -> reply.accept(error != ErrorCode.NONE ? refused(error)
                : ConsumerGroupHeartbeatResponse.builder().memberId(member.id).memberEpoch(request.memberEpoch()).build());
        if (request.memberEpoch() == LEAVES_FOR_A_WHILE) {
            var now = member.standing;
            var away = new Standing(Standing.GONE_FOR_A_WHILE, now.previousEpoch(), now.state(), now.assigned(), Owned.NONE);
            groups.submit(group, List.of(new ConsumerRecords.Fact.Stands(group.id, member.id, away)), whenDone);
        } else {
            groups.dismiss(group, List.of(member), whenDone);
        }
    }

    private ConsumerGroupHeartbeatResponse answer(ConsumerGroup group, String memberId, Standing standing, int groupEpoch,
            boolean withAssignment) {
        return new ConsumerGroupHeartbeatResponse(0, ErrorCode.NONE.code(), null, memberId, standing.epoch(),
                intervalMs(group, standing, groupEpoch), withAssignment ? assignment(standing.assigned()) : null);
    }

    /** Members of a group that is being rearranged are asked to come again soon, so that nobody waits long for another. */
    private int intervalMs(ConsumerGroup group, Standing standing, int groupEpoch) {
        var settings = groups.settings(group.id);
        long sinceMs = groups.ground().clock().nowMs() - group.target.atMs();
        long patienceMs = (standing.isAt(groupEpoch) ? (long) UNSETTLED_INTERVALS : BEHIND_INTERVALS)
                * settings.assignmentIntervalMs();
        boolean hurries = groupEpoch > group.target.epoch() || sinceMs >= 0 && sinceMs < patienceMs;
        return hurries && settings.assignmentIntervalMs() > 0 ? Math.min(settings.heartbeatIntervalMs(), HASTE_MS) : settings.heartbeatIntervalMs();
    }

    private static ConsumerGroupHeartbeatResponse.Assignment assignment(Owned assigned) {
        var topics = new ArrayList<ConsumerGroupHeartbeatResponse.TopicPartitions>();
        assigned.byTopic().forEach((topic, partitions) -> topics.add(
                new ConsumerGroupHeartbeatResponse.TopicPartitions(topic, List.copyOf(partitions.keySet()))));
        return new ConsumerGroupHeartbeatResponse.Assignment(topics);
    }
}
