package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.base.OffsetRange;
import naru.base.TopicPartition;
import naru.log.TransactionMarker;
import naru.protocol.ErrorCode;

/**
 * Ends transactions in the partitions of this broker. Coordinators of this broker come here as those of others do through
 * WriteTxnMarkers.
 */
final class TransactionMarkers {

    /** The end of one transaction, and where it is to be written. */
    record Marker(TransactionMarker says, List<TopicPartition> partitions) {

        Marker(long producerId, short producerEpoch, int coordinatorEpoch, short transactionVersion, boolean commit,
                List<TopicPartition> partitions) {
            this(new TransactionMarker(producerId, producerEpoch, coordinatorEpoch, transactionVersion, commit), partitions);
        }
    }

    private record Part(TransactionMarker says, TopicPartition where) {}

    private TransactionMarkers() {}

    /**
     * Writes all markers, each on the lane of its partition.
     *
     * @param lane of the caller
     * @param whenWritten hears on that lane, maybe before this call returns, what became of each marker in each of its
     *     partitions, in their order: {@link ErrorCode#NONE} once all in-sync replicas have it, and the coordinator over the
     *     partition, if there is one, has heard of it
     */
    static void write(LaneBroker lane, List<Marker> markers, Consumer<List<List<ErrorCode>>> whenWritten) {
        var parts = new ArrayList<Part>();
        for (var marker : markers) {
            marker.partitions().forEach(where -> parts.add(new Part(marker.says(), where)));
        }
        PartitionRounds.<Part, Part, ErrorCode>ofLater(lane, parts, part -> part.where().topic(), List::of,
                part -> part.where().partition(), TransactionMarkers::write, (_, error) -> error,
                answers -> whenWritten.accept(byMarker(markers, answers)));
    }

    private static List<List<ErrorCode>> byMarker(List<Marker> markers, List<List<ErrorCode>> answers) {
        var all = new ArrayList<List<ErrorCode>>(markers.size());
        int next = 0;
        for (var marker : markers) {
            var ofMarker = new ArrayList<ErrorCode>(marker.partitions().size());
            for (int i = 0; i < marker.partitions().size(); i++) {
                ofMarker.add(answers.get(next++).getFirst());
            }
            all.add(ofMarker);
        }
        return all;
    }

    private static void write(LaneBroker owner, Partition partition, Part part, Consumer<ErrorCode> answer) {
        if (!part.says().isPossible()) {
            answer.accept(ErrorCode.UNKNOWN_SERVER_ERROR);
            return;
        }
        owner.append(partition, part.says(), new Appender() {
            @Override
            public void onAcknowledged(OffsetRange at, long logAppendTimeMs, long logStart) {
                tellCoordinator(owner, part);
                answer.accept(ErrorCode.NONE);
            }

            @Override
            public void onRefused(AppendRefused refused) {
                answer.accept(refused.why());
            }
        });
    }

    /** Before the answer: whoever hears that the transaction is committed must find the offsets it committed. */
    private static void tellCoordinator(LaneBroker owner, Part part) {
        var host = owner.coordinators().of(part.where().topic());
        var shard = host == null ? null : host.shard(part.where().partition());
        if (shard != null) {
            shard.onTransactionEnded(part.says().producerId(), part.says().producerEpoch(), part.says().committed());
        }
    }
}
