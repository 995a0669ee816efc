package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import naru.base.DiskFailure;
import naru.base.Limits;
import naru.base.TopicPartition;
import naru.base.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several lanes on one log folder. */
class LaneLogsTest {

    private static final Uuid TOPIC = new Uuid(3, 4);

    private final InMemoryDisk disk = new InMemoryDisk();
    private final List<String> told = new ArrayList<>();
    private StoppedLanes lanes;
    private LogFolder folder;
    private LaneLogs[] shares;

    private void start(int laneCount) {
        lanes = new StoppedLanes(laneCount);
        folder = new LogFolder(disk, "data", Limits.PRODUCTION, lanes);
        shares = new LaneLogs[laneCount];
        for (int i = 0; i < laneCount; i++) {
            int lane = i;
            shares[i] = folder.share(i, World.dice(i), _ -> told.add("lane " + lane));
        }
    }

    private void begin() {
        for (var share : shares) {
            share.begin(1);
        }
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition("orders", number);
    }

    private LaneLogs owner(int number) {
        return shares[LogFolder.laneOf(partition(number), shares.length)];
    }

    private Log create(int number) {
        return owner(number).create(partition(number), TOPIC, LogConfig.DEFAULTS, NOW);
    }

    private Log open(int number) {
        return owner(number).open(partition(number), LogConfig.DEFAULTS, NOW);
    }

    private void write(Log log, int number, String value) {
        World.append(log, value);
        log.writeStaged(owner(number).journal());
        owner(number).journal().commit();
    }

    @Test
    void the_journals_of_all_lanes_are_recovered_before_any_lane_begins() {
        start(2);
        begin();
        for (int i = 0; i < 4; i++) {
            create(i);
        }
        for (var share : shares) {
            share.syncOpened();
        }
        for (int i = 0; i < 4; i++) {
            write(open(i), i, "v" + i);
        }
        lanes.runAll();
        disk.forgetUnsynced();
        start(2);
        shares[1].begin(2);
        shares[0].begin(2);
        for (int i = 0; i < 4; i++) {
            assertThat(World.values(open(i))).containsExactly("v" + i);
        }
    }

    @Test
    void with_fewer_lanes_than_before_nothing_is_forgotten() {
        start(3);
        begin();
        for (int i = 0; i < 6; i++) {
            create(i);
            write(open(i), i, "v" + i);
        }
        for (var share : shares) {
            share.syncOpened();
        }
        lanes.runAll();
        disk.forgetUnsynced();
        start(1);
        begin();
        for (int i = 0; i < 6; i++) {
            assertThat(World.values(open(i))).containsExactly("v" + i);
        }
        assertThat(disk.list("data")).filteredOn(name -> name.startsWith("naru-journal")).hasSize(2);
    }

    /** Many are opened over many turns, and brought to the medium when all are open. */
    @Test
    void what_is_deleted_before_it_was_ever_synced_costs_nobody_the_folder() {
        start(1);
        begin();
        create(0);
        owner(0).delete(partition(0));
        create(1);
        owner(1).syncOpened();
        lanes.runAll();
        disk.forgetUnsynced();
        assertThat(told).isEmpty();
        start(1);
        assertThat(owner(0).find(partition(0))).isNull();
        assertThat(owner(1).isOf(partition(1), TOPIC)).isTrue();
    }

    @Test
    void a_partition_is_one_lanes_alone() {
        start(2);
        begin();
        create(0);
        var other = shares[1 - LogFolder.laneOf(partition(0), 2)];
        assertThat(other.find(partition(0))).isNull();
        assertThatThrownBy(() -> other.open(partition(0), LogConfig.DEFAULTS, NOW)).hasMessageContaining("this lane's");
        assertThatThrownBy(() -> other.create(partition(0), TOPIC, LogConfig.DEFAULTS, NOW)).hasMessageContaining("owns it");
        assertThatThrownBy(() -> folder.share(0, World.dice(1), _ -> { })).hasMessageContaining("one share");
    }

    @Test
    void the_checkpoints_speak_of_all_lanes_also_before_all_have_reported() {
        start(2);
        begin();
        for (int i = 0; i < 4; i++) {
            create(i);
            write(open(i), i, "v" + i);
        }
        for (var share : shares) {
            share.checkpoint(_ -> 1);
        }
        lanes.runAll();
        var lines = lines("replication-offset-checkpoint");
        assertThat(lines).hasSize(6).contains("4", "orders 0 1", "orders 1 1", "orders 2 1", "orders 3 1");
        start(2);
        begin();
        shares[1].checkpoint(_ -> 1);
        lanes.runAll();
        assertThat(lines("replication-offset-checkpoint")).isEqualTo(lines);
    }

