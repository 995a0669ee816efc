package naru.protocol.batch;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One record, as clients see it.
 *
 * @param timestampMs milliseconds since 1970, -1 when there is none
 * @param key null when there is none
 * @param value null for a tombstone
 */
public record Record(long offset, long timestampMs, ByteBuffer key, ByteBuffer value, List<Header> headers) {

    /** @param value may be null */
    public record Header(String key, ByteBuffer value) {}
}
