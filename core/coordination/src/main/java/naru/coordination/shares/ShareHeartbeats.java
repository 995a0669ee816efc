package naru.coordination.shares;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.coordination.membership.Ground;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.ErrorCode;
import naru.protocol.message.ShareGroupHeartbeatRequest;
import naru.protocol.message.ShareGroupHeartbeatResponse;

/** Members come, stay and go: each heartbeat brings the group one step further, and tells the member what is its own. */
final class ShareHeartbeats {

    private static final int JOINING = 0;
    private static final int LEAVING = -1;
    private static final int MEMBER_CHARS_MAX = 36;
    private static final long HASH_SEED = 0xcbf2_9ce4_8422_2325L;
    private static final long HASH_FACTOR = 0x100_0000_01b3L;

    private final ShareGroups groups;
    private final Ground ground;
    private final Sharing sharing;

    ShareHeartbeats(ShareGroups groups, Ground ground, Sharing sharing) {
        this.groups = groups;
        this.ground = ground;
        this.sharing = sharing;
    }

    static ShareGroupHeartbeatResponse refused(ErrorCode why, String message) {
        return ShareGroupHeartbeatResponse.builder().errorCode(why.code()).errorMessage(message).build();
    }

    void heartbeat(ShareGroupHeartbeatRequest request, ClientIdentity client, Consumer<ShareGroupHeartbeatResponse> reply) {
        if (request.memberId().isEmpty() || request.memberId().length() > MEMBER_CHARS_MAX) {
            reply.accept(refused(ErrorCode.INVALID_REQUEST, null));
            return;
        }
        String complaint = complaint(request);
        if (complaint != null) {
            reply.accept(refused(ErrorCode.INVALID_REQUEST, complaint));
            return;
        }
        var other = groups.has(request.groupId()) ? null : ground.kinds().of(request.groupId());
        if (other != null) {
            reply.accept(refused(ErrorCode.GROUP_ID_NOT_FOUND, "Group " + request.groupId() + " is not a share group."));
            return;
        }
        var group = groups.find(request.groupId());
        if (group == null && request.memberEpoch() != JOINING && !groups.has(request.groupId())) {
            reply.accept(notFound(request));
            return;
        }
        var one = groups.findOrBegin(request.groupId());
        groups.decide(one, () -> decide(one, request, client, reply));
    }

    private static ShareGroupHeartbeatResponse notFound(ShareGroupHeartbeatRequest request) {
        String who = request.memberEpoch() == LEAVING ? "Group " : "Share group ";
        return refused(ErrorCode.GROUP_ID_NOT_FOUND, who + request.groupId() + " not found.");
    }

    private static String complaint(ShareGroupHeartbeatRequest request) {
        if (request.groupId().isBlank()) {
            return "GroupId can't be empty.";
        }
        if (request.rackId() != null && request.rackId().isEmpty()) {
            return "RackId can't be empty.";
        }
        boolean subscribes = request.subscribedTopicNames() != null && !request.subscribedTopicNames().isEmpty();
        if (request.memberEpoch() == JOINING && !subscribes) {
            return "SubscribedTopicNames must be set in first request.";
        }
        return request.memberEpoch() < LEAVING ? "MemberEpoch is invalid." : null;
    }

    private void decide(
            ShareGroup group, ShareGroupHeartbeatRequest request, ClientIdentity client,
            Consumer<ShareGroupHeartbeatResponse> reply) {
        if (ground.runtime().availability() != ErrorCode.NONE) {
            reply.accept(refused(ground.runtime().availability(), null));
            return;
        }
        var known = group.members.get(request.memberId());
        var refusal = refusal(group, known, request);
        if (refusal != null) {
            reply.accept(refusal);
            groups.write(group, List.of(), _ -> { });
        } else if (request.memberEpoch() == LEAVING) {
            leave(group, known.id, error -> reply.accept(error == ErrorCode.NONE
                    ? ShareGroupHeartbeatResponse.builder().memberId(known.id).memberEpoch(LEAVING).build()
                    : refused(error, null)));
        } else {
            step(group, known, request, client, reply);
        }
    }

