package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred consumers on one partition, and records that nobody ever acknowledges. */
class ShareLoadTest {

    private static final int RECORDS = 10_000;
    private static final int DELIVERIES_MAX = 3;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(90);

    @Test
    void eachRecordIsAcknowledgedOnceOrArchivedAtItsLimit(@TempDir Path folder) throws Exception {
        try (var broker = BrokerProcess.start(folder, "offsets.topic.num.partitions=1",
                "share.coordinator.state.topic.num.partitions=1", "group.share.min.record.lock.duration.ms=1000",
                "group.share.record.lock.duration.ms=1000", "group.share.delivery.count.limit=" + DELIVERIES_MAX);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            var id = ShareLoad.given(broker.bootstrap(), "g", "t", RECORDS);
            var load = new ShareLoad(broker.bootstrap(), "g", "t", id, RECORDS, 100);
            long end = System.nanoTime() + PATIENCE_NS;
            load.run(100, () -> System.nanoTime() < end && !isOver(admin));
            assertThat(load.wrong).isEmpty();
            assertThat(load.acceptedCount.get()).isEqualTo(load.wanted());
            for (int offset = 0; offset < RECORDS; offset++) {
                if (load.isPoison(offset)) {
                    assertThat(load.deliveriesOf(offset)).as("deliveries of %d", offset).isEqualTo(DELIVERIES_MAX);
                } else {
                    assertThat(load.deliveriesOf(offset)).as("deliveries of %d", offset).isBetween(1, DELIVERIES_MAX);
                }
            }
            assertThat(isOver(admin)).as("nothing is left to deliver").isTrue();
        }
    }

    private static boolean isOver(Admin admin) {
        try {
            var offsets = admin.listShareGroupOffsets(Map.of("g", new ListShareGroupOffsetsSpec()
                    .topicPartitions(List.of(new TopicPartition("t", 0))))).partitionsToOffsetInfo("g").get();
            var offset = offsets.get(new TopicPartition("t", 0));
            return offset != null && offset.lag().isPresent() && offset.lag().get() == 0;
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError(failure);
        }
    }
}
