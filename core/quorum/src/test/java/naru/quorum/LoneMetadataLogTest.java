package naru.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import naru.base.DiskFailure;
import naru.base.Uuid;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog.Outcome;
import naru.metadata.Resource;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import naru.protocol.message.AbortTransactionRecord;
import naru.protocol.message.BeginTransactionRecord;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.EndTransactionRecord;
import naru.protocol.message.PartitionRecord;
import naru.protocol.message.TopicRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoneMetadataLogTest {

    private static final Uuid TOPIC = new Uuid(3, 4);
    private static final String SEGMENT = "__cluster_metadata-0/00000000000000000000.log";

    private final Turns lanes = new Turns();
    private final FaultyDisk disk = new FaultyDisk();
    private final List<Outcome> outcomes = new ArrayList<>();

    @TempDir
    Path folder;

    private LoneMetadataLog open() {
        return open(Rules.USUAL);
    }

    private LoneMetadataLog open(Rules rules) {
        return new LoneMetadataLog(disk, folder.toString(), 1, new Uuid(1, 2), rules, lanes, lanes);
    }

    private static Message config(String value) {
        return new ConfigRecord(Resource.TOPIC, "orders", "retention.ms", value);
    }

    /** What "retention.ms" is; null when it is not set. */
    private static String told(Cluster cluster) {
        return cluster.config(Resource.topic("orders")).get("retention.ms");
    }

    private void append(LoneMetadataLog log, Message... records) {
        log.append(log.epoch(), List.of(records), outcomes::add);
    }

    private byte[] bytes() throws IOException {
        return Files.readAllBytes(folder.resolve(SEGMENT));
    }

    /** A log of some batches, closed; the positions at which its batches begin. */
    private List<Integer> written(String... values) throws IOException {
        var log = open();
        for (var value : values) {
            append(log, config(value));
            lanes.runAll();
        }
        log.close();
        var content = ByteBuffer.wrap(bytes());
        var starts = new ArrayList<Integer>();
        for (int at = 0; at < content.limit(); at += BatchHeader.sizeInBytes(content, at)) {
            starts.add(at);
        }
        return starts;
    }

    @Test
    void what_was_committed_is_there_after_a_restart() {
        var first = open();
        append(first,
                new TopicRecord("orders", TOPIC),
                PartitionRecord.builder().topicId(TOPIC).partitionId(0).replicas(List.of(1)).isr(List.of(1)).leader(1).build(),
                config("1000"));
        assertThat(outcomes).isEmpty();
        lanes.runAll();
        assertThat(outcomes).containsExactly(new Outcome.Committed(first.end()));
        first.close();

        var second = open();
        assertThat(second.cluster()).isEqualTo(first.cluster());
        assertThat(second.cluster().topic("orders").partitions()).hasSize(1);
        assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
        second.append(first.epoch(), List.of(config("1")), outcomes::add);
        lanes.runAll();
        assertThat(outcomes).last().isInstanceOf(Outcome.NotLeader.class);
        second.close();
    }

    @Test
    void a_batch_is_written_when_the_one_before_is_synced_and_takes_along_what_came_meanwhile() throws IOException {
        var log = open();
        long before = log.end();
        int syncsBefore = disk.syncs;
        for (int i = 0; i < 5; i++) {
            append(log, config("" + i));
        }
        int sizeWhileSyncing = bytes().length;
        lanes.runAll();
        assertThat(outcomes).hasSize(5).last().isEqualTo(new Outcome.Committed(before + 5));
        assertThat(disk.syncs - syncsBefore).isEqualTo(2);
        assertThat(BatchHeader.recordCount(ByteBuffer.wrap(bytes()), sizeWhileSyncing)).isEqualTo(4);
        log.close();
    }

    @Test
    void a_torn_last_batch_is_cut_wherever_it_is_torn() throws IOException {
        var starts = written("1", "2");
        byte[] whole = bytes();
        for (int size = starts.getLast() + 1; size < whole.length; size++) {
            Files.write(folder.resolve(SEGMENT), java.util.Arrays.copyOf(whole, size));
            var log = open();
            assertThat(told(log.cluster())).as("cut to %s", size).isEqualTo("1");
            assertThat(log.findings()).singleElement().asString()
                    .contains(SEGMENT + ": cut " + (size - starts.getLast()) + " bytes", "byte " + starts.getLast());
            log.close();
        }
    }

    @Test
    void a_tail_of_zeros_is_cut() throws IOException {
        written("1");
        Files.write(folder.resolve(SEGMENT), new byte[5_000], java.nio.file.StandardOpenOption.APPEND);
        var log = open();
        assertThat(told(log.cluster())).isEqualTo("1");
        assertThat(log.findings()).hasSize(1);
        log.close();
    }

    @Test
    void a_flipped_bit_before_the_last_batch_is_refused_with_file_and_place() throws IOException {
        var starts = written("1", "2", "3");
        byte[] whole = bytes();
        int refused = 0;
        for (int at = 0; at < starts.getLast(); at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) (1 << bit);
                Files.write(folder.resolve(SEGMENT), damaged);
                int flipped = at;
                int start = starts.stream().filter(one -> one <= flipped).max(Integer::compare).orElseThrow();
                try {
                    var log = open();
                    // A lower epoch is the one thing that no checksum and no neighbour gives away; it changes nothing.
                    assertThat(at - start).isBetween(12, 15);
                    assertThat(told(log.cluster())).isEqualTo("3");
                    log.close();
                } catch (DamagedMetadata why) {
                    refused++;
                    // A damaged epoch is seen at its neighbour.
                    assertThat(why).hasMessageContaining(folder.resolve(SEGMENT) + " at byte ");
                    if (at - start < 12 || at - start > 15) {
                        assertThat(why).hasMessageContaining(" at byte " + start + ":");
                    }
                }
            }
        }
        assertThat(refused).isGreaterThan(starts.getLast() * 8 - 8 * 4 * starts.size());
    }

    @Test
    void a_missing_segment_is_refused() throws IOException {
        written("1", "2");
        Files.move(folder.resolve(SEGMENT), folder.resolve("__cluster_metadata-0/00000000000000000002.log"));
        assertThatThrownBy(this::open).isInstanceOf(DamagedMetadata.class)
                .hasMessageContaining("00000000000000000002.log at byte 0: the records from offset 0 to it are missing");
    }

    @Test
    void a_write_that_fails_is_taken_back_and_the_next_one_succeeds() throws IOException {
        var log = open();
        long end = log.end();
        int size = bytes().length;
        disk.writesFail = true;
        append(log, config("1"));
        append(log, config("2"));
        lanes.runAll();
        assertThat(outcomes).hasSize(2).allSatisfy(one -> assertThat(one).isInstanceOf(Outcome.Failed.class));
        assertThat(bytes()).hasSize(size);

        disk.truncationsFail = true;
        append(log, config("3"));
        lanes.runAll();
        disk.writesFail = false;
        append(log, config("4"));
        lanes.runAll();
        assertThat(outcomes).hasSize(4).last().isInstanceOf(Outcome.Failed.class);

        disk.truncationsFail = false;
        append(log, config("5"));
        lanes.runAll();
        assertThat(outcomes).last().isEqualTo(new Outcome.Committed(end + 1));
        assertThat(told(log.cluster())).isEqualTo("5");
        log.close();
        var again = open();
        assertThat(told(again.cluster())).isEqualTo("5");
        assertThat(again.findings()).isEmpty();
        again.close();
    }

    @Test
    void after_a_failed_sync_nothing_is_taken_any_more() {
        var log = open();
        disk.syncsFail = true;
        append(log, config("1"));
        append(log, config("2"));
        lanes.runAll();
        disk.syncsFail = false;
        append(log, config("3"));
        lanes.runAll();
        assertThat(outcomes).hasSize(3).allSatisfy(one ->
                assertThat(((Outcome.Failed) one).why()).isInstanceOf(DiskFailure.class));
        assertThat(told(log.cluster())).isNull();
        log.close();
    }

    @Test
    void a_decision_longer_than_a_batch_may_be_fails_alone() {
        var log = open();
        append(log, config("x".repeat(LoneMetadataLog.BATCH_BYTES_MAX)));
        append(log, config("1"));
        lanes.runAll();
        assertThat(outcomes).hasSize(2).first().isInstanceOf(Outcome.Failed.class);
        assertThat(outcomes).last().isInstanceOf(Outcome.Committed.class);
        log.close();
    }

    @Test
    void who_is_told_may_append_at_once() {
        var log = open();
        append(log, config("0"));
        log.append(log.epoch(), List.of(config("1")), _ -> append(log, config("3")));
        append(log, config("2"));
        lanes.runAll();
        assertThat(told(log.cluster())).isEqualTo("3");
        assertThat(outcomes).hasSize(3).last().isEqualTo(new Outcome.Committed(log.end()));
        log.close();
    }

    @Test
    void records_of_a_transaction_count_from_its_end_on_and_never_when_it_was_given_up() throws IOException {
        open().close();
        appendBatch(new BeginTransactionRecord("first"));
        appendBatch(config("1"));
        appendBatch(new EndTransactionRecord(), new BeginTransactionRecord("second"), config("2"));
        appendBatch(new AbortTransactionRecord("why not"));
        appendBatch(new BeginTransactionRecord("third"), config("3"));
        var log = open();
        assertThat(told(log.cluster())).isEqualTo("1");
        append(log, config("4"));
        lanes.runAll();
        log.close();
        var again = open();
        assertThat(told(again.cluster())).isEqualTo("4");
        again.close();
    }

    /** As another writer would have written it. */
    private void appendBatch(Message... records) throws IOException {
        var content = ByteBuffer.wrap(bytes());
        long next = 0;
        for (int at = 0; at < content.limit(); at += BatchHeader.sizeInBytes(content, at)) {
            next = BatchHeader.nextOffset(content, at);
        }
        var builder = new BatchBuilder().baseOffset(next).leaderEpoch(1);
        for (var record : records) {
            builder.add(0, null, StoredRecords.encode(record, RecordVersions.LEVEL, new Writer(64)));
        }
        var batch = builder.build();
        Files.write(folder.resolve(SEGMENT), java.util.Arrays.copyOf(batch.array(), batch.limit()),
                java.nio.file.StandardOpenOption.APPEND);
    }
}