    /** Null when the heartbeat may go on. */
    private ShareGroupHeartbeatResponse refusal(ShareGroup group, ShareMember known, ShareGroupHeartbeatRequest request) {
        int membersMax = sharing.settings(group.id).membersMax();
        int epoch = request.memberEpoch();
        if (!group.exists && epoch != JOINING) {
            return notFound(request);
        }
        if (known == null && epoch == JOINING) {
            return group.members.size() < membersMax ? null : refused(ErrorCode.GROUP_MAX_SIZE_REACHED,
                    "The share group has reached its maximum capacity of " + membersMax + " members.");
        }
        if (known == null) {
            return refused(ErrorCode.UNKNOWN_MEMBER_ID,
                    "Member " + request.memberId() + " is not a member of group " + group.id + ".");
        }
        if (epoch > known.epoch) {
            return refused(ErrorCode.FENCED_MEMBER_EPOCH, "The share group member has a greater member epoch (" + epoch
                    + ") than the one known by the group coordinator (" + known.epoch
                    + "). The member must abandon all its partitions and rejoin.");
        }
        return epoch <= JOINING || epoch == known.epoch || epoch == known.epochBefore ? null
                : refused(ErrorCode.FENCED_MEMBER_EPOCH, "The share group member has a smaller member epoch (" + epoch
                        + ") than the one known by the group coordinator (" + known.epoch
                        + "). The member must abandon all its partitions and rejoin.");
    }

    private void step(
            ShareGroup group, ShareMember known, ShareGroupHeartbeatRequest request, ClientIdentity client,
            Consumer<ShareGroupHeartbeatResponse> reply) {
        var records = new ArrayList<CoordinatorRecord>();
        var member = updated(known, request, client);
        boolean changed = known == null || differs(known, member);
        if (changed) {
            records.add(ShareGroupRecords.member(group.id, member));
        }
        var members = new TreeMap<>(group.members);
        members.put(member.id, member);
        long hash = hash(members.values());
        int epoch = group.epoch;
        if (known == null || !known.topics.equals(member.topics) || hash != group.metadataHash || isAwaited(group)) {
            epoch++;
            records.add(ShareGroupRecords.group(group.id, epoch, hash));
        }
        var target = group.targetOf(member.id);
        int assignmentEpoch = group.assignmentEpoch;
        if (epoch > group.assignmentEpoch) {
            target = retarget(group, members, epoch, records).get(member.id);
            assignmentEpoch = epoch;
        }
        boolean differs = !member.assigned.equals(target);
        if (differs || member.epoch != assignmentEpoch) {
            records.add(ShareGroupRecords.current(group.id, member.id, assignmentEpoch, member.epoch, target));
        }
        // Who asks with the epoch before did not hear the last answer, and with it maybe not what it is to read.
        boolean tells = request.memberEpoch() == JOINING || differs || request.memberEpoch() != member.epoch;
        answerOnceWritten(group, member.id, records, assignmentEpoch, tells ? target : null, reply);
    }

    /** Who is to read what from now on. */
    private Map<String, Partitions> retarget(
            ShareGroup group, Map<String, ShareMember> members, int epoch, List<CoordinatorRecord> records) {
        var targets = SimpleAssignor.assign(members.values(), topic -> readable(group, topic));
        targets.forEach((id, partitions) -> {
            if (!partitions.equals(group.target.get(id))) {
                records.add(ShareGroupRecords.target(group.id, id, partitions));
            }
        });
        records.add(ShareGroupRecords.targetEpoch(group.id, epoch, ground.clock().nowMs()));
        return targets;
    }

