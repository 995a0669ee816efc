package naru.coordination.transactions;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;

/** Writes the verdict of a transaction into the partitions it reached. */
public interface Markers {

    /**
     * A verdict.
     *
     * @param generation of the protocol: from 2 on {@code producerEpoch} is one that no batch of the transaction has
     */
    record Verdict(long producerId, short producerEpoch, short generation, boolean commit) {}

    /**
     * Tells of each partition whether it has the marker; what failed is tried again by the caller. On the shard's lane,
     * maybe before this call returns.
     *
     * @param whenWritten NONE also where there is no such partition any more
     */
    void write(Verdict verdict, SortedSet<TopicPartition> partitions, Consumer<SortedMap<TopicPartition, ErrorCode>> whenWritten);
}
