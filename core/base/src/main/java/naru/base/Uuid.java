package naru.base;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * A 128-bit id, written as 22 characters of unpadded URL-safe base 64, as Kafka writes topic, cluster and folder ids.
 *
 * @param high the most significant 64 bits
 * @param low the least significant 64 bits
 */
public record Uuid(long high, long low) implements Comparable<Uuid> {

    /** Stands for "no id" on the wire. */
    public static final Uuid ZERO = new Uuid(0, 0);

    /** The id of the topic {@code __cluster_metadata}. */
    public static final Uuid METADATA_TOPIC = new Uuid(0, 1);

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException when the text is not 16 bytes of base 64
     */
    public static Uuid parse(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != 16) {
            throw new IllegalArgumentException("an id has 16 bytes, '" + text + "' has " + bytes.length);
        }
        var buffer = ByteBuffer.wrap(bytes);
        return new Uuid(buffer.getLong(), buffer.getLong());
    }

    public boolean isZero() {
        return high == 0 && low == 0;
    }

    @Override
    public int compareTo(Uuid other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low);
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