    private void answerOnceWritten(
            ShareGroup group, String member, List<CoordinatorRecord> records, int epoch, Partitions told,
            Consumer<ShareGroupHeartbeatResponse> reply) {
        groups.write(group, records, error -> answer(group, member, error, epoch, told, reply));
    }

    private void answer(
            ShareGroup group, String member, ErrorCode error, int epoch, Partitions told,
            Consumer<ShareGroupHeartbeatResponse> reply) {
        if (error != ErrorCode.NONE) {
            reply.accept(refused(error, null));
            return;
        }
        var settings = sharing.settings(group.id);
        watch(group, group.members.get(member));
        reply.accept(ShareGroupHeartbeatResponse.builder()
                .memberId(member).memberEpoch(epoch).heartbeatIntervalMs(settings.heartbeatIntervalMs())
                .assignment(told == null ? null : new ShareGroupHeartbeatResponse.Assignment(
                        told.map(ShareGroupHeartbeatResponse.TopicPartitions::new)))
                .build());
        begin(group);
    }

    private static ShareMember updated(ShareMember known, ShareGroupHeartbeatRequest request, ClientIdentity client) {
        var member = new ShareMember(request.memberId());
        boolean isNew = known == null;
        member.rack = request.rackId() != null || isNew ? request.rackId() : known.rack;
        member.clientId = client.clientId();
        member.clientHost = client.clientHost();
        member.topics = request.subscribedTopicNames() == null ? isNew ? List.of() : known.topics
                : List.copyOf(new TreeSet<>(request.subscribedTopicNames()));
        member.epoch = isNew ? 0 : known.epoch;
        member.epochBefore = isNew ? -1 : known.epochBefore;
        member.assigned = isNew ? Partitions.NONE : known.assigned;
        return member;
    }

    private static boolean differs(ShareMember known, ShareMember member) {
        return !known.topics.equals(member.topics) || !known.clientId.equals(member.clientId)
                || !known.clientHost.equals(member.clientHost)
                || !(known.rack == null ? member.rack == null : known.rack.equals(member.rack));
    }

    /** The partitions of a topic that have a state: only those can be handed out. */
    private Partitions readable(ShareGroup group, String topic) {
        var shape = ground.topics().named(topic);
        var begun = shape == null ? null : group.initialized.byTopic().get(shape.id());
        return begun == null ? null : new Partitions.Builder().addAll(shape.id(), begun).build();
    }

    /** True when partitions began whose members do not know of them yet. */
    private boolean isAwaited(ShareGroup group) {
        var told = new Partitions.Builder();
        group.target.values().forEach(told::addAll);
        var known = told.build();
        for (var topic : subscribed(group)) {
            var readable = readable(group, topic);
            if (readable != null && readable.keys(group.id).stream().anyMatch(
                    key -> !known.has(key.topic(), key.partition()))) {
                return true;
            }
        }
        return false;
    }

    private static TreeSet<String> subscribed(ShareGroup group) {
        var topics = new TreeSet<String>();
        group.members.values().forEach(member -> topics.addAll(member.topics));
        return topics;
    }

    /** Changes when a topic that somebody reads comes, grows or goes. */
    private long hash(Iterable<ShareMember> members) {
        var topics = new TreeSet<String>();
        members.forEach(member -> topics.addAll(member.topics));
        long hash = HASH_SEED;
        for (var topic : topics) {
            var shape = ground.topics().named(topic);
            if (shape != null) {
                hash = (hash ^ shape.id().hashCode()) * HASH_FACTOR;
                hash = (hash ^ shape.partitions()) * HASH_FACTOR;
            }
        }
        return hash;
    }

