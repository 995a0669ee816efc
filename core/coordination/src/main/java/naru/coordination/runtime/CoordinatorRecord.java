package naru.coordination.runtime;

import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;

/**
 * A record of an internal topic.
 *
 * @param key two bytes that say which kind of record it is, then the kind's key
 * @param value two bytes of version, then the value; null is a tombstone
 */
@SuppressWarnings("ArrayRecordComponent")
public record CoordinatorRecord(byte[] key, byte[] value) {

    private static final int BYTES_FIRST = 128;

    /**
     * A record in the form all internal topics share.
     *
     * @param kind what Kafka's schemas call the key's {@code apiKey}, or its version where they have none
     * @param value null for a tombstone
     */
    public static CoordinatorRecord of(int kind, Message key, Message value, int valueVersion) {
        return new CoordinatorRecord(bytes(kind, key, 0), value == null ? null : bytes(valueVersion, value, valueVersion));
    }

    /** At the key's kind. */
    public Reader keyReader() {
        return new Reader(ByteBuffer.wrap(key));
    }

    /** At the value's version; null for a tombstone. */
    public Reader valueReader() {
        return value == null ? null : new Reader(ByteBuffer.wrap(value));
    }

    /**
     * The version at the beginning of a value.
     *
     * @throws MalformedMessage when it is newer than {@code known}
     */
    public static int versionOf(Reader value, int known) {
        int version = value.int16();
        if (version < 0 || version > known) {
            throw new MalformedMessage("a record of a coordinator in version " + version);
        }
        return version;
    }

    private static byte[] bytes(int prefix, Message message, int version) {
        var out = new Writer(BYTES_FIRST);
        out.int16((short) prefix);
        message.write(out, version);
        return out.toBytes();
    }
}
