package naru.coordination.groups;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.coordination.runtime.Deadlines;
import naru.protocol.ErrorCode;
import naru.protocol.MalformedMessage;
import naru.protocol.Reader;
import naru.protocol.message.ConsumerProtocolSubscription;
import naru.protocol.message.GroupMetadataValue;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.JoinGroupResponse;

/** The members of one classic group and what they have agreed on. What happens to them is decided in {@link Joins}. */
final class Group {

    private static final String CONSUMER = "consumer";

    final String id;
    final Map<String, Member> members = new LinkedHashMap<>();
    /** Ids given out with MEMBER_ID_REQUIRED that have not come back yet. */
    final Map<String, Deadlines.Deadline> promised = new LinkedHashMap<>();
    /** Members of this generation that have not asked for their assignment yet. */
    final TreeSet<String> unsynced = new TreeSet<>();
    private final Map<String, String> memberIdOfInstance = new TreeMap<>();
    private final Map<String, Integer> supporters = new TreeMap<>();
    private int joiningCount;

    GroupState state = GroupState.EMPTY;
    long stateSinceMs;
    int generation;
    /** The last generation whose leader said who does what. */
    int assignedGeneration;
    String protocolType;
    String protocol;
    String leader;
    /** The first rebalance of an empty group waits for more members instead of for known ones. */
    boolean gathering;
    boolean joinedWhileGathering;
    long gatheringLeftMs;
    /** Records of this group that are on their way into the log. */
    int recordsUnderWay;
    /** It is about to be a consumer group. */
    boolean frozen;
    Deadlines.Deadline rebalance;
    Deadlines.Deadline sync;

    Group(String id) {
        this.id = id;
    }

    /** Nothing of it is in the log any more: whoever comes next founds it anew. */
    void begin() {
        generation = 0;
        assignedGeneration = 0;
        protocolType = null;
        protocol = null;
    }

    boolean accepts(String type, List<JoinGroupRequestProtocol> protocols) {
        if (members.isEmpty()) {
            return !type.isEmpty() && !protocols.isEmpty();
        }
        return type.equals(protocolType)
                && protocols.stream().anyMatch(one -> supporters.getOrDefault(one.name(), 0) == members.size());
    }

    boolean hasRoomFor(String memberId, int membersMax) {
        return switch (state) {
            case EMPTY, DEAD -> true;
            case PREPARING_REBALANCE -> {
                var known = members.get(memberId);
                yield known != null && known.joining != null || joiningCount < membersMax;
            }
            case COMPLETING_REBALANCE, STABLE -> members.containsKey(memberId) || members.size() < membersMax;
        };
    }

    void add(Member member, String type) {
        if (members.isEmpty()) {
            protocolType = type;
        }
        if (leader == null) {
            leader = member.id;
        }
        members.put(member.id, member);
        if (member.instanceId != null) {
            memberIdOfInstance.put(member.instanceId, member.id);
        }
        vote(member, 1);
    }

    void remove(Member member) {
        members.remove(member.id);
        unsynced.remove(member.id);
        if (member.instanceId != null) {
            memberIdOfInstance.remove(member.instanceId, member.id);
        }
        vote(member, -1);
        member.session.cancel();
        answerJoin(member, failedJoin("", ErrorCode.UNKNOWN_MEMBER_ID));
        if (member.id.equals(leader)) {
            leader = members.isEmpty() ? null : members.keySet().iterator().next();
        }
    }

    void rename(Member member, String newId) {
        String oldId = member.id;
        members.remove(oldId);
        member.id = newId;
        members.put(newId, member);
        memberIdOfInstance.put(member.instanceId, newId);
        if (oldId.equals(leader)) {
            leader = newId;
        }
        if (unsynced.remove(oldId)) {
            unsynced.add(newId);
        }
    }

    void propose(Member member, List<JoinGroupRequestProtocol> protocols) {
        vote(member, -1);
        member.protocols = protocols;
        vote(member, 1);
    }

    /** Once for each name, also when a client names it twice. */
    private void vote(Member member, int step) {
        var names = new TreeSet<String>();
        for (var one : member.protocols) {
            if (names.add(one.name()) && supporters.merge(one.name(), step, Integer::sum) == 0) {
                supporters.remove(one.name());
            }
        }
    }

