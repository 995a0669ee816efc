package naru.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import naru.base.Uuid;
import naru.metadata.MetadataLog.Outcome;
import naru.metadata.Resource;
import naru.protocol.Message;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.PartitionRecord;
import naru.protocol.message.RegisterBrokerRecord;
import naru.protocol.message.TopicRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {

    private static final Rules SMALL = new Rules(2_000, 0, 1 << 20, Long.MAX_VALUE, 20_000, Long.MAX_VALUE);
    private static final Rules UNCLEARED = new Rules(2_000, 0, 1 << 20, Long.MAX_VALUE, -1, -1);
    private static final Uuid DIRECTORY = new Uuid(1, 2);

    private final Turns lanes = new Turns();
    private final FaultyDisk disk = new FaultyDisk();

    @TempDir
    Path folder;

    private LoneMetadataLog open(Rules rules) {
        return new LoneMetadataLog(disk, folder.toString(), 1, DIRECTORY, rules, lanes, lanes);
    }

    private Path own() {
        return folder.resolve(Names.FOLDER);
    }

    private List<String> snapshots() {
        return Names.snapshots(disk, own().toString());
    }

    private List<String> segments() {
        return Names.segments(disk, own().toString());
    }

    private void append(LoneMetadataLog log, Message... records) {
        var outcomes = new ArrayList<Outcome>();
        log.append(log.epoch(), List.of(records), outcomes::add);
        lanes.runAll();
        assertThat(outcomes).singleElement().isInstanceOf(Outcome.Committed.class);
    }

    private void createTopics(LoneMetadataLog log, int from, int to) {
        for (int i = from; i < to; i++) {
            var id = new Uuid(7, i);
            append(log, new TopicRecord("topic-" + i, id),
                    PartitionRecord.builder().topicId(id).partitionId(0).replicas(List.of(1)).isr(List.of(1)).leader(1)
                            .directories(List.of(DIRECTORY)).build(),
                    new ConfigRecord(Resource.TOPIC, "topic-" + i, "retention.ms", "" + i));
        }
    }

    @Test
    void a_snapshot_is_written_when_the_log_has_grown_and_the_next_start_reads_no_more_than_it_needs() throws IOException {
        var log = open(UNCLEARED);
        createTopics(log, 0, 100);
        assertThat(snapshots()).hasSizeGreaterThan(2);
        log.close();
        // Everything that the newest snapshot covers might as well be gone.
        long covered = Names.offsetOf(snapshots().getLast());
        for (var name : segments()) {
            if (Names.offsetOf(name) < covered) {
                Files.delete(own().resolve(name));
            }
        }
        var again = open(SMALL);
        assertThat(again.cluster()).isEqualTo(log.cluster());
        assertThat(again.cluster().topicCount()).isEqualTo(100);
        assertThat(again.epoch()).isEqualTo(log.epoch() + 1);
        createTopics(again, 100, 110);
        again.close();
        assertThat(open(SMALL).cluster().topicCount()).isEqualTo(110);
    }

    @Test
    void a_snapshot_is_due_after_a_while_however_little_was_written() {
        var log = open(new Rules(1 << 20, 1_000, 1 << 20, Long.MAX_VALUE, -1, -1));
        createTopics(log, 0, 1);
        log.onTime();
        lanes.runAll();
        assertThat(snapshots()).isEmpty();
        lanes.nowMs += 1_000;
        log.onTime();
        lanes.runAll();
        assertThat(snapshots()).containsExactly(Names.snapshot(log.end(), log.epoch()));
        lanes.nowMs += 1_000;
        log.onTime();
        lanes.runAll();
        assertThat(snapshots()).as("nothing new was written").hasSize(1);
        log.close();
    }

    @Test
    void what_is_too_much_goes_oldest_first_and_the_log_stays_readable() throws IOException {
        var log = open(SMALL);
        createTopics(log, 0, 300);
        log.close();
        assertThat(Names.offsetOf(segments().getFirst())).isPositive();
        assertThat(Names.offsetOf(segments().getFirst())).isLessThanOrEqualTo(Names.offsetOf(snapshots().getFirst()));
        long bytes = 0;
        try (var files = Files.list(own())) {
            for (var file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        // Two snapshots of everything and what lies between: the newest stays, whatever its size.
        long newest = Files.size(own().resolve(snapshots().getLast()));
        assertThat(bytes).isLessThan(Math.max(20_000, newest) + 2 * newest + 5_000);
        assertThat(open(SMALL).cluster()).isEqualTo(log.cluster());
    }

    @Test
    void what_is_too_old_goes_as_well() {
        var rules = new Rules(2_000, 0, 1 << 20, Long.MAX_VALUE, -1, 1_000);
        var log = open(rules);
        createTopics(log, 0, 60);
        int before = snapshots().size();
        lanes.nowMs += 1_001;
        createTopics(log, 60, 80);
        assertThat(before).isGreaterThan(2);
        assertThat(Names.offsetOf(snapshots().getFirst())).isGreaterThan(60 * 3);
        log.close();
        assertThat(open(rules).cluster().topicCount()).isEqualTo(80);
    }

    @Test
    void a_segment_ends_when_it_is_long_enough_or_old_enough() {
        var log = open(new Rules(1 << 20, 0, 1_000, 5_000, -1, -1));
        createTopics(log, 0, 10);
        int before = segments().size();
        assertThat(before).isGreaterThan(2);
        createTopics(log, 10, 11);
        lanes.nowMs += 5_000;
        createTopics(log, 11, 12);
        assertThat(segments().size()).isGreaterThan(before);
        log.close();
        assertThat(open(Rules.USUAL).cluster()).isEqualTo(log.cluster());
    }

    @Test
    void a_damaged_snapshot_gives_way_to_the_one_before_or_to_the_whole_log() throws IOException {
        var log = open(UNCLEARED);
        createTopics(log, 0, 60);
        log.close();
        var names = snapshots();
        for (var name : names.reversed()) {
            var path = own().resolve(name);
            byte[] content = Files.readAllBytes(path);
            // Cut at a batch's end, so that only the missing footer tells.
            Files.write(path, Arrays.copyOf(content, content.length - 75));
            var again = open(Rules.USUAL);
            assertThat(again.cluster().topicCount()).isEqualTo(60);
            assertThat(again.findings()).singleElement().asString().contains(names.getLast() + " at byte ", "instead");
            again.close();
        }
        Files.delete(own().resolve(segments().getFirst()));
        assertThatThrownBy(() -> open(Rules.USUAL)).isInstanceOf(DamagedMetadata.class)
                .hasMessageContaining(names.getLast() + " at byte ")
                .hasMessageContaining("the end of the snapshot is missing");
    }

    @Test
    void every_flipped_bit_of_a_snapshot_is_seen() throws IOException {
        var log = open(new Rules(500, 0, 1 << 20, Long.MAX_VALUE, -1, -1));
        createTopics(log, 0, 4);
        log.close();
        var path = own().resolve(snapshots().getLast());
        byte[] content = Files.readAllBytes(path);
        var expected = log.cluster();
        for (int at = 0; at < content.length; at++) {
            byte[] damaged = content.clone();
            damaged[at] ^= 1;
            Files.write(path, damaged);
            var again = Replay.of(disk, own().toString(), -1);
            // Offsets and epochs of a snapshot's own batches mean nothing; whatever else is damaged is seen.
            assertThat(again.cluster().topicCount()).as("byte %s", at).isEqualTo(expected.topicCount());
        }
    }

    @Test
    void what_a_crash_left_of_a_snapshot_is_swept_away_and_a_full_disk_only_delays_the_next() throws IOException {
        var log = open(SMALL);
        disk.renamesFail = true;
        createTopics(log, 0, 30);
        assertThat(snapshots()).isEmpty();
        assertThat(Names.unfinished(disk, own().toString())).hasSize(1);
        disk.renamesFail = false;
        createTopics(log, 30, 31);
        assertThat(snapshots()).isEmpty();
        lanes.nowMs += 60_000;
        createTopics(log, 31, 32);
        assertThat(snapshots()).hasSize(1);
        log.close();
        Files.write(own().resolve(Names.snapshot(1_000, 1) + ".part"), new byte[3]);
        assertThat(open(SMALL).cluster().topicCount()).isEqualTo(32);
        assertThat(Names.unfinished(disk, own().toString())).isEmpty();
    }

    @Test
    void a_folder_of_a_newer_or_too_old_metadata_version_is_refused_in_one_line() {
        for (short level : new short[] {31, 6}) {
            var log = open(Rules.USUAL);
            append(log, new FeatureLevelRecord("metadata.version", level));
            log.close();
            assertThatThrownBy(() -> open(Rules.USUAL)).isInstanceOf(DamagedMetadata.class)
                    .hasMessageContaining(".log at byte ").hasMessageContaining("metadata.version " + level + " is ");
            disk.delete(own().resolve(segments().getFirst()).toString());
        }
    }

    @Test
    void a_broker_that_leaves_in_order_is_fenced() {
        var log = open(Rules.USUAL);
        append(log, RegisterBrokerRecord.builder().brokerId(1).brokerEpoch(5).incarnationId(new Uuid(1, 1)).fenced(false).build());
        assertThat(log.cluster().brokers().get(1).fenced()).isFalse();
        log.close();
        var again = open(Rules.USUAL);
        assertThat(again.cluster().brokers().get(1).fenced()).isTrue();
        again.close();
    }
}
