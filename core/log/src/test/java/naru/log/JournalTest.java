package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.base.Uuid;
import org.junit.jupiter.api.Test;

class JournalTest {

    private final World world = new World();
    private final StoppedLanes lanes = world.lanes;
    private Log log;
    private Journal journal;
    private long durable;

    private void start() {
        start(Journal.Room.USUAL);
    }

    private void start(Journal.Room room) {
        start(room, LogConfig.DEFAULTS);
    }

    private void start(Journal.Room room, LogConfig config) {
        log = world.log(config);
        world.logs.begin(1, room);
        journal = world.logs.journal();
        log.whenDurable(end -> durable = end);
        world.checkpoint(0);
        world.logs.syncOpened();
    }

    private void turn(String value) {
        World.append(log, value);
        log.writeStaged(journal);
        journal.commit();
    }

    @Test
    void what_the_journal_synced_survives_a_power_cut() {
        start();
        turn("a");
        turn("b");
        assertThat(durable).isZero();
        lanes.runOne();
        assertThat(durable).isEqualTo(1);
        lanes.runOne();
        assertThat(durable).isEqualTo(2);
        turn("never synced");
        world.disk.forgetUnsynced();
        world.restart();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("a", "b");
        assertThat(world.folder.findings()).isNotEmpty();
    }

    /** No checkpoint file covers the segment that is missing, but the journal speaks of nothing in front of what it covers. */
    @Test
    void what_is_missing_in_front_of_what_the_journal_holds_is_damage() {
        var config = LogConfig.DEFAULTS.toBuilder().segmentBytes(200).build();
        start(Journal.Room.USUAL, config);
        for (int i = 0; i < 6; i++) {
            turn(i + "v".repeat(60));
        }
        world.checkpoint(0);
        turn("and one more");
        lanes.runAll();
        String middle = "data/orders-3/00000000000000000002.log";
        world.disk.delete(middle);
        world.restart();
        assertThatThrownBy(() -> world.log(config)).isInstanceOf(DiskFailure.class).hasMessageContaining(middle);
    }

    @Test
    void what_was_cut_does_not_come_back() {
        start();
        turn("a");
        turn("b");
        turn("c");
        world.cut(log, 1);
        durable = 0;
        turn("d");
        lanes.runAll();
        assertThat(durable).isEqualTo(2);
        world.disk.forgetUnsynced();
        world.restart();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("a", "d");
    }

    /** The first had more, and other records at the same places. */
    @Test
    void what_is_said_of_a_replica_that_was_given_up_does_not_come_into_the_next_one() {
        start();
        for (int i = 0; i < 20; i++) {
            turn("old" + i);
        }
        lanes.runAll();
        world.logs.givenUp().take(log);
        assertThat(world.logs.givenUp().has(World.NAME, World.TOPIC)).isTrue();
        world.logs.givenUp().whenForgotten(World.NAME, World.TOPIC, _ -> 0, () -> log = world.log(LogConfig.DEFAULTS));
        while (!lanes.isIdle()) {
            lanes.runOne();
            world.logs.commit();
        }
        World.append(log, "new");
        log.writeStaged(null);
        world.restart();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("new");
    }

