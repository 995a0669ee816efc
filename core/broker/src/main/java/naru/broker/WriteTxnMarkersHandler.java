package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.broker.TransactionMarkers.Marker;
import naru.protocol.ErrorCode;
import naru.protocol.message.WriteTxnMarkersRequest;
import naru.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import naru.protocol.message.WriteTxnMarkersResponse;
import naru.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
import naru.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerResult;
import naru.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;

/** WriteTxnMarkers (API key 27): a transaction coordinator, or an operator's tool, ends transactions in partitions. */
final class WriteTxnMarkersHandler implements Handler<WriteTxnMarkersRequest> {

    private final LaneBroker lane;

    WriteTxnMarkersHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, WriteTxnMarkersRequest asked) {
        var markers = asked.markers().stream().map(WriteTxnMarkersHandler::marker).toList();
        TransactionMarkers.write(lane, markers, errors -> request.answer(answer(markers, errors)));
    }

    /** A partition that is named twice gets one marker. */
    private static Marker marker(WritableTxnMarker asked) {
        var partitions = new LinkedHashSet<TopicPartition>();
        for (var topic : asked.topics()) {
            topic.partitionIndexes().forEach(index -> partitions.add(new TopicPartition(topic.name(), index)));
        }
        return new Marker(asked.producerId(), asked.producerEpoch(), asked.coordinatorEpoch(), asked.transactionVersion(),
                asked.transactionResult(), List.copyOf(partitions));
    }

    /** By producer: of two markers in one partition the second one is told. */
    private static WriteTxnMarkersResponse answer(List<Marker> markers, List<List<ErrorCode>> errors) {
        var byProducer = new TreeMap<Long, TreeMap<String, TreeMap<Integer, ErrorCode>>>();
        for (int m = 0; m < markers.size(); m++) {
            if (markers.get(m).partitions().isEmpty()) {
                continue;
            }
            var topics = byProducer.computeIfAbsent(markers.get(m).says().producerId(), _ -> new TreeMap<>());
            for (int p = 0; p < markers.get(m).partitions().size(); p++) {
                var where = markers.get(m).partitions().get(p);
                topics.computeIfAbsent(where.topic(), _ -> new TreeMap<>()).put(where.partition(), errors.get(m).get(p));
            }
        }
        var results = new ArrayList<WritableTxnMarkerResult>();
        byProducer.forEach((producerId, topics) -> {
            var told = new ArrayList<WritableTxnMarkerTopicResult>();
            topics.forEach((name, partitions) -> told.add(new WritableTxnMarkerTopicResult(name, partitions.entrySet().stream()
                    .map(each -> new WritableTxnMarkerPartitionResult(each.getKey(), each.getValue().code())).toList())));
            results.add(new WritableTxnMarkerResult(producerId, told));
        });
        return new WriteTxnMarkersResponse(results);
    }
}
