package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;
import naru.log.Refusal;
import naru.protocol.ErrorCode;
import naru.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;

/** The one place where the log's refusals become Kafka's numbers. A new refusal does not compile until it has one. */
final class Refusals {

    /** How many bad records the message about all of them names, as clients know it from Kafka. */
    private static final int NAMED_MAX = 3;

    private Refusals() {}

    static ErrorCode codeOf(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Corrupt _ -> ErrorCode.CORRUPT_MESSAGE;
            case Refusal.Invalid _, Refusal.NotOneBatch _, Refusal.OldFormat _, Refusal.KeysMissing _ -> ErrorCode.INVALID_RECORD;
            case Refusal.TooLarge _ -> ErrorCode.MESSAGE_TOO_LARGE;
            case Refusal.LargerThanSegment _ -> ErrorCode.RECORD_LIST_TOO_LARGE;
            case Refusal.TimestampOutOfBounds _ -> ErrorCode.INVALID_TIMESTAMP;
            case Refusal.UnsupportedCompression _ -> ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
            case Refusal.OutOfSequence _ -> ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
            case Refusal.ProducerFenced _ -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case Refusal.NotInTransaction _, Refusal.TransactionOpen _ -> ErrorCode.INVALID_TXN_STATE;
            case Refusal.CoordinatorFenced _ -> ErrorCode.TRANSACTION_COORDINATOR_FENCED;
            case Refusal.NotNext _ -> ErrorCode.UNKNOWN_SERVER_ERROR;
            case Refusal.BeingCut _ -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
        };
    }

    /** What a producer is told of it. The log's start only where the batch came as far as the log. */
    static AppendRefused of(Refusal refusal, TopicPartition partition, long logStart) {
        return switch (refusal) {
            case Refusal.Corrupt _, Refusal.NotOneBatch _, Refusal.OldFormat _, Refusal.TooLarge _, Refusal.LargerThanSegment _ ->
                    new AppendRefused(codeOf(refusal), refusal.message(), -1, List.of());
            case Refusal.KeysMissing missing -> keysMissing(missing, partition, logStart);
            case Refusal.TimestampOutOfBounds bounds -> outOfBounds(bounds, logStart);
            case Refusal.Invalid _, Refusal.UnsupportedCompression _, Refusal.OutOfSequence _, Refusal.ProducerFenced _,
                    Refusal.NotInTransaction _, Refusal.TransactionOpen _, Refusal.CoordinatorFenced _, Refusal.NotNext _,
                    Refusal.BeingCut _ ->
                    new AppendRefused(codeOf(refusal), refusal.message(), logStart, List.of());
        };
    }

    private static AppendRefused keysMissing(Refusal.KeysMissing missing, TopicPartition partition, long logStart) {
        String each = "Compacted topic cannot accept message without key in topic partition " + partition;
        var records = new ArrayList<BatchIndexAndErrorMessage>();
        missing.first().forEach(index -> records.add(new BatchIndexAndErrorMessage(index, each)));
        var named = missing.first().stream().limit(NAMED_MAX)
                .map(index -> "RecordError(batchIndex=" + index + ", message='" + each + "')").toList();
        return new AppendRefused(codeOf(missing), "One or more records have been rejected due to " + missing.count()
                + " record errors in total, and only showing the first three errors at most: " + named, logStart, records);
    }

    private static AppendRefused outOfBounds(Refusal.TimestampOutOfBounds bounds, long logStart) {
        var records = new ArrayList<BatchIndexAndErrorMessage>();
        for (var record : bounds.first()) {
            records.add(new BatchIndexAndErrorMessage(record.index(), "Timestamp " + record.timestampMs() + " of message with offset "
                    + record.index() + " is out of range. The timestamp should be within ["
                    + bounds.earliestMs() + ", " + bounds.latestMs() + "]"));
        }
        return new AppendRefused(codeOf(bounds), "One or more records have been rejected due to invalid timestamp", logStart, records);
    }
}
