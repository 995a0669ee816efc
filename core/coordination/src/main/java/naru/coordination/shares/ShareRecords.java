package naru.coordination.shares;

import java.util.List;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.message.ShareSnapshotKey;
import naru.protocol.message.ShareSnapshotValue;
import naru.protocol.message.ShareUpdateKey;
import naru.protocol.message.ShareUpdateValue;

/** The bytes of {@code __share_group_state}. */
final class ShareRecords {

    private static final int SNAPSHOT = ShareSnapshotKey.API_NUMBER;
    private static final int UPDATE = ShareUpdateKey.API_NUMBER;
    private static final int VALUE_VERSION = 0;

    sealed interface Fact {

        /** @param value null when the share partition is forgotten */
        record Snapshot(ShareKey key, ShareSnapshotValue value) implements Fact {}

        record Update(ShareKey key, ShareUpdateValue value) implements Fact {}

        /** Of a kind this version does not know; it stays in the log. */
        record Unknown() implements Fact {}
    }

    private ShareRecords() {}

    static CoordinatorRecord snapshot(ShareKey key, ShareSnapshotValue value) {
        return CoordinatorRecord.of(
                SNAPSHOT, new ShareSnapshotKey(key.group(), key.topic(), key.partition()), value, VALUE_VERSION);
    }

    static CoordinatorRecord update(ShareKey key, ShareUpdateValue value) {
        return CoordinatorRecord.of(
                UPDATE, new ShareUpdateKey(key.group(), key.topic(), key.partition()), value, VALUE_VERSION);
    }

    static List<ShareSnapshotValue.StateBatch> ofSnapshot(List<StateBatch> batches) {
        return batches.stream().map(one -> new ShareSnapshotValue.StateBatch(
                one.first(), one.end() - 1, one.state(), one.deliveries())).toList();
    }

    static List<ShareUpdateValue.StateBatch> ofUpdate(List<StateBatch> batches) {
        return batches.stream().map(one -> new ShareUpdateValue.StateBatch(
                one.first(), one.end() - 1, one.state(), one.deliveries())).toList();
    }

    static Fact read(CoordinatorRecord record) {
        var in = record.keyReader();
        int kind = in.int16();
        var value = record.valueReader();
        if (kind == SNAPSHOT) {
            var key = ShareSnapshotKey.read(in, 0);
            return new Fact.Snapshot(new ShareKey(key.groupId(), key.topicId(), key.partition()), value == null ? null
                    : ShareSnapshotValue.read(value, CoordinatorRecord.versionOf(value, ShareSnapshotValue.VERSION_MAX)));
        }
        if (kind == UPDATE && value != null) {
            var key = ShareUpdateKey.read(in, 0);
            return new Fact.Update(new ShareKey(key.groupId(), key.topicId(), key.partition()),
                    ShareUpdateValue.read(value, CoordinatorRecord.versionOf(value, ShareUpdateValue.VERSION_MAX)));
        }
        return new Fact.Unknown();
    }
}
