package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import naru.metadata.TopicNames;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeProducersRequest;
import naru.protocol.message.DescribeProducersRequest.TopicRequest;
import naru.protocol.message.DescribeProducersResponse;
import naru.protocol.message.DescribeProducersResponse.PartitionResponse;
import naru.protocol.message.DescribeProducersResponse.ProducerState;
import naru.protocol.message.DescribeProducersResponse.TopicResponse;

/** DescribeProducers (API key 61): the producers whose sequence numbers a partition remembers. */
final class DescribeProducersHandler implements Handler<DescribeProducersRequest> {

    private final LaneBroker lane;

    DescribeProducersHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, DescribeProducersRequest inFull) {
        var asked = withoutRepetitions(inFull);
        PartitionRounds.of(lane, asked.topics(), TopicRequest::name, TopicRequest::partitionIndexes,
                Integer::intValue,
                DescribeProducersHandler::describe,
                DescribeProducersHandler::refused,
                answers -> request.answer(DescribeProducersResponse.builder().topics(topicsOf(asked, answers)).build()));
    }

    /** A partition may remember many producers, and a request may ask for it again and again: they are told once. */
    private static DescribeProducersRequest withoutRepetitions(DescribeProducersRequest asked) {
        var byTopic = new LinkedHashMap<String, LinkedHashSet<Integer>>();
        asked.topics().forEach(topic ->
                byTopic.computeIfAbsent(topic.name(), _ -> new LinkedHashSet<>()).addAll(topic.partitionIndexes()));
        var topics = new ArrayList<TopicRequest>();
        byTopic.forEach((name, partitions) -> topics.add(new TopicRequest(name, List.copyOf(partitions))));
        return new DescribeProducersRequest(topics);
    }

    private List<TopicResponse> topicsOf(DescribeProducersRequest asked, List<List<PartitionResponse>> answers) {
        var topics = new ArrayList<TopicResponse>();
        for (int i = 0; i < answers.size(); i++) {
            String name = asked.topics().get(i).name();
            topics.add(new TopicResponse(name, lane.topics().idOf(name) == null ? ofNoTopic(name, answers.get(i)) : answers.get(i)));
        }
        return topics;
    }

    private static List<PartitionResponse> ofNoTopic(String name, List<PartitionResponse> answers) {
        String bad = TopicNames.complaint(name);
        var error = bad == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION;
        String why = bad == null ? "This server does not host this topic-partition." : bad;
        return answers.stream()
                .map(each -> new PartitionResponse(each.partitionIndex(), error.code(), why, List.of())).toList();
    }

    private static PartitionResponse refused(int partition, ErrorCode error) {
        return new PartitionResponse(partition, error.code(), null, List.of());
    }

    private static PartitionResponse describe(Partition partition, int index) {
        if (partition.offline() != ErrorCode.NONE) {
            return refused(index, partition.offline());
        }
        var producers = new ArrayList<ProducerState>();
        for (var producer : partition.log().describeProducers()) {
            producers.add(new ProducerState(producer.producerId(), producer.epoch(), producer.lastSequence(),
                    producer.lastTimestampMs(), producer.coordinatorEpoch(), producer.txnStartOffset()));
        }
        return new PartitionResponse(index, ErrorCode.NONE.code(), null, producers);
    }
}