    @Test
    void a_replica_that_no_frame_speaks_of_may_come_back_at_once() {
        start();
        World.append(log, "in memory");
        log.writeStaged(null);
        world.logs.givenUp().take(log);
        assertThat(world.logs.givenUp().has(World.NAME, World.TOPIC)).isFalse();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).isEmpty();
    }

    /** The topic did without the journal, with it, without and with it again, while the medium was slow. */
    @Test
    void what_was_written_without_a_frame_is_synced_before_anything_behind_it_counts() {
        start(Journal.Room.USUAL, LogConfig.DEFAULTS.toBuilder().segmentBytes(150).build()); // two batches
        withoutFrame("a");
        turn("b");
        withoutFrame("c");
        turn("d");
        lanes.runOne();
        assertThat(durable).isEqualTo(2);
        lanes.runAll();
        assertThat(durable).isEqualTo(4);
        world.disk.forgetUnsynced();
        world.restart();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("a", "b", "c", "d");
    }

    private void withoutFrame(String value) {
        World.append(log, value);
        log.writeStaged(null);
        journal.commit();
    }

    @Test
    void a_log_that_was_cut_below_what_is_noted_as_synced_opens() {
        start();
        turn("a");
        turn("b");
        lanes.runAll();
        world.checkpoint(2);
        world.checkpoint(2);
        world.cut(log, 1);
        turn("c");
        world.cut(log, 1);
        world.restart();
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("a");
    }

    @Test
    void a_damaged_frame_does_not_take_those_behind_it_along() {
        start();
        var second = world.logs.create(new TopicPartition("other", 0), new Uuid(3, 4), LogConfig.DEFAULTS, NOW);
        world.logs.syncOpened();
        turn("a");
        int end = 0;
        var bytes = world.disk.bytes("data/naru-journal-0.a");
        for (int i = 0; i < bytes.length; i++) {
            end = bytes[i] == 0 ? end : i + 1;
        }
        turn("b");
        World.append(second, "x");
        second.writeStaged(journal);
        journal.commit();
        turn("c");
        lanes.runAll();
        world.disk.flip("data/naru-journal-0.a", end + 100);
        world.disk.sync("data/naru-journal-0.a");
        world.disk.forgetUnsynced();
        world.restart();
        assertThat(World.values(world.logs.open(second.name(), LogConfig.DEFAULTS, NOW))).containsExactly("x");
        assertThat(World.values(world.log(LogConfig.DEFAULTS))).containsExactly("a");
        assertThat(world.folder.findings()).anyMatch(finding -> finding.contains("no whole frames from sequence 2 to 2"));
    }

    @Test
    void turns_share_a_sync() {
        start();
        turn("a");
        for (int i = 0; i < 10; i++) {
            turn("b" + i);
        }
        lanes.runOne();
        lanes.runOne();
        assertThat(durable).isEqualTo(11);
        assertThat(journal.isBusy()).isFalse();
    }

    @Test
    void a_full_journal_waits_for_the_segments() {
        start();
        var big = "x".repeat(900_000);
        for (int i = 0; i < 20; i++) {
            turn(big + i);
        }
        assertThat(durable).isZero();
        lanes.runAll();
        assertThat(durable).isEqualTo(20);
        turn("after");
        lanes.runAll();
        assertThat(durable).isEqualTo(21);
        assertThat(world.broken).isNull();
    }

    @Test
    void no_acknowledged_record_is_lost_whenever_the_power_goes() {
        for (long seed = 0; seed < 150; seed++) {
            powerGoes(seed);
        }
    }

    private static void powerGoes(long seed) {
        var story = new JournalTest();
        var dice = new Random(seed);
        story.start(new Journal.Room(64 << 10, 1 << 20));
        var second = story.world.logs.create(new TopicPartition("other", 0), new Uuid(3, 4), LogConfig.DEFAULTS, NOW);
        long[] secondDurable = {0};
        second.whenDurable(end -> secondDurable[0] = end);
        story.world.checkpoint(0);
        story.world.logs.syncOpened();
        int turns = 5 + dice.nextInt(60);
        for (int i = 0; i < turns; i++) {
            var value = i + "-" + "v".repeat(dice.nextInt(8) == 0 ? 12_000 : dice.nextInt(200));
            World.append(story.log, value);
            story.log.writeStaged(story.journal);
            if (dice.nextBoolean()) {
                World.append(second, value);
                second.writeStaged(story.journal);
            }
            story.journal.commit();
            if (dice.nextInt(20) == 0) {
                story.journal.checkpoint();
            }
            while (!story.lanes.isIdle() && dice.nextInt(3) > 0) {
                story.lanes.runOne();
            }
        }
        story.world.disk.cutPower(dice);
        story.world.restart();
        var first = story.world.logs.open(World.NAME, LogConfig.DEFAULTS, NOW);
        var other = story.world.logs.open(second.name(), LogConfig.DEFAULTS, NOW);
        assertThat(first.logEnd()).as("seed " + seed).isGreaterThanOrEqualTo(story.durable);
        assertThat(other.logEnd()).as("seed " + seed).isGreaterThanOrEqualTo(secondDurable[0]);
        var values = World.values(first);
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i)).as("seed " + seed).startsWith(i + "-");
        }
        assertThat(values).as("seed " + seed).hasSize((int) first.logEnd());
    }
}
