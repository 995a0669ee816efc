package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.base.DiskFailure;
import naru.protocol.ErrorCode;
import naru.protocol.message.DeleteRecordsRequest;
import naru.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import naru.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import naru.protocol.message.DeleteRecordsResponse;
import naru.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import naru.protocol.message.DeleteRecordsResponse.DeleteRecordsTopicResult;

/** DeleteRecords (API key 21): moves the start of logs forward. */
final class DeleteRecordsHandler implements Handler<DeleteRecordsRequest> {

    private static final long UP_TO_HIGH_WATERMARK = -1;

    private final LaneBroker lane;

    DeleteRecordsHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, DeleteRecordsRequest asked) {
        PartitionRounds.ofLater(lane, asked.topics(), DeleteRecordsTopic::name, DeleteRecordsTopic::partitions,
                DeleteRecordsPartition::partitionIndex,
                (owner, partition, wanted, answer) -> delete(owner, partition, wanted, asked.timeoutMs(), answer),
                DeleteRecordsHandler::refused,
                answers -> request.answer(DeleteRecordsResponse.builder().topics(topicsOf(asked, answers)).build()));
    }

    private static List<DeleteRecordsTopicResult> topicsOf(
            DeleteRecordsRequest asked, List<List<DeleteRecordsPartitionResult>> answers) {
        var topics = new ArrayList<DeleteRecordsTopicResult>();
        for (int i = 0; i < answers.size(); i++) {
            topics.add(new DeleteRecordsTopicResult(asked.topics().get(i).name(), answers.get(i)));
        }
        return topics;
    }

    private static DeleteRecordsPartitionResult refused(DeleteRecordsPartition wanted, ErrorCode error) {
        return new DeleteRecordsPartitionResult(wanted.partitionIndex(), -1, error.code());
    }

    private static void delete(
            LaneBroker owner, Partition partition, DeleteRecordsPartition wanted, int timeoutMs,
            Consumer<DeleteRecordsPartitionResult> answer) {
        long before = wanted.offset() == UP_TO_HIGH_WATERMARK ? partition.highWatermark() : wanted.offset();
        var error = error(partition, before);
        if (error != ErrorCode.NONE) {
            answer.accept(refused(wanted, error));
            return;
        }
        try {
            // Also when they are gone here already: a request before this one may still wait for disk and replicas.
            partition.log().deleteRecordsBefore(before);
        } catch (DiskFailure failure) {
            answer.accept(refused(wanted, ErrorCode.KAFKA_STORAGE_ERROR));
            return;
        }
        // Whoever hears that records are deleted must not find them again after a crash.
        owner.partitions().noteStart(partition, why -> {
            if (why != null) {
                answer.accept(refused(wanted, ErrorCode.KAFKA_STORAGE_ERROR));
            } else if (partition.leading() == null) {
                answer.accept(refused(wanted, partition.refusal()));
            } else {
                awaitReplicas(owner, partition, wanted, before, timeoutMs, answer);
            }
        });
    }

    /** Nor with another leader: the replicas follow, those that are alive. */
    private static void awaitReplicas(LaneBroker owner, Partition partition, DeleteRecordsPartition wanted, long before,
            int timeoutMs, Consumer<DeleteRecordsPartitionResult> answer) {
        var waiting = new Object() {
            private Timers.Timer timeout;
            private boolean over;
        };
        var callOff = partition.leading().whenReplicasBeginAt(before, error -> {
            waiting.over = true;
            if (waiting.timeout != null) {
                waiting.timeout.cancel();
            }
            answer.accept(error == ErrorCode.NONE ? done(partition, wanted) : refused(wanted, error));
        });
        if (!waiting.over) {
            waiting.timeout = owner.afterMs(Math.max(0, timeoutMs), () -> {
                callOff.run();
                answer.accept(refused(wanted, ErrorCode.REQUEST_TIMED_OUT));
            });
        }
    }

    private static ErrorCode error(Partition partition, long before) {
        if (partition.refusal() != ErrorCode.NONE) {
            return partition.refusal();
        }
        if (InternalTopics.isInternal(partition.name().topic())) {
            return ErrorCode.INVALID_TOPIC_EXCEPTION;
        }
        if (!partition.log().config().deletes()) {
            return ErrorCode.POLICY_VIOLATION;
        }
        return before < 0 || before > partition.highWatermark() ? ErrorCode.OFFSET_OUT_OF_RANGE : ErrorCode.NONE;
    }

    private static DeleteRecordsPartitionResult done(Partition partition, DeleteRecordsPartition wanted) {
        return new DeleteRecordsPartitionResult(
                wanted.partitionIndex(), partition.log().logStart(), ErrorCode.NONE.code());
    }
}
