package naru.broker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.base.DiskFailure;
import naru.base.OffsetRange;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.log.Origin;
import naru.protocol.MalformedMessage;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.RecordReader;
import naru.replication.LeaderInput.Acks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shards of one kind on one lane: one over each partition of their topic that the lane leads. */
final class ShardHost<S extends Shard> {

    private static final Logger LOG = LoggerFactory.getLogger(ShardHost.class);
    private static final int FIRST_STEP_BYTES = 64 << 10;
    private static final int STEP_BYTES = 256 << 10;
    private static final long NS_PER_MS = 1_000_000;

    /** A coordinator writes for a producer that counts its own batches elsewhere. */
    private static final int NO_SEQUENCE = -1;

    /** A shard, its partition, and the alarm for what it wants to do next. */
    private final class Hosted extends Watchers.Watcher implements ShardLog {
        private final Partition partition;
        private S shard;
        private Timers.Timer alarm;
        private long alarmMs = Long.MAX_VALUE;
        private boolean touched;
        private ShardLoading loading;
        /** From its birth until the shard serves, or cannot be read. */
        private boolean loads = true;
        /** Where the log ended when it was read. */
        private long readEnd;
        /** Topics that were deleted meanwhile. */
        private final TreeSet<String> gone = new TreeSet<>();

        private Hosted(Partition partition) {
            this.partition = partition;
        }

        @Override
        public void append(List<CoordinatorRecord> records, Transaction transaction, Consumer<Outcome> whenCommitted) {
            var batch = new BatchBuilder();
            if (transaction != null) {
                batch.producer(transaction.producerId(), transaction.epoch(), NO_SEQUENCE).transactional();
            }
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
                public void onRefused(AppendRefused refused) {
                    // Never inside the call: the shard is not prepared to hear of an append it is still making.
                    lane.lanes().post(lane.number(), () -> {
                        touch(Hosted.this);
                        whenCommitted.accept(new Outcome.Failed(refused.why()));
                    });
                }
            });
        }

        @Override
        public long at() {
            return loading != null ? loading.at() : partition.log().logEnd();
        }

        @Override
        public void deleteBefore(long offset) {
            try {
                partition.log().deleteRecordsBefore(Math.min(offset, partition.highWatermark()));
            } catch (DiskFailure failure) {
                LOG.warn("What is of no use in {} stays for now: {}", partition.name(), failure.getMessage());
            }
        }

        /**
         * What was read last may not be committed: if a replica without it leads next, it never was. So the shard tells nothing and decides
         * nothing before all of it is.
         */
        private void serveOnceCommitted(long end) {
            readEnd = end;
            onRaised();
        }

        @Override
        void onRaised() {
            if (shards.get(partition.name().partition()) != this) {
                return;
            }
            if (partition.highWatermark() < readEnd) {
                partition.watchers().join(this);
                return;
            }
            loads = false;
            touch(this);
            shard.onLoaded();
            if (!gone.isEmpty()) {
                shard.onTopicsDeleted(gone);
            }
        }

        private void onTopicsDeleted(SortedSet<String> topics) {
            if (loads) {
                gone.addAll(topics);
            } else {
                touch(this);
                shard.onTopicsDeleted(topics);
            }
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
    private final BiFunction<ShardLog, Partition, S> birth;
    private final RecordReader reader;
    private final TreeMap<Integer, Hosted> shards = new TreeMap<>();
    private final ArrayList<Hosted> touched = new ArrayList<>();

    /** @param birth makes an empty shard over its log */
    ShardHost(LaneBroker lane, Function<ShardLog, S> birth) {
        this(lane, (log, _) -> birth.apply(log));
    }

    /** @param birth makes an empty shard over its log, which is this partition's */
    ShardHost(LaneBroker lane, BiFunction<ShardLog, Partition, S> birth) {
        this.lane = lane;
        this.birth = birth;
        this.reader = new RecordReader(lane.limits().decompressedBytesMax());
    }

    /** This lane leads a partition of the topic now. */
    void onLed(Partition partition) {
        var hosted = new Hosted(partition);
        hosted.shard = birth.apply(hosted, partition);
        shards.put(partition.name().partition(), hosted);
        load(hosted, new ShardLoading(partition::log, hosted.shard, reader), FIRST_STEP_BYTES);
    }

    /** A short partition is ready at once; a long one is read step by step, with the lane's other work in between. */
    private void load(Hosted hosted, ShardLoading loading, int bytesMax) {
        if (shards.get(hosted.partition.name().partition()) != hosted) {
            return;
        }
        try {
            hosted.loading = loading;
            if (loading.step(bytesMax)) {
                hosted.loading = null;
                hosted.serveOnceCommitted(loading.next());
            } else {
                lane.lanes().post(lane.number(), () -> load(hosted, loading, STEP_BYTES));
            }
        } catch (DiskFailure | MalformedMessage failure) {
            LOG.error("What was decided in {} cannot be read at offset {}: {}",
                    hosted.partition.name(), loading.next(), failure.getMessage());
            hosted.loads = false;
            hosted.shard.onUnloaded();
        }
    }

    void onLost(Partition partition) {
        var hosted = shards.remove(partition.name().partition());
        if (hosted != null) {
            hosted.leave();
            hosted.shard.onUnloaded();
            if (hosted.alarm != null) {
                hosted.alarm.cancel();
            }
        }
    }

    /** The shard over this partition; null when it is not on this lane. */
    S shard(int partition) {
        var hosted = shards.get(partition);
        if (hosted == null) {
            return null;
        }
        touch(hosted);
        return hosted.shard;
    }

    /** All shards of this lane, by partition. */
    List<S> all() {
        shards.values().forEach(this::touch);
        return shards.values().stream().map(hosted -> hosted.shard).toList();
    }

    /** Shards that are loading hear of it when they serve. */
    void onTopicsDeleted(SortedSet<String> topics) {
        List.copyOf(shards.values()).forEach(hosted -> hosted.onTopicsDeleted(topics));
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
