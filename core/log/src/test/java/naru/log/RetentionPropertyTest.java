package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import org.junit.jupiter.api.Test;

/**
 * Retention by time, by size, by both, by the log's start and by none, beside a model that knows only lengths and times of segments;
 * while readers hold pieces of what goes.
 */
class RetentionPropertyTest {

    @Test
    void what_goes_is_what_the_rules_say() {
        Seeds.tell("retention", 300, Story::new);
    }

    private record Part(long base, long end, long bytes, long newestMs) {}

    private static final class Story implements Seeds.Story {
        private final Random dice;
        private final World world = new World();
        private final List<Records.InFile> held = new ArrayList<>();
        private final List<Long> heldAt = new ArrayList<>();
        private LogConfig config;
        private Log log;
        private long nowMs = NOW;

        Story(long seed) {
            dice = new Random(seed);
        }

        @Override
        public void tell() {
            config = draw();
            log = world.log(config);
            for (int i = 0; i < 15; i++) {
                write();
                if (dice.nextInt(4) == 0) {
                    config = draw();
                    log.configure(config);
                }
                if (dice.nextInt(4) == 0 && log.logEnd() > log.logStart()) {
                    log.deleteRecordsBefore(log.logStart() + 1 + dice.nextLong(log.logEnd() - log.logStart()));
                }
                hold();
                retain();
                if (dice.nextInt(5) == 0) {
                    log.takeDoomed(nowMs).forEach(world.disk::delete);
                    assertThat(log.takeDoomed(nowMs)).isEmpty();
                }
                check();
            }
        }

        private LogConfig draw() {
            long ms = dice.nextInt(3) == 0 ? -1 : dice.nextInt(30_000);
            long bytes = dice.nextInt(3) == 0 ? -1 : dice.nextInt(4) == 0 ? 0 : dice.nextInt(6_000);
            return LogConfig.DEFAULTS.toBuilder().segmentBytes(500).indexIntervalBytes(150).retention(ms, bytes)
                    .cleanup(dice.nextInt(5) > 0, dice.nextInt(4) == 0).fileDeleteDelayMs(dice.nextInt(2) * 4_000L).build();
        }

        private void write() {
            int turns = dice.nextInt(12);
            for (int t = 0; t < turns; t++) {
                nowMs += dice.nextInt(1_500);
                // Times are the producers': they need not rise.
                log.append(World.batch(nowMs - dice.nextInt(4_000), "v".repeat(dice.nextInt(90))), 1, Origin.CLIENT, nowMs);
                log.writeStaged();
            }
            nowMs += dice.nextInt(3_000);
        }

        private void hold() {
            if (log.logEnd() > log.logStart()) {
                long at = log.logStart() + dice.nextLong(log.logEnd() - log.logStart());
                if (log.read(at, 200, log.logEnd(), true).records() instanceof Records.InFile in) {
                    held.add(in);
                    heldAt.add(at);
                }
            }
        }

        private List<Part> parts() {
            var parts = new ArrayList<Part>();
            for (var file : world.disk.files()) {
                var name = file.substring(file.lastIndexOf('/') + 1);
                long base = FileNames.offsetOf(name, FileNames.LOG);
                if (base >= 0) {
                    var in = ByteBuffer.wrap(world.disk.bytes(file));
                    long end = base;
                    long newest = -1;
                    for (int at = 0; at < in.limit(); at += BatchHeader.sizeInBytes(in, at)) {
                        end = BatchHeader.nextOffset(in, at);
                        newest = Math.max(newest, BatchHeader.maxTimestamp(in, at));
                    }
                    parts.add(new Part(base, end, in.limit(), newest));
                }
            }
            return parts;
        }

        /** The segments that stay; when none does, a new one stands at the end. */
        private List<Part> expected(long highWatermark) {
            var left = new ArrayList<>(parts());
            boolean wasLast = true;
            while (left.size() > 1 && left.get(1).base() <= Math.min(log.logStart(), highWatermark)) {
                left.removeFirst();
            }
            if (!config.deletes()) {
                return left;
            }
            if (left.size() == 1 && log.logStart() >= log.logEnd() && left.getFirst().bytes() > 0 && highWatermark >= log.logEnd()) {
                left.removeFirst();
            }
            long surplus = config.retentionBytes() < 0 ? -1 : left.stream().mapToLong(Part::bytes).sum() - config.retentionBytes();
            while (mayGo(left, highWatermark) && surplus >= left.getFirst().bytes() && config.retentionBytes() >= 0) {
                surplus -= left.removeFirst().bytes();
            }
            while (mayGo(left, highWatermark) && config.retentionMs() >= 0 && left.getFirst().newestMs() >= 0
                    && nowMs - left.getFirst().newestMs() > config.retentionMs()) {
                left.removeFirst();
            }
            return left;
        }

        private boolean mayGo(List<Part> left, long highWatermark) {
            if (left.isEmpty() || left.size() == 1 && left.getFirst().bytes() == 0) {
                return false;
            }
            return highWatermark >= (left.size() > 1 ? left.get(1).base() : log.logEnd());
        }

        private void retain() {
            long highWatermark = dice.nextInt(3) == 0 && log.logEnd() > 0 ? dice.nextLong(log.logEnd() + 1) : log.logEnd();
            highWatermark = Math.max(highWatermark, log.logStart());
            var stays = expected(highWatermark);
            boolean any = !parts().isEmpty();
            long start = log.logStart();
            while (log.retain(nowMs, highWatermark) > 0) {
                // some at a time
            }
            long firstBase = stays.isEmpty() ? log.logEnd() : stays.getFirst().base();
            if (any) {
                assertThat(parts().getFirst().base()).as("first segment of %s, high watermark %s, start %s, end %s, %s", stays, highWatermark,
                        start, log.logEnd(), config).isEqualTo(firstBase);
            }
            assertThat(log.logStart()).isEqualTo(any ? Math.max(start, firstBase) : start);
        }

        private void check() {
            for (int i = 0; i < held.size(); i++) {
                var in = held.get(i);
                var content = ByteBuffer.allocate(in.length());
                assertThat(in.file().read(content, in.position())).isEqualTo(in.length());
                assertThat(BatchHeader.baseOffset(content, 0)).isLessThanOrEqualTo(heldAt.get(i));
                assertThat(BatchHeader.isCrcRight(content, 0) || BatchHeader.sizeInBytes(content, 0) > in.length()).isTrue();
            }
            assertThat(World.readAll(log).size()).isEqualTo((int) (log.logEnd() - log.logStart()));
        }
    }
}