    Member staticMember(String instanceId) {
        String memberId = memberIdOfInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    /** NONE when {@code memberId} may speak for itself, or for the instance it names. */
    ErrorCode identify(String memberId, String instanceId) {
        if (instanceId != null) {
            var known = staticMember(instanceId);
            if (known == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            return known.id.equals(memberId) ? ErrorCode.NONE : ErrorCode.FENCED_INSTANCE_ID;
        }
        return members.containsKey(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    void awaitJoin(Member member, Consumer<JoinGroupResponse> reply) {
        if (member.joining == null) {
            joiningCount++;
        }
        member.joining = reply;
    }

    void answerJoin(Member member, JoinGroupResponse response) {
        if (member.joining != null) {
            joiningCount--;
            var reply = member.joining;
            member.joining = null;
            reply.accept(response);
        }
    }

    boolean allJoined() {
        return joiningCount == members.size() && promised.isEmpty();
    }

    /** Keeps a leader that came back, else takes the first that did; false when nobody came. */
    boolean electLeader() {
        var current = leader == null ? null : members.get(leader);
        if (current != null && current.joining != null) {
            return true;
        }
        for (var member : members.values()) {
            if (member.joining != null) {
                leader = member.id;
                return true;
            }
        }
        return false;
    }

    /** Each member votes for the first of its protocols that everybody knows. */
    String elected() {
        var votes = new TreeMap<String, Integer>();
        for (var member : members.values()) {
            member.protocols.stream().map(JoinGroupRequestProtocol::name)
                    .filter(name -> supporters.get(name) == members.size())
                    .findFirst().ifPresent(name -> votes.merge(name, 1, Integer::sum));
        }
        String best = null;
        for (var vote : votes.entrySet()) {
            if (best == null || vote.getValue() > votes.get(best)) {
                best = vote.getKey();
            }
        }
        return best;
    }

    int rebalanceTimeoutMs() {
        return members.values().stream().mapToInt(member -> member.rebalanceTimeoutMs).max().orElse(0);
    }

    JoinGroupResponse joined(String memberId, String namedLeader, boolean skipAssignment, boolean withMembers) {
        var all = new ArrayList<JoinGroupResponse.JoinGroupResponseMember>();
        if (withMembers) {
            for (var member : members.values()) {
                all.add(new JoinGroupResponse.JoinGroupResponseMember(member.id, member.instanceId, member.metadata(protocol)));
            }
        }
        return new JoinGroupResponse(0, ErrorCode.NONE.code(), generation, protocolType, protocol, namedLeader,
                skipAssignment, memberId, all);
    }

    static JoinGroupResponse failedJoin(String memberId, ErrorCode why) {
        return JoinGroupResponse.builder().memberId(memberId).errorCode(why.code()).protocolName(null).build();
    }

    boolean subscribes(String topic) {
        if (!CONSUMER.equals(protocolType)) {
            return false;
        }
        if (protocol == null) {
            return !members.isEmpty();
        }
        return members.values().stream().anyMatch(member -> subscribes(member.metadata(protocol), topic));
    }

    /** A subscription that cannot be read might name any topic. */
    private static boolean subscribes(ByteBuffer metadata, String topic) {
        try {
            var in = new Reader(metadata);
            int version = Math.min(in.int16(), ConsumerProtocolSubscription.VERSION_MAX);
            return version < 0 || ConsumerProtocolSubscription.read(in, version).topics().contains(topic);
        } catch (MalformedMessage _) {
            return true;
        }
    }

    boolean isConsumers() {
        return CONSUMER.equals(protocolType);
    }

    GroupMetadataValue stored(Map<String, ByteBuffer> assignments) {
        var all = new ArrayList<GroupMetadataValue.MemberMetadata>();
        for (var member : members.values()) {
            all.add(new GroupMetadataValue.MemberMetadata(member.id, member.instanceId, member.client.clientId(),
                    member.client.clientHost(), member.rebalanceTimeoutMs, member.sessionTimeoutMs,
                    member.metadata(protocol), assignments.getOrDefault(member.id, Member.NOTHING).duplicate()));
        }
        return new GroupMetadataValue(protocolType == null ? "" : protocolType, generation, protocol,
                members.isEmpty() ? null : leader, stateSinceMs, all);
    }
}
