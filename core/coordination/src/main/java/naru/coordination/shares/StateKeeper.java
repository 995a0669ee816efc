package naru.coordination.shares;

import java.util.List;
import java.util.function.Consumer;
import naru.protocol.ErrorCode;

/** Who keeps the state of a share partition: the share coordinator of its group, topic and partition. */
public interface StateKeeper {

    /**
     * What was kept.
     *
     * @param error NONE, or why there is nothing to read
     * @param stateEpoch of the group; what is written later must name it
     * @param start the first record that may still be delivered; -1 when the group has not begun
     */
    record Kept(ErrorCode error, int stateEpoch, long start, List<StateBatch> batches) {}

    /**
     * What changed.
     *
     * @param start the first record that may still be delivered
     * @param completed records from there on whose delivery is over
     */
    record Change(int stateEpoch, long start, int completed, List<StateBatch> batches) {}

    /** The answer comes later or at once, on the lane of the share partition. */
    void read(Consumer<Kept> whenRead);

    /** NONE once the change is as safe as an acknowledged record. Answers come in the order of the calls. */
    void write(Change change, Consumer<ErrorCode> whenWritten);
}
