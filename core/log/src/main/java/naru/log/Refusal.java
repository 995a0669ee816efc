package naru.log;

import java.util.List;

/** Why batches were turned down. Ordinary answers to a producer; each has one of Kafka's error numbers in core/broker. */
public sealed interface Refusal {

    /** A sentence for the producer's log. */
    String message();

    /** The end of the log is being taken away, because its leader had other records there: NOT_LEADER_OR_FOLLOWER, for some milliseconds. */
    record BeingCut() implements Refusal {
        @Override
        public String message() {
            return "the log is being cut to where it agrees with its leader's";
        }
    }

    /** The bytes are not a batch, or disagree with their checksum: CORRUPT_MESSAGE. */
    record Corrupt(String message) implements Refusal {}

    /** Not the bytes of exactly one batch: INVALID_RECORD, whatever the log is like. */
    record NotOneBatch(String message) implements Refusal {}

    /** A batch whose fields or records break the rules: INVALID_RECORD. */
    record Invalid(String message) implements Refusal {}

    /**
     * Records without a key for a compacted topic: INVALID_RECORD.
     *
     * @param count of all of them
     * @param first the places in the batch of the first ones, counted from 0
     */
    record KeysMissing(int count, List<Integer> first) implements Refusal {
        @Override
        public String message() {
            return "a compacted topic needs a key in every record";
        }
    }

    /** A batch of format 0 or 1: INVALID_RECORD, as Kafka 4 answers a magic it no longer takes. */
    record OldFormat(byte magic) implements Refusal {
        @Override
        public String message() {
            return "batches of magic " + magic + " are not accepted, only those of magic 2";
        }
    }

    /** Larger than {@code max.message.bytes}: MESSAGE_TOO_LARGE. */
    record TooLarge(int bytes, int bytesMax) implements Refusal {
        @Override
        public String message() {
            return "the batch has " + bytes + " bytes, more than max.message.bytes=" + bytesMax;
        }
    }

    /** Larger than {@code segment.bytes}: RECORD_LIST_TOO_LARGE. */
    record LargerThanSegment(int bytes, int segmentBytes) implements Refusal {
        @Override
        public String message() {
            return "the batches have " + bytes + " bytes, more than segment.bytes=" + segmentBytes;
        }
    }

    /**
     * Times of records lie outside the topic's bounds: INVALID_TIMESTAMP.
     *
     * @param first the first such records
     */
    record TimestampOutOfBounds(List<Timed> first, long earliestMs, long latestMs) implements Refusal {

        /** A record by its place in the batch, counted from 0, and its time. */
        public record Timed(int index, long timestampMs) {}

        @Override
        public String message() {
            return "the timestamp " + first.getFirst().timestampMs() + " is not within [" + earliestMs + ", " + latestMs + "]";
        }
    }

    /** The codec cannot be used here: UNSUPPORTED_COMPRESSION_TYPE. */
    record UnsupportedCompression(String message) implements Refusal {}

    /** OUT_OF_ORDER_SEQUENCE_NUMBER. */
    record OutOfSequence(long producerId, int expected, int received) implements Refusal {
        @Override
        public String message() {
            return "producer " + producerId + " sent sequence " + received + " where " + expected + " follows";
        }
    }

    /** The producer's epoch is older than one already seen: INVALID_PRODUCER_EPOCH. */
    record ProducerFenced(long producerId, short epoch, short current) implements Refusal {
        @Override
        public String message() {
            return "producer " + producerId + " has epoch " + epoch + ", the log has seen " + current;
        }
    }

    /** A transactional batch that belongs to no transaction the coordinator knows to be open here: INVALID_TXN_STATE. */
    record NotInTransaction(long producerId, short epoch) implements Refusal {
        @Override
        public String message() {
            return "no transaction of producer " + producerId + " with epoch " + epoch + " is open in this partition";
        }
    }

    /** A batch outside of transactions, while one of its producer is open: INVALID_TXN_STATE. */
    record TransactionOpen(long producerId) implements Refusal {
        @Override
        public String message() {
            return "producer " + producerId + " has a transaction open, and the batch is not part of it";
        }
    }

    /** A marker of a coordinator that was replaced: TRANSACTION_COORDINATOR_FENCED. */
    record CoordinatorFenced(long producerId, int epoch, int current) implements Refusal {
        @Override
        public String message() {
            return "the coordinator of producer " + producerId + " has epoch " + epoch + ", the log has seen " + current;
        }
    }

    /** A follower's copy does not continue where this log ends. */
    record NotNext(long logEnd, long received) implements Refusal {
        @Override
        public String message() {
            return "a batch at offset " + received + " does not follow a log that ends at " + logEnd;
        }
    }
}
