package naru.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Lanes;
import naru.base.Uuid;
import naru.disk.FileDisk;
import naru.metadata.MetadataLog.Outcome;
import naru.protocol.Message;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.PartitionRecord;
import naru.protocol.message.TopicRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoneMetadataLogTest {

    private static final Uuid TOPIC = new Uuid(3, 4);

    private final Turns lanes = new Turns();
    private final Clock clock = new Clock() {
        @Override
        public long nowMs() {
            return 1_000;
        }

        @Override
        public long nowNs() {
            return 0;
        }
    };

    @Test
    void what_was_committed_is_there_after_a_restart(@TempDir java.nio.file.Path folder) {
        var first = open(folder);
        var outcomes = new ArrayList<Outcome>();
        List<Message> batch = List.of(
                new TopicRecord("orders", TOPIC),
                PartitionRecord.builder().topicId(TOPIC).partitionId(0).replicas(List.of(1)).isr(List.of(1)).leader(1).build(),
                new ConfigRecord((byte) 2, "orders", "retention.ms", "1000"));
        first.append(first.epoch(), batch, outcomes::add);
        assertThat(outcomes).isEmpty();
        lanes.runAll();
        assertThat(outcomes).containsExactly(new Outcome.Committed(first.end()));
        first.close();

        var second = open(folder);
        assertThat(second.cluster()).isEqualTo(first.cluster());
        assertThat(second.cluster().topic("orders").partitions()).hasSize(1);
        assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
        second.append(first.epoch(), batch, outcomes::add);
        lanes.runAll();
        assertThat(outcomes).last().isInstanceOf(Outcome.NotLeader.class);
        second.close();
    }

    @Test
    void a_torn_tail_is_cut(@TempDir java.nio.file.Path folder) throws Exception {
        open(folder).close();
        var segment = folder.resolve("__cluster_metadata-0/00000000000000000000.log");
        java.nio.file.Files.write(segment, new byte[100], java.nio.file.StandardOpenOption.APPEND);
        var again = open(folder);
        assertThat(again.cluster().features()).containsEntry("metadata.version", (short) 30);
        again.close();
    }

    private LoneMetadataLog open(java.nio.file.Path folder) {
        return new LoneMetadataLog(new FileDisk(), folder.toString(), 1, new Uuid(1, 2), lanes, clock);
    }

    /** Lane and disk thread in one, by hand. */
    private static final class Turns implements Lanes {
        private final ArrayDeque<Runnable> posted = new ArrayDeque<>();

        @Override
        public int count() {
            return 1;
        }

        @Override
        public int current() {
            return 0;
        }

        @Override
        public void post(int lane, Runnable task) {
            posted.add(task);
        }

        @Override
        public <T> void offLane(String folder, Work kind, Callable<T> work, Consumer<Lanes.Outcome<T>> whenDone) {
            posted.add(() -> {
                try {
                    whenDone.accept(new Lanes.Outcome.Done<>(work.call()));
                } catch (Exception failure) {
                    whenDone.accept(new Lanes.Outcome.Failed<>(failure));
                }
            });
        }

        private void runAll() {
            while (!posted.isEmpty()) {
                posted.removeFirst().run();
            }
        }
    }
}
