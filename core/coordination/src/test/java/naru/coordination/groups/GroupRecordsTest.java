package naru.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.GoldenRecords;
import naru.protocol.message.GroupMetadataValue;
import naru.protocol.message.GroupMetadataValue.MemberMetadata;
import naru.protocol.message.OffsetCommitKey;
import naru.protocol.message.OffsetCommitValue;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.junit.jupiter.api.Test;

/** The records of {@code __consumer_offsets}: offsets, and classic groups. */
class GroupRecordsTest {

    private static final OffsetCommitKey KEY = new OffsetCommitKey("billing", "orders", 3);

    /** An offset, a group with one member, and an offset that is forgotten. */
    private static List<CoordinatorRecord> story() {
        var offset = OffsetCommitValue.builder()
                .offset(42).leaderEpoch(5).metadata("by hand").commitTimestamp(1_700_000_000_000L).build();
        var member = MemberMetadata.builder().memberId("one-1").groupInstanceId(null).clientId("one").clientHost("/127.0.0.1")
                .rebalanceTimeout(300_000).sessionTimeout(45_000)
                .subscription(ByteBuffer.wrap(new byte[] {0, 1})).assignment(ByteBuffer.wrap(new byte[] {0, 3})).build();
        var group = GroupMetadataValue.builder().protocolType("consumer").generation(1).protocol("range").leader("one-1")
                .currentStateTimestamp(1_700_000_000_000L).members(List.of(member)).build();
        return List.of(GroupRecords.offset(KEY, offset), GroupRecords.group("billing", group), GroupRecords.offset(KEY, null));
    }

    @Test
    void areWhatTheyAlwaysWere() throws IOException {
        GoldenRecords.hold("consumer-offsets", story());
    }

    @Test
    void areWhatKafkaReadsAndWrites() {
        var serde = new GroupCoordinatorRecordSerde();
        var read = story().stream().map(one -> GoldenRecords.asKafkaReads(serde, one)).toList();
        assertThat(read.get(0)).contains("OffsetCommitKey(group='billing', topic='orders', partition=3)", "offset=42", "leaderEpoch=5",
                "metadata='by hand'", "at version 3");
        assertThat(read.get(1)).contains("GroupMetadataKey(group='billing')", "generation=1", "protocol='range'", "memberId='one-1'");
        assertThat(read.get(2)).contains("value=null");
    }
}
