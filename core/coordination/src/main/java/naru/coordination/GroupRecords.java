package naru.coordination;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
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
        return new CoordinatorRecord(bytes(OFFSET_KIND, key, 0), value == null ? null : bytes(version, value, version));
    }

    static CoordinatorRecord group(String groupId, GroupMetadataValue value) {
        byte[] key = bytes(GROUP_KIND, new GroupMetadataKey(groupId), 0);
        return new CoordinatorRecord(key, value == null ? null : bytes(VALUE_VERSION, value, VALUE_VERSION));
    }

    static Fact read(CoordinatorRecord record) {
        var key = new Reader(ByteBuffer.wrap(record.key()));
        int kind = key.int16();
        return switch (kind) {
            case OFFSET_KIND_OLD, OFFSET_KIND -> {
                var read = OffsetCommitKey.read(key, 0);
                if (record.value() == null) {
                    yield new Fact.Offset(read, null);
                }
                var value = new Reader(ByteBuffer.wrap(record.value()));
                yield new Fact.Offset(read, OffsetCommitValue.read(value, version(value, OffsetCommitValue.VERSION_MAX)));
            }
            case GROUP_KIND -> {
                var read = GroupMetadataKey.read(key, 0);
                if (record.value() == null) {
                    yield new Fact.Group(read, null);
                }
                var value = new Reader(ByteBuffer.wrap(record.value()));
                yield new Fact.Group(read, GroupMetadataValue.read(value, version(value, GroupMetadataValue.VERSION_MAX)));
            }
            default -> new Fact.Unknown();
        };
    }

    private static int version(Reader value, int known) {
        int version = value.int16();
        if (version < 0 || version > known) {
            throw new MalformedMessage("a record of __consumer_offsets in version " + version);
        }
        return version;
    }

    private static byte[] bytes(int prefix, Message message, int version) {
        var out = new Writer(128);
        out.int16((short) prefix);
        message.write(out, version);
        return out.toBytes();
    }
}