    /** Asks the coordinators of share partitions to begin with those that somebody wants to read and that have no state. */
    private void begin(ShareGroup group) {
        if (group.beginning) {
            return;
        }
        var known = group.initialized;
        var wanted = new Partitions.Builder().addAll(group.initializing);
        var names = new TreeMap<Uuid, String>(group.topicNames);
        for (var topic : subscribed(group)) {
            var shape = ground.topics().named(topic);
            for (int i = 0; shape != null && i < shape.partitions(); i++) {
                if (!known.has(shape.id(), i)) {
                    wanted.add(shape.id(), i);
                    names.put(shape.id(), topic);
                }
            }
        }
        var beginning = wanted.build();
        if (beginning.isEmpty()) {
            return;
        }
        group.beginning = true;
        groups.decide(group, () -> groups.write(group, beginning.equals(group.initializing) ? List.of()
                : List.of(ShareGroupRecords.states(group.id, beginning, group.initialized, names)), error -> {
                    if (error == ErrorCode.NONE) {
                        initialize(group, beginning.keys(group.id));
                    } else {
                        group.beginning = false;
                    }
                }));
    }

    private void initialize(ShareGroup group, List<ShareKey> keys) {
        var begun = new Partitions.Builder();
        var left = new int[] {keys.size()};
        for (var key : keys) {
            sharing.initialize(key, group.epoch, -1, error -> {
                if (error == ErrorCode.NONE) {
                    begun.add(key.topic(), key.partition());
                }
                if (--left[0] == 0) {
                    groups.decide(group, () -> onBegun(group, begun.build()));
                }
            });
        }
    }

    private void onBegun(ShareGroup group, Partitions answered) {
        group.beginning = false;
        // A topic may have gone while its partitions were begun.
        var begun = existing(answered);
        if (begun.isEmpty() || groups.find(group.id) != group) {
            groups.write(group, List.of(), _ -> { });
            return;
        }
        var initialized = new Partitions.Builder().addAll(group.initialized).addAll(begun).build();
        var initializing = new Partitions.Builder().addAll(group.initializing).removeAll(begun).build();
        groups.write(group, List.of(ShareGroupRecords.states(group.id, initializing, initialized, group.topicNames)),
                _ -> { });
    }

    /** Topics that are gone have no state any more, and cannot be asked to begin. */
    void forgetLostTopics(ShareGroup group) {
        groups.decide(group, () -> {
            var initialized = existing(group.initialized);
            var initializing = existing(group.initializing);
            boolean same = initialized.equals(group.initialized) && initializing.equals(group.initializing);
            groups.write(group, same ? List.of()
                    : List.of(ShareGroupRecords.states(group.id, initializing, initialized, group.topicNames)), _ -> { });
        });
    }

    private Partitions existing(Partitions partitions) {
        var left = new Partitions.Builder();
        partitions.byTopic().forEach((id, all) -> {
            if (ground.topics().withId(id) != null) {
                left.addAll(id, all);
            }
        });
        return left.build();
    }

    void watch(ShareGroup group, ShareMember member) {
        if (member.session == null) {
            member.session = ground.deadlines().create(() -> groups.decide(group, () -> expire(group, member)));
        }
        member.session.in(sharing.settings(group.id).sessionTimeoutMs());
    }

    private void expire(ShareGroup group, ShareMember member) {
        if (group.members.get(member.id) == member) {
            leave(group, member.id, error -> {
                if (error != ErrorCode.NONE && group.members.get(member.id) == member) {
                    // It could not be written: the member has another session.
                    watch(group, member);
                }
            });
        } else {
            groups.write(group, List.of(), _ -> { });
        }
    }

    private void leave(ShareGroup group, String member, Consumer<ErrorCode> whenDone) {
        var records = new ArrayList<>(ShareGroupRecords.withoutMember(group.id, member));
        var left = new TreeMap<>(group.members);
        left.remove(member);
        records.add(ShareGroupRecords.group(group.id, group.epoch + 1, hash(left.values())));
        groups.write(group, records, error -> {
            if (error == ErrorCode.NONE) {
                groups.onMemberLeft(group, member);
            }
            whenDone.accept(error);
        });
    }
}
