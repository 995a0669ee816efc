package naru.coordination.groups;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.base.TopicPartition;
import naru.coordination.membership.Committer;
import naru.coordination.membership.Ground;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.ShardLog;
import naru.protocol.ErrorCode;
import naru.protocol.message.OffsetCommitKey;
import naru.protocol.message.OffsetCommitValue;
import naru.protocol.message.TxnOffsetCommitRequest;
import naru.protocol.message.TxnOffsetCommitResponse;
import naru.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import naru.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;

/** Commits of offsets inside a transaction: written at once, counted when its marker says so. */
final class TransactionalCommits {

    private static final long NEVER_EXPIRES = -1;

    private final Supplier<GroupSettings> settings;
    private final OffsetRequests offsetRequests;
    private final ClassicGroups classic;
    private final UndecidedOffsets undecided;
    private final Ground ground;

    TransactionalCommits(Supplier<GroupSettings> settings, OffsetRequests offsetRequests, ClassicGroups classic,
            UndecidedOffsets undecided, Ground ground) {
        this.settings = settings;
        this.offsetRequests = offsetRequests;
        this.classic = classic;
        this.undecided = undecided;
        this.ground = ground;
    }

    void commit(TxnOffsetCommitRequest request, int version, Consumer<TxnOffsetCommitResponse> reply) {
        String groupId = request.groupId();
        var admitted = offsetRequests.mayCommit(groupId, new Committer(request.memberId(), request.groupInstanceId(),
                request.generationIdOrMemberEpoch(), true, version));
        if (admitted != ErrorCode.NONE) {
            // The epoch of a member is the generation of a group, to whoever commits in a transaction.
            reply.accept(refused(request, admitted == ErrorCode.STALE_MEMBER_EPOCH ? ErrorCode.ILLEGAL_GENERATION : admitted));
            return;
        }
        if (ground.kinds().of(groupId) == null) {
            classic.found(groupId);
        }
        var records = new ArrayList<CoordinatorRecord>();
        var partitions = new ArrayList<TopicPartition>();
        var topics = new ArrayList<TxnOffsetCommitResponseTopic>();
        long nowMs = ground.clock().nowMs();
        for (var topic : request.topics()) {
            var answers = new ArrayList<TxnOffsetCommitResponsePartition>();
            for (var one : topic.partitions()) {
                String metadata = one.committedMetadata() == null ? "" : one.committedMetadata();
                boolean tooLong = metadata.getBytes(StandardCharsets.UTF_8).length > settings.get().metadataBytesMax()
                        || !GroupRecords.fits(metadata);
                var code = tooLong ? ErrorCode.OFFSET_METADATA_TOO_LARGE : ErrorCode.NONE;
                answers.add(new TxnOffsetCommitResponsePartition(one.partitionIndex(), code.code()));
                if (!tooLong) {
                    partitions.add(new TopicPartition(topic.name(), one.partitionIndex()));
                    records.add(GroupRecords.offset(new OffsetCommitKey(groupId, topic.name(), one.partitionIndex()),
                            new OffsetCommitValue(one.committedOffset(), one.committedLeaderEpoch(), metadata, nowMs,
                                    NEVER_EXPIRES, topic.topicId())));
                }
            }
            topics.add(new TxnOffsetCommitResponseTopic(topic.name(), topic.topicId(), answers));
        }
        undecided.leave(groupId, partitions);
        var transaction = new ShardLog.Transaction(request.producerId(), request.producerEpoch());
        ground.runtime().submit(records, transaction, error -> {
            undecided.arrive(groupId, partitions);
            classic.forgetUnused(groupId);
            boolean tooLong = error == ErrorCode.UNKNOWN_SERVER_ERROR;
            reply.accept(error == ErrorCode.NONE ? new TxnOffsetCommitResponse(0, topics)
                    : refused(request, tooLong ? ErrorCode.INVALID_COMMIT_OFFSET_SIZE : error));
        });
    }

    static TxnOffsetCommitResponse refused(TxnOffsetCommitRequest request, ErrorCode why) {
        return new TxnOffsetCommitResponse(0, request.topics().stream()
                .map(topic -> new TxnOffsetCommitResponseTopic(topic.name(), topic.topicId(), topic.partitions().stream()
                        .map(one -> new TxnOffsetCommitResponsePartition(one.partitionIndex(), why.code())).toList()))
                .toList());
    }
}
