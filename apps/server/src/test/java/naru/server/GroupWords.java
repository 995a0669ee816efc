package naru.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ConsumerProtocolSubscription;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.DescribeGroupsResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.LeaveGroupRequest;
import naru.protocol.message.ListGroupsRequest;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetDeleteRequest;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/** What members of groups say, in few words. */
class GroupWords {

    static final String TOPIC = "stories";
    private static final int ATTEMPTS_MAX = 100_000;

    final GroupTranscript transcript;
    final Uuid topicId;

    /** @param topicId of {@link #TOPIC} */
    GroupWords(GroupTranscript transcript, Uuid topicId) {
        this.transcript = transcript;
        this.topicId = topicId;
    }

    /** The topic is there, under this id, and every group has a coordinator: Kafka needs a moment for both. */
    static Uuid prepare(GroupTranscript transcript) throws IOException {
        var topic = new CreateTopicsRequest.CreatableTopic(TOPIC, 2, (short) 1, List.of(), List.of());
        var created = (CreateTopicsResponse) transcript.askAside("setup", ApiKey.CREATE_TOPICS, 7,
                new CreateTopicsRequest(List.of(topic), 10_000, false));
        var find = new FindCoordinatorRequest("any", (byte) 0, List.of());
        transcript.askAside("setup", ApiKey.FIND_COORDINATOR, 1, find);
        for (int i = 0; i < 50; i++) {
            var fetch = new OffsetFetchRequest("group-" + i, List.of(), List.of(), false);
            int attempts = 0;
            while (((OffsetFetchResponse) transcript.askAside("setup", ApiKey.OFFSET_FETCH, 5, fetch)).errorCode()
                    != ErrorCode.NONE.code()) {
                if (attempts++ > ATTEMPTS_MAX) {
                    throw new AssertionError("no coordinator");
                }
                transcript.askAside("setup", ApiKey.FIND_COORDINATOR, 1, find);
            }
        }
        return created.topics().getFirst().topicId();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuffer subscribedTo(String topic) {
        var out = new Writer(64);
        out.int16((short) 0);
        ConsumerProtocolSubscription.builder().topics(List.of(topic)).build().write(out, 0);
        return ByteBuffer.wrap(out.toBytes());
    }

    static JoinGroupRequest.Builder joining(String group) {
        return JoinGroupRequest.builder().groupId(group).sessionTimeoutMs(60_000).rebalanceTimeoutMs(60_000)
                .memberId("").protocolType("consumer").protocols(protocols("range"));
    }

    static List<JoinGroupRequest.JoinGroupRequestProtocol> protocols(String... names) {
        var all = new ArrayList<JoinGroupRequest.JoinGroupRequestProtocol>();
        for (var name : names) {
            all.add(new JoinGroupRequest.JoinGroupRequestProtocol(name, subscribedTo(TOPIC)));
        }
        return all;
    }

    JoinGroupResponse join(String who, int version, JoinGroupRequest.Builder request) throws IOException {
        return (JoinGroupResponse) transcript.ask(who, ApiKey.JOIN_GROUP, version, request.build());
    }

    void joins(String who, int version, JoinGroupRequest.Builder request) throws IOException {
        transcript.send(who, ApiKey.JOIN_GROUP, version, request.build());
    }

    JoinGroupResponse joined(String who, int version) throws IOException {
        return (JoinGroupResponse) transcript.hear(who, ApiKey.JOIN_GROUP, version);
    }

    /** An id that was given out and not used yet. */
    String promised(String who, String group) throws IOException {
        return join(who, 5, joining(group)).memberId();
    }

    static SyncGroupRequest.Builder syncing(String group, JoinGroupResponse joined) {
        var assignments = joined.members().stream().map(one -> new SyncGroupRequest.SyncGroupRequestAssignment(
                one.memberId(), bytes("work of generation " + joined.generationId()))).toList();
        return SyncGroupRequest.builder().groupId(group).generationId(joined.generationId())
                .memberId(joined.memberId())
                .protocolType("consumer").protocolName(joined.protocolName() == null ? "range" : joined.protocolName())
                .assignments(assignments);
    }

    SyncGroupResponse sync(String who, int version, SyncGroupRequest.Builder request) throws IOException {
        return (SyncGroupResponse) transcript.ask(who, ApiKey.SYNC_GROUP, version, request.build());
    }

    void syncs(String who, int version, SyncGroupRequest.Builder request) throws IOException {
        transcript.send(who, ApiKey.SYNC_GROUP, version, request.build());
    }

    SyncGroupResponse synced(String who, int version) throws IOException {
        return (SyncGroupResponse) transcript.hear(who, ApiKey.SYNC_GROUP, version);
    }

    /** A member that joined alone and has its assignment. */
    JoinGroupResponse stable(String who, String group) throws IOException {
        var joined = join(who, 5, joining(group).memberId(promised(who, group)));
        sync(who, 5, syncing(group, joined));
        return joined;
    }

    HeartbeatResponse heartbeat(String who, String group, int generation, String memberId, String instanceId)
            throws IOException {
        return (HeartbeatResponse) transcript.ask(who, ApiKey.HEARTBEAT, 4,
                new HeartbeatRequest(group, generation, memberId, instanceId));
    }

    HeartbeatResponse heartbeat(String who, String group, JoinGroupResponse joined) throws IOException {
        return heartbeat(who, group, joined.generationId(), joined.memberId(), null);
    }

    void leave(String who, String group, int version, LeaveGroupRequest.MemberIdentity... leaving) throws IOException {
        transcript.ask(who, ApiKey.LEAVE_GROUP, version, new LeaveGroupRequest(
                group, version < 3 ? leaving[0].memberId() : "", version < 3 ? List.of() : List.of(leaving)));
    }

    static LeaveGroupRequest.MemberIdentity leaver(String memberId, String instanceId) {
        return new LeaveGroupRequest.MemberIdentity(memberId, instanceId, "over");
    }

    void describe(String... groups) throws IOException {
        transcript.ask("tool", ApiKey.DESCRIBE_GROUPS, 6, new DescribeGroupsRequest(List.of(groups), false));
    }

    /** A join or a sync that is under way on another connection has arrived when the group stands there. */
    void until(String group, String state) throws IOException {
        String seen = "";
        for (int attempts = 0; attempts < ATTEMPTS_MAX && !seen.equals(state); attempts++) {
            seen = seen(group).groupState();
        }
    }

    void until(String group, int members) throws IOException {
        int seen = 0;
        for (int attempts = 0; attempts < ATTEMPTS_MAX && seen != members; attempts++) {
            seen = seen(group).members().size();
        }
    }

    private DescribeGroupsResponse.DescribedGroup seen(String group) throws IOException {
        var described = (DescribeGroupsResponse) transcript.askAside("aside", ApiKey.DESCRIBE_GROUPS, 5,
                new DescribeGroupsRequest(List.of(group), false));
        return described.groups().getFirst();
    }

    void describeOld(int version, String... groups) throws IOException {
        transcript.ask("tool", ApiKey.DESCRIBE_GROUPS, version, new DescribeGroupsRequest(List.of(groups), true));
    }

    void delete(String... groups) throws IOException {
        transcript.ask("tool", ApiKey.DELETE_GROUPS, 2, new DeleteGroupsRequest(List.of(groups)));
    }

    void list(int version, List<String> states, List<String> types) throws IOException {
        transcript.ask("tool", ApiKey.LIST_GROUPS, version, new ListGroupsRequest(states, types));
    }

    static OffsetCommitRequest.Builder committing(String group, String topic, int partition, long offset, String metadata) {
        var one = new OffsetCommitRequest.OffsetCommitRequestPartition(partition, offset, -1, metadata);
        return OffsetCommitRequest.builder().groupId(group).generationIdOrMemberEpoch(-1).memberId("")
                .retentionTimeMs(-1).topics(List.of(
                        new OffsetCommitRequest.OffsetCommitRequestTopic(topic, Uuid.ZERO, List.of(one))));
    }

    static OffsetCommitRequest.Builder committing(String group, JoinGroupResponse as, long offset) {
        return committing(group, TOPIC, 0, offset, "").generationIdOrMemberEpoch(as.generationId()).memberId(as.memberId());
    }

    void commit(String who, int version, OffsetCommitRequest.Builder request) throws IOException {
        transcript.ask(who, ApiKey.OFFSET_COMMIT, version, request.build());
    }

    /** Of the topic's three partitions, one of which does not exist; versions before 8 ask for one group. */
    OffsetFetchResponse fetch(String who, String group, int version) throws IOException {
        return (OffsetFetchResponse) transcript.ask(who, ApiKey.OFFSET_FETCH, version, fetching(group, version));
    }

    private OffsetFetchRequest fetching(String group, int version) {
        if (version < 8) {
            return new OffsetFetchRequest(group, List.of(
                    new OffsetFetchRequest.OffsetFetchRequestTopic(TOPIC, List.of(0, 1, 2))), List.of(), false);
        }
        var topics = List.of(new OffsetFetchRequest.OffsetFetchRequestTopics(TOPIC, topicId, List.of(0, 1, 2)));
        return new OffsetFetchRequest("", List.of(), List.of(
                new OffsetFetchRequest.OffsetFetchRequestGroup(group, null, -1, topics)), false);
    }

    void fetchAll(String who, String group, int version) throws IOException {
        transcript.ask(who, ApiKey.OFFSET_FETCH, version, version < 8
                ? new OffsetFetchRequest(group, null, List.of(), false)
                : new OffsetFetchRequest("", List.of(), List.of(
                        new OffsetFetchRequest.OffsetFetchRequestGroup(group, null, -1, null)), false));
    }

    void deleteOffsets(String who, String group, String topic, int... partitions) throws IOException {
        var all = new ArrayList<OffsetDeleteRequest.OffsetDeleteRequestPartition>();
        for (int partition : partitions) {
            all.add(new OffsetDeleteRequest.OffsetDeleteRequestPartition(partition));
        }
        transcript.ask(who, ApiKey.OFFSET_DELETE, 0, new OffsetDeleteRequest(group, List.of(
                new OffsetDeleteRequest.OffsetDeleteRequestTopic(topic, all))));
    }
}
