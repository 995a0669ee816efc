package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopic;

/** The two shapes of OffsetFetch: one group up to version 7, a list of groups from version 8. */
final class OffsetFetches {

    private OffsetFetches() {}

    static OffsetFetchResponse answer(OffsetFetchRequest request, boolean listsGroups,
            BiConsumer<OffsetFetchRequestGroup, Consumer<OffsetFetchResponseGroup>> fetch) {
        var answered = new ArrayList<OffsetFetchResponseGroup>();
        if (listsGroups) {
            request.groups().forEach(group -> fetch.accept(group, answered::add));
            return OffsetFetchResponse.builder().groups(answered).build();
        }
        fetch.accept(single(request), answered::add);
        var only = answered.getFirst();
        var topics = new ArrayList<OffsetFetchResponseTopic>();
        for (var topic : only.topics()) {
            topics.add(new OffsetFetchResponseTopic(topic.name(), topic.partitions().stream()
                    .map(one -> new OffsetFetchResponsePartition(one.partitionIndex(), one.committedOffset(),
                            one.committedLeaderEpoch(), one.metadata(), one.errorCode())).toList()));
        }
        return OffsetFetchResponse.builder().topics(topics).errorCode(only.errorCode()).build();
    }

    private static OffsetFetchRequestGroup single(OffsetFetchRequest request) {
        List<OffsetFetchRequestTopics> topics = request.topics() == null ? null : request.topics().stream()
                .map(topic -> new OffsetFetchRequestTopics(topic.name(), Uuid.ZERO, topic.partitionIndexes())).toList();
        return new OffsetFetchRequestGroup(request.groupId(), null, -1, topics);
    }
}
