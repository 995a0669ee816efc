package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchCheck;
import naru.protocol.batch.BatchFault;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Compression;
import naru.protocol.batch.RecordReader;

/** Looks at batches before they may enter a log, by the rules of their topic. The order of the checks is Kafka's. */
final class Admission {

    /** Of how many bad records a producer is told: a batch may hold millions, and each costs a sentence. */
    private static final int RECORDS_TOLD_MAX = 100;

    private final BatchCheck check;
    private final RecordReader reader;

    Admission(BatchCheck check, RecordReader reader) {
        this.check = check;
        this.reader = reader;
    }

    /** Null when the batches may enter. */
    Refusal refusal(ByteBuffer batches, Origin origin, LogConfig config, long nowMs) {
        return switch (origin) {
            case CLIENT, OLD_CLIENT -> ofClient(batches, config, nowMs);
            case COORDINATOR, REPLICATION -> ofBroker(batches, origin, config);
        };
    }

    private Refusal ofClient(ByteBuffer in, LogConfig config, long nowMs) {
        int at = in.position();
        var frame = frameFault(in, at, config);
        if (frame != null) {
            return frame;
        }
        var fault = check.check(in, at, config.compacts());
        if (fault != null) {
            return refusalOf(fault, in, at);
        }
        if (BatchHeader.producerId(in, at) != BatchHeader.NO_PRODUCER_ID && BatchHeader.baseSequence(in, at) < 0) {
            return new Refusal.Invalid("a batch of producer " + BatchHeader.producerId(in, at) + " has no sequence");
        }
        return config.stampsAppendTime() ? null : timestampFault(in, at, config, nowMs);
    }

    /** One whole batch, not too large; its content is looked at later. */
    private static Refusal frameFault(ByteBuffer in, int at, LogConfig config) {
        int room = in.limit() - at;
        if (room < BatchHeader.LENGTH_PREFIX + 5) {
            return new Refusal.NotOneBatch(room + " bytes are no batch");
        }
        byte magic = BatchHeader.magic(in, at);
        if (magic != BatchHeader.MAGIC) {
            return magic >= 0 && magic < BatchHeader.MAGIC
                    ? new Refusal.OldFormat(magic)
                    : new Refusal.Corrupt("magic " + magic + " is unknown");
        }
        int size = BatchHeader.sizeInBytes(in, at);
        int length = size - BatchHeader.LENGTH_PREFIX; // as it stands in the batch: near 2 GB the sum turned negative
        if (length < BatchHeader.SIZE - BatchHeader.LENGTH_PREFIX) {
            return new Refusal.Corrupt("a batch whose length is " + length + " is shorter than its header");
        }
        if (size < 0 || size > room) {
            return new Refusal.NotOneBatch("a batch whose length is " + length + ", of which " + room + " bytes are there");
        }
        if (size < room) {
            return BatchHeader.isCrcRight(in, at)
                    ? new Refusal.NotOneBatch("a partition takes exactly one batch per request")
                    : new Refusal.Corrupt("the checksum does not match");
        }
        if (BatchHeader.baseOffset(in, at) != 0) {
            return new Refusal.Invalid("the base offset of a producer's batch is 0, not " + BatchHeader.baseOffset(in, at));
        }
        return sizeFault(size, config);
    }

    private static Refusal sizeFault(int size, LogConfig config) {
        if (size > config.maxMessageBytes()) {
            return new Refusal.TooLarge(size, config.maxMessageBytes());
        }
        return size > config.segmentBytes() ? new Refusal.LargerThanSegment(size, config.segmentBytes()) : null;
    }

    private Refusal refusalOf(BatchFault fault, ByteBuffer in, int at) {
        return switch (fault) {
            case OLD_FORMAT -> new Refusal.OldFormat(BatchHeader.magic(in, at));
            case TRUNCATED, WRONG_CRC -> new Refusal.Corrupt(check.why());
            case UNKNOWN_CODEC -> new Refusal.UnsupportedCompression(check.why());
            case WRONG_COUNT, MALFORMED -> new Refusal.Invalid(check.why());
            case KEY_MISSING -> keysMissing(in, at);
        };
    }

