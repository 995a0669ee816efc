package naru.simulation;

import java.nio.ByteBuffer;
import naru.protocol.batch.BatchHeader;

/** What planted bugs call: they stand in the product's packages, so this is open to them. */
public final class Tricks {

    private Tricks() {}

    /** Now and then what was fetched lacks its first batch, as if a segment had been skipped. */
    public static ByteBuffer withoutTheFirst(ByteBuffer fetched) {
        if (fetched == null || fetched.remaining() < BatchHeader.SIZE) {
            return fetched;
        }
        int at = fetched.position();
        int size = BatchHeader.sizeInBytes(fetched, at);
        boolean isLast = fetched.remaining() - size < BatchHeader.SIZE
                || fetched.remaining() - size < BatchHeader.sizeInBytes(fetched, at + size);
        boolean isChosen = BatchHeader.baseOffset(fetched, at) % 16 == 7;
        return isLast || !isChosen ? fetched : fetched.slice(at + size, fetched.remaining() - size);
    }
}
