package naru.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.log.Appended;
import naru.log.Journal;
import naru.log.LaneLogs;
import naru.log.Log;
import naru.log.LogConfig;
import naru.log.LogFolder;
import naru.log.Origin;
import naru.log.Refusal;
import naru.protocol.ErrorCode;
import naru.protocol.Records;

/**
 * The real log, folder and journal behind the smallest protocol that can drive them: what {@link ToyBroker} is, with
 * its one file a partition replaced by what the product stores records with.
 */
final class LogBroker implements ToyBroker.Store {

    private static final String FOLDER = "/data/logs";

    private record Pending(long end, Runnable answer) {}

    /** All partitions lie on lane 0, however many there are. */
    private record OneLane(Lanes all) implements Lanes {

        @Override
        public int count() {
            return 1;
        }

        @Override
        public int current() {
            return 0;
        }

        @Override
        public void post(int lane, Runnable task) {
            all.post(lane, task);
        }

        @Override
        public <T> void offLane(String folder, Work kind, Callable<T> work, Consumer<Outcome<T>> whenDone) {
            all.offLane(folder, kind, work, whenDone);
        }
    }

    private static final class Shelf {
        private final Log log;
        private final Deque<Pending> waiting = new ArrayDeque<>();
        private long durable;

        private Shelf(Log log) {
            this.log = log;
            this.durable = log.writtenEnd();
        }
    }

    private final BrokerUnderTest.Ports ports;
    private final LaneLogs folder;
    private final Journal journal;
    private final Map<TopicPartition, Shelf> shelves = new TreeMap<>();
    private boolean broken;
    private long ids;

    private LogBroker(BrokerUnderTest.Ports ports, List<TopicPartition> partitions, LogConfig config) {
        this.ports = ports;
        var opened = new LogFolder(ports.disk(), FOLDER, ports.limits(), new OneLane(ports.lanes()));
        if (opened.failure() != null) {
            throw opened.failure();
        }
        this.folder = opened.share(0, ports.randomness(), _ -> broken = true);
        long nowMs = ports.clock().nowMs();
        for (var partition : partitions) {
            var log = folder.find(partition) != null
                    ? folder.open(partition, config, nowMs)
                    : folder.create(partition, new Uuid(77, partition.partition()), config, nowMs);
            var shelf = new Shelf(log);
            shelves.put(partition, shelf);
            log.whenDurable(end -> durable(shelf, end));
        }
        folder.syncOpened();
        folder.begin(ports.clock().nowNs());
        this.journal = folder.journal();
    }

    /** Small segments, so that a short story has many of them. */
    static BrokerUnderTest over() {
        var config = LogConfig.DEFAULTS.toBuilder().segmentBytes(30_000).indexIntervalBytes(500).build();
        return (ports, partitions) ->
                ToyBroker.over(new LogBroker(ports, partitions, config), ports, ToyBroker.Bug.NONE);
    }

    private void durable(Shelf shelf, long end) {
        shelf.durable = Math.max(shelf.durable, end);
        while (!shelf.waiting.isEmpty() && shelf.waiting.getFirst().end() <= shelf.durable) {
            shelf.waiting.removeFirst().answer().run();
        }
    }

    @Override
    public long newProducerId() {
        return ports.clock().nowNs() * 100 + ++ids % 100;
    }

    @Override
    public long append(TopicPartition to, ByteBuffer batch) {
        if (broken || folder.failure() != null) {
            return -ErrorCode.KAFKA_STORAGE_ERROR.code();
        }
        return switch (shelves.get(to).log.append(batch, 0, Origin.CLIENT, ports.clock().nowMs())) {
            case Appended.Accepted(var at, long _) -> at.first();
            case Appended.Duplicate(var at, long _) -> at.first();
            case Appended.Refused(Refusal.OutOfSequence _) -> -ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code();
            case Appended.Refused(var why) -> throw new Conviction("a sound batch was refused: " + why);
        };
    }

    @Override
    public void whenDurable(TopicPartition partition, Runnable answer) {
        var shelf = shelves.get(partition);
        shelf.waiting.addLast(new Pending(shelf.log.logEnd(), answer));
    }

    @Override
    public boolean inRange(TopicPartition partition, long offset) {
        var log = shelves.get(partition).log;
        return offset >= log.logStart() && offset <= log.logEnd();
    }

    @Override
    public long readable(TopicPartition partition) {
        return shelves.get(partition).durable;
    }

    @Override
    public Records read(TopicPartition partition, long offset, int bytesMax) {
        var shelf = shelves.get(partition);
        return offset >= shelf.durable
                ? Records.EMPTY
                : shelf.log.read(offset, bytesMax, shelf.durable, true).records();
    }

    @Override
    public void endTurn() {
        if (broken) {
            return;
        }
        try {
            for (var shelf : shelves.values()) {
                shelf.log.writeStaged(journal);
            }
            folder.commit();
        } catch (DiskFailure failure) {
            broken = true;
        }
        shelves.values().forEach(shelf -> durable(shelf, shelf.durable));
    }
}
