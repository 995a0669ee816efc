package naru.coordination.groups;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.base.Clock;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.coordination.membership.Committer;
import naru.coordination.membership.Ground;
import naru.coordination.membership.Kinds;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;
import naru.protocol.message.OffsetCommitKey;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import naru.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import naru.protocol.message.OffsetCommitValue;
import naru.protocol.message.OffsetDeleteRequest;
import naru.protocol.message.OffsetDeleteResponse;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;

/** Commits, fetches and deletes offsets, as far as the kind of the group lets whoever asks. */
final class OffsetRequests {

    private final Supplier<GroupSettings> settings;
    private final Kinds kinds;
    private final ClassicGroups classic;
    private final Offsets offsets;
    private final UndecidedOffsets undecided;
    private final Clock clock;
    private final ShardRuntime runtime;

    OffsetRequests(Supplier<GroupSettings> settings, Kinds kinds, ClassicGroups classic, Offsets offsets,
            UndecidedOffsets undecided, Ground ground) {
        this.settings = settings;
        this.kinds = kinds;
        this.classic = classic;
        this.offsets = offsets;
        this.undecided = undecided;
        this.clock = ground.clock();
        this.runtime = ground.runtime();
    }

    /** A group that nobody has is founded by the first offsets it commits, and forgotten when they do not arrive. */
    void commit(OffsetCommitRequest request, int version, Consumer<OffsetCommitResponse> reply) {
        var committer = new Committer(request.memberId(), request.groupInstanceId(), request.generationIdOrMemberEpoch(),
                false, version);
        var admitted = mayCommit(request.groupId(), committer);
        if (admitted != ErrorCode.NONE) {
            reply.accept(refused(request, admitted));
            return;
        }
        if (kinds.of(request.groupId()) == null) {
            classic.found(request.groupId());
        }
        commit(request, committer, clock.nowMs(), answer -> {
            classic.forgetUnused(request.groupId());
            reply.accept(answer);
        });
    }

    ErrorCode mayCommit(String groupId, Committer committer) {
        var kind = kinds.of(groupId);
        if (kind != null) {
            return kind.mayCommit(groupId, committer);
        }
        return committer.generation() < 0 ? settings.get().roomForOneMore(kinds) : ErrorCode.ILLEGAL_GENERATION;
    }

    private void commit(OffsetCommitRequest request, Committer committer, long nowMs, Consumer<OffsetCommitResponse> reply) {
        int metadataBytesMax = settings.get().metadataBytesMax();
        var kind = kinds.of(request.groupId());
        var records = new ArrayList<CoordinatorRecord>();
        var partitions = new ArrayList<TopicPartition>();
        var topics = new ArrayList<OffsetCommitResponseTopic>();
        long expireMs = request.retentionTimeMs() == -1 ? -1 : nowMs + request.retentionTimeMs();
        for (var topic : request.topics()) {
            var answers = new ArrayList<OffsetCommitResponsePartition>();
            for (var one : topic.partitions()) {
                var mayHere = kind.mayCommit(request.groupId(), committer, topic.name(), one.partitionIndex());
                if (mayHere != ErrorCode.NONE) {
                    answers.add(new OffsetCommitResponsePartition(one.partitionIndex(), mayHere.code()));
                    continue;
                }
                String metadata = one.committedMetadata() == null ? "" : one.committedMetadata();
                if (metadata.getBytes(StandardCharsets.UTF_8).length > metadataBytesMax || !GroupRecords.fits(metadata)) {
                    answers.add(new OffsetCommitResponsePartition(one.partitionIndex(), ErrorCode.OFFSET_METADATA_TOO_LARGE.code()));
                    continue;
                }
                answers.add(new OffsetCommitResponsePartition(one.partitionIndex(), ErrorCode.NONE.code()));
                partitions.add(new TopicPartition(topic.name(), one.partitionIndex()));
                records.add(GroupRecords.offset(
                        new OffsetCommitKey(request.groupId(), topic.name(), one.partitionIndex()),
                        new OffsetCommitValue(one.committedOffset(), one.committedLeaderEpoch(), metadata, nowMs, expireMs,
                                topic.topicId())));
            }
            topics.add(new OffsetCommitResponseTopic(topic.name(), topic.topicId(), answers));
        }
        if (!partitions.isEmpty()) {
            offsets.leave(request.groupId(), partitions);
        }
        runtime.submit(records, error -> {
            offsets.arrive(request.groupId(), partitions);
            boolean tooLong = error == ErrorCode.UNKNOWN_SERVER_ERROR;
            reply.accept(error == ErrorCode.NONE ? new OffsetCommitResponse(0, topics)
                    : refused(request, tooLong ? ErrorCode.INVALID_COMMIT_OFFSET_SIZE : error));
        });
    }

