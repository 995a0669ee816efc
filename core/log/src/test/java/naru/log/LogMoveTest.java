package naru.log;

import static naru.log.World.NAME;
import static naru.log.World.NOW;
import static naru.log.World.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import naru.base.Limits;
import naru.protocol.Records;
import org.junit.jupiter.api.Test;

/** Moves to another log folder of which one has to know how they end; {@link MovePropertyTest} plays all the others. */
class LogMoveTest {

    private static final int STEPS_MAX = 100;

    private final InMemoryDisk disk = new InMemoryDisk();
    private final StoppedLanes lanes = new StoppedLanes(1);
    private final LaneLogs from = share("a");
    private final LaneLogs to = share("b");

    private LaneLogs share(String path) {
        var share = new LogFolder(disk, path, Limits.PRODUCTION, lanes).share(0, World.dice(7), why -> fail("the folder broke", why));
        share.begin(1);
        return share;
    }

    private void runAll() {
        while (!lanes.isIdle()) {
            lanes.runOne();
            from.commit();
            to.commit();
        }
    }

    /** As the broker goes about it; false when it does not come to its end. */
    private boolean arrives(LogMove move) {
        var secured = new AtomicBoolean();
        move.begin(_ -> 0, why -> assertThat(why).isNull());
        runAll();
        for (int i = 0; i < STEPS_MAX; i++) {
            if (!move.bringInLine(_ -> 0)) {
                runAll();
            } else if (move.next(1_000, NOW) instanceof Records.InFile(var file, long position, int length)) {
                var bytes = ByteBuffer.allocate(length);
                file.read(bytes, position);
                move.take(bytes.flip(), NOW);
            } else if (secured.get() && move.isComplete()) {
                move.finish(0);
                return true;
            } else {
                move.secure(_ -> 0, why -> secured.set(why == null));
                // It is looked at meanwhile, too.
                lanes.runOne();
            }
        }
        return false;
    }

    /** It knows of an epoch of which no record is left: a copy that does not is not another log. */
    @Test
    void aLogThatEndsWithWhatCompactionTookArrives() {
        var log = from.create(NAME, TOPIC, LogConfig.DEFAULTS, NOW);
        log.append(World.batch(NOW, "a"), 1, Origin.CLIENT, NOW);
        log.writeStaged();
        log.deleteRecordsBefore(1);
        log.succession().endAt(4, NOW);
        from.flush(log);
        runAll();
        var move = new LogMove(from, to, log, NOW);
        assertThat(arrives(move)).isTrue();
        assertThat(move.copy().logStart()).isEqualTo(1);
        assertThat(move.copy().logEnd()).isEqualTo(4);
        assertThat(move.copy().lastEpoch()).isEqualTo(1);
    }
}
