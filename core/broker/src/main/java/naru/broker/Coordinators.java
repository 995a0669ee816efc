package naru.broker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.DiskFailure;
import naru.base.OffsetRange;
import naru.coordination.CoordinatorRecord;
import naru.coordination.GroupSettings;
import naru.coordination.GroupShard;
import naru.coordination.ShardLog;
import naru.log.Origin;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;
import naru.replication.LeaderInput.Acks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator shards of one lane: one over each partition of the groups' topic that the lane leads. */
final class Coordinators {

    private static final Logger LOG = LoggerFactory.getLogger(Coordinators.class);
    private static final int LOAD_BYTES = 1 << 20;
    private static final long NS_PER_MS = 1_000_000;

    /** A shard, its partition, and the alarm for what it wants to do next. */
    private final class Hosted implements ShardLog {
        private final Partition partition;
        private GroupShard shard;
        private Timers.Timer alarm;
        private long alarmMs = Long.MAX_VALUE;
        private boolean touched;

        private Hosted(Partition partition) {
            this.partition = partition;
        }

        @Override
        public void append(List<CoordinatorRecord> records, Consumer<Outcome> whenCommitted) {
            var batch = new BatchBuilder();
            long nowMs = lane.nowMs();
            for (var record : records) {
                batch.add(nowMs, ByteBuffer.wrap(record.key()),
                        record.value() == null ? null : ByteBuffer.wrap(record.value()));
            }
            lane.append(partition, batch.build(), Origin.COORDINATOR, Acks.ALL_IN_SYNC, new Appender() {
                @Override
                public void onAcknowledged(OffsetRange at, long logAppendTimeMs, long logStart) {
                    touch(Hosted.this);
                    whenCommitted.accept(new Outcome.Committed());
                }

                @Override
                public void onRefused(ErrorCode why, String message) {
                    // Never inside the call: the shard is not prepared to hear of an append it is still making.
                    lane.lanes().post(lane.number(), () -> {
                        touch(Hosted.this);
                        whenCommitted.accept(new Outcome.Failed(why));
                    });
                }
            });
        }

        private void setAlarm() {
            touched = false;
            long dueMs = shard.nextDeadlineMs();
            if (dueMs == alarmMs) {
                return;
            }
            if (alarm != null) {
                alarm.cancel();
            }
            alarmMs = dueMs;
            alarm = dueMs == Long.MAX_VALUE ? null : lane.timers().at(dueMs * NS_PER_MS, this::onAlarm);
        }

        private void onAlarm() {
            alarmMs = Long.MAX_VALUE;
            touch(this);
            shard.onTime();
        }
    }

    private final LaneBroker lane;
    private final RecordReader reader;
    private final TreeMap<Integer, Hosted> shards = new TreeMap<>();
    private final ArrayList<Hosted> touched = new ArrayList<>();

    Coordinators(LaneBroker lane) {
        this.lane = lane;
        this.reader = new RecordReader(lane.limits().decompressedBytesMax());
    }

    /** This lane leads a partition of the groups' topic now. */
    void onLed(Partition partition) {
        var hosted = new Hosted(partition);
        hosted.shard = new GroupShard(settings(), hosted, lane.broker().clock(), lane.randomness());
        shards.put(partition.name().partition(), hosted);
        try {
            replay(partition, hosted.shard);
            hosted.shard.onLoaded();
        } catch (DiskFailure failure) {
            LOG.error("The groups of {} cannot be read: {}", partition.name(), failure.getMessage());
        }
        touch(hosted);
    }

    void onLost(Partition partition) {
        var hosted = shards.remove(partition.name().partition());
        if (hosted != null) {
            hosted.shard.onUnloaded();
            if (hosted.alarm != null) {
                hosted.alarm.cancel();
            }
        }
    }

    private void replay(Partition partition, GroupShard shard) {
        var log = partition.log();
        long next = log.logStart();
        while (next < log.logEnd()) {
            var bytes = copyOf(log.read(next, LOAD_BYTES, log.logEnd(), true).records());
            if (!bytes.hasRemaining()) {
                return;
            }
            long before = next;
            next = replay(bytes, next, shard);
            if (next == before) {
                return;
            }
        }
    }

    private long replay(ByteBuffer bytes, long from, GroupShard shard) {
        long next = from;
        int at = 0;
        while (bytes.limit() - at >= BatchHeader.SIZE && at + BatchHeader.sizeInBytes(bytes, at) <= bytes.limit()) {
            if (!BatchHeader.isControl(bytes, at)) {
                // One by one: a client may have written here under the name of Kafka's own tools.
                reader.forEach(bytes, at, record -> {
                    if (record.offset() >= from && record.key() != null) {
                        shard.replay(new CoordinatorRecord(bytesOf(record.key()), bytesOf(record.value())));
                    }
                    return true;
                });
            }
            next = Math.max(next, BatchHeader.nextOffset(bytes, at));
            at += BatchHeader.sizeInBytes(bytes, at);
        }
        return next;
    }

    private static ByteBuffer copyOf(Records records) {
        return switch (records) {
            case Records.InMemory(ByteBuffer bytes) -> bytes.slice();
            case Records.InFile inFile -> Answers.read(inFile);
        };
    }

    private static byte[] bytesOf(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    private GroupSettings settings() {
        var settings = lane.broker().settings();
        return new GroupSettings(
                settings.integer("group.min.session.timeout.ms"),
                settings.integer("group.max.session.timeout.ms"),
                settings.groupInitialRebalanceDelayMs(1),
                settings.integer("group.max.size"),
                settings.integer("offset.metadata.max.bytes"),
                settings.integer("offsets.retention.minutes") * 60_000L,
                settings.number("offsets.retention.check.interval.ms"));
    }

    /** The shard over this partition; null when it is not on this lane. */
    GroupShard shard(int partition) {
        var hosted = shards.get(partition);
        if (hosted == null) {
            return null;
        }
        touch(hosted);
        return hosted.shard;
    }

    /** All shards of this lane, by partition. */
    List<GroupShard> all() {
        shards.values().forEach(this::touch);
        return shards.values().stream().map(hosted -> hosted.shard).toList();
    }

    private void touch(Hosted hosted) {
        if (!hosted.touched) {
            hosted.touched = true;
            touched.add(hosted);
        }
    }

    /** Whoever was touched in this turn may have other plans now. */
    void endTurn() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).setAlarm();
        }
        touched.clear();
    }
}
