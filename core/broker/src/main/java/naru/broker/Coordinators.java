package naru.broker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.base.DiskFailure;
import naru.base.OffsetRange;
import naru.coordination.CoordinatorRecord;
import naru.coordination.GroupSettings;
import naru.coordination.GroupShard;
import naru.coordination.ShardLog;
import naru.log.Origin;
import naru.metadata.Changes;
import naru.metadata.Cluster;
import naru.protocol.ErrorCode;
import naru.protocol.MalformedMessage;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.RecordReader;
import naru.replication.LeaderInput.Acks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator shards of one lane: one over each partition of the groups' topic that the lane leads. */
final class Coordinators {

    private static final Logger LOG = LoggerFactory.getLogger(Coordinators.class);
    private static final int FIRST_STEP_BYTES = 64 << 10;
    private static final int STEP_BYTES = 256 << 10;
    private static final long MS_PER_MINUTE = 60_000;
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
                public void onRefused(AppendRefused refused) {
                    // Never inside the call: the shard is not prepared to hear of an append it is still making.
                    lane.lanes().post(lane.number(), () -> {
                        touch(Hosted.this);
                        whenCommitted.accept(new Outcome.Failed(refused.why()));
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
    private GroupSettings settings = GroupSettings.DEFAULT;

    Coordinators(LaneBroker lane) {
        this.lane = lane;
        this.reader = new RecordReader(lane.limits().decompressedBytesMax());
    }

    /** This lane leads a partition of the groups' topic now. */
    void onLed(Partition partition) {
        var hosted = new Hosted(partition);
        hosted.shard = new GroupShard(() -> settings, hosted, lane.broker().clock(), lane.randomness());
        shards.put(partition.name().partition(), hosted);
        load(hosted, new ShardLoading(partition.log(), hosted.shard, reader), FIRST_STEP_BYTES);
    }

    /** A short partition is ready at once; a long one is read step by step, with the lane's other work in between. */
    private void load(Hosted hosted, ShardLoading loading, int bytesMax) {
        if (shards.get(hosted.partition.name().partition()) != hosted) {
            return;
        }
        try {
            if (loading.step(bytesMax)) {
                hosted.shard.onLoaded();
                touch(hosted);
            } else {
                lane.lanes().post(lane.number(), () -> load(hosted, loading, STEP_BYTES));
            }
        } catch (DiskFailure | MalformedMessage failure) {
            LOG.error("The groups of {} cannot be read at offset {}: {}",
                    hosted.partition.name(), loading.next(), failure.getMessage());
            hosted.shard.onUnloaded();
        }
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

    /** The controller's newest decision: what operators set may have changed, and topics may be gone. */
    void onCluster(Cluster before, Changes changes) {
        settings = currentSettings();
        var gone = new TreeSet<String>();
        for (var id : changes.removed()) {
            var topic = before.topic(id);
            if (topic != null) {
                gone.add(topic.name());
            }
        }
        if (!gone.isEmpty()) {
            all().forEach(shard -> shard.onTopicsDeleted(gone));
        }
    }

    private GroupSettings currentSettings() {
        var configuration = lane.configuration();
        int brokers = lane.cluster().brokers().size();
        return new GroupSettings(
                Integer.parseInt(configuration.ofBroker("group.min.session.timeout.ms")),
                Integer.parseInt(configuration.ofBroker("group.max.session.timeout.ms")),
                lane.broker().settings().groupInitialRebalanceDelayMs(brokers),
                Integer.parseInt(configuration.ofBroker("group.max.size")),
                Integer.parseInt(configuration.ofBroker("offset.metadata.max.bytes")),
                Integer.parseInt(configuration.ofBroker("offsets.retention.minutes")) * MS_PER_MINUTE,
                Long.parseLong(configuration.ofBroker("offsets.retention.check.interval.ms")),
                groupsMax());
    }

    /** The broker's groups are spread evenly over the shards, by their names. */
    private int groupsMax() {
        var topic = lane.cluster().topic(InternalTopics.OFFSETS);
        return Math.max(1, lane.limits().groupsMax() / (topic == null ? 1 : Math.max(1, topic.partitions().size())));
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
