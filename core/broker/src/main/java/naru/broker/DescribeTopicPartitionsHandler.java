package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import naru.base.Uuid;
import naru.metadata.Topic;
import naru.metadata.TopicNames;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeTopicPartitionsRequest;
import naru.protocol.message.DescribeTopicPartitionsResponse;
import naru.protocol.message.DescribeTopicPartitionsResponse.Cursor;
import naru.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition;
import naru.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;

/** DescribeTopicPartitions (API key 75): topics in the order of their names, a page at a time. */
final class DescribeTopicPartitionsHandler implements Handler<DescribeTopicPartitionsRequest> {

    private final LaneBroker lane;

    DescribeTopicPartitionsHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, DescribeTopicPartitionsRequest asked) {
        var cursor = asked.cursor();
        if (cursor != null && (cursor.partitionIndex() < 0 || isForeign(cursor, asked))) {
            request.answer(DescribeTopicPartitionsResponse.builder().topics(asked.topics().stream()
                    .map(topic -> DescribeTopicPartitionsResponseTopic.builder()
                            .name(topic.name()).errorCode(ErrorCode.INVALID_REQUEST.code()).build())
                    .toList()).build());
            return;
        }
        int most = lane.broker().settings().integer("max.request.partition.size.limit");
        var page = new Page(Math.max(1, Math.min(asked.responsePartitionLimit(), most)), new Reachable(lane.cluster(), request.listener()));
        for (var name : names(asked)) {
            int from = cursor != null && cursor.topicName().equals(name) ? cursor.partitionIndex() : 0;
            if (!page.add(name, from)) {
                break;
            }
        }
        request.answer(DescribeTopicPartitionsResponse.builder().topics(page.topics).nextCursor(page.next).build());
    }

    /** A cursor into a topic that this request does not ask for. */
    private static boolean isForeign(DescribeTopicPartitionsRequest.Cursor cursor, DescribeTopicPartitionsRequest asked) {
        return !asked.topics().isEmpty() && asked.topics().stream().noneMatch(topic -> topic.name().equals(cursor.topicName()));
    }

    private TreeSet<String> names(DescribeTopicPartitionsRequest asked) {
        var names = new TreeSet<String>();
        if (asked.topics().isEmpty()) {
            lane.cluster().topics().forEach(topic -> names.add(topic.name()));
        } else {
            asked.topics().forEach(topic -> names.add(topic.name()));
        }
        return asked.cursor() == null ? names : new TreeSet<>(names.tailSet(asked.cursor().topicName(), true));
    }

    private final class Page {
        private final List<DescribeTopicPartitionsResponseTopic> topics = new ArrayList<>();
        private Cursor next;
        private final Reachable reachable;
        private int room;

        private Page(int room, Reachable reachable) {
            this.room = room;
            this.reachable = reachable;
        }

        /** False when the page is full. */
        private boolean add(String name, int from) {
            var topic = lane.cluster().topic(name);
            if (topic == null) {
                var error = TopicNames.isValid(name)
                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION;
                topics.add(topicAnswer(error, name, Uuid.ZERO, List.of()));
                return true;
            }
            if (room == 0) {
                next = new Cursor(name, from);
                return false;
            }
            int to = (int) Math.min(topic.partitions().size(), (long) from + room);
            var partitions = new ArrayList<DescribeTopicPartitionsResponsePartition>();
            for (int i = from; i < to; i++) {
                partitions.add(partitionAnswer(topic, i, reachable));
            }
            room -= partitions.size();
            topics.add(topicAnswer(ErrorCode.NONE, name, topic.id(), partitions));
            if (to < topic.partitions().size()) {
                next = new Cursor(name, to);
                return false;
            }
            return true;
        }
    }

    private static DescribeTopicPartitionsResponseTopic topicAnswer(
            ErrorCode error, String name, Uuid id, List<DescribeTopicPartitionsResponsePartition> partitions) {
        return new DescribeTopicPartitionsResponseTopic(error.code(), name, id, InternalTopics.isInternal(name),
                partitions, error == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || error == ErrorCode.NONE
                        ? AuthorizedOperations.TOPIC : AuthorizedOperations.NOT_ASKED);
    }

    private static DescribeTopicPartitionsResponsePartition partitionAnswer(Topic topic, int index, Reachable reachable) {
        var partition = topic.partitions().get(index);
        return new DescribeTopicPartitionsResponsePartition(
                reachable.error(partition, false).code(), index, reachable.leader(partition), partition.leaderEpoch(),
                partition.replicas(), partition.inSync(), partition.eligible(), partition.lastKnownEligible(),
                reachable.offline(partition));
    }
}
