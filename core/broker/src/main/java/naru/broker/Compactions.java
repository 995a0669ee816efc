package naru.broker;

import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongFunction;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.log.Compaction;
import naru.log.CompactionLimits;
import naru.log.CompactionPace;
import naru.log.Dirtiness;
import naru.log.LaneLogs;
import naru.log.Log;
import naru.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts the logs of one lane, the dirtiest first, one at a time: while rounds find something to do, one after the other, else
 * every {@code log.cleaner.backoff.ms}, slowly while it keeps up (decision 35). A log that cannot be read as it should is left alone until the next start.
 */
final class Compactions implements Compaction.Host {

    private static final Logger LOG = LoggerFactory.getLogger(Compactions.class);
    private static final long BACKOFF_MS_MIN = 100;
    private static final int MAP_BYTES_MIN = 1 << 10;
    private static final double LOAD_MIN = 0.01;

    private final LaneBroker lane;
    private final Upkeep upkeep;
    // Asked, never walked.
    private final Set<Log> uncleanable = new HashSet<>();
    private final CompactionPace pace = new CompactionPace();
    private Partition dirtiest;
    private double most;
    private long dirtyBytes;
    private Partition running;
    private LaneLogs home;
    private boolean full;

    Compactions(LaneBroker lane, Upkeep upkeep) {
        this.lane = lane;
        this.upkeep = upkeep;
    }

    void begin() {
        if (Boolean.parseBoolean(lane.broker().settings().text("log.cleaner.enable"))) {
            rest();
        }
    }

    private void rest() {
        upkeep.afterMs(Math.max(BACKOFF_MS_MIN, number("log.cleaner.backoff.ms")), this::look);
    }

    /** Between turns: goes through the partitions, some in every turn, then compacts the one that it is most worth for. */
    private void look() {
        dirtiest = null;
        most = -1;
        dirtyBytes = 0;
        upkeep.eachPartition(this::weigh, () -> {
            pace.onLook(dirtyBytes);
            if (dirtiest == null) {
                rest();
            } else {
                lane.onLane(0, CompactionThreads::of, (threads, answer) -> answer.accept(threads.take(threadsMax())), this::onThread);
            }
        });
    }

    private boolean weigh(Partition partition) {
        try {
            var found = dirtiness(partition);
            if (found == null) {
                return false;
            }
            dirtyBytes += found.dirtyBytes();
            if (found.ratio() > most) {
                dirtiest = partition;
                most = found.ratio();
            }
        } catch (DiskFailure failure) {
            leaveAlone(partition, failure);
        }
        return false;
    }

    /** Null when the partition is not to be compacted now. */
    private Dirtiness dirtiness(Partition partition) {
        var log = partition.log();
        if (partition.offline() != ErrorCode.NONE || !log.config().compacts() || uncleanable.contains(log)) {
            return null;
        }
        if (lane.partitions().moves().isMoving(partition)) {
            return null; // its copy would keep what is taken out here
        }
        var found = log.compaction().dirtiness(partition.lastStable(), lane.nowMs());
        return found != null && found.isDue(log.config().compaction()) ? found : null;
    }

    private void onThread(boolean given) {
        if (!given) {
            rest();
            return;
        }
        upkeep.atEndOfTurn(() -> {
            try {
                compact(dirtiest);
            } catch (DiskFailure failure) {
                leaveAlone(dirtiest, failure);
                giveBackThread();
                rest();
            }
        });
    }

    private void compact(Partition partition) {
        var found = dirtiness(partition);
        if (found == null) {
            giveBackThread();
            rest();
            return;
        }
        home = lane.partitions().homeOf(partition);
        home.compact(partition.log(), found, limits(), this);
        running = partition;
    }

    private CompactionLimits limits() {
        int threads = Math.max(1, threadsMax());
        return new CompactionLimits(
                Math.max(MAP_BYTES_MIN, number("log.cleaner.dedupe.buffer.size") / threads),
                Math.clamp(Double.parseDouble(text("log.cleaner.io.buffer.load.factor")), LOAD_MIN, 1),
                Math.max(1, Double.parseDouble(text("log.cleaner.io.max.bytes.per.second")) / threads),
                pace.rest(),
                lane.limits().decompressedBytesMax());
    }

    @Override
    public void onEnd(Compaction.End end) {
        var partition = running;
        if (partition == null) {
            return; // its folder was lost, and that was heard before
        }
        running = null;
        giveBackThread();
        switch (end) {
            case Compaction.End.Cleaned(long to, long before, long after) -> {
                full = false;
                LOG.debug("{} is compacted up to offset {}: {} bytes, before {}", partition.name(), to, after, before);
                upkeep.atEndOfTurn(this::look);
            }
            case Compaction.End.Abandoned _ -> rest();
            case Compaction.End.Failed(DiskFailure why) when why.kind() == DiskFailure.Kind.FULL -> {
                if (!full) {
                    LOG.warn("{} is not compacted, the disk is full: {}", partition.name(), why.getMessage());
                }
                full = true;
                rest();
            }
            case Compaction.End.Failed(Throwable why) -> {
                leaveAlone(partition, why);
                rest();
            }
        }
    }

    private void giveBackThread() {
        lane.onLane(0, CompactionThreads::of, (threads, answer) -> answer.accept(threads.giveBack()), _ -> { });
    }

    private void leaveAlone(Partition partition, Throwable why) {
        if (uncleanable.add(partition.log())) {
            LOG.error("{} is not compacted until the next start: {}", partition.name(), why.getMessage());
        }
    }

    /** A folder that is lost never says what became of its round. */
    void onBroken(LaneLogs folder) {
        if (running != null && home == folder) {
            onEnd(new Compaction.End.Abandoned());
        }
    }

    private int threadsMax() {
        return Integer.parseInt(text("log.cleaner.threads"));
    }

    private long number(String key) {
        return Long.parseLong(text(key));
    }

    private String text(String key) {
        return lane.configuration().ofBroker(key);
    }

    @Override
    public long nowMs() {
        return lane.nowMs();
    }

    @Override
    public long nowNs() {
        return lane.broker().clock().nowNs();
    }

    @Override
    public void afterMs(long ms, Runnable task) {
        lane.afterMs(ms, task);
    }

    @Override
    public ToLongFunction<TopicPartition> highWatermark() {
        return name -> LanePartitions.highWatermarkOf(lane, name);
    }
}
