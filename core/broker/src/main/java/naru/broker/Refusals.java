package naru.broker;

import naru.log.Refusal;
import naru.protocol.ErrorCode;

/** The one place where the log's refusals become Kafka's numbers. A new refusal does not compile until it has one. */
final class Refusals {

    private Refusals() {}

    static ErrorCode codeOf(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Corrupt _ -> ErrorCode.CORRUPT_MESSAGE;
            case Refusal.Invalid _, Refusal.OldFormat _ -> ErrorCode.INVALID_RECORD;
            case Refusal.TooLarge _ -> ErrorCode.MESSAGE_TOO_LARGE;
            case Refusal.LargerThanSegment _ -> ErrorCode.RECORD_LIST_TOO_LARGE;
            case Refusal.TimestampOutOfBounds _ -> ErrorCode.INVALID_TIMESTAMP;
            case Refusal.UnsupportedCompression _ -> ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
            case Refusal.OutOfSequence _ -> ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
            case Refusal.ProducerFenced _ -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case Refusal.NotNext _ -> ErrorCode.UNKNOWN_SERVER_ERROR;
        };
    }
}
