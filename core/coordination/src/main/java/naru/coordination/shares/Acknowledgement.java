package naru.coordination.shares;

import java.util.List;

/**
 * What a consumer says about a run of records that it was given.
 *
 * @param first the first offset
 * @param last the last offset
 * @param types one for all of them, or one for each; see the constants
 */
public record Acknowledgement(long first, long last, List<Byte> types) {

    /** There is no record at this offset. */
    public static final byte GAP = 0;
    public static final byte ACCEPT = 1;
    /** Somebody else may have it. */
    public static final byte RELEASE = 2;
    public static final byte REJECT = 3;
    /** The consumer wants more time. */
    public static final byte RENEW = 4;

    byte typeAt(long offset) {
        return types.size() == 1 ? types.getFirst() : types.get((int) (offset - first));
    }

    /** The offset after the last one from here on that is told the same. */
    long endOfType(long offset) {
        if (types.size() == 1) {
            return last + 1;
        }
        byte type = typeAt(offset);
        long at = offset + 1;
        while (at <= last && typeAt(at) == type) {
            at++;
        }
        return at;
    }
}
