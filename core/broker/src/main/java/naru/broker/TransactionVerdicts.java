package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.client.Reply;
import naru.coordination.transactions.Markers;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.WriteTxnMarkersRequest;
import naru.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import naru.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import naru.protocol.message.WriteTxnMarkersResponse;

/**
 * Markers of the coordinator over one partition of {@code __transaction_state}, whose leader epoch is the coordinator's: those
 * for partitions of this broker are written here, the others by WriteTxnMarkers at the brokers that lead them.
 */
record TransactionVerdicts(LaneBroker lane, Partition of) implements Markers {

    @Override
    public void write(Verdict verdict, SortedSet<TopicPartition> partitions,
            Consumer<SortedMap<TopicPartition, ErrorCode>> whenWritten) {
        var here = new ArrayList<TopicPartition>();
        var elsewhere = new TreeMap<Integer, List<TopicPartition>>();
        for (var partition : partitions) {
            int leader = lane.replication().leaderOf(partition);
            if (leader == lane.broker().nodeId() || leader < 0) {
                here.add(partition);
            } else {
                elsewhere.computeIfAbsent(leader, _ -> new ArrayList<>()).add(partition);
            }
        }
        int coordinatorEpoch = of.leaderEpoch();
        var round = new Round<SortedMap<TopicPartition, ErrorCode>>(1 + elsewhere.size(), all -> {
            var results = new TreeMap<TopicPartition, ErrorCode>();
            all.forEach(results::putAll);
            whenWritten.accept(results);
        });
        int seat = 1;
        for (var broker : elsewhere.entrySet()) {
            writeAt(broker.getKey(), verdict, coordinatorEpoch, broker.getValue(), round.seat(seat++));
        }
        writeHere(verdict, coordinatorEpoch, here, round.seat(0));
    }

    private void writeHere(Verdict verdict, int coordinatorEpoch, List<TopicPartition> asked,
            Consumer<SortedMap<TopicPartition, ErrorCode>> whenWritten) {
        var marker = new TransactionMarkers.Marker(verdict.producerId(), verdict.producerEpoch(), coordinatorEpoch,
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

    private void writeAt(int broker, Verdict verdict, int coordinatorEpoch, List<TopicPartition> asked,
            Consumer<SortedMap<TopicPartition, ErrorCode>> whenWritten) {
        var topics = new TreeMap<String, List<Integer>>();
        asked.forEach(one -> topics.computeIfAbsent(one.topic(), _ -> new ArrayList<>()).add(one.partition()));
        var named = new ArrayList<WritableTxnMarkerTopic>();
        topics.forEach((topic, partitions) -> named.add(new WritableTxnMarkerTopic(topic, partitions)));
        var request = new WriteTxnMarkersRequest(List.of(new WritableTxnMarker(verdict.producerId(), verdict.producerEpoch(),
                verdict.commit(), named, coordinatorEpoch, (byte) verdict.generation())));
        lane.replication().neighbours().ask(broker, ApiKey.WRITE_TXN_MARKERS, request, reply -> {
            var results = new TreeMap<TopicPartition, ErrorCode>();
            asked.forEach(one -> results.put(one, ErrorCode.NETWORK_EXCEPTION));
            if (reply instanceof Reply.Answered(var answer, int _)) {
                take((WriteTxnMarkersResponse) answer, results);
            }
            results.replaceAll((one, error) -> isGone(one) ? ErrorCode.NONE : error);
            whenWritten.accept(results);
        });
    }

    private static void take(WriteTxnMarkersResponse answer, SortedMap<TopicPartition, ErrorCode> results) {
        for (var marker : answer.markers()) {
            for (var topic : marker.topics()) {
                for (var partition : topic.partitions()) {
                    results.replace(new TopicPartition(topic.name(), partition.partitionIndex()),
                            ErrorCode.of(partition.errorCode()));
                }
            }
        }
    }

    /** Before the broker is ready the metadata may not have told of the topic yet. */
    private boolean isGone(TopicPartition where) {
        var topic = lane.cluster().topic(where.topic());
        return lane.isReady() && (topic == null || !topic.has(where.partition()));
    }
}
