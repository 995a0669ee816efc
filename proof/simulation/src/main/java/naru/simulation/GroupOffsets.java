package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.histories.Operation;
import naru.histories.Stage;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import naru.protocol.message.OffsetFetchResponse;

/** Asks for a group's offsets, stable ones only. */
final class GroupOffsets {

    private static final int VERSION_WITH_STABLE = 7;

    private GroupOffsets() {}

    /** @param hear hears the offsets once there is an answer; -1 where the group has none */
    static void find(String process, World world, Errands errands, String group, List<TopicPartition> partitions,
            Consumer<Map<TopicPartition, Long>> hear) {
        var coordinator = FindCoordinatorRequest.builder().key(group).build();
        errands.ask(ApiKey.FIND_COORDINATOR, 2, () -> coordinator, message -> {
            if (((FindCoordinatorResponse) message).errorCode() == ErrorCode.NONE.code()) {
                askFor(process, world, errands, group, partitions, hear);
            } else {
                errands.again();
            }
        });
    }

    private static void askFor(String process, World world, Errands errands, String group, List<TopicPartition> partitions,
            Consumer<Map<TopicPartition, Long>> hear) {
        world.history().tell(process, Stage.INVOKE, new Operation.FindOffsets(group, Map.of()));
        var topics = new ArrayList<OffsetFetchRequestTopic>();
        for (var partition : partitions) {
            topics.add(new OffsetFetchRequestTopic(partition.topic(), List.of(partition.partition())));
        }
        var request = OffsetFetchRequest.builder().groupId(group).topics(topics).requireStable(true).build();
        errands.ask(ApiKey.OFFSET_FETCH, VERSION_WITH_STABLE, () -> request, message -> {
            var answer = (OffsetFetchResponse) message;
            var found = new TreeMap<TopicPartition, Long>();
            boolean whole = answer.errorCode() == ErrorCode.NONE.code();
            for (var topic : answer.topics()) {
                for (var part : topic.partitions()) {
                    whole &= part.errorCode() == ErrorCode.NONE.code();
                    found.put(new TopicPartition(topic.name(), part.partitionIndex()), part.committedOffset());
                }
            }
            if (!whole) {
                errands.again();
                return;
            }
            var told = new TreeMap<String, Long>();
            found.forEach((partition, offset) -> told.put(partition.toString(), offset));
            world.history().tell(process, Stage.OK, new Operation.FindOffsets(group, told));
            hear.accept(found);
        });
    }
}
