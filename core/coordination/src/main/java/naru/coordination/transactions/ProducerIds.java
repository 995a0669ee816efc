package naru.coordination.transactions;

import java.util.function.Consumer;
import java.util.function.LongConsumer;
import naru.protocol.ErrorCode;

/** Producer ids that nobody had before. */
public interface ProducerIds {

    /** One of the two is told, maybe at once, on the shard's lane. */
    void next(LongConsumer whenGiven, Consumer<ErrorCode> whenNone);
}
