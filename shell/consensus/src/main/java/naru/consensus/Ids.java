package naru.consensus;

import naru.base.Uuid;
import naru.quorum.SnapshotId;
import org.apache.kafka.server.common.OffsetAndEpoch;

/** The same ids in our types and in Kafka's. */
final class Ids {

    private Ids() {}

    static org.apache.kafka.common.Uuid kafkas(Uuid id) {
        return new org.apache.kafka.common.Uuid(id.high(), id.low());
    }

    static Uuid ours(org.apache.kafka.common.Uuid id) {
        return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    static OffsetAndEpoch kafkas(SnapshotId id) {
        return new OffsetAndEpoch(id.end(), id.epoch());
    }

    static SnapshotId ours(OffsetAndEpoch id) {
        return new SnapshotId(id.offset(), id.epoch());
    }
}