    private Refusal timestampFault(ByteBuffer in, int at, LogConfig config, long nowMs) {
        long earliest = minus(nowMs, config.timestampBeforeMaxMs());
        long latest = plus(nowMs, config.timestampAfterMaxMs());
        if (check.timestampMin() >= earliest && check.timestampMax() <= latest) {
            return null;
        }
        var first = new ArrayList<Refusal.TimestampOutOfBounds.Timed>();
        int[] index = {0};
        reader.forEach(in, at, record -> {
            long time = record.timestampMs();
            if (time < earliest && time != BatchHeader.NO_TIMESTAMP || time > latest) {
                first.add(new Refusal.TimestampOutOfBounds.Timed(index[0], time));
            }
            index[0]++;
            return first.size() < RECORDS_TOLD_MAX;
        });
        return first.isEmpty() ? null : new Refusal.TimestampOutOfBounds(first, earliest, latest);
    }

    private Refusal keysMissing(ByteBuffer in, int at) {
        var first = new ArrayList<Integer>();
        int[] indexAndCount = {0, 0};
        reader.forEach(in, at, record -> {
            if (record.key() == null) {
                indexAndCount[1]++;
                if (first.size() < RECORDS_TOLD_MAX) {
                    first.add(indexAndCount[0]);
                }
            }
            indexAndCount[0]++;
            return true;
        });
        return new Refusal.KeysMissing(indexAndCount[1], first);
    }

    private static long minus(long nowMs, long ms) {
        return ms >= nowMs ? Long.MIN_VALUE : nowMs - ms;
    }

    private static long plus(long nowMs, long ms) {
        return ms > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + ms;
    }

    private Refusal ofBroker(ByteBuffer in, Origin origin, LogConfig config) {
        int at = in.position();
        while (at < in.limit()) {
            var fault = check.checkFrame(in, at);
            if (fault != null) {
                return refusalOf(fault, in, at);
            }
            int size = BatchHeader.sizeInBytes(in, at);
            var tooLarge = origin == Origin.REPLICATION ? null : sizeFault(size, config);
            if (tooLarge != null) {
                return tooLarge;
            }
            at += size;
        }
        return at == in.position() ? new Refusal.Invalid("there is no batch") : null;
    }

    /**
     * The batch as the topic keeps it: the producer's own bytes wherever possible, packed anew when the topic names
     * another codec. Only after {@link #refusal} found nothing wrong.
     */
    ByteBuffer asKept(ByteBuffer in, LogConfig config, long nowMs) {
        int at = in.position();
        var wanted = config.compression();
        var kept = wanted == null || wanted.id() == BatchHeader.compressionId(in, at) ? in : repacked(in, at, wanted);
        int keptAt = kept.position();
        if (config.stampsAppendTime()) {
            BatchHeader.stampLogAppendTime(kept, keptAt, nowMs);
        } else if (BatchHeader.isLogAppendTime(kept, keptAt) || BatchHeader.maxTimestamp(kept, keptAt) != check.timestampMax()) {
            BatchHeader.stampCreateTime(kept, keptAt, check.timestampMax());
        }
        return kept;
    }

    private ByteBuffer repacked(ByteBuffer in, int at, Compression wanted) {
        var builder = new BatchBuilder().compression(wanted);
        builder.producer(
                BatchHeader.producerId(in, at), BatchHeader.producerEpoch(in, at), BatchHeader.baseSequence(in, at));
        if (BatchHeader.isTransactional(in, at)) {
            builder.transactional();
        }
        reader.forEach(in, at, record -> {
            builder.add(record.timestampMs(), record.key(), record.value(), record.headers());
            return true;
        });
        return builder.build();
    }
}
