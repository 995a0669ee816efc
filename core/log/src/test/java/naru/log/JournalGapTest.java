package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import naru.base.TopicPartition;
import naru.base.Uuid;
import org.junit.jupiter.api.Test;

/** Bytes that no frame of the journal holds, in front of bytes that one does. */
class JournalGapTest {

    private final World world = new World();
    private Log log;
    private Journal journal;
    private long durable;

    private void start(Journal.Room room) {
        log = world.log(LogConfig.DEFAULTS);
        world.logs.begin(1, room);
        journal = world.logs.journal();
        log.whenDurable(end -> durable = end);
        world.checkpoint(0);
        world.logs.syncOpened();
    }

    private void write(String value, boolean withJournal) {
        World.append(log, value);
        log.writeStaged(withJournal ? journal : null);
        journal.commit();
    }

    @Test
    void whatLiesBehindAGapIsDurableWhenTheGapIs() {
        start(Journal.Room.USUAL);
        write("memory is enough", false);
        write("the medium it must be", true);
        world.lanes.runAll();
        assertThat(durable).isEqualTo(2);
        world.disk.forgetUnsynced();
        world.restart();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("memory is enough", "the medium it must be");
    }

    @Test
    void whatWasWrittenBeforeTheMediumCountedIsOnItSoonAfter() {
        start(Journal.Room.USUAL);
        write("memory is enough", false);
        journal.entrust(log);
        journal.commit();
        world.lanes.runAll();
        assertThat(durable).isEqualTo(1);
        assertThat(journal.isBusy()).isFalse();
        world.disk.forgetUnsynced();
        world.restart();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("memory is enough");
    }

    /** Whatever the journal brings back, a reader never comes upon a hole. */
    @Test
    void afterAPowerCutThereIsNoHole() {
        for (long seed = 0; seed < 400; seed++) {
            new JournalGapTest().powerGoes(seed);
        }
    }

    private void powerGoes(long seed) {
        var dice = new Random(seed);
        start(new Journal.Room(16 << 10, 64 << 10));
        var other = world.logs.create(new TopicPartition("other", 0), new Uuid(3, 4), LogConfig.DEFAULTS, NOW);
        int turns = 5 + dice.nextInt(40);
        boolean withJournal = dice.nextBoolean();
        for (int i = 0; i < turns; i++) {
            withJournal ^= dice.nextInt(6) == 0;
            write(i + "-" + "v".repeat(dice.nextInt(4) == 0 ? 6_000 : dice.nextInt(200)), withJournal);
            World.append(other, "x");
            other.writeStaged(journal);
            journal.commit();
            while (!world.lanes.isIdle() && dice.nextInt(3) > 0) {
                world.lanes.runOne();
            }
        }
        world.disk.cutPower(dice);
        world.restart();
        var again = world.logs.open(World.NAME, LogConfig.DEFAULTS, NOW);
        assertThat(again.logEnd()).as("seed " + seed).isGreaterThanOrEqualTo(durable);
        var values = World.values(again);
        assertThat(values).as("seed " + seed).hasSize((int) again.logEnd());
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i)).as("seed " + seed).startsWith(i + "-");
        }
    }

    /** Many entries about one partition, and about one that is gone: the folder is gone through for each name once. */
    @Test
    void aLongJournalIsReadInOneGo() {
        start(Journal.Room.USUAL);
        var gone = world.logs.create(new TopicPartition("gone", 0), new Uuid(3, 4), LogConfig.DEFAULTS, NOW);
        world.logs.syncOpened();
        for (int i = 0; i < 500; i++) {
            World.append(log, "v" + i);
            log.writeStaged(journal);
            World.append(gone, "v" + i);
            gone.writeStaged(journal);
            journal.commit();
        }
        world.lanes.runAll();
        world.logs.delete(gone.name());
        int before = world.disk.lists;
        world.restart();
        assertThat(world.disk.lists - before).isLessThan(20);
        assertThat(world.log(LogConfig.DEFAULTS).logEnd()).isEqualTo(500);
    }
}
