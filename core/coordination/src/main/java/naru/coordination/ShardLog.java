package naru.coordination;

import java.util.List;
import java.util.function.Consumer;
import naru.protocol.ErrorCode;

/** The partition of the internal topic under a shard. */
public interface ShardLog {

    /** Appends the records as one batch; outcomes come in the order of the appends, on the shard's lane. */
    void append(List<CoordinatorRecord> records, Consumer<Outcome> whenCommitted);

    /** What became of an append. */
    sealed interface Outcome {

        record Committed() implements Outcome {}

        record Failed(ErrorCode why) implements Outcome {}
    }
}
