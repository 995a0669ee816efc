package naru.broker;

import naru.base.TopicPartition;
import naru.protocol.ErrorCode;

/**
 * Where a partition that a client named is served.
 *
 * @param error {@link ErrorCode#NONE}, or why it is not served here
 * @param name null when there is no such topic
 * @param lane the lane that owns it
 * @param partition the partition itself when this lane owns it; else null
 */
record Place(ErrorCode error, TopicPartition name, int lane, Partition partition) {

    static Place nowhere(ErrorCode error) {
        return new Place(error, null, -1, null);
    }

    /** On another lane of this broker. */
    boolean isElsewhere() {
        return error == ErrorCode.NONE && partition == null;
    }
}