    private List<String> lines(String file) {
        return new String(disk.bytes("data/" + file), java.nio.charset.StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void what_breaks_under_one_lane_is_lost_for_all() {
        start(2);
        begin();
        var log = create(0);
        int lane = LogFolder.laneOf(partition(0), 2);
        World.append(log, "v");
        log.writeStaged(owner(0).journal());
        disk.failure = DiskFailure.Kind.BROKEN;
        disk.writesUntilFailure = 0;
        assertThatThrownBy(() -> owner(0).journal().commit()).isInstanceOf(DiskFailure.class);
        assertThat(told).containsExactly("lane " + lane);
        lanes.runAll();
        assertThat(told).containsExactlyInAnyOrder("lane 0", "lane 1");
        assertThat(shares[1 - lane].failure()).isNotNull();
    }

    @Test
    void a_folder_that_is_lost_before_its_logs_are_opened_opens_none() {
        start(1);
        begin();
        create(0);
        start(1);
        begin();
        shares[0].broke(new DiskFailure(DiskFailure.Kind.BROKEN, "data/naru-journal-0.a", null));
        assertThatThrownBy(() -> open(0)).isInstanceOf(DiskFailure.class);
    }

    @Test
    void a_clean_stop_after_a_crash_brings_in_order_what_nobody_opened() {
        start(2);
        begin();
        for (int i = 0; i < 4; i++) {
            create(i);
            World.append(open(i), "v");
            open(i).writeStaged();
        }
        start(2);
        begin();
        open(0);
        folder.close(_ -> 1);
        assertThat(disk.exists("data/.kafka_cleanshutdown")).isTrue();
        start(2);
        for (int i = 0; i < 4; i++) {
            assertThat(open(i).recoveryPoint()).isEqualTo(1);
        }
    }

    @Test
    void a_partition_that_was_deleted_does_not_hinder_the_clean_mark() {
        start(1);
        begin();
        create(0);
        create(1);
        shares[0].checkpoint(_ -> 0);
        lanes.runAll();
        shares[0].delete(partition(1));
        start(1);
        begin();
        open(0);
        folder.close(_ -> 0);
        assertThat(disk.exists("data/.kafka_cleanshutdown")).isTrue();
        assertThat(lines("recovery-point-offset-checkpoint")).containsExactly("0", "1", "orders 0 0");
    }

    @Test
    void a_topic_that_is_made_again_stays_with_its_lane() {
        start(2);
        begin();
        create(0);
        owner(0).delete(partition(0));
        var again = owner(0).create(partition(0), new Uuid(8, 9), LogConfig.DEFAULTS, NOW);
        World.append(again, "new");
        again.writeStaged();
        assertThat(folder.purge(10)).isEqualTo(1);
        assertThat(World.values(again)).containsExactly("new");
    }

    @Test
    void what_was_noted_of_a_deleted_topic_is_not_held_against_the_next_of_its_name() {
        start(1);
        begin();
        create(0);
        for (int i = 0; i < 5; i++) {
            write(open(0), 0, "old");
        }
        shares[0].syncOpened();
        open(0).deleteRecordsBefore(4);
        shares[0].checkpoint(_ -> 5);
        lanes.runAll();
        write(open(0), 0, "old");
        shares[0].delete(partition(0));
        var id = new Uuid(8, 9);
        var again = shares[0].create(partition(0), id, LogConfig.DEFAULTS, NOW);
        shares[0].syncOpened();
        write(again, 0, "new");
        lanes.runAll();
        start(1);
        assertThat(shares[0].isOf(partition(0), id)).isTrue();
        assertThat(World.values(open(0))).containsExactly("new");
    }

    @Test
    void after_a_crash_the_folder_is_looked_through_without_a_file_of_each_partition() {
        start(1);
        begin();
        for (int i = 0; i < 100; i++) {
            create(i);
        }
        shares[0].syncOpened();
        shares[0].checkpoint(_ -> 0);
        lanes.runAll();
        write(open(7), 7, "v");
        lanes.runAll();
        disk.forgetUnsynced();
        int before = disk.opens;
        start(1);
        assertThat(disk.opens - before).isLessThan(20);
        assertThat(shares[0].isOf(partition(7), TOPIC)).isTrue();
        assertThat(shares[0].isOf(partition(8), new Uuid(8, 9))).isFalse();
        begin();
        assertThat(World.values(open(7))).containsExactly("v");
    }

    @Test
    void what_was_read_of_a_topic_tells_nothing_of_the_next_one_of_its_name() {
        start(1);
        begin();
        write(create(0), 0, "old");
        shares[0].syncOpened();
        shares[0].checkpoint(_ -> 1);
        lanes.runAll();
        shares[0].delete(partition(0));
        var id = new Uuid(8, 9);
        shares[0].create(partition(0), id, LogConfig.DEFAULTS, NOW);
        shares[0].syncOpened();
        lanes.runAll();
        start(1);
        assertThat(shares[0].isOf(partition(0), id)).isTrue();
        assertThat(shares[0].find(partition(0)).topicId()).isEqualTo(id);
        assertThat(shares[0].find(partition(0)).highWatermark()).isZero();
    }

    /** A checkpoint came before anybody had asked whose the folder is: the old facts must not be written down under the new id. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_was_noted_of_a_deleted_topic_does_not_get_the_id_of_the_next_one(boolean isInJournal) {
        start(1);
        begin();
        for (int i = 0; i < 5; i++) {
            write(i == 0 ? create(0) : open(0), 0, "old");
        }
        shares[0].syncOpened();
        for (int i = 0; i < 2; i++) { // the second says what the first has synced
            shares[0].checkpoint(_ -> 5);
            lanes.runAll();
        }
        shares[0].delete(partition(0));
        var id = new Uuid(8, 9);
        var log = shares[0].create(partition(0), id, LogConfig.DEFAULTS, NOW);
        World.append(log, "new");
        log.writeStaged(isInJournal ? shares[0].journal() : null);
        shares[0].journal().commit();
        shares[0].syncOpened();
        start(1); // the folder is the new one's, the catalogue speaks of the old one
        begin();
        shares[0].checkpoint(_ -> 0);
        lanes.runAll();
        start(1);
        begin();
        assertThat(shares[0].isOf(partition(0), id)).isTrue();
        assertThat(World.values(open(0))).containsExactly("new");
    }

    @Test
    void where_a_deleted_topic_began_says_nothing_of_what_the_journal_has_of_the_next_one() {
        start(1);
        begin();
        var old = create(0);
        for (int i = 0; i < 9; i++) {
            write(old, 0, "old");
        }
        shares[0].syncOpened();
        old.deleteRecordsBefore(8);
        shares[0].checkpoint(_ -> 9);
        lanes.runAll();
        shares[0].delete(partition(0));
        var id = new Uuid(8, 9);
        var log = shares[0].create(partition(0), id, LogConfig.DEFAULTS.toBuilder().segmentBytes(150).build(), NOW); // two batches
        shares[0].syncOpened();
        for (var value : List.of("a", "b", "c", "d")) {
            write(log, 0, value);
        }
        lanes.runAll();
        disk.forgetUnsynced();
        disk.files().stream().filter(file -> disk.bytes(file).length == 0).forEach(disk::delete); // their names too
        start(1);
        assertThat(shares[0].isOf(partition(0), id)).isTrue();
        assertThat(World.values(open(0))).containsExactly("a", "b", "c", "d");
    }

    /** The checkpoints have room for the topic that came last, the catalogue has none, and only that says whose a line is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void a_checkpoint_that_found_no_room_in_between_says_nothing_of_the_next_topic(int writesWithRoom) {
        start(1);
        begin();
        shares[0].create(partition(1), TOPIC, LogConfig.DEFAULTS, NOW);
        shares[0].checkpoint(_ -> 0);
        lanes.runAll();
        var old = create(0);
        for (int i = 0; i < 9; i++) {
            write(old, 0, "old");
        }
        shares[0].flush(old);
        shares[0].syncOpened();
        lanes.runAll();
        old.deleteRecordsBefore(9);
        disk.writesUntilFailure = writesWithRoom;
        shares[0].noteStarts(_ -> 9);
        lanes.runAll();
        disk.writesUntilFailure = Integer.MAX_VALUE;
        shares[0].delete(partition(0));
        var id = new Uuid(8, 9);
        var log = shares[0].create(partition(0), id, LogConfig.DEFAULTS, NOW);
        shares[0].syncOpened();
        for (var value : List.of("a", "b", "c", "d")) {
            write(log, 0, value);
        }
        lanes.runAll();
        start(1);
        assertThat(shares[0].isOf(partition(0), id)).isTrue();
        assertThat(World.values(open(0))).containsExactly("a", "b", "c", "d");
    }

    @Test
    void what_the_checkpoints_say_of_a_replica_that_was_given_up_is_not_asked_of_the_next_one() {
        start(1);
        begin();
        giveUpWhatTheCheckpointsSpeakOf();
        comesBack("new");
        assertThat(World.values(open(0))).containsExactly("new");
    }

    @Test
    void a_process_that_begins_anew_knows_whom_the_checkpoints_speak_of() {
        start(1);
        begin();
        giveUpWhatTheCheckpointsSpeakOf();
        start(1);
        begin();
        comesBack("new");
        assertThat(World.values(open(0))).containsExactly("new");
    }

    @Test
    void what_the_checkpoints_say_of_a_partition_that_is_set_aside_is_not_said_of_the_next() {
        start(1);
        begin();
        writeWhatTheCheckpointsSpeakOf();
        start(1);
        begin();
        assertThat(shares[0].setAside(partition(0))).endsWith("-stray");
        comesBack("new");
        assertThat(World.values(open(0))).containsExactly("new");
    }

    private void giveUpWhatTheCheckpointsSpeakOf() {
        shares[0].givenUp().take(writeWhatTheCheckpointsSpeakOf());
    }

    private Log writeWhatTheCheckpointsSpeakOf() {
        var log = create(0);
        shares[0].syncOpened();
        World.append(log, "old");
        World.append(log, "older");
        log.writeStaged(null);
        shares[0].flush(log);
        lanes.runAll();
        assertThat(log.recoveryPoint()).isEqualTo(2);
        shares[0].checkpoint(_ -> 2);
        lanes.runAll();
        return log;
    }

    /** It is made when nothing speaks of the one before any more, and then there is a crash. */
    private void comesBack(String value) {
        assertThat(shares[0].givenUp().has(partition(0), TOPIC)).isTrue();
        shares[0].givenUp().whenForgotten(partition(0), TOPIC, _ -> 0, () -> {
            write(create(0), 0, value);
            shares[0].syncOpened();
        });
        lanes.runAll();
        start(1);
        begin();
    }

    @Test
    void a_topic_that_is_deleted_during_a_checkpoint_does_not_take_the_folder_along() {
        start(1);
        begin();
        write(create(0), 0, "v");
        shares[0].checkpoint(_ -> 1);
        shares[0].delete(partition(0));
        lanes.runAll();
        assertThat(told).isEmpty();
    }

    @Test
    void records_that_are_told_to_be_deleted_do_not_come_back() {
        start(2);
        begin();
        for (int i = 0; i < 4; i++) {
            create(i);
            write(open(i), i, "first");
            write(open(i), i, "second");
        }
        for (var share : shares) {
            share.syncOpened();
        }
        lanes.runAll();
        for (int i = 0; i < 4; i++) {
            int number = i;
            open(i).deleteRecordsBefore(1);
            owner(i).noteStarts(_ -> 2, why -> told.add(number + " " + why));
        }
        assertThat(told).isEmpty();
        lanes.runAll();
        assertThat(told).containsExactlyInAnyOrder("0 null", "1 null", "2 null", "3 null");
        disk.forgetUnsynced();
        start(2);
        for (int i = 0; i < 4; i++) {
            assertThat(open(i).logStart()).isEqualTo(1);
            assertThat(World.values(open(i))).containsExactly("second");
        }
    }

    @Test
    void starts_are_noted_only_when_one_has_moved() {
        start(1);
        begin();
        write(create(0), 0, "v");
        lanes.runAll();
        int before = disk.writes;
        shares[0].noteStarts(_ -> 1);
        lanes.runAll();
        assertThat(disk.writes).isEqualTo(before);
        open(0).deleteRecordsBefore(1);
        shares[0].noteStarts(_ -> 1);
        lanes.runAll();
        assertThat(lines("log-start-offset-checkpoint")).containsExactly("0", "1", "orders 0 1");
    }

    @Test
    void a_flush_syncs_what_was_written_to_one_log() {
        start(1);
        begin();
        World.append(create(0), "kept");
        open(0).writeStaged();
        World.append(create(1), "lost");
        open(1).writeStaged();
        shares[0].syncOpened();
        assertThat(open(0).unsynced()).isEqualTo(1);
        shares[0].flush(open(0));
        lanes.runAll();
        assertThat(open(0).unsynced()).isZero();
        disk.forgetUnsynced();
        start(1);
        assertThat(World.values(open(0))).containsExactly("kept");
        assertThat(World.values(open(1))).isEmpty();
    }
}