    static OffsetCommitResponse refused(OffsetCommitRequest request, ErrorCode why) {
        var topics = new ArrayList<OffsetCommitResponseTopic>();
        for (var topic : request.topics()) {
            topics.add(new OffsetCommitResponseTopic(topic.name(), topic.topicId(), topic.partitions().stream()
                    .map(one -> new OffsetCommitResponsePartition(one.partitionIndex(), why.code())).toList()));
        }
        return new OffsetCommitResponse(0, topics);
    }

    /** @param requireStable true for a reader that must not see what an open transaction may replace */
    OffsetFetchResponseGroup fetch(OffsetFetchRequestGroup request, boolean requireStable) {
        var kind = kinds.of(request.groupId());
        var admitted = kind == null ? ErrorCode.NONE : kind.mayFetch(request);
        if (admitted != ErrorCode.NONE) {
            return new OffsetFetchResponseGroup(request.groupId(), List.of(), admitted.code());
        }
        var known = offsets.of(request.groupId());
        var topics = new ArrayList<OffsetFetchResponseTopics>();
        if (request.topics() == null) {
            var byTopic = new LinkedHashMap<String, List<OffsetFetchResponsePartitions>>();
            known.forEach((at, value) ->
                    byTopic.computeIfAbsent(at.topic(), _ -> new ArrayList<>()).add(fetched(request.groupId(), at, value, requireStable)));
            byTopic.forEach((name, partitions) -> topics.add(new OffsetFetchResponseTopics(name, Uuid.ZERO, partitions)));
        } else {
            for (OffsetFetchRequestTopics topic : request.topics()) {
                topics.add(new OffsetFetchResponseTopics(topic.name(), topic.topicId(), topic.partitionIndexes().stream()
                        .map(index -> new TopicPartition(topic.name(), index))
                        .map(at -> fetched(request.groupId(), at, known.get(at), requireStable)).toList()));
            }
        }
        return new OffsetFetchResponseGroup(request.groupId(), topics, ErrorCode.NONE.code());
    }

    private OffsetFetchResponsePartitions fetched(
            String groupId, TopicPartition at, OffsetCommitValue value, boolean requireStable) {
        if (requireStable && undecided.has(groupId, at)) {
            return new OffsetFetchResponsePartitions(at.partition(), -1, -1, "", ErrorCode.UNSTABLE_OFFSET_COMMIT.code());
        }
        return value == null
                ? new OffsetFetchResponsePartitions(at.partition(), -1, -1, "", ErrorCode.NONE.code())
                : new OffsetFetchResponsePartitions(
                        at.partition(), value.offset(), value.leaderEpoch(), value.metadata(), ErrorCode.NONE.code());
    }

    void delete(OffsetDeleteRequest request, Consumer<OffsetDeleteResponse> reply) {
        var kind = kinds.of(request.groupId());
        var admitted = kind == null ? ErrorCode.GROUP_ID_NOT_FOUND : kind.mayForgetOffsets(request.groupId());
        if (admitted != ErrorCode.NONE) {
            reply.accept(new OffsetDeleteResponse(admitted.code(), 0, List.of()));
            return;
        }
        var records = new ArrayList<CoordinatorRecord>();
        var topics = new ArrayList<OffsetDeleteResponse.OffsetDeleteResponseTopic>();
        for (var topic : request.topics()) {
            boolean subscribed = kind.subscribes(request.groupId(), topic.name());
            var answers = new ArrayList<OffsetDeleteResponse.OffsetDeleteResponsePartition>();
            for (var one : topic.partitions()) {
                var at = new TopicPartition(topic.name(), one.partitionIndex());
                if (!subscribed && offsets.has(request.groupId(), at)) {
                    records.add(Offsets.tombstone(request.groupId(), at));
                }
                var code = subscribed ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE;
                answers.add(new OffsetDeleteResponse.OffsetDeleteResponsePartition(one.partitionIndex(), code.code()));
            }
            topics.add(new OffsetDeleteResponse.OffsetDeleteResponseTopic(topic.name(), answers));
        }
        runtime.submit(records, error -> reply.accept(error == ErrorCode.NONE
                ? new OffsetDeleteResponse(ErrorCode.NONE.code(), 0, topics)
                : new OffsetDeleteResponse(error.code(), 0, List.of())));
    }
}
