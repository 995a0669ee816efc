package naru.log;

import static naru.log.World.NAME;
import static naru.log.World.NOW;
import static naru.log.World.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import naru.base.Limits;
import org.junit.jupiter.api.Test;

class FoundTwiceTest {

    private final ForgetfulDisk disk = new ForgetfulDisk();
    private final StoppedLanes lanes = new StoppedLanes(1);
    private final List<String> found = new ArrayList<>();

    private LaneLogs open(String path) {
        return new LogFolder(disk, path, Limits.PRODUCTION, lanes).share(0, World.dice(7), why -> { });
    }

    private Log write(LaneLogs home, int records, int epoch) {
        var log = home.create(NAME, TOPIC, LogConfig.DEFAULTS, NOW);
        home.begin(1);
        home.syncOpened();
        for (int i = 0; i < records; i++) {
            log.append(World.batchOf(5, 0, i, "v" + i), epoch, Origin.CLIENT, NOW);
            log.writeStaged();
        }
        return log;
    }

    private void stop(LaneLogs home, Log log) {
        home.flush(log);
        home.noteStarts(_ -> 0, why -> assertThat(why).isNull());
        while (!lanes.isIdle()) {
            lanes.runOne();
            home.commit();
        }
    }

    private LaneLogs furthest(LaneLogs... holders) {
        return FoundTwice.furthest(List.of(holders), NAME, LogConfig.DEFAULTS, NOW, found::add);
    }

    @Test
    void theOneThatEndsLaterIsServedInTheSameEpoch() {
        var one = open("one");
        stop(one, write(one, 3, 1));
        var two = open("two");
        stop(two, write(two, 5, 1));
        var again = open("two");
        assertThat(furthest(open("one"), again)).isSameAs(again);
        assertThat(found).singleElement().asString().contains("two has all of it");
    }

    @Test
    void theOneOfANewerEpochIsServedThoughItEndsEarlier() {
        var one = open("one");
        stop(one, write(one, 5, 1));
        var two = open("two");
        stop(two, write(two, 3, 2));
        var again = open("two");
        assertThat(furthest(open("one"), again)).isSameAs(again);
        assertThat(found).singleElement().asString().contains("-stray");
    }

    /** What is left of it is where it ends, and that is where its partition goes on. */
    @Test
    void theOneOfWhichAllWasDeletedIsServedWhenItEndsLater() {
        var one = open("one");
        stop(one, write(one, 3, 1));
        var two = open("two");
        var log = write(two, 5, 1);
        log.deleteRecordsBefore(5);
        log.retain(NOW, log.writtenEnd());
        stop(two, log);
        disk.delete("two/orders-3/leader-epoch-checkpoint"); // it was not on the medium, and there is no batch to make it from
        var again = open("two");
        assertThat(furthest(open("one"), again)).isSameAs(again);
        assertThat(again.open(NAME, LogConfig.DEFAULTS, NOW).logEnd()).isEqualTo(5);
    }
}
