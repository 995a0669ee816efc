package naru.coordination.groups;

import java.nio.charset.StandardCharsets;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.message.GroupMetadataKey;
import naru.protocol.message.GroupMetadataValue;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.OffsetCommitKey;
import naru.protocol.message.OffsetCommitValue;

/** The bytes of {@code __consumer_offsets}: a kind or version of two bytes, then the message. */
final class GroupRecords {

    private static final int OFFSET_KIND_OLD = 0;
    private static final int OFFSET_KIND = 1;
    private static final int GROUP_KIND = 2;
    /** The last version without tagged fields, which every Kafka since 2.1 reads. */
    private static final int VALUE_VERSION = 3;
    /** The only version that has an expiry of its own. */
    private static final int VALUE_VERSION_EXPIRING = 1;

    sealed interface Fact {
        record Offset(OffsetCommitKey key, OffsetCommitValue value) implements Fact {}

        record Group(GroupMetadataKey key, GroupMetadataValue value) implements Fact {}

        /** Of a kind this version does not know; it stays in the log. */
        record Unknown() implements Fact {}
    }

    private static final int WORD_BYTES_MAX = Short.MAX_VALUE;
    private static final int UTF8_BYTES_PER_CHAR_MAX = 3;
    /** A static member's id is its instance's, a dash, and 22 letters. */
    private static final int ID_CHARS_MORE = 23;

    private GroupRecords() {}

    /** True when these versions have room for it; newer requests have room for more. */
    static boolean fits(String word) {
        return word == null || word.length() <= WORD_BYTES_MAX / UTF8_BYTES_PER_CHAR_MAX
                || word.getBytes(StandardCharsets.UTF_8).length <= WORD_BYTES_MAX;
    }

    static boolean fits(JoinGroupRequest request) {
        String instance = request.groupInstanceId();
        return fits(request.protocolType()) && (instance == null || fits(instance + "-".repeat(ID_CHARS_MORE)))
                && request.protocols().stream().allMatch(one -> fits(one.name()));
    }

    static CoordinatorRecord offset(OffsetCommitKey key, OffsetCommitValue value) {
        int version = value != null && value.expireTimestamp() != -1 ? VALUE_VERSION_EXPIRING : VALUE_VERSION;
        return CoordinatorRecord.of(OFFSET_KIND, key, value, version);
    }

    static CoordinatorRecord group(String groupId, GroupMetadataValue value) {
        return CoordinatorRecord.of(GROUP_KIND, new GroupMetadataKey(groupId), value, VALUE_VERSION);
    }

    static Fact read(CoordinatorRecord record) {
        var key = record.keyReader();
        int kind = key.int16();
        var value = record.valueReader();
        return switch (kind) {
            case OFFSET_KIND_OLD, OFFSET_KIND -> new Fact.Offset(OffsetCommitKey.read(key, 0), value == null ? null
                    : OffsetCommitValue.read(value, CoordinatorRecord.versionOf(value, OffsetCommitValue.VERSION_MAX)));
            case GROUP_KIND -> new Fact.Group(GroupMetadataKey.read(key, 0), value == null ? null
                    : GroupMetadataValue.read(value, CoordinatorRecord.versionOf(value, GroupMetadataValue.VERSION_MAX)));
            default -> new Fact.Unknown();
        };
    }
}
