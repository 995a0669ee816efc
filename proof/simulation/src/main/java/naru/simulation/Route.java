package naru.simulation;

import java.util.List;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AddOffsetsToTxnRequest;
import naru.protocol.message.AddOffsetsToTxnResponse;
import naru.protocol.message.AddPartitionsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnResponse;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;
import naru.protocol.message.TxnOffsetCommitRequest;
import naru.protocol.message.TxnOffsetCommitResponse;

/** Which broker of a cluster a request belongs to. */
sealed interface Route {

    /** Any broker. */
    record Anybody() implements Route {}

    /** The leader of a partition. */
    record Leader(TopicPartition of) implements Route {}

    /** The coordinator of a group, or of a transactional id. */
    record Coordinator(byte type, String key) implements Route {
        static final byte GROUP = 0;
        static final byte TRANSACTION = 1;
    }

    static Route of(Message request) {
        return switch (request) {
            case ProduceRequest it -> {
                var topic = it.topicData().getFirst();
                yield new Leader(new TopicPartition(topic.name(), topic.partitionData().getFirst().index()));
            }
            case ListOffsetsRequest it -> {
                var topic = it.topics().getFirst();
                yield new Leader(new TopicPartition(topic.name(), topic.partitions().getFirst().partitionIndex()));
            }
            case JoinGroupRequest it -> group(it.groupId());
            case SyncGroupRequest it -> group(it.groupId());
            case HeartbeatRequest it -> group(it.groupId());
            case OffsetCommitRequest it -> group(it.groupId());
            case OffsetFetchRequest it -> group(it.groupId());
            case TxnOffsetCommitRequest it -> group(it.groupId());
            case InitProducerIdRequest it ->
                it.transactionalId() == null ? new Anybody() : transaction(it.transactionalId());
            case AddPartitionsToTxnRequest it -> transaction(it.v3AndBelowTransactionalId());
            case AddOffsetsToTxnRequest it -> transaction(it.transactionalId());
            case EndTxnRequest it -> transaction(it.transactionalId());
            default -> new Anybody();
        };
    }

    private static Route group(String id) {
        return new Coordinator(Coordinator.GROUP, id);
    }

    private static Route transaction(String id) {
        return new Coordinator(Coordinator.TRANSACTION, id);
    }

    /** The error that says whether the one who answered is the right one to ask. */
    static short error(Message answer) {
        return switch (answer) {
            case ProduceResponse it -> it.responses().getFirst().partitionResponses().getFirst().errorCode();
            case ListOffsetsResponse it -> it.topics().getFirst().partitions().getFirst().errorCode();
            case JoinGroupResponse it -> it.errorCode();
            case SyncGroupResponse it -> it.errorCode();
            case HeartbeatResponse it -> it.errorCode();
            case OffsetCommitResponse it -> it.topics().getFirst().partitions().getFirst().errorCode();
            case OffsetFetchResponse it -> it.errorCode();
            case TxnOffsetCommitResponse it -> it.topics().getFirst().partitions().getFirst().errorCode();
            case InitProducerIdResponse it -> it.errorCode();
            case AddPartitionsToTxnResponse it ->
                it.resultsByTopicV3AndBelow().getFirst().resultsByPartition().getFirst().partitionErrorCode();
            case AddOffsetsToTxnResponse it -> it.errorCode();
            case EndTxnResponse it -> it.errorCode();
            default -> ErrorCode.NONE.code();
        };
    }

    /** True when somebody else should be asked. */
    static boolean isWrong(short error) {
        return List.of(ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.LEADER_NOT_AVAILABLE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.KAFKA_STORAGE_ERROR,
                ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.UNKNOWN_LEADER_EPOCH).contains(ErrorCode.of(error));
    }
}
