package naru.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import naru.base.Limits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

/** What a process may believe of the one before it in its log folder. */
class IncarnationTest {

    private static final String NOTE = "data/naru-incarnation";
    private static final String MARK = "data/.kafka_cleanshutdown";

    private final World world = new World();

    /** A process that is registered under this epoch and has written something. */
    private void live(long epoch) {
        world.folder.registered(epoch);
        world.checkpoint(0);
        write("v");
        world.lanes.runAll();
    }

    private void write(String value) {
        var log = world.log(LogConfig.DEFAULTS);
        World.append(log, value);
        log.writeStaged(world.logs.journal());
        world.logs.commit();
    }

    private String text(String path) {
        return new String(world.disk.bytes(path), StandardCharsets.UTF_8);
    }

    private void put(String path, String text) {
        try (var file = world.disk.open(path)) {
            file.truncate(0);
            file.write(new java.nio.ByteBuffer[] {World.bytes(text)}, 0);
        }
    }

    private long epochOfTheNext() {
        world.restart();
        return world.folder.epochBefore();
    }

    @Test
    void nothing_is_known_of_a_new_folder() {
        assertThat(world.folder.epochBefore()).isEqualTo(-1);
        assertThat(world.disk.exists(NOTE)).isFalse();
    }

    @Test
    void what_a_killed_process_wrote_is_there_while_the_machine_runs() {
        live(17);
        assertThat(text(NOTE)).isEqualTo("version=1\nboot=the first\nepoch=17\n");
        assertThat(epochOfTheNext()).isEqualTo(17);
        assertThat(epochOfTheNext()).as("one that was killed before it was registered").isEqualTo(17);
        world.folder.registered(25);
        assertThat(epochOfTheNext()).isEqualTo(25);
    }

    @Test
    void once_the_machine_was_switched_off_nobody_knows() {
        live(17);
        world.disk.boot = "the second";
        assertThat(epochOfTheNext()).isEqualTo(-1);
        world.disk.boot = "the first";
        assertThat(epochOfTheNext()).as("what nobody believed is not believed later").isEqualTo(-1);
    }

    @Test
    void where_machines_have_no_name_for_it_nobody_knows() {
        world.disk.boot = "";
        live(17);
        assertThat(world.disk.exists(NOTE)).isFalse();
        put(NOTE, "version=1\nboot=\nepoch=17\n");
        assertThat(epochOfTheNext()).isEqualTo(-1);
    }

    @Test
    void a_clean_stop_says_it_for_ever_in_kafkas_words() {
        live(17);
        world.folder.close(_ -> 0);
        assertThat(text(MARK)).isEqualTo("{\"version\":0,\"brokerEpoch\":17}");
        assertThat(world.disk.exists(NOTE)).isFalse();
        world.disk.boot = "the second";
        assertThat(epochOfTheNext()).isEqualTo(17);
        assertThat(epochOfTheNext()).as("the mark has gone, and this process was killed").isEqualTo(17);
        world.disk.boot = "the third";
        assertThat(epochOfTheNext()).isEqualTo(-1);
    }

    @Test
    void who_stops_before_it_was_registered_hands_on_what_it_knew() {
        live(17);
        world.restart();
        world.logs.begin(2);
        world.folder.close(_ -> 0);
        assertThat(epochOfTheNext()).isEqualTo(17);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"version\":0,\"brokerEpoch\":-1}", "{\"version\":0,\"brokerEpoch\":", "0", "{\"version\":0,\"brokerEpoch\":99999999999999999999}"})
    void a_mark_that_says_nothing_says_nothing(String mark) {
        live(17);
        put(MARK, mark);
        assertThat(epochOfTheNext()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "version=1\nboot=the first\nepoch=1", "version=1\nboot=the first\nepoch=17\n\n", "version=2\nboot=the first\nepoch=17\n",
        "version=1\nboot=the first\nepoch=-1\n", "version=1\nboot=the first\nepoch=x\n", "\0\0\0\0\0\0\0\0"})
    void a_note_that_is_not_whole_says_nothing(String note) {
        live(17);
        put(NOTE, note);
        assertThat(epochOfTheNext()).isEqualTo(-1);
    }

    private void failASyncThatNoLaneHasHeardOf() {
        live(17);
        world.lanes.runAll();
        write("w");
        world.disk.syncsFail = true;
        world.logs.checkpoint(_ -> 0);
        world.lanes.runOne();
    }

    /** A kernel that could not write something drops it, and would say later that all is well. */
    @Test
    void when_a_sync_fails_nobody_knows_any_more_what_is_there() {
        failASyncThatNoLaneHasHeardOf();
        assertThat(world.disk.exists(NOTE)).as("before the lane hears of it").isFalse();
        world.lanes.runAll();
        assertThat(world.broken).isNotNull();
        assertThat(world.folder.epochBefore()).isEqualTo(-1);
        world.folder.registered(18);
        assertThat(world.disk.exists(NOTE)).isFalse();
        world.disk.syncsFail = false;
        assertThat(epochOfTheNext()).isEqualTo(-1);
    }

    @Test
    void a_stop_is_not_clean_behind_a_sync_that_failed() {
        failASyncThatNoLaneHasHeardOf();
        world.lanes.forget();
        world.disk.syncsFail = false;
        world.folder.close(_ -> 0);
        assertThat(world.disk.exists(MARK)).isFalse();
        assertThat(epochOfTheNext()).isEqualTo(-1);
    }

    @Test
    void all_folders_of_a_process_have_to_say_the_same() {
        live(17);
        assertThat(LogFolder.epochBefore(List.of(next("data"), next("more")))).isEqualTo(-1);
        next("more").registered(17);
        assertThat(LogFolder.epochBefore(List.of(next("data"), next("more")))).isEqualTo(17);
        next("more").registered(18);
        assertThat(LogFolder.epochBefore(List.of(next("data"), next("more")))).isEqualTo(-1);
    }

    private LogFolder next(String path) {
        return new LogFolder(world.disk, path, Limits.PRODUCTION, world.lanes);
    }

    @Test
    void without_room_for_the_note_the_one_before_names_a_registration_that_is_over() {
        live(17);
        world.disk.writesUntilFailure = 0;
        world.folder.registered(18);
        assertThat(world.folder.failure()).isNull();
        world.disk.writesUntilFailure = Integer.MAX_VALUE;
        assertThat(epochOfTheNext()).isEqualTo(17);
    }
}
