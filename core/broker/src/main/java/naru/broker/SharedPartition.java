package naru.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import naru.base.DiskFailure;
import naru.coordination.shares.Acknowledgement;
import naru.coordination.shares.Acquisition;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.SharePartition;
import naru.coordination.shares.ShareRules;
import naru.coordination.shares.ShareTold;
import naru.coordination.shares.StateKeeper;
import naru.coordination.shares.Wish;
import naru.log.AbortedTransaction;
import naru.log.LogSlice;
import naru.metadata.Cluster;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A partition of this lane as one share group sees it: the state machine, its alarm, and those who wait beside it. */
final class SharedPartition implements StateKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(SharedPartition.class);
    /** Shorter pieces are copied beside the answer's own bytes, as in a fetch. */
    private static final int COPIED_BYTES_MAX = 16 << 10;
    private static final int LOOKS_MAX = 16;
    private static final long NS_PER_MS = 1_000_000;

    /**
     * What a consumer was given.
     *
     * @param records never null; whoever drops them gives back the file they are in
     */
    record Given(ErrorCode error, Records records, Acquisition acquisition, int lockMs) {

        static final Given NOTHING = failed(ErrorCode.NONE);

        static Given failed(ErrorCode why) {
            return new Given(why, Records.EMPTY, Acquisition.NONE, 0);
        }

        boolean isNothing() {
            return error == ErrorCode.NONE && acquisition.isEmpty();
        }
    }

    private final LaneBroker lane;
    private final ShareKey key;
    private final Partition partition;
    /** The leadership that this is part of; with another one, another begins. */
    private final Leading led;
    private final SharePartition machine;
    private final Watchers watchers = new Watchers();
    private Cluster settingsOf;
    private ShareGroupSettings settings;
    private List<Consumer<ErrorCode>> whenReady = new ArrayList<>();
    private Timers.Timer alarm;
    private long alarmMs = Long.MAX_VALUE;

    SharedPartition(LaneBroker lane, ShareKey key, Partition partition) {
        this.lane = lane;
        this.key = key;
        this.partition = partition;
        this.led = partition.leading();
        this.machine = new SharePartition(this::rules, this, watchers::raised);
    }

    ShareRules rules() {
        return settings().rules();
    }

    /** Looked up once for each value of the cluster: it takes longer than to acknowledge a record. */
    private ShareGroupSettings settings() {
        if (settingsOf != lane.cluster()) {
            settingsOf = lane.cluster();
            settings = ShareGroupSettings.of(lane, key.group());
        }
        return settings;
    }

    ShareKey key() {
        return key;
    }

    Partition partition() {
        return partition;
    }

    /** Those who want to know when there is something to hand out again. */
    Watchers watchers() {
        return watchers;
    }

    /** False when the coordinator does not know us any more: another one must begin in our place. */
    boolean isCurrent() {
        return machine.fenced() == ErrorCode.NONE && partition.refusal() == ErrorCode.NONE && partition.leading() == led;
    }

    /** Asks the coordinator where we stand. Those who come meanwhile wait. */
    void load(Consumer<ErrorCode> whenLoaded) {
        read(kept -> {
            var error = kept.error();
            if (error == ErrorCode.NONE) {
                try {
                    machine.load(kept, kept.start() < 0 ? beginning() : kept.start());
                } catch (DiskFailure failure) {
                    error = ErrorCode.KAFKA_STORAGE_ERROR;
                }
            }
            var waiting = whenReady;
            whenReady = null;
            whenLoaded.accept(error);
            for (var one : waiting) {
                one.accept(error);
            }
        });
    }

    void whenReady(Consumer<ErrorCode> then) {
        if (whenReady != null) {
            whenReady.add(then);
        } else {
            then.accept(ErrorCode.NONE);
        }
    }

    /** Where a group begins that never read here: {@code share.auto.offset.reset}. */
    private long beginning() {
        String reset = settings().offsetReset();
        return switch (reset) {
            case "earliest" -> partition.log().logStart();
            case "latest" -> partition.highWatermark();
            default -> {
                long ago = Duration.parse(reset.substring(reset.indexOf(':') + 1)).toMillis();
                long end = partition.highWatermark();
                var at = partition.log().offsetForTimestamp(lane.nowMs() - ago, end);
                yield at.isEmpty() ? end : Math.min(end, at.get().offset());
            }
        };
    }

    @Override
    public void read(Consumer<Kept> whenRead) {
        lane.coordinators().shares().consultations().read(key, partition.leaderEpoch(),
                state -> whenRead.accept(new Kept(
                        state.told().error(), state.stateEpoch(), state.start(), state.batches())));
    }

    @Override
    public void write(Change change, Consumer<ErrorCode> whenWritten) {
        lane.coordinators().shares().consultations().write(key, partition.leaderEpoch(), change,
                told -> {
                    whenWritten.accept(told.error());
                    setAlarm();
                });
    }

    /** Hands out what is free; nothing when fewer than {@code bytesMin} bytes could be read. */
    Given give(Wish wish, int bytesMax, int bytesMin) {
        if (!isCurrent()) {
            return Given.failed(partition.refusal());
        }
        machine.onLogStart(partition.log().logStart());
        boolean committedOnly = settings().committedOnly();
        try {
            for (int looks = 0; looks < LOOKS_MAX; looks++) {
                long from = machine.nextOffset();
                long end = committedOnly ? partition.lastStable() : partition.highWatermark();
                if (!machine.hasRoom() || from >= end) {
                    return Given.NOTHING;
                }
                var given = give(wish, from, end, bytesMax, bytesMin, committedOnly);
                // Where there was nothing for a consumer, there may be something behind it.
                if (!given.isNothing() || machine.nextOffset() == from) {
                    return given;
                }
            }
            return Given.NOTHING;
        } catch (DiskFailure failure) {
            LOG.error("{} cannot be read: {}", partition.name(), failure.getMessage());
            return Given.failed(failure.kind() == DiskFailure.Kind.DAMAGED
                    ? ErrorCode.CORRUPT_MESSAGE : ErrorCode.KAFKA_STORAGE_ERROR);
        } finally {
            setAlarm();
        }
    }

    private Given give(Wish wish, long from, long end, int bytesMax, int bytesMin, boolean committedOnly) {
        var slice = partition.log().read(from, bytesMax, end, true);
        var records = slice.records();
        boolean kept = false;
        try {
            if (records.sizeInBytes() < bytesMin) {
                return Given.NOTHING;
            }
            records = inMemoryWhenSmall(records);
            var rules = rules();
            var outline = BatchOutline.of(
                    records, from, Math.max(wish.recordsMax(), 1), unreadable(slice, from, committedOnly));
            var acquisition = machine.acquire(wish, outline.batches(), tickMs());
            if (acquisition.isEmpty()) {
                return Given.NOTHING;
            }
            kept = true;
            return new Given(ErrorCode.NONE, outline.upTo(acquisition.end()), acquisition, rules.lockMs());
        } finally {
            if (!kept) {
                Answers.drop(records);
            }
        }
    }

    /** True for markers, and for what aborted transactions wrote when the group wants committed records only. */
    private Predicate<BatchOutline.Header> unreadable(LogSlice slice, long from, boolean committedOnly) {
        var aborted = committedOnly
                ? partition.log().transactions().abortedIn(slice, from) : List.<AbortedTransaction>of();
        return header -> BatchHeader.isControl(header.bytes(), header.at())
                || BatchHeader.isTransactional(header.bytes(), header.at()) && isAborted(header, aborted);
    }

    private static boolean isAborted(BatchOutline.Header header, List<AbortedTransaction> aborted) {
        long producer = BatchHeader.producerId(header.bytes(), header.at());
        long offset = BatchHeader.baseOffset(header.bytes(), header.at());
        return aborted.stream().anyMatch(one ->
                one.producerId() == producer && one.firstOffset() <= offset && offset <= one.lastOffset());
    }

    private static Records inMemoryWhenSmall(Records records) {
        return records instanceof Records.InFile inFile && inFile.length() <= COPIED_BYTES_MAX
                ? new Records.InMemory(Answers.read(inFile)) : records;
    }

    void acknowledge(String member, List<Acknowledgement> acknowledgements, Consumer<ShareTold> reply) {
        machine.acknowledge(member, acknowledgements, tickMs(), reply);
        setAlarm();
    }

    void release(String member, Consumer<ErrorCode> reply) {
        machine.release(member, reply);
        setAlarm();
    }

    /** Nobody serves here any more. */
    void close() {
        if (alarm != null) {
            alarm.cancel();
        }
        watchers.raised();
    }

    private long tickMs() {
        return lane.broker().clock().nowNs() / NS_PER_MS;
    }

    private void setAlarm() {
        long dueMs = machine.nextDeadlineMs();
        if (dueMs >= alarmMs) {
            return; // too early is no harm: it is set again then
        }
        if (alarm != null) {
            alarm.cancel();
        }
        alarmMs = dueMs;
        alarm = lane.timers().at(dueMs * NS_PER_MS, this::onAlarm);
    }

    private void onAlarm() {
        alarmMs = Long.MAX_VALUE;
        alarm = null;
        machine.onTime(tickMs());
        setAlarm();
    }
}
