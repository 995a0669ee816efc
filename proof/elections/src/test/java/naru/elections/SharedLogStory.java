package naru.elections;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import naru.quorum.Rules;
import naru.quorum.SharedLog;
import naru.quorum.SnapshotId;
import naru.simulation.SimulatedClock;
import naru.simulation.SimulatedDisk;
import naru.simulation.SimulatedRandomness;
import naru.simulation.Timeline;
import naru.simulation.Transcript;

/** A shared log and the list of batches that it should be; something happens to both with every step. */
final class SharedLogStory {

    private static final Rules RULES = new Rules(1 << 20, 0, 1_500, 604_800_000, 100 << 20, 604_800_000);

    /** What the log should hold. */
    private static final class Model {
        private record Written(long base, long end, int epoch, ByteBuffer bytes) {}

        private final List<Written> batches = new ArrayList<>();
        private final TreeSet<SnapshotId> snapshots = new TreeSet<>();
        private long start;
        private long end;
        private long highWatermark;
        private long synced;
        private int epoch = 1;

        private int epochAt(long offset) {
            return batches.stream().filter(batch -> batch.end() <= offset).mapToInt(Written::epoch).max().orElse(0);
        }

        private void truncate(long offset) {
            batches.removeIf(batch -> batch.end() > offset);
            end = batches.isEmpty() ? Math.min(end, Math.max(offset, start)) : batches.getLast().end();
            synced = Math.min(synced, end);
        }
    }

    private final SimulatedRandomness dice;
    private final SimulatedDisk disk;
    private final SimulatedClock clock;
    private final Model model = new Model();
    private SharedLog log;

    SharedLogStory(SimulatedRandomness dice) {
        this.dice = dice;
        this.disk = new SimulatedDisk(dice.fork("disk"));
        this.clock = new SimulatedClock(new Timeline(dice.fork("time"), new Transcript()));
        disk.establishFolders("/data");
        disk.shortReadOnceIn(5);
        open();
    }

    private void open() {
        log = new SharedLog(disk, "/data", RULES, clock);
    }

    void step() {
        switch (dice.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> append();
            case 5 -> {
                log.sync();
                model.synced = model.end;
            }
            case 6 -> {
                model.epoch += 1 + dice.nextInt(2);
                log.beginEpoch(model.epoch);
            }
            case 7 -> truncate();
            case 8 -> raise();
            case 9 -> snapshot();
            case 10 -> drop();
            default -> cutPower();
        }
    }

    private void append() {
        int count = 1 + dice.nextInt(3);
        var all = ByteBuffer.allocate(4_000);
        long base = model.end;
        for (int i = 0; i < count; i++) {
            var batch = new BatchBuilder().baseOffset(model.end).leaderEpoch(model.epoch);
            int records = 1 + dice.nextInt(4);
            for (int j = 0; j < records; j++) {
                batch.add(clock.nowMs(), null, ByteBuffer.wrap(new byte[dice.nextInt(150)]));
            }
            var bytes = batch.build();
            model.batches.add(new Model.Written(model.end, model.end + records, model.epoch, bytes.duplicate()));
            model.end += records;
            all.put(bytes.duplicate());
        }
        if (dice.onceIn(4)) {
            all.put(new byte[dice.nextInt(70)]);
        }
        var at = log.append(all.flip(), model.epoch);
        assertThat(at.first()).isEqualTo(base);
        assertThat(at.end()).isEqualTo(model.end);
    }

    private long anyEnd(long from) {
        var ends = new ArrayList<Long>();
        ends.add(from);
        model.batches.forEach(batch -> {
            if (batch.end() >= from) {
                ends.add(batch.end());
            }
        });
        return ends.get(dice.nextInt(ends.size()));
    }

    private void truncate() {
        long to = anyEnd(model.highWatermark);
        log.truncate(to);
        if (to < model.end) {
            model.truncate(to);
            model.synced = model.end;
        }
    }

    private void raise() {
        log.sync();
        model.synced = model.end;
        model.highWatermark = anyEnd(model.highWatermark);
        log.raiseHighWatermark(model.highWatermark);
    }

    private void snapshot() {
        long end = model.highWatermark;
        if (end == 0 || end < model.start) {
            return;
        }
        int epoch = model.epochAt(end);
        if (epoch == 0) {
            return;
        }
        var id = new SnapshotId(end, epoch);
        try (var draft = log.snapshots().draft(id)) {
            draft.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            if (dice.onceIn(4)) {
                return;
            }
            draft.freeze();
        }
        model.snapshots.add(id);
        assertThat(log.snapshots().read(id, 1, 10)).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
    }

    private void drop() {
        if (model.snapshots.isEmpty()) {
            return;
        }
        var id = new ArrayList<>(model.snapshots).get(dice.nextInt(model.snapshots.size()));
        boolean can = model.start < id.end() && id.end() <= model.highWatermark;
        assertThat(log.dropBefore(id)).isEqualTo(can);
        if (can) {
            model.start = id.end();
            model.snapshots.headSet(id, false).clear();
        }
    }

    private void cutPower() {
        disk.losePower();
        open();
        assertThat(log.end()).as("what was synced is there").isBetween(model.synced, model.end);
        assertThat(log.start()).as("the log may begin where it did, or before").isBetween(0L, model.start);
        model.truncate(log.end());
        assertThat(log.end()).as("only whole batches").isEqualTo(model.end);
        model.synced = model.end;
        model.start = log.start();
        model.highWatermark = Math.min(model.highWatermark, model.end);
        log.raiseHighWatermark(model.highWatermark);
        model.highWatermark = log.highWatermark();
        model.epoch = Math.max(model.epoch, log.lastEpoch());
        var newest = log.snapshots().newest();
        assertThat(newest).isEqualTo(model.snapshots.isEmpty() ? null : model.snapshots.last());
        for (var id : model.snapshots) {
            assertThat(log.snapshots().read(id, 0, 10)).as("what was frozen is there").isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
    }

    /** The log says what the list says. */
    void compare() {
        assertThat(log.end()).isEqualTo(model.end);
        assertThat(log.start()).isEqualTo(model.start);
        for (var written : model.batches) {
            if (written.base() >= model.start) {
                assertThat(log.read(written.base(), model.end, 1)).as("offset " + written.base()).isEqualTo(written.bytes());
            }
        }
        long from = model.start;
        while (from < model.end) {
            var read = log.read(from, model.end, 700);
            int at = 0;
            for (; at < read.limit(); at += BatchHeader.sizeInBytes(read, at)) {
                from = BatchHeader.nextOffset(read, at);
            }
            assertThat(at).isEqualTo(read.limit());
        }
        assertThat(log.read(model.end, model.end, 100).remaining()).isZero();
        compareEpochs();
    }

    private void compareEpochs() {
        for (int epoch : model.batches.stream().filter(batch -> batch.end() > model.start)
                .map(Model.Written::epoch).distinct().toList()) {
            long expected = model.batches.stream().filter(batch -> batch.epoch() == epoch)
                    .mapToLong(Model.Written::end).max().orElseThrow();
            assertThat(log.endOfEpoch(epoch)).isEqualTo(new SnapshotId(expected, epoch));
        }
    }
}
