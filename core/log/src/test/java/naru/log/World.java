package naru.log;

import static naru.base.Invariant.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import naru.base.DiskFailure;
import naru.base.Limits;
import naru.base.Randomness;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Record;
import naru.protocol.batch.RecordReader;

/** What the stories of this room need: a disk, a folder on it, batches, and a way to read everything back. */
final class World {

    static final TopicPartition NAME = new TopicPartition("orders", 3);
    static final Uuid TOPIC = new Uuid(17, 4711);
    static final long NOW = 1_700_000_000_000L;

    final InMemoryDisk disk = new InMemoryDisk();
    final StoppedLanes lanes;
    LogFolder folder;
    /** Lane 0's share; the only one unless a story has more lanes. */
    LaneLogs logs;
    DiskFailure broken;

    World() {
        this(1);
    }

    World(int laneCount) {
        lanes = new StoppedLanes(laneCount);
        restart();
    }

    void restart() {
        lanes.forget();
        folder = new LogFolder(disk, "data", Limits.PRODUCTION, lanes);
        logs = folder.share(0, dice(7), why -> broken = why);
    }

    Log log(LogConfig config) {
        check(logs.find(NAME) == null || logs.isOf(NAME, TOPIC), "it is the same topic all the time");
        return logs.find(NAME) == null ? logs.create(NAME, TOPIC, config, NOW) : logs.open(NAME, config, NOW);
    }

    /** What the node does once a minute, waited for. */
    void checkpoint(long highWatermark) {
        if (logs.journal() == null) {
            logs.begin(1);
        }
        logs.checkpoint(_ -> highWatermark);
        lanes.runAll();
    }

    /** As a follower drops what its leader does not have, waited for. */
    void cut(Log log, long offset) {
        if (logs.journal() == null) {
            logs.begin(1);
        }
        var told = new ArrayList<DiskFailure>();
        log.cuts().truncateTo(offset, logs, _ -> 0, told::add);
        while (!lanes.isIdle()) {
            lanes.runOne();
            logs.commit();
        }
        check(told.size() == 1 && told.getFirst() == null, "the log was cut");
    }

    static Randomness dice(long seed) {
        var random = new Random(seed);
        return new Randomness() {
            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                return random.nextInt(bound);
            }
        };
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuffer batch(long timestampMs, String... values) {
        var builder = new BatchBuilder();
        for (var value : values) {
            builder.add(timestampMs, bytes("k"), bytes(value));
        }
        return builder.build();
    }

    static ByteBuffer batchOf(long producerId, int epoch, int sequence, String... values) {
        var builder = new BatchBuilder().producer(producerId, (short) epoch, sequence);
        for (var value : values) {
            builder.add(NOW, bytes("k"), bytes(value));
        }
        return builder.build();
    }

    /** A batch of a transaction. */
    static ByteBuffer batchIn(long producerId, int epoch, int sequence, String... values) {
        return batchIn(producerId, epoch, sequence, NOW, values);
    }

    static ByteBuffer batchIn(long producerId, int epoch, int sequence, long timestampMs, String... values) {
        var builder = new BatchBuilder().producer(producerId, (short) epoch, sequence).transactional();
        for (var value : values) {
            builder.add(timestampMs, bytes("k"), bytes(value));
        }
        return builder.build();
    }

    /** Appends a batch of a transaction which the coordinator knows. */
    static Appended appendIn(Log log, long producerId, int epoch, int sequence, String... values) {
        return log.append(batchIn(producerId, epoch, sequence, values), 1, Origin.CLIENT, Verification.UNNEEDED, NOW);
    }

    /** Ends a transaction as coordinators of generation one do. */
    static Appended end(Log log, long producerId, int epoch, boolean committed) {
        return log.append(new TransactionMarker(producerId, (short) epoch, 0, (short) 1, committed), 1, NOW);
    }

    static Appended append(Log log, String... values) {
        return log.append(batch(NOW, values), 1, Origin.CLIENT, NOW);
    }

    static List<Record> readAll(Log log) {
        return readFrom(log, log.logStart());
    }

    /** Everything from an offset on, with as many reads as it takes. */
    static List<Record> readFrom(Log log, long from) {
        var all = new ArrayList<Record>();
        long offset = from;
        while (offset < log.writtenEnd()) {
            var slice = log.read(offset, 4096, Long.MAX_VALUE, true);
            if (!(slice.records() instanceof Records.InFile(var file, long position, int length))) {
                break;
            }
            var content = ByteBuffer.allocate(length);
            file.read(content, position);
            file.close();
            content.flip();
            for (int at = 0; isWhole(content, at); at += BatchHeader.sizeInBytes(content, at)) {
                for (var record : new RecordReader(1 << 20).read(content, at)) {
                    if (record.offset() >= offset) {
                        all.add(record);
                    }
                }
                offset = BatchHeader.nextOffset(content, at);
            }
        }
        return all;
    }

    private static boolean isWhole(ByteBuffer content, int at) {
        return content.limit() - at >= BatchHeader.SIZE && BatchHeader.sizeInBytes(content, at) <= content.limit() - at;
    }

    static List<String> values(Log log) {
        return readAll(log).stream().map(r -> StandardCharsets.UTF_8.decode(r.value().duplicate()).toString()).toList();
    }
}
