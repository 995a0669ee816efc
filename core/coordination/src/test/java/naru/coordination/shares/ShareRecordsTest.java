package naru.coordination.shares;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import naru.base.Uuid;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.GoldenRecords;
import naru.protocol.message.ShareSnapshotValue;
import naru.protocol.message.ShareUpdateValue;
import org.apache.kafka.coordinator.share.ShareCoordinatorRecordSerde;
import org.junit.jupiter.api.Test;

/** The records of {@code __share_group_state}. */
class ShareRecordsTest {

    private static final ShareKey KEY = new ShareKey("billing", new Uuid(0x11, 0x4567), 3);

    /** A snapshot, what was acknowledged after it, and the end of all of it. */
    private static List<CoordinatorRecord> story() {
        var acknowledged = StateBatch.of(102, 104, RecordState.ACKNOWLEDGED, 1);
        var givenBack = StateBatch.of(104, 105, RecordState.AVAILABLE, 2);
        return List.of(
                ShareRecords.snapshot(KEY, new ShareSnapshotValue(
                        1, 0, 5, 100, 2, 1_700_000_000_000L, 1_700_000_000_500L, ShareRecords.ofSnapshot(List.of(acknowledged)))),
                ShareRecords.update(KEY, new ShareUpdateValue(1, 5, -1, 2, ShareRecords.ofUpdate(List.of(givenBack)))),
                ShareRecords.snapshot(KEY, null));
    }

    @Test
    void areWhatTheyAlwaysWere() throws IOException {
        GoldenRecords.hold("share-state", story());
    }

    @Test
    void areWhatKafkaReadsAndWrites() {
        var serde = new ShareCoordinatorRecordSerde();
        var read = story().stream().map(one -> GoldenRecords.asKafkaReads(serde, one)).toList();
        assertThat(read.get(0)).contains("ShareSnapshotKey(groupId='billing'", "partition=3", "snapshotEpoch=1", "stateEpoch=0",
                "leaderEpoch=5", "startOffset=100", "deliveryCompleteCount=2",
                "firstOffset=102, lastOffset=103, deliveryState=2, deliveryCount=1");
        assertThat(read.get(1)).contains("ShareUpdateKey(groupId='billing'", "startOffset=-1",
                "firstOffset=104, lastOffset=104, deliveryState=0, deliveryCount=2");
        assertThat(read.get(2)).contains("ShareSnapshotKey").contains("value=null");
    }

    @Test
    void areReadAsTheyWereWritten() {
        var read = story().stream().map(ShareRecords::read).toList();
        assertThat(read.get(0)).isInstanceOfSatisfying(ShareRecords.Fact.Snapshot.class,
                fact -> assertThat(fact.value().stateBatches()).hasSize(1));
        assertThat(read.get(1)).isInstanceOf(ShareRecords.Fact.Update.class);
        assertThat(read.get(2)).isEqualTo(new ShareRecords.Fact.Snapshot(KEY, null));
    }
}
