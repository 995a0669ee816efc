package naru.broker;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.coordination.transactions.Markers;
import naru.protocol.ErrorCode;

/** Markers of the coordinator over one partition of {@code __transaction_state}, whose leader epoch is the coordinator's. */
record TransactionVerdicts(LaneBroker lane, Partition of) implements Markers {

    @Override
    public void write(Verdict verdict, SortedSet<TopicPartition> partitions,
            Consumer<SortedMap<TopicPartition, ErrorCode>> whenWritten) {
        var asked = List.copyOf(partitions);
        var marker = new TransactionMarkers.Marker(verdict.producerId(), verdict.producerEpoch(), of.leaderEpoch(),
                verdict.generation(), verdict.commit(), asked);
        TransactionMarkers.write(lane, List.of(marker), errors -> {
            var results = new TreeMap<TopicPartition, ErrorCode>();
            for (int i = 0; i < asked.size(); i++) {
                var error = errors.getFirst().get(i);
                results.put(asked.get(i), isGone(asked.get(i)) ? ErrorCode.NONE : error);
            }
            whenWritten.accept(results);
        });
    }

    /** Before the broker is ready the metadata may not have told of the topic yet. */
    private boolean isGone(TopicPartition where) {
        var topic = lane.cluster().topic(where.topic());
        return lane.isReady() && (topic == null || !topic.has(where.partition()));
    }
}
